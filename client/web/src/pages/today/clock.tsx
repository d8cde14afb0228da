// How long a letter may still wait for its answer: days for a referral, hours for
// a request.
import { useData } from '../../data';
import { answerBy } from '../../data/letters';
import { daysBetween } from '../../data/time';
import type { Rec } from '../../data/wire';
import { useOwnWords } from '../../kit/language';
import { Chip, type Tone } from '../../kit/parts';
import { todayWords } from './words';

const HOUR_MS = 3600 * 1000;
const ANSWERED: ReadonlySet<string> = new Set(['declined', 'failed', 'returned']);

export function LetterClock({ rec, day }: { rec: Rec; day: string }) {
	const words = useOwnWords(todayWords);
	const { make } = useData();
	const by = answerBy(rec);
	if (!by || ANSWERED.has(String(rec.body['status']))) return null;
	const { text, tone } = by.length > 10 ? hours(by, make.now()) : days(by);
	return (
		<Chip tone={tone} icon="clock">
			{text}
		</Chip>
	);

	function days(until: string): { text: string; tone: Tone } {
		const left = daysBetween(day, until);
		if (left < 0) return { text: words.answerLate(-left), tone: 'bad' };
		if (left === 0) return { text: words.answerToday, tone: 'warn' };
		return { text: words.answerIn(left), tone: left < 3 ? 'warn' : 'calm' };
	}

	function hours(until: string, now: number): { text: string; tone: Tone } {
		const left = (Date.parse(until) - now) / HOUR_MS;
		if (left < 0) return { text: words.answerHoursLate(Math.max(1, Math.floor(-left))), tone: 'bad' };
		return { text: words.answerHours(Math.max(1, Math.floor(left))), tone: left < 4 ? 'warn' : 'calm' };
	}
}
