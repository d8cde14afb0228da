// Fixed periods as the centre counts them: 2026, 2026-Q2, 2026-05.
//
// A month is a number, year · 12 + month - 1, so that all else is counting.

export type Grain = 'month' | 'quarter' | 'year';

export interface Period {
	grain: Grain;
	/** Its first month. */
	first: number;
}

export const GRAINS: readonly Grain[] = ['month', 'quarter', 'year'];

const MONTHS: { [grain in Grain]: number } = { month: 1, quarter: 3, year: 12 };
/** How many periods a course over time goes back, the asked one among them. */
const BACK: { [grain in Grain]: number } = { month: 13, quarter: 8, year: 5 };
/** What the centre counts. */
const OLDEST = 1990;
const NEWEST = 2100;

// 年 第 季 度 月
const [YEAR, NO, QUARTER, OF, MONTH] = ['\u5e74', '\u7b2c', '\u5b63', '\u5ea6', '\u6708'];
const TYPED = new RegExp(`^(\\d{4})${YEAR}?(?:[-/.]?(?:Q|${NO})([1-4])(?:${QUARTER}${OF}?)?|[-/.]?(\\d{1,2})${MONTH}?)?$`);

/** As typed: also 2026年, 2026年第2季度, 2026Q2, 2026年5月, 2026/5; null: no period. */
export function readPeriod(typed: string): Period | null {
	const [, year = '', quarter, month] = TYPED.exec(typed.toUpperCase().replace(/\s+/g, '')) ?? [];
	const y = Number(year);
	if (year === '' || y < OLDEST || y > NEWEST) return null;
	if (quarter) return { grain: 'quarter', first: y * 12 + (Number(quarter) - 1) * 3 };
	if (!month) return { grain: 'year', first: y * 12 };
	const m = Number(month);
	return m >= 1 && m <= 12 ? { grain: 'month', first: y * 12 + m - 1 } : null;
}

/** As the centre writes it. */
export function periodText({ grain, first }: Period): string {
	const year = String(Math.floor(first / 12));
	const month = first % 12;
	if (grain === 'year') return year;
	return grain === 'quarter' ? `${year}-Q${month / 3 + 1}` : `${year}-${String(month + 1).padStart(2, '0')}`;
}

/** The period of that length in which a day lies. */
export function periodOf(day: string, grain: Grain): Period {
	const month = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
	return { grain, first: month - (month % MONTHS[grain]) };
}

/** So many of its own length earlier. */
export const earlier = (period: Period, by = 1): Period => ({ ...period, first: period.first - by * MONTHS[period.grain] });

/** Whether a day lies in it, so that it is not over. */
export const goesOn = (period: Period, day: string): boolean => periodOf(day, period.grain).first === period.first;

/** Whether all of it is yet to come. */
export const toCome = (period: Period, day: string): boolean => period.first > periodOf(day, 'month').first;

/** The periods up to that one in a course over time, of its own length or another, as
 * far as they have begun; the centre counts whole years at both ends, so the first and
 * last are asked for. */
export function course(period: Period, grain: Grain, day: string): { from: string; to: string } {
	const last = Math.max(period.first, Math.min(period.first + MONTHS[period.grain] - 1, periodOf(day, 'month').first));
	const end: Period = { grain, first: last - (last % MONTHS[grain]) };
	return { from: periodText(earlier(end, BACK[grain] - 1)), to: periodText(end) };
}
