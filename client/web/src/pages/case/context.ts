// The case at hand, for the parts of its page, and what they say.
import { createContext, useContext } from 'react';
import type { CaseFile } from '../../data/casefile';
import type { Lexicon } from '../../data/lexicon';
import type { Rec } from '../../data/wire';
import { useOwnWords } from '../../kit/language';
import type { Mask } from '../../kit/mask';
import type { CasePart } from '../../route';
import { caseWords } from './words';

interface CaseAtHand {
	doc: CaseFile;
	/** The side of the case that is open. */
	part: CasePart;
	/** With this page's own changes laid over. */
	records: readonly Rec[];
	/** Knows the case's records besides the directory. */
	lexicon: Lexicon;
	mask: Mask;
}

export const CaseContext = createContext<CaseAtHand | null>(null);

export function useCase(): CaseAtHand {
	const at = useContext(CaseContext);
	if (!at) throw new Error('useCase outside a case');
	return at;
}

export const useCaseWords = () => useOwnWords(caseWords);
export type CaseWords = ReturnType<typeof useCaseWords>;
