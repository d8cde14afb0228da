// The five levels of a goal (GAS, −2 … +2): what each means, and when which was reached.
import { asBody } from './body';
import type { Body, Json } from './wire';

/** Best first, as a ladder is read. */
export const LEVELS = [2, 1, 0, -1, -2] as const;

export const levelName = (level: number): string => (level > 0 ? `+${level}` : level < 0 ? `−${-level}` : '0');

export interface Reached {
	level: number;
	on: string;
	note?: string;
}

/** What was written down, in order of the day. */
export function reachedIn(value: Json | undefined): Reached[] {
	if (!Array.isArray(value)) return [];
	const steps = value.filter((one): one is Body => typeof one === 'object' && one !== null && !Array.isArray(one) && typeof one['level'] === 'number');
	return steps
		.map((one) => ({ level: Number(one['level']), on: String(one['on'] ?? ''), ...(typeof one['note'] === 'string' && { note: one['note'] }) }))
		.sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
}

/** The fields of a goal that are rows of levels, each as a line; null for any other. */
export function levelLines(field: string, value: Json): string[] | null {
	if (field === 'reached') return reachedIn(value).map(({ level, on, note }) => [levelName(level), on, note].filter(Boolean).join(' '));
	if (field !== 'levels') return null;
	const texts = asBody(value);
	return LEVELS.filter((level) => texts[level]).map((level) => `${levelName(level)} ${String(texts[level])}`);
}
