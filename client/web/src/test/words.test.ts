// The two dictionaries against each other, the glossary and the pages.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dictionary, type OwnWords } from '../words';

/** Everybody's words and every page's own (pages/<page>/words.ts). */
const own = Object.values(import.meta.glob<{ [name: string]: OwnWords<object> }>('../pages/**/words.ts', { eager: true })).flatMap((file) =>
	Object.values(file),
);
const all = [dictionary, ...own];

const HAN = /\p{Script=Han}/u;

/** Every sentence of a language, functions called with made-up values. */
function sentences(lang: 'zh' | 'en'): [string, string][] {
	return all.flatMap((one) => Object.entries(one[lang])).flatMap(([key, value]): [string, string][] => {
		if (Array.isArray(value)) return value.map((one): [string, string] => [key, one as string]);
		if (typeof value === 'object') return Object.values(value as object).map((one): [string, string] => [key, String(one)]);
		if (typeof value === 'function') return [[key, (value as (...a: unknown[]) => string)('2', '3', '4')]];
		return [[key, String(value)]];
	});
}

function sources(dir: string): string[] {
	return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
		const path = join(dir, entry.name);
		if (entry.isDirectory()) return ['words', 'test'].includes(entry.name) ? [] : sources(path);
		return /\.tsx?$/.test(entry.name) && entry.name !== 'words.ts' ? [readFileSync(path, 'utf8')] : [];
	});
}

describe('the dictionary', () => {
	const code = sources(join(process.cwd(), 'src')).join('\n');

	it('has no word that no page says', () => {
		const unused = all.flatMap((one) => Object.keys(one.zh)).filter((key) => !new RegExp(`\\.${key}\\b`).test(code));
		expect(unused).toEqual([]);
	});

	it('leaves no English without Chinese, and no Chinese in English', () => {
		const own = ['language', 'product', 'maskKey', 'colon', 'listComma', 'rowComma', 'sexAgeComma', 'writtenBy', 'by', 'at'];
		expect(sentences('en').filter(([key, text]) => HAN.test(text) && key !== 'language')).toEqual([]);
		expect(sentences('zh').filter(([key, text]) => !HAN.test(text) && !own.includes(key) && key !== 'conflictOf')).toEqual([]);
	});

	it('speaks of people as the field does', () => {
		const avoid = /精神病人|疯|案主|管控|病例|案件/;
		expect(sentences('zh').filter(([, text]) => avoid.test(text))).toEqual([]);
	});

	it('is the only place where pages have Chinese or English sentences', () => {
		const markup = sources(join(process.cwd(), 'src', 'pages')).join('\n').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
		expect(markup.match(/\p{Script=Han}+/gu)).toBeNull();
		expect(markup.match(/>\s*[A-Z][a-z]+ [a-z]+[^<{]*</g)).toBeNull();
	});
});

describe('what is typed', () => {
	// A browser writes what stands in a form into its own files, in clear, to bring it
	// back after a crash. It leaves out what is not to be completed.
	it('is never left to the browser’s own memory of forms', () => {
		const tags = sources(join(process.cwd(), 'src', 'pages')).flatMap((code) => code.match(/<(?:form|textarea|input)\s[\s\S]*?(?<!=)>/g) ?? []);
		expect(tags.length).toBeGreaterThan(20);
		const open = tags.filter((tag) => !/autoComplete=|type="(?:radio|checkbox|password|file)"|\.\.\.common|sign-in-form/.test(tag));
		expect(open).toEqual([]);
	});
});
