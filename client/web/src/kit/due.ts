// How late, in words: the same everywhere a due date is shown.
import { daysBetween } from '../data/time';
import type { Words } from '../words';
import type { Tone } from './parts';

/** Nearer than this is worth a glance. */
const SOON_DAYS = 7;

export interface DueText {
	text: string;
	tone: Tone;
}

export function dueText(due: string, today: string, words: Words): DueText {
	const days = daysBetween(today, due);
	if (days < 0) return { text: words.overdueBy(-days), tone: 'bad' };
	if (days === 0) return { text: words.dueToday, tone: 'warn' };
	if (days === 1) return { text: words.dueTomorrow, tone: 'warn' };
	return { text: words.dueIn(days), tone: days <= SOON_DAYS ? 'warn' : 'calm' };
}
