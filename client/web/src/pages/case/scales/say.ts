import { useMemo } from 'react';
import { useOwnWords } from '../../../kit/language';
import { useCaseWords } from '../context';
import { scalesWords } from './words';

/** Everybody's words, the case's, and this side's. */
export function useScalesWords() {
	const general = useCaseWords();
	const own = useOwnWords(scalesWords);
	return useMemo(() => ({ ...general, ...own }), [general, own]);
}
