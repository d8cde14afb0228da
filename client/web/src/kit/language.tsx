// The language of the page: one choice per person, switched at once.
//
// It is kept in a cookie that says zh or en and nothing else, so that the next
// sign-in on this computer opens in it.
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import type { Lang } from '../data/wire';
import { dictionary, type InEnglish, type OwnWords, type Words } from '../words';

interface Language {
	lang: Lang;
	words: Words;
	change: (lang: Lang) => void;
}

const LanguageContext = createContext<Language | null>(null);

const COOKIE = 'lang';
const YEAR_S = 365 * 24 * 3600;

function remembered(): Lang {
	return document.cookie.split('; ').includes(`${COOKIE}=en`) ? 'en' : 'zh';
}

function remember(lang: Lang): void {
	const secure = window.location.protocol === 'https:' ? '; Secure' : '';
	document.cookie = `${COOKIE}=${lang}; Path=/; Max-Age=${YEAR_S}; SameSite=Strict${secure}`;
}

export const tag = (lang: Lang): string => (lang === 'zh' ? 'zh-CN' : 'en');

export function LanguageProvider({ children }: { children: ReactNode }) {
	const [lang, setLang] = useState(remembered);
	useEffect(() => {
		document.documentElement.lang = tag(lang);
	}, [lang]);
	const value = useMemo(() => {
		const change = (next: Lang) => {
			remember(next);
			setLang(next);
		};
		return { lang, words: dictionary[lang], change };
	}, [lang]);
	return <LanguageContext value={value}>{children}</LanguageContext>;
}

export function useLanguage(): Language {
	const language = useContext(LanguageContext);
	if (!language) throw new Error('useLanguage outside LanguageProvider');
	return language;
}

export const useWords = (): Words => useLanguage().words;

/** Everybody's words and the page's own: `const words = useOwnWords(todayWords)`. */
export function useOwnWords<Z extends object>(own: OwnWords<Z>): Words & InEnglish<Z> {
	return together(own, useLanguage().lang);
}

/** Put together once; a page of a thousand parts asks a thousand times. */
const made = new WeakMap<object, { [lang in Lang]?: object }>();

function together<Z extends object>(own: OwnWords<Z>, lang: Lang): Words & InEnglish<Z> {
	const known = made.get(own) ?? {};
	made.set(own, known);
	known[lang] ??= { ...dictionary[lang], ...(own[lang] as object) };
	return known[lang] as Words & InEnglish<Z>;
}
