// Which records of the timeline are asked for. All marks narrow, none widens.
import { dayOf } from '../../data/time';
import type { Shown } from '../../data/casefile';
import type { Id } from '../../data/wire';

/** Days back from today; `all` has no beginning, `own` has two days of its own. */
export const PERIODS = { all: null, month: 30, quarter: 91, year: 365, own: null } as const;
export type Period = keyof typeof PERIODS;

export interface Filter {
	kind: string | null;
	/** Whoever wrote or signed it. */
	person: Id | null;
	period: Period;
	/** Days, of the period `own`; null is open. */
	from: string | null;
	to: string | null;
	unsigned: boolean;
	text: string;
}

export const NO_FILTER: Filter = { kind: null, person: null, period: 'all', from: null, to: null, unsigned: false, text: '' };

export interface Item extends Shown {
	day: string;
	clock: string;
}

const DAY_MS = 86_400_000;

/** The day so many days before another. */
export function daysBefore(day: string, n: number): string {
	return new Date(Date.parse(`${day}T00:00:00Z`) - n * DAY_MS).toISOString().slice(0, 10);
}

function limits({ period, from, to }: Filter, today: string): [string, string] {
	if (period === 'own') return [from ?? '', to ?? '9999'];
	const back = PERIODS[period];
	return [back === null ? '' : daysBefore(today, back), '9999'];
}

/** Every word typed must stand somewhere in what the record shows. */
export function matchesText(typed: string, shown: string): boolean {
	const words = typed.normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean);
	const text = shown.normalize('NFKC').toLowerCase();
	return words.every((word) => text.includes(word));
}

export interface Reading {
	/** All that a record shows, for the search in it. */
	textOf: (item: Item) => string;
	signable: (type: string) => boolean;
	today: string;
}

export function filtered(items: readonly Item[], filter: Filter, { textOf, signable, today }: Reading): Item[] {
	const [from, to] = limits(filter, today);
	return items.filter((item) => {
		const { rec, day } = item;
		if (filter.kind && rec.type !== filter.kind) return false;
		if (filter.person && rec.author !== filter.person && rec.by !== filter.person) return false;
		if (filter.unsigned && !(signable(rec.type) && (rec.state === 'live' || rec.state === 'draft'))) return false;
		if (day < from || day > to) return false;
		return !filter.text.trim() || matchesText(filter.text, textOf(item));
	});
}

/** Who wrote in a case, those with the most records first. */
export function peopleIn(items: readonly Item[]): Id[] {
	const counts = new Map<Id, number>();
	for (const { rec } of items) for (const id of new Set([rec.author, rec.by])) counts.set(id, (counts.get(id) ?? 0) + 1);
	return [...counts].sort((a, b) => b[1] - a[1]).map(([id]) => id);
}

export function countKinds(items: readonly Item[], noOf: (type: string) => number): [string, number][] {
	const counts = new Map<string, number>();
	for (const { rec } of items) counts.set(rec.type, (counts.get(rec.type) ?? 0) + 1);
	return [...counts].sort((a, b) => b[1] - a[1] || noOf(a[0]) - noOf(b[0]));
}

export type Line = { head: string; item?: undefined } | { head?: undefined; item: Item };

/** What lies ahead, the nearest first, under `ahead`; then month by month, the newest first. */
export function linesOf(items: readonly Item[], today: string): Line[] {
	const lines: Line[] = [];
	const ahead = items.filter(({ day }) => day > today).reverse();
	if (ahead.length > 0) lines.push({ head: 'ahead' }, ...ahead.map((item) => ({ item })));
	let month = '';
	for (const item of items) {
		if (item.day > today) continue;
		if (item.day.slice(0, 7) !== month) lines.push({ head: (month = item.day.slice(0, 7)) });
		lines.push({ item });
	}
	return lines;
}

/** The moment of an item: its day, and the clock when it has one. */
export function timed(one: Shown, moment: string, clockOf: (moment: string) => string): Item {
	const hasClock = moment.length > 10;
	return { ...one, day: hasClock ? dayOf(moment) : moment, clock: hasClock ? clockOf(moment) : '' };
}
