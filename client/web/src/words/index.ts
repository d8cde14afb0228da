// The dictionary's type is the Chinese file; English must match it key by key
// and parameter by parameter. A missing or a stray key is a compile error.
import type { Lang } from '../data/wire';
import { en } from './en';
import { zh } from './zh';

export type Same<T> = T extends (...args: infer A) => string
	? (...args: A) => string
	: T extends string
		? string
		: { [K in keyof T]: Same<T[K]> };

/** The same words in English: key by key, parameter by parameter. */
export type InEnglish<Z> = { [K in keyof Z]: Same<Z[K]> };

/** A page's own words, both languages side by side. They stand in
 * pages/<page>/words.ts, arrive with the page, and no page but this one needs
 * them; what several pages say is in zh.ts and en.ts. */
export interface OwnWords<Z> {
	zh: Z;
	en: InEnglish<Z>;
}

export function ownWords<const Z extends object>(zh: Z, en: InEnglish<Z>): OwnWords<Z> {
	return { zh, en };
}

export type Words = InEnglish<typeof zh>;

export const dictionary: { [lang in Lang]: Words } = { zh, en };
