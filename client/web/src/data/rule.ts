// Conditions of forms (docs/packs.md "Conditions"), so that a question appears the
// moment an answer calls for it, also while no server is in reach.
//
// The centre and the station judge every response by their own code (proto/rule.c)
// before they keep it; this decides only what is shown. What is not known is
// neither true nor false: three answers, Kleene's strong logic.
import { same } from './change';
import type { Json } from './wire';

export type Truth = 'yes' | 'no' | 'unsure';
export type Facts = { [name: string]: Json };

type Condition = { [word: string]: Json };

const object = (value: Json | undefined): Condition | null =>
	value && typeof value === 'object' && !Array.isArray(value) ? value : null;

export function factAt(facts: Facts, path: string): Json | null {
	let at: Json | undefined = facts;
	for (const part of path.split('.')) at = object(at)?.[part];
	return at ?? null;
}

const hasValue = (value: Json | null): boolean => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
/** An empty set has no value, but it is known to have nothing in it. */
const isKnown = (value: Json | null): boolean => hasValue(value) || Array.isArray(value);
const truth = (holds: boolean): Truth => (holds ? 'yes' : 'no');
const opposite = (one: Truth): Truth => (one === 'unsure' ? one : truth(one === 'no'));

const oneOf = (value: Json, wanted: Json): boolean => (Array.isArray(wanted) ? wanted.some((one) => same(value, one)) : same(value, wanted));
const hasOne = (value: Json, wanted: Json): boolean => Array.isArray(value) && value.some((one) => oneOf(one, wanted));

const TIME = /^\d{4}-\d{2}-\d{2}T/;

/** Where a stands to b; null when nobody knows: 2020 and 2020-05-01. */
function order(a: Json, b: Json): number | 'none' | null {
	if (typeof a === 'number' && typeof b === 'number') return Math.sign(a - b);
	if (typeof a !== 'string' || typeof b !== 'string') return 'none';
	if (TIME.test(a) && TIME.test(b)) return Math.sign(Date.parse(a) - Date.parse(b));
	if (a.length !== b.length && (a.startsWith(b) || b.startsWith(a))) return null;
	return a < b ? -1 : a > b ? 1 : 0;
}

const ordered =
	(holds: (sign: number) => boolean) =>
	(value: Json, wanted: Json): Truth => {
		const sign = order(value, wanted);
		return sign === null ? 'unsure' : sign === 'none' ? 'no' : truth(holds(sign));
	};

const TESTS: { [word: string]: (value: Json, wanted: Json) => Truth } = {
	ge: ordered((sign) => sign >= 0),
	gt: ordered((sign) => sign > 0),
	le: ordered((sign) => sign <= 0),
	lt: ordered((sign) => sign < 0),
	is: (value, wanted) => truth(oneOf(value, wanted)),
	has: (value, wanted) => truth(hasOne(value, wanted)),
};
/** With `count`, ge says how many and tests nothing. */
const COUNT_TESTS = ['is', 'has'];

const operand = (wanted: Json, facts: Facts): Json | null => {
	const other = object(wanted)?.['field'];
	return typeof other === 'string' ? factAt(facts, other) : wanted;
};

function holdsOf(value: Json | null, cond: Condition, facts: Facts, words: readonly string[]): Truth {
	const { present } = cond;
	if (present !== undefined && (present === true) !== hasValue(value)) return 'no';
	const tested = words.filter((word) => cond[word] !== undefined);
	let all: Truth = tested.length > 0 || present !== undefined ? 'yes' : 'no';
	for (const word of tested) {
		const than = operand(cond[word]!, facts);
		const one = isKnown(value) && isKnown(than) ? TESTS[word]!(value!, than!) : 'unsure';
		if (one === 'no') return 'no';
		if (one === 'unsure') all = 'unsure';
	}
	return all;
}

const list = (value: Json | undefined): Json[] | null => (Array.isArray(value) ? value : null);

export function holds(condition: Json | undefined, facts: Facts): Truth {
	if (condition === undefined || condition === null) return 'yes';
	const cond = object(condition);
	if (!cond) return 'no';
	if (typeof cond['field'] === 'string') return holdsOf(factAt(facts, cond['field']), cond, facts, Object.keys(TESTS));
	const [count, all, any] = [list(cond['count']), list(cond['all']), list(cond['any'])];
	if (count) return holdsCount(count, cond, facts);
	if (all) return combined(all, facts, 'no', 'yes');
	if (any) return combined(any, facts, 'yes', 'no');
	return cond['not'] === undefined ? 'no' : opposite(holds(cond['not'], facts));
}

/** One part that says `decides` decides; else the rest says `otherwise`, or is unsure. */
function combined(parts: readonly Json[], facts: Facts, decides: Truth, otherwise: Truth): Truth {
	const each = parts.map((part) => holds(part, facts));
	if (each.includes(decides)) return decides;
	return each.includes('unsure') ? 'unsure' : otherwise;
}

function holdsCount(names: readonly Json[], cond: Condition, facts: Facts): Truth {
	const least = typeof cond['ge'] === 'number' ? cond['ge'] : 1;
	const each = names.map((name) => holdsOf(factAt(facts, String(name)), cond, facts, COUNT_TESTS));
	const yes = each.filter((one) => one === 'yes').length;
	if (yes >= least) return 'yes';
	return yes + each.filter((one) => one === 'unsure').length >= least ? 'unsure' : 'no';
}

/** The fields whose absence leaves a condition unsure. */
export function missing(condition: Json | undefined, facts: Facts): string[] {
	if (holds(condition, facts) !== 'unsure') return [];
	const cond = object(condition)!;
	const own = typeof cond['field'] === 'string' ? [cond['field']] : (list(cond['count']) ?? []).map(String);
	const others = own.length > 0 ? Object.keys(TESTS).map((word) => object(cond[word])?.['field']) : [];
	const parts = list(cond['all']) ?? list(cond['any']) ?? (cond['not'] === undefined ? [] : [cond['not']]);
	const named = [...own, ...others.filter((one): one is string => typeof one === 'string')];
	return [...new Set([...named.filter((name) => !isKnown(factAt(facts, name))), ...parts.flatMap((part) => missing(part, facts))])];
}
