import { useMemo } from 'react';
import { useOwnWords } from '../../../kit/language';
import { useCaseWords } from '../context';
import { filesWords } from './words';

/** Everybody's words, the case's, and this side's. */
export function useFilesWords() {
	const general = useCaseWords();
	const own = useOwnWords(filesWords);
	return useMemo(() => ({ ...general, ...own }), [general, own]);
}
