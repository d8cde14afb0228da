// A person's sex and age as lists and face sheets show them.
import type { Lexicon } from '../data/lexicon';
import { ageOn } from '../data/time';
import type { Words } from '../words';

export function ageText(birth: string | null, day: string, words: Words): string {
	const age = birth ? ageOn(day, birth) : null;
	if (!age) return '';
	return age.months === null ? words.years(age.years) : words.yearsMonths(age.years, age.months % 12);
}

export function sexAge(sex: string | null, birth: string | null, day: string, lexicon: Lexicon, words: Words): string {
	return [lexicon.code('sex', sex), ageText(birth, day, words)].filter(Boolean).join(words.sexAgeComma);
}
