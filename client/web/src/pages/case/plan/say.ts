import { useMemo } from 'react';
import { useOwnWords } from '../../../kit/language';
import { useCaseWords } from '../context';
import { planWords } from './words';

/** Everybody's words, the case's, and this side's. */
export function usePlanWords() {
	const general = useCaseWords();
	const own = useOwnWords(planWords);
	return useMemo(() => ({ ...general, ...own }), [general, own]);
}
