// The sheets of a case, put together where they can be compared: one instrument,
// one person, one who answered, one way of scoring.
import { textAt } from '../../../data/body';
import type { Sheet } from '../../../data/scores';
import type { Id, Rec } from '../../../data/wire';

export interface Series {
	key: string;
	instrument: string;
	variant: string;
	subject: Id | null;
	respondent: string;
	/** The oldest first. */
	sheets: Rec[];
}

export function sheetOf({ body }: Pick<Rec, 'body'>): Sheet {
	const { instrument, variant, version, answers } = body;
	return {
		instrument: String(instrument ?? ''),
		answers: answers ?? null,
		...(typeof variant === 'string' && variant && { variant }),
		...(typeof version === 'string' && version && { version }),
	};
}

/** In order of the sheet used last. */
export function seriesOf(records: readonly Rec[]): Series[] {
	const all = new Map<string, Series>();
	for (const rec of records) {
		if (rec.type !== 'assessment' || rec.state === 'retracted') continue;
		const [instrument, variant, version, subject, respondent] = ['instrument', 'variant', 'version', 'subject', 'respondent'].map((name) => textAt(rec, name)) as [string, string, string, string, string];
		const key = [instrument, variant, version, subject, respondent].join('/');
		const series = all.get(key) ?? { key, instrument, variant, subject: subject || null, respondent, sheets: [] };
		series.sheets.push(rec);
		all.set(key, series);
	}
	const last = (series: Series): string => textAt(series.sheets[series.sheets.length - 1]!, 'assessed');
	for (const { sheets } of all.values()) sheets.sort((a, b) => (textAt(a, 'assessed') < textAt(b, 'assessed') ? -1 : textAt(a, 'assessed') > textAt(b, 'assessed') ? 1 : a.id < b.id ? -1 : 1));
	return [...all.values()].sort((a, b) => (last(a) < last(b) ? 1 : -1));
}

/** The sheet a new one is compared with: the newest that is not of a later day. */
export function sheetBefore(series: Series | undefined, day: string, but: Id | null): Rec | undefined {
	return series?.sheets.filter((rec) => rec.id !== but && textAt(rec, 'assessed') <= day).pop();
}
