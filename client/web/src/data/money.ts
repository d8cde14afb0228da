// Money: records hold whole fen, people read and type yuan.
import type { Field, Json } from './wire';

const YUAN = /^(\d+)(?:\.(\d{1,2}))?$/;

export const isMoney = (field: Field): boolean => field.unit === 'fen';

/** `123450` → `1234.50`; whole yuan without the point. */
export function yuanOf(fen: number): string {
	const [whole, part] = [Math.floor(fen / 100), fen % 100];
	return part === 0 ? String(whole) : `${whole}.${String(part).padStart(2, '0')}`;
}

/** Null when it is no amount: digits, and at most two after the point. A comma
 * may stand where thousands part. */
export function fenOf(yuan: string): number | null {
	const bare = /^\d{1,3}(,\d{3})+(\.|$)/.test(yuan) ? yuan.replaceAll(',', '') : yuan;
	const [, whole, part = ''] = YUAN.exec(bare) ?? [];
	if (whole === undefined) return null;
	const fen = Number(whole + part.padEnd(2, '0'));
	return Number.isSafeInteger(fen) ? fen : null;
}

/** What stands in the box: a number is the record's fen, a text what was typed. */
export const typedYuan = (value: Json): string =>
	typeof value === 'number' ? yuanOf(value) : value === null ? '' : String(value);
