// Numbers, periods and names of the figures in the page's language.
import type { Figure, FigureAnswer, FigureRow, Label } from '../../data/wire';
import type { InEnglish, Words } from '../../words';
import { useLanguage, useOwnWords } from '../../kit/language';
import { useWorkplace } from '../../kit/workplace';
import { type Period, periodText } from './period';
import { hiddenSign, numberText } from './value';
import { figureWords } from './words';

export type FigureWords = Words & InEnglish<(typeof figureWords)['zh']>;

export const useFigureWords = (): FigureWords => useOwnWords(figureWords);

/** A word of a list in the dictionary, or the code itself where it is not known. */
const listed = (list: object, code: string): string => (list as { [code: string]: string })[code] ?? code;

export interface Say {
	words: FigureWords;
	name: (figure: Pick<Figure, 'name'>) => string;
	label: (label: Label) => string;
	definition: (figure: Pick<Figure, 'definition'>) => string;
	topic: (figure: Figure) => string;
	dim: (by: string) => string;
	unit: (figure: Pick<Figure, 'unit_name'>) => string;
	/** With the unit, as a number stands in a sentence. */
	number: (figure: Pick<Figure, 'type' | 'unit' | 'unit_name' | 'good'>, value: number) => string;
	period: (period: Period) => string;
	/** The same below a chart: its part of the year, and the year beneath. */
	tick: (period: Period) => { part: string; year: string };
	/** What a row is. */
	key: (answer: Pick<FigureAnswer, 'labels'>, key: string) => string;
	/** Of whom the totals are: the district, or the one site that is given its own. */
	whole: (answer: Pick<FigureAnswer, 'scope'>) => string;
	/** The same as the name of a row. */
	wholeName: (answer: Pick<FigureAnswer, 'scope'>) => string;
	records: (records: string) => string;
	/** What stands for a number that cannot be told. */
	sign: (answer: Pick<FigureAnswer, 'below' | 'denominator'>, row: FigureRow) => string;
}

export function useSay(): Say {
	const words = useFigureWords();
	const { lang } = useLanguage();
	const { lexicon } = useWorkplace();
	const unit: Say['unit'] = (figure) => figure.unit_name[lang];
	const period = (one: Period): string => {
		const text = periodText(one);
		if (one.grain === 'year') return words.yearIs(text);
		const [year = '', part = ''] = text.split('-');
		return one.grain === 'quarter' ? words.quarterIs(year, part.slice(1)) : words.monthIs(year, String(Number(part)));
	};
	const tick: Say['tick'] = (one) => {
		const [year = '', part = ''] = periodText(one).split('-');
		if (one.grain === 'year') return { part: words.yearIs(year), year: '' };
		return { part: one.grain === 'quarter' ? words.quarterTick(part.slice(1)) : words.monthTick(String(Number(part))), year: words.yearIs(year) };
	};
	return {
		words,
		unit,
		period,
		tick,
		name: (figure) => figure.name[lang],
		label: (label) => label[lang],
		definition: (figure) => figure.definition[lang],
		topic: (figure) => words.topics[(figure.topic ?? '') as keyof typeof words.topics] ?? words.topics.other,
		dim: (by) => listed(words.dims, by),
		number: (figure, value) => `${numberText(figure, value)} ${unit(figure)}`,
		key: (answer, key) => answer.labels[key]?.[lang] || key || words.notStated,
		whole: ({ scope }) => words.wholes[scope],
		wholeName: ({ scope }) => (scope === 'district' ? words.district : words.lineOfOwn),
		records: (records) =>
			records
				.split(' ')
				.map((type) => (type in words.shadow ? listed(words.shadow, type) : lexicon.typeLabel(type)))
				.join(words.listComma),
		sign: (answer, row) => hiddenSign(answer, row) ?? words.nothingCounted,
	};
}
