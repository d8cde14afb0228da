// What the pages of the care group share: their words, why a case stands where it
// does, how a drug is taken, who a task is for.
import type { Lexicon } from '../../data/lexicon';
import type { Body, Id, Json, ReviewRow } from '../../data/wire';
import { useOwnWords } from '../../kit/language';
import type { Tone } from '../../kit/parts';
import { careWords } from './words';

export const useCareWords = () => useOwnWords(careWords);
export type CareWords = ReturnType<typeof useCareWords>;

export interface Why {
	code: string;
	text: string;
	tone: Tone;
}

const SAY: { [code: string]: (words: CareWords, value: number, row: ReviewRow, lexicon: Lexicon) => string } = {
	// The level is the assessment's, or that of an open flag where that is higher.
	danger: (words, n, { line }) => ((line.danger ?? 0) >= n ? words.whyDanger(n) : words.whyFlag(n)),
	unstable: (words) => words.whyUnstable,
	overdue: (words, n, { line }, lexicon) => words.whyOverdue(n, line.next_label ? lexicon.text(line.next_label) : ''),
	discharged: (words, n) => words.whyDischarged(n),
	unsteady: (words, _, { line }) => words.whyUnsteady(line.danger || null),
	medication: (words) => words.whyMedication,
	answered: (words, n) => words.whyAnswered(n),
	owed: (words, n) => words.whyOwed(n),
	never: (words) => words.whyNever,
	changed: (words, n) => words.whyChanged(n),
};

const TONES: { [code: string]: Tone } = { danger: 'bad', unstable: 'bad', overdue: 'bad', discharged: 'bad', unsteady: 'warn', medication: 'warn', owed: 'warn' };

/** The reasons of a case in the order of the table; one this program does not know is
 * said to be another. */
export function whysOf(row: ReviewRow, words: CareWords, lexicon: Lexicon): Why[] {
	return row.why.map(({ code, value }) => ({ code, text: SAY[code]?.(words, value, row, lexicon) ?? words.whyOther, tone: TONES[code] ?? 'calm' }));
}

const number = (value: Json | undefined): number | null => (typeof value === 'number' ? value : null);

/** `奥氮平 每日 2 次 每次 10 mg` */
export function drugText(drug: Body, words: CareWords): string {
	const [times, dose, weeks, each] = [number(drug['times']), number(drug['dose_mg']), number(drug['every_weeks']), number(drug['each_mg'])];
	const parts = ['morning_mg', 'noon_mg', 'evening_mg'].map((name) => number(drug[name]));
	const said = [
		typeof drug['drug'] === 'string' ? drug['drug'] : '',
		times !== null && (drug['per'] === 'month' ? words.perMonth(times) : words.perDay(times)),
		dose !== null && words.eachTime(dose),
		parts.some((part) => part !== null) && words.dayParts(...(parts.map((part) => String(part ?? 0)) as [string, string, string])),
		weeks !== null && words.everyWeeks(weeks),
		each !== null && words.eachTime(each),
	];
	return said.filter(Boolean).join(' ');
}

/** Who does a task: the person and their site, or the site. */
export function whoText(lexicon: Lexicon, site: Id | null, assignee: Id | null, words: CareWords): string {
	if (!assignee) return site ? words.wholeSite(lexicon.name(site)) : '';
	return [lexicon.name(assignee), lexicon.siteOf(assignee)].filter(Boolean).join(' · ');
}

/** Writing into a box: keys are letters there. */
export const inBox = (target: EventTarget | null): boolean =>
	target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) || target.role === 'spinbutton');

/** A list to choose from is open; its keys are its own. */
export const listOpen = (target: EventTarget | null): boolean => target instanceof HTMLElement && target.getAttribute('aria-expanded') === 'true';

/** What stands side by side, without what is not there. */
export const beside = (...parts: readonly (string | null | undefined)[]): string => parts.filter(Boolean).join(' · ');
