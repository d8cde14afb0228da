// A group's records by what they are: members, sessions, and who was there.
import type { Id, Json, Rec } from '../../data/wire';

/** Present, absent without a reason, absent for one, or nothing noted. */
export type Mark = 'present' | 'absent' | `absent:${string}` | '';

export interface Noted {
	rec: Rec;
	mark: Mark;
}

export interface Roll {
	members: Rec[];
	sessions: Rec[];
	/** By `session/member`. */
	noted: ReadonlyMap<string, Noted>;
}

export const textAt = (rec: Rec, field: string): string => {
	const value = rec.body[field];
	return typeof value === 'string' ? value : '';
};

const numberAt = (rec: Rec, field: string): number => {
	const value = rec.body[field];
	return typeof value === 'number' ? value : 0;
};

export const cellKey = (session: Id, member: Id): string => `${session}/${member}`;

export function markOf(present: Json | undefined, reason: Json | undefined): Mark {
	if (present === true) return 'present';
	return typeof reason === 'string' && reason ? `absent:${reason}` : 'absent';
}

/** Those who stay first, then by the day they joined and by id. */
export function rollOf(records: readonly Rec[]): Roll {
	const live = records.filter((rec) => rec.state !== 'retracted');
	const order = (rec: Rec) => `${textAt(rec, 'left') ? 1 : 0}${textAt(rec, 'joined')}${rec.id}`;
	const noted = new Map<string, Noted>();
	for (const rec of live)
		if (rec.type === 'attendance')
			noted.set(cellKey(textAt(rec, 'session'), textAt(rec, 'participant')), { rec, mark: markOf(rec.body['present'], rec.body['reason']) });
	return {
		members: live.filter((rec) => rec.type === 'participant').sort((a, b) => (order(a) < order(b) ? -1 : 1)),
		sessions: live
			.filter((rec) => rec.type === 'session')
			.sort((a, b) => numberAt(a, 'number') - numberAt(b, 'number') || (a.id < b.id ? -1 : 1)),
		noted,
	};
}

/** A member's sheets of an instrument: the first, and the last after it. */
export function sheetsOf(records: readonly Rec[], member: Id, instrument: string): { first: Rec | null; last: Rec | null } {
	const all = records
		.filter((rec) => rec.type === 'group_assessment' && rec.state !== 'retracted' && textAt(rec, 'participant') === member && textAt(rec, 'instrument') === instrument)
		.sort((a, b) => (textAt(a, 'assessed') + a.id < textAt(b, 'assessed') + b.id ? -1 : 1));
	// An instrument may be for the end alone; then there is no first.
	const first = all.find((rec) => textAt(rec, 'timepoint') === 'baseline') ?? all.find((rec) => textAt(rec, 'timepoint') !== 'end') ?? null;
	const later = all.filter((rec) => rec !== first && textAt(rec, 'timepoint') !== 'baseline');
	return { first, last: later[later.length - 1] ?? null };
}

/** What the keys mean, in the order of the digits: 1 present, 0 absent, the
 * rest the reasons as the code list has them. */
export function keysOf(reasons: readonly { code: string; label: string }[]): { key: string; mark: Mark; reason: string | null }[] {
	return [
		{ key: '1', mark: 'present', reason: null },
		{ key: '0', mark: 'absent', reason: null },
		...reasons.slice(0, 8).map(({ code }, place) => ({ key: String(place + 2), mark: `absent:${code}` as Mark, reason: code })),
	];
}
