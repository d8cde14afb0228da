// Which cases stand on the page of a day, and in what order.
import type { Row } from './search';
import { daysBetween } from './time';
import type { Id } from './wire';

/** So far ahead a person looks in the morning. */
const DAYS_AHEAD = 7;

export type When = 'overdue' | 'today' | 'week';

export interface Owed {
	row: Row;
	/** Negative: so many days late. */
	days: number;
	when: When;
}

/** Of a case of which only a part is shared, what was done may be in the rest: its
 * dates say little. */
export const isPartlySeen = ({ line }: Row): boolean => line.name === null;

/** Everything due within the days ahead: the latest first, of equals who is in
 * more danger; what is only partly seen after what is known. */
export function agenda(rows: readonly Row[], day: string): Owed[] {
	const owed: Owed[] = [];
	for (const row of rows) {
		const { next_due: due } = row.line;
		if (due === null) continue;
		const days = daysBetween(day, due);
		if (days <= DAYS_AHEAD) owed.push({ row, days, when: days < 0 ? 'overdue' : days === 0 ? 'today' : 'week' });
	}
	return owed.sort(
		(a, b) =>
			Number(isPartlySeen(a.row)) - Number(isPartlySeen(b.row)) ||
			a.days - b.days ||
			(b.row.line.danger ?? 0) - (a.row.line.danger ?? 0) ||
			(a.row.nameKey < b.row.nameKey ? -1 : a.row.nameKey > b.row.nameKey ? 1 : 0),
	);
}

export function countWhen(owed: readonly Owed[]): { [when in When]: number } {
	const counts = { overdue: 0, today: 0, week: 0 };
	for (const one of owed) counts[one.when]++;
	return counts;
}

export const managedBy = (owed: readonly Owed[], staff: Id): Owed[] => owed.filter(({ row }) => row.line.manager === staff);
