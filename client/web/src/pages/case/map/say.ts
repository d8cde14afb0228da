import { useMemo } from 'react';
import { useOwnWords } from '../../../kit/language';
import { useCaseWords } from '../context';
import { mapWords } from './words';

/** Everybody's words, the case's, and this side's. */
export function useMapWords() {
	const general = useCaseWords();
	const own = useOwnWords(mapWords);
	return useMemo(() => ({ ...general, ...own }), [general, own]);
}
