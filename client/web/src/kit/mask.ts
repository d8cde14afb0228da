// Hiding who a record is about while others can see the screen.
import { useMemo } from 'react';
import { useData } from '../data';
import { textAt } from '../data/body';
import { useCell } from '../data/cell';
import type { Rec } from '../data/wire';

export interface Mask {
	on: boolean;
	name: (name: string) => string;
	/** Telephone and document numbers, addresses; and free text where nobody knows the
	 * names that may stand in it: hidden altogether. */
	detail: (text: string) => string;
	/** Free text: the names known in the case are hidden wherever they stand. */
	prose: (text: string) => string;
}

/** 王小明 → 王**: at most two stars, so that a long name is not known by its length. */
export function maskName(name: string): string {
	const [first = '', ...rest] = name.trim();
	return first + '*'.repeat(Math.min(rest.length, 2));
}

export function makeMask(on: boolean, names: readonly string[]): Mask {
	if (!on) return { on, name: same, detail: same, prose: same };
	const known = names.filter((name) => name.length > 1).sort((a, b) => b.length - a.length);
	return {
		on,
		name: maskName,
		detail: (text) => (text ? '***' : ''),
		prose: (text) => known.reduce((so, name) => so.split(name).join(maskName(name)), text),
	};
}

const same = (text: string): string => text;

/** The names a case's records hold: the client's, the family's. */
export function namesIn(records: readonly Rec[]): string[] {
	return records
		.filter((rec) => rec.type === 'person' || rec.type === 'relation')
		.map((rec) => textAt(rec, 'name'))
		.concat(records.filter((rec) => rec.type === 'consent').map((rec) => textAt(rec, 'given_by')))
		.filter(Boolean);
}

const NO_RECORDS: readonly Rec[] = [];

export function useMask(records: readonly Rec[] = NO_RECORDS): Mask {
	const on = useCell(useData().masked);
	return useMemo(() => makeMask(on, namesIn(records)), [on, records]);
}
