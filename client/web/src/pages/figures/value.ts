// Numbers as they are told: with as many places as mean something, hidden ones as
// such, and which of two is the better one.
import type { Figure, FigureAnswer, FigureRow } from '../../data/wire';

type Kind = Pick<Figure, 'type' | 'unit' | 'good'>;

/** Decimals of a value: a count has none, money its fen. */
function places({ type, unit }: Kind): number {
	if (type === 'count' || (type === 'sum' && unit !== 'CNY' && unit !== 'hours')) return 0;
	return unit === 'CNY' ? 2 : 1;
}

function grouped(value: number, decimals: number): string {
	const [whole = '', rest] = Math.abs(value).toFixed(decimals).split('.');
	const text = whole.replace(/\B(?=(\d{3})+$)/g, ',') + (rest ? `.${rest}` : '');
	return value < 0 && Number(text.replace(/,/g, '')) !== 0 ? `−${text}` : text;
}

/** The number that is seen, in the places it is told with. */
export const asTold = (figure: Kind, value: number): number => Number(value.toFixed(places(figure)));

/** Without its unit. */
export const numberText = (figure: Kind, value: number): string => grouped(value, places(figure));

/** What the value is made of: whole where things are counted. */
export const partText = (value: number): string => grouped(value, Number.isInteger(value) ? 0 : 1);

/** Nothing was counted that could be divided by. */
export const isEmpty = (row: FigureRow): boolean => row.hidden === null && row.value === null;
export const isShown = (row: FigureRow): boolean => row.hidden === null && row.value !== null;

/** Shares and means have a part and a whole worth showing, counts and sums have not. */
export const hasParts = ({ type }: Pick<Figure, 'type'>): boolean => type !== 'count' && type !== 'sum';

/** What stands in the place of a number that is not shown; a small share may be small
 * by what it is a part of, so that only a plain count says how small. */
export function hiddenSign(answer: Pick<FigureAnswer, 'below' | 'denominator'>, row: FigureRow): string | null {
	if (row.hidden === null) return null;
	return row.hidden === 'small' && !answer.denominator ? `＜${answer.below}` : '—';
}

/** Above 0: a is better than b; 0 also where neither way is good. */
export function better({ good }: Pick<Figure, 'good'>, a: number, b: number): number {
	if (good === 'none') return 0;
	return good === 'up' ? a - b : b - a;
}

/** The same of the numbers that are seen: what looks the same is neither. */
export const betterAsTold = (figure: Kind, a: number, b: number): number => better(figure, asTold(figure, a), asTold(figure, b));

/** Worst first, or the largest where neither way is good; what is not shown last. */
export function ranked(figure: Pick<Figure, 'good'>, rows: readonly FigureRow[]): FigureRow[] {
	const last = (row: FigureRow) => (isShown(row) ? 0 : row.hidden ? 1 : 2);
	return [...rows].sort((a, b) => {
		if (!isShown(a) || !isShown(b)) return last(a) - last(b);
		return better(figure, a.value!, b.value!) || b.value! - a.value!;
	});
}

/** Sums grow while a period goes on; shares and means may be compared all the same. */
export const growsWithTime = ({ type }: Pick<Figure, 'type'>): boolean => type === 'count' || type === 'sum';

/** A sum of all is no measure for one of them; a share or a mean of all is. */
export const comparable = (figure: Pick<Figure, 'type'>): boolean => !growsWithTime(figure);

/** From 0, or from the smallest when that is below. */
export function range(values: readonly number[]): { low: number; high: number } {
	const low = Math.min(0, ...values);
	const high = Math.max(0, ...values);
	return { low, high: high > low ? high : low + 1 };
}

/** Where a value lies between low and high, in per cent. */
export const along = (value: number, { low, high }: { low: number; high: number }): number => ((value - low) / (high - low)) * 100;
