import { useMemo } from 'react';
import { useOwnWords } from '../../../kit/language';
import { useCaseWords } from '../context';
import { peopleWords } from './words';

/** Everybody's words, the case's, and this side's. */
export function usePeopleWords() {
	const general = useCaseWords();
	const own = useOwnWords(peopleWords);
	return useMemo(() => ({ ...general, ...own }), [general, own]);
}
