// Finding a case among ten thousand while a person types.
//
// Each row carries one prepared string; a query is a substring test on it, so
// a keystroke costs a few milliseconds. A separator stands before every place
// a match may start: anywhere in a name or a number, but only at the start of
// a syllable in pinyin, or "an" would find half the district.
import { daysBetween } from './time';
import type { Summary } from './wire';

const START = '\u0001';

export interface Row {
	line: Summary;
	hay: string;
	/** What name order compares: pinyin first, or the name where there is none. */
	nameKey: string;
}

const fold = (text: string): string => text.normalize('NFKC').toLowerCase();

const SYLLABLE = /^(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?(?:[aoevu]|[aeou]i|[aeo]o|[aoeiuv]n|[aeio]ng|er|ou|i[aeou]?|ia[no]|iang|iong|u[aeo]|uai|ua?ng?|ue?n|ve)$/;

/** "ouyangming" whose initials are "oym" → "ouyangming", "yangming", "ming". */
function syllables(word: string, initials: string): string[] {
	if (initials.length < 2) return initials && SYLLABLE.test(word) && word.startsWith(initials) ? [word] : [];
	if (!word.startsWith(initials[0]!)) return [];
	for (let end = Math.min(word.length - 1, 6); end > 0; end--) {
		if (!SYLLABLE.test(word.slice(0, end))) continue;
		const rest = syllables(word.slice(end), initials.slice(1));
		if (rest.length > 0) return [word, ...rest];
	}
	return [];
}

/** Every place a pinyin query may start. Readings stand side by side, divided
 * by spaces; syllables may be divided or not. */
function pinyinStarts(pinyin: string, initials: string): string[] {
	const words = fold(pinyin).split(/[\s'’·-]+/).filter(Boolean);
	const short = fold(initials).split(/\s+/);
	return [
		...words.map((_, i) => words.slice(i).join('')),
		...words.flatMap((word, i) => syllables(word, short[i] ?? short[0] ?? '').slice(1)),
	];
}

export function row(line: Summary): Row {
	const name = fold(line.name ?? '');
	const initials = fold(line.initials ?? '').split(/\s+/);
	const starts = [
		...pinyinStarts(line.pinyin ?? '', line.initials ?? ''),
		...initials.flatMap((letters) => Array.from(letters, (_, i) => letters.slice(i))),
		...Array.from(name, (_, i) => name.slice(i)),
	];
	const number = fold(line.number ?? '');
	return {
		line,
		hay: START + starts.join(START) + START + number.split('').map((_, i) => number.slice(i)).join(START),
		nameKey: `${line.pinyin ? fold(line.pinyin) : '\uffff'}${name}`,
	};
}

/** Every word of the query must match, in any order. */
export function matcher(query: string): (row: Row) => boolean {
	const words = fold(query).split(/[\s'’]+/).filter(Boolean).map((word) => START + word);
	return ({ hay }) => words.every((word) => hay.includes(word));
}

export type Due = 'overdue' | 'week' | 'none';
export type Order = 'due' | 'name' | 'number' | 'danger' | 'contact' | 'programme' | 'phase' | 'manager';

export interface Wanted {
	query: string;
	programme: string;
	phase: string;
	due: Due | '';
	mine: boolean;
	order: Order;
	down: boolean;
}

export const EVERYTHING: Wanted = {
	query: '',
	programme: '',
	phase: '',
	due: '',
	mine: false,
	order: 'due',
	down: false,
};

function dueMatches(due: Due | '', line: Summary, today: string): boolean {
	if (due === '') return true;
	if (line.next_due === null) return due === 'none';
	const days = daysBetween(today, line.next_due);
	if (due === 'overdue') return days < 0;
	return due === 'week' && days >= 0 && days <= 7;
}

const STABILITY = ['stable', 'basically_stable', 'unstable'];

/** Danger first, then stability: one comparable number, higher is worse. */
const worry = (line: Summary): number => (line.danger ?? -1) * 4 + STABILITY.indexOf(line.stability ?? '') + 1;

/** The place of each code in its list, for orders that follow a list. */
export interface Ranks {
	programme: ReadonlyMap<string, number>;
	phase: ReadonlyMap<string, number>;
}

type Key = string | number | null;

/** What an order compares; null sorts last whichever way the order runs. */
const KEYS: { [order in Order]: (row: Row, ranks: Ranks) => Key } = {
	due: ({ line }) => line.next_due,
	name: ({ nameKey }) => nameKey,
	number: ({ line }) => line.number,
	danger: ({ line }) => -worry(line),
	contact: ({ line }) => line.last_contact,
	programme: ({ line }, { programme }) => programme.get(line.programme ?? '') ?? null,
	phase: ({ line }, { phase }) => phase.get(line.phase ?? '') ?? null,
	manager: ({ line }) => line.manager_name,
};

/** What decides which lines are shown besides the person's own wishes. */
export interface Setting {
	today: string;
	reader: string;
	ranks: Ranks;
}

/** Every order asked for of a list, kept with it: filters then only leave out, and
 * going back to an order costs nothing. */
interface Kept {
	ranks: Ranks;
	lists: Map<string, readonly Row[]>;
}
const kept = new WeakMap<readonly Row[], Kept>();

/** Ties keep the order of names, which therefore comes first; the sort is stable. */
function inOrder(rows: readonly Row[], order: Order, down: boolean, ranks: Ranks): readonly Row[] {
	let held = kept.get(rows);
	if (held?.ranks !== ranks) kept.set(rows, (held = { ranks, lists: new Map() }));
	const name = `${order} ${down}`;
	const known = held.lists.get(name);
	if (known) return known;
	const list = sorted(order === 'name' && !down ? rows : inOrder(rows, 'name', false, ranks), KEYS[order], down ? -1 : 1, ranks);
	held.lists.set(name, list);
	return list;
}

function sorted(rows: readonly Row[], keyOf: (row: Row, ranks: Ranks) => Key, sign: number, ranks: Ranks): Row[] {
	return rows
		.map((row) => ({ row, key: keyOf(row, ranks) }))
		.sort((a, b) => {
			if (a.key === b.key) return 0;
			if (a.key === null) return 1;
			if (b.key === null) return -1;
			return a.key < b.key ? -sign : sign;
		})
		.map(({ row }) => row);
}

/** The rows a person asked for, in their order; ties keep the name order. */
export function pick(rows: readonly Row[], wanted: Wanted, { today, reader, ranks }: Setting): Row[] {
	const found = matcher(wanted.query);
	return inOrder(rows, wanted.order, wanted.down, ranks).filter(
		(row) =>
			(wanted.programme === '' || row.line.programme === wanted.programme) &&
			(wanted.phase === '' || row.line.phase === wanted.phase) &&
			(!wanted.mine || row.line.manager === reader) &&
			dueMatches(wanted.due, row.line, today) &&
			found(row),
	);
}
