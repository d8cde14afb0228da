// The dictionary's type is the Chinese file; English must match it key by key
// and parameter by parameter. A missing or a stray key is a compile error.
import type { Lang } from '../data/wire';
import { en } from './en';
import { zh } from './zh';

type Same<T> = T extends (...args: infer A) => string
	? (...args: A) => string
	: T extends string
		? string
		: { [K in keyof T]: Same<T[K]> };

export type Words = { [K in keyof typeof zh]: Same<(typeof zh)[K]> };

export const dictionary: { [lang in Lang]: Words } = { zh, en };
