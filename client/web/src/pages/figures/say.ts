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
	unit: (figure: Pick<Figure, 'unit'>) => string;
	/** With the unit, as a number stands in a sentence. */
	number: (figure: Pick<Figure, 'type' | 'unit' | 'good'>, value: number) => string;
	period: (period: Period) => string;
	/** What a row is. */
	key: (answer: Pick<FigureAnswer, 'labels'>, key: string) => string;
	records: (records: string) => string;
	/** What stands for a number that cannot be told. */
	sign: (answer: Pick<FigureAnswer, 'below' | 'denominator'>, row: FigureRow) => string;
}

export function useSay(): Say {
	const words = useFigureWords();
	const { lang } = useLanguage();
	const { lexicon } = useWorkplace();
	const unit: Say['unit'] = (figure) => (figure.unit === '%' ? '%' : listed(words.units, figure.unit));
	const period = (one: Period): string => {
		const text = periodText(one);
		if (one.grain === 'year') return words.yearIs(text);
		const [year = '', part = ''] = text.split('-');
		return one.grain === 'quarter' ? words.quarterIs(year, part.slice(1)) : words.monthIs(year, String(Number(part)));
	};
	return {
		words,
		unit,
		period,
		name: (figure) => figure.name[lang],
		label: (label) => label[lang],
		definition: (figure) => figure.definition[lang],
		topic: (figure) => words.topics[(figure.topic ?? '') as keyof typeof words.topics] ?? words.topics.other,
		dim: (by) => listed(words.dims, by),
		number: (figure, value) => `${numberText(figure, value)} ${unit(figure)}`,
		key: (answer, key) => answer.labels[key]?.[lang] || key || words.notStated,
		records: (records) =>
			records
				.split(' ')
				.map((type) => (type in words.shadow ? listed(words.shadow, type) : lexicon.typeLabel(type)))
				.join(words.listComma),
		sign: (answer, row) => hiddenSign(answer, row) ?? words.nothingCounted,
	};
}
