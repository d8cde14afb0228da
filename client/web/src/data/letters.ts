// What a letter says of itself, and which wait for somebody. How one stands is told
// by who answers (proto/stand.h); nothing of it is reckoned here.
import type { Lexicon } from './lexicon';
import type { LetterLine, Rec } from './wire';
import { textIn } from './body';

export const statusOf = (rec: Rec): string => textIn(rec.body, 'status');

/** The code list a letter's states are in. */
export const statusCodes = (rec: Rec): string => (rec.type === 'referral' ? 'referral_status' : 'request_status');

/** Whom or what it is about, as the letter itself says. */
export const aboutOf = (rec: Rec): string => textIn(rec.body, rec.type === 'referral' ? 'client_name' : 'client_label');

/** What is asked for. */
export function matterOf(rec: Rec, lexicon: Lexicon): string {
	if (rec.type === 'referral') return lexicon.code('referral_kind', textIn(rec.body, 'kind'));
	const item = rec.body['item'] ? lexicon.person(String(rec.body['item'])) : undefined;
	return textIn(rec.body, 'item_name') || (item ? textIn(item.body, 'clinical_name') : '');
}

export const urgencyOf = (rec: Rec): string => textIn(rec.body, 'triage') || textIn(rec.body, 'urgency');

/** The next step is this side's. */
export const isOurs = (line: LetterLine): boolean => line.turn === 'us' && line.direction !== 'along';

export interface WaitingLetters {
	/** We owe an answer. */
	in: LetterLine[];
	/** We were answered and have not seen it yet. */
	back: LetterLine[];
	/** They owe us one. */
	out: LetterLine[];
}

/** What is owed first in front, the rest newest first. */
export function byNeed(a: LetterLine, b: LetterLine): number {
	if (a.due_at && b.due_at) return a.due_at < b.due_at ? -1 : a.due_at > b.due_at ? 1 : 0;
	if (a.due_at || b.due_at) return a.due_at ? -1 : 1;
	return a.letter.entered_at < b.letter.entered_at ? 1 : -1;
}

/** Those that wait for an answer or for its being seen, by whose turn it is. */
export function waitingOf(lines: readonly LetterLine[]): WaitingLetters {
	const sorted: WaitingLetters = { in: [], back: [], out: [] };
	for (const line of lines) {
		if (isOurs(line) && line.next.includes('acknowledged')) sorted.back.push(line);
		else if (isOurs(line) && line.turn_of === 'target' && line.due_at) sorted.in.push(line);
		else if (line.turn === 'them' && line.direction === 'out' && line.due_at) sorted.out.push(line);
	}
	for (const list of Object.values(sorted) as LetterLine[][]) list.sort(byNeed);
	return sorted;
}
