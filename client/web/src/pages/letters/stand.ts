// How a letter stands, in words: who waits for whom.
import type { Shown } from '../../data/casefile';
import { textAt } from '../../data/body';
import type { Lexicon } from '../../data/lexicon';
import { statusOf } from '../../data/letters';
import type { LetterLine } from '../../data/wire';
import { useOwnWords } from '../../kit/language';
import { lettersWords } from './words';

export type LetterWords = ReturnType<typeof useLetterWords>;
export const useLetterWords = () => useOwnWords(lettersWords);

export { textAt as textOf } from '../../data/body';

/** One sentence: who waits for whom. */
export function waitText(line: LetterLine, lexicon: Lexicon, words: LetterWords): string {
	if (line.ended) return words.nobodyWaits;
	const { letter } = line;
	const who = line.turn === 'us' ? words.us : lexicon.name(line.turn_of === 'target' ? textAt(letter, 'to_site') : letter.site);
	return words.waitsFor(statusOf(letter), who, line.turn === 'us');
}

/** A letter nobody answered for yet: it was written on this page. */
export function lineOf({ rec }: Shown): LetterLine {
	return { letter: rec, direction: 'out', turn: 'them', turn_of: 'target', ended: false, late: false, next: [] };
}
