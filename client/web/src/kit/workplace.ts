// The lexicon in the page's language, for every page below the sign-in.
import { createContext, useContext, useMemo } from 'react';
import type { Reference } from '../data/catalogue';
import { Lexicon } from '../data/lexicon';
import type { Reader } from '../data/wire';
import { useLanguage } from './language';

export interface Workplace {
	lexicon: Lexicon;
	reader: Reader;
	mode: 'central' | 'station';
}

const WorkplaceContext = createContext<Workplace | null>(null);
export const WorkplaceProvider = WorkplaceContext.Provider;

export function useWorkplace(): Workplace {
	const workplace = useContext(WorkplaceContext);
	if (!workplace) throw new Error('useWorkplace outside WorkplaceProvider');
	return workplace;
}

export function useLexiconOf(reference: Reference): Lexicon {
	const { lang, words } = useLanguage();
	return useMemo(() => new Lexicon(reference, lang, words), [reference, lang, words]);
}
