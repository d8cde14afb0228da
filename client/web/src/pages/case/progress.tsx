// Where a thing saved here is now, in the same words everywhere.
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import type { Where } from '../../data/keep';
import type { Entry, Progress } from '../../data/outbox';
import { useWords } from '../../kit/language';
import { Chip, type Shape, type Tone } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import type { Words } from '../../words';

const LOOKS: { [progress in Progress]: { tone: Tone; icon: Shape; words: (words: Words, where: Where) => string } } = {
	kept: { tone: 'warn', icon: 'clock', words: (words, where) => (where === 'station' ? words.keptAtStation : where === 'computer' ? words.keptOnComputer : words.keptHere) },
	sent: { tone: 'calm', icon: 'sent', words: (words) => words.sent },
	stored: { tone: 'calm', icon: 'computer', words: (words) => words.keptAtStation },
	confirmed: { tone: 'good', icon: 'check', words: (words) => words.confirmed },
	conflict: { tone: 'warn', icon: 'arrows', words: (words) => words.conflictMade },
	refused: { tone: 'bad', icon: 'alert', words: (words) => words.refused },
};

export function ProgressChip({ entry }: { entry: Entry }) {
	const words = useWords();
	const { mode } = useWorkplace();
	const where = useCell(useData().keep.where);
	const look = LOOKS[entry.progress];
	return (
		<Chip tone={look.tone} icon={look.icon}>
			{look.words(words, mode === 'station' ? 'station' : where)}
		</Chip>
	);
}
