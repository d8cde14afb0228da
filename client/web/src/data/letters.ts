// Referrals and requests that wait, by whose turn it is.
import type { Reader, Rec } from './wire';

export interface Letter {
	rec: Rec;
	/** This site wrote it. */
	ours: boolean;
	/** The day or the moment an answer is owed by; "" when there is none. */
	by: string;
}

export interface Letters {
	/** We owe an answer. */
	in: Letter[];
	/** We were answered and have not seen it yet. */
	back: Letter[];
	/** They owe us one. */
	out: Letter[];
}

const ASKED: ReadonlySet<string> = new Set(['requested', 'open', 'triaged']);

const text = (rec: Rec, field: string): string => {
	const value = rec.body[field];
	return typeof value === 'string' ? value : '';
};

/** By when an answer is owed: a referral's day, a request's moment. */
export const answerBy = (rec: Rec): string => text(rec, rec.type === 'referral' ? 'deadline' : 'respond_by');

/** Each list by its clock, the latest first. */
export function lettersOf(letters: readonly Rec[], reader: Reader): Letters {
	const sorted: Letters = { in: [], back: [], out: [] };
	for (const rec of letters) {
		const ours = rec.site === reader.site;
		const theirs = text(rec, 'to_site') === reader.site || text(rec, 'to_staff') === reader.staff;
		const letter = { rec, ours: ours && !theirs, by: answerBy(rec) };
		const asked = ASKED.has(text(rec, 'status'));
		if (asked && theirs) sorted.in.push(letter);
		else if (asked && ours) sorted.out.push(letter);
		else if (ours) sorted.back.push(letter);
	}
	const order = (a: Letter, b: Letter) => ((a.by || '~') < (b.by || '~') ? -1 : 1);
	for (const list of Object.values(sorted) as Letter[][]) list.sort(order);
	return sorted;
}
