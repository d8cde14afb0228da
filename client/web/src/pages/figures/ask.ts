// What the page looks at, and the answers that belong to it.
import { useEffect, useReducer } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import type { Answered, FigureAsk } from '../../data/figures';
import type { Figure, FigureAnswer, FigureRow } from '../../data/wire';
import type { FigureView } from '../../route';
import { course, earlier, type Grain, type Period, periodText } from './period';

/** The look as the page made it out of the address. */
export interface Look {
	view: FigureView;
	period: Period;
	/** What the period is held against. */
	before: Period | null;
	/** The period is not over. */
	soFar: boolean;
	/** Today. */
	day: string;
}

export type Compare = 'before' | 'year' | 'nothing';

export function beforeOf(period: Period, compare: Compare): Period | null {
	if (compare === 'nothing') return null;
	const years: { [grain in Grain]: number } = { month: 12, quarter: 4, year: 1 };
	return earlier(period, compare === 'year' ? years[period.grain] : 1);
}

/** What a site or a programme is in the address. */
export const dimOf = (only: string): 'site' | 'programme' => (/^[0-9a-f]{8}-/.test(only) ? 'site' : 'programme');

/** One question, of the whole course over time that ends with the period. */
export function askOf(figure: Figure, { view, period, day }: Look, by: string | null, grain: Grain = period.grain): FigureAsk {
	const own = by && figure.by.includes(by) ? by : null;
	if (figure.when === 'today') return { id: figure.id, by: own ?? undefined, outside: view.outside };
	return { id: figure.id, ...course(period, grain, day), by: own ? `${grain},${own}` : grain, outside: view.outside };
}

/** The answers to some questions, as they come. */
export function useAnswers(asks: readonly FigureAsk[]): readonly Answered<FigureAnswer>[] {
	const { figures } = useData();
	const [, again] = useReducer((n: number) => n + 1, 0);
	const renewed = useCell(figures.renewed);
	const key = JSON.stringify(asks);
	useEffect(() => {
		const all = JSON.parse(key) as FigureAsk[];
		const ends = all.map((ask) => figures.answer(ask).watch(again));
		for (const ask of all) void figures.load(ask);
		return () => ends.forEach((end) => end());
	}, [figures, key, renewed]);
	return asks.map((ask) => figures.answer(ask).get());
}

const inPeriod = (answer: FigureAnswer, period: Period | null) => (row: FigureRow): boolean =>
	answer.when === 'today' ? row.period === null : period !== null && row.period === periodText(period);

/** The rows of a period, or of today. */
export const rowsOf = (answer: FigureAnswer, period: Period | null): FigureRow[] => answer.rows.filter(inPeriod(answer, period));
export const totalOf = (answer: FigureAnswer, period: Period | null): FigureRow | undefined => answer.totals.find(inPeriod(answer, period));
export const rowOf = (answer: FigureAnswer, period: Period | null, key: string | null): FigureRow | undefined =>
	key === null ? totalOf(answer, period) : rowsOf(answer, period).find((row) => row.key === key);
