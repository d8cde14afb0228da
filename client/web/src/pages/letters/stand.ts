// How a letter stands, in words: who waits for whom, and how late.
import type { Shown } from '../../data/casefile';
import type { Lexicon } from '../../data/lexicon';
import { clockOf, dayOf } from '../../data/time';
import type { Id, LetterLine, Rec } from '../../data/wire';
import { useOwnWords } from '../../kit/language';
import type { Tone } from '../../kit/parts';
import { lettersWords } from './words';

export type LetterWords = ReturnType<typeof useLetterWords>;
export const useLetterWords = () => useOwnWords(lettersWords);

export const textOf = (rec: Rec, field: string): string => {
	const value = rec.body[field];
	return typeof value === 'string' ? value : '';
};

export const statusOf = (rec: Rec): string => textOf(rec, 'status');

/** The code list a letter's states are in. */
export const statusCodes = (rec: Rec): string => (rec.type === 'referral' ? 'referral_status' : 'request_status');

/** Whom or what it is about, as the letter itself says. */
export function aboutOf(rec: Rec): string {
	return textOf(rec, rec.type === 'referral' ? 'client_name' : 'client_label');
}

/** What is asked for. */
export function matterOf(rec: Rec, lexicon: Lexicon): string {
	if (rec.type === 'referral') return lexicon.code('referral_kind', textOf(rec, 'kind'));
	const item = rec.body['item'] ? lexicon.person(String(rec.body['item'])) : undefined;
	return textOf(rec, 'item_name') || (item ? textOf(item, 'clinical_name') : '');
}

export function urgencyOf(rec: Rec): string {
	return textOf(rec, 'triage') || textOf(rec, 'urgency');
}

/** States in which the site it went to has the next step. */
const THERE = new Set(['requested', 'accepted', 'in_progress', 'on_hold', 'open', 'triaged']);

/** The site whose turn it is, or null when it is over. */
export function turnSite({ letter, ended }: LetterLine): Id | null {
	if (ended) return null;
	return THERE.has(statusOf(letter)) ? textOf(letter, 'to_site') : letter.site;
}

/** One sentence: who waits for whom. */
export function waitText(line: LetterLine, lexicon: Lexicon, words: LetterWords): string {
	if (line.ended) return words.nobodyWaits;
	const site = turnSite(line);
	const who = line.turn === 'us' ? words.us : lexicon.name(site);
	return words.waitsFor(statusOf(line.letter), who, line.turn === 'us');
}

export interface Clock {
	text: string;
	tone: Tone;
}

/** By when an answer is owed, and how late it is; null: no clock runs. */
export function clockText(line: LetterLine, now: number, words: LetterWords): Clock | null {
	if (!line.due_at) return null;
	const days = line.letter.type === 'referral';
	// A day is owed until its end, which is the beginning of the next.
	const due = days ? textOf(line.letter, 'deadline') : line.due_at;
	const when = days ? due : `${dayOf(due)} ${clockOf(due)}`;
	if (line.late) return { text: days ? words.lateDays(line.late_by ?? 0, when) : words.lateHours(line.late_by ?? 0, when), tone: 'bad' };
	const left = Date.parse(line.due_at) - now;
	return { text: words.owedBy(when), tone: left < 24 * 3600 * 1000 ? 'warn' : 'calm' };
}

/** What is owed first in front, the rest newest first. */
export function byNeed(a: LetterLine, b: LetterLine): number {
	if (a.due_at && b.due_at) return a.due_at < b.due_at ? -1 : a.due_at > b.due_at ? 1 : 0;
	if (a.due_at || b.due_at) return a.due_at ? -1 : 1;
	return a.letter.entered_at < b.letter.entered_at ? 1 : -1;
}

/** A letter nobody answered for yet: it was written on this page. */
export function lineOf({ rec }: Shown): LetterLine {
	return { letter: rec, direction: 'out', turn: 'them', ended: false, late: false, next: [] };
}
