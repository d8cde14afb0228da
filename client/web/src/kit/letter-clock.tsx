// By when a letter is owed an answer and how late it is, the same everywhere one is
// shown: days for a referral, hours for a request.
import { useData } from '../data';
import { textAt } from '../data/body';
import { clockOf, dayOf } from '../data/time';
import type { LetterLine } from '../data/wire';
import type { Words } from '../words';
import { useWords } from './language';
import { Chip, type Tone } from './parts';

const DAY_MS = 24 * 3600 * 1000;

/** Null: no clock runs. */
export function clockText(line: LetterLine, now: number, words: Words): { text: string; tone: Tone } | null {
	if (!line.due_at) return null;
	const days = line.letter.type === 'referral';
	// A day is owed until its end, which is the beginning of the next.
	const due = days ? textAt(line.letter, 'deadline') : line.due_at;
	const when = days ? due : `${dayOf(due)} ${clockOf(due)}`;
	if (line.late) return { text: days ? words.lateDays(line.late_by ?? 0, when) : words.lateHours(line.late_by ?? 0, when), tone: 'bad' };
	return { text: words.owedBy(when), tone: Date.parse(line.due_at) - now < DAY_MS ? 'warn' : 'calm' };
}

export function LetterClock({ line }: { line: LetterLine }) {
	const { make } = useData();
	const clock = clockText(line, make.now(), useWords());
	if (!clock) return null;
	return (
		<Chip tone={clock.tone} {...(clock.tone === 'bad' && { icon: 'clock' as const })}>
			{clock.text}
		</Chip>
	);
}
