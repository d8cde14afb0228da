// What a person opens to do what is due: which form, about what.
//
// The schedule says what falls due (proto/schedule.h); where an item names its
// sheet, or the programme's pack says what does it, that is opened. Otherwise
// the kind of the item decides, and where nothing fits, a service note does: that
// is what a visit, a call or a try amounts to.
import { asBody, asText } from './body';
import type { Body, Due, Id, Json, May, Rec } from './wire';

/** A form to open: a new record, of a certain kind when `of` is given (see
 * OF_FIELD), the edit of one, or a letter with its steps. */
export type Doing = { add: string; of: string | null } | { edit: Id } | { letter: Id };

/** The field that says of what kind a record is, where a form is opened for one. */
export const OF_FIELD: { [type: string]: string } = {
	assessment: 'instrument',
	consent: 'purpose',
	document: 'kind',
	flag: 'kind',
	response: 'form',
	review: 'kind',
	service: 'kind',
	task: 'kind',
};

/** Types whose records of different kinds are different sheets. */
export const SHEETS: ReadonlySet<string> = new Set(['assessment', 'response']);

const BY_KIND: { [kind: string]: string } = {
	consent: 'consent',
	assent: 'consent',
	contract: 'contract',
	plan: 'review',
	review: 'review',
	closing: 'closure',
};

/** Items that are a record of the case: that is what is gone on with. */
const GOES_ON: ReadonlySet<string> = new Set(['task', 'visit']);

/** What the pack says does an item of its schedule. */
function doneBy(item: Due, pack: Json | undefined): Body {
	const schedule = asBody(pack)['schedule'];
	const found = Array.isArray(schedule) ? schedule.map(asBody).find((one) => one['code'] === item.code) : undefined;
	return asBody(found?.['done_by']);
}

/** The kind of the service the item follows, which is mostly the next one's. */
function kindBefore(item: Due, records: readonly Rec[]): string | null {
	const before = item.kind === 'service' && records.find((rec) => rec.id === item.record && rec.type === 'service');
	return before ? (asText(before.body['kind']) || null) : null;
}

function wished(item: Due, records: readonly Rec[], pack: Json | undefined): Doing {
	if (item.record && GOES_ON.has(item.kind)) return { edit: item.record };
	if (item.record && item.kind === 'referral') return { letter: item.record };
	const by = doneBy(item, pack);
	const form = item.kind === 'clock' ? null : (item.form ?? (asText(by['form']) || null));
	if (form) return { add: 'response', of: form };
	const instrument = (asText(by['instrument']) || null);
	if (instrument) return { add: 'assessment', of: instrument };
	const services = by['service'];
	if (Array.isArray(services)) return { add: 'service', of: (asText(services[0]) || null) };
	return { add: BY_KIND[item.kind] ?? 'service', of: kindBefore(item, records) };
}

/** Null when the role may neither do it nor note that it was done. */
export function doingOf(item: Due, records: readonly Rec[], pack: Json | undefined, may: May | undefined): Doing | null {
	const wish = wished(item, records, pack);
	if (!may || 'letter' in wish) return wish;
	if ('edit' in wish) {
		const rec = records.find((one) => one.id === wish.edit);
		return rec && may.patch.includes(rec.type) ? wish : null;
	}
	if (may.create.includes(wish.add)) return wish;
	return may.create.includes('service') ? { add: 'service', of: null } : null;
}

/** The first item whose day is known: the same that the line of the case shows. */
export function nextDue(due: readonly Due[] | null | undefined): Due | null {
	return due?.find((item) => item.due !== null) ?? null;
}
