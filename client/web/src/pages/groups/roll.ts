// A group's records by what they are: members, sessions, and who was there.
import { numberAt, textAt } from '../../data/body';
import { createChange, type Maker, patchChange, retractChange } from '../../data/change';
import type { Body, Change, Id, Json, Rec, RecordType } from '../../data/wire';

/** Present, absent without a reason, absent for one, or nothing noted. */
export type Mark = 'present' | 'absent' | `absent:${string}` | '';

export interface Noted {
	rec: Rec;
	mark: Mark;
}

export interface Roll {
	members: Rec[];
	sessions: Rec[];
	/** By `session/member`. */
	noted: ReadonlyMap<string, Noted>;
}

export const cellKey = (session: Id, member: Id): string => `${session}/${member}`;

export function markOf(present: Json | undefined, reason: Json | undefined): Mark {
	if (present === true) return 'present';
	return typeof reason === 'string' && reason ? `absent:${reason}` : 'absent';
}

/** Those who stay first, then by the day they joined and by id. */
export function rollOf(records: readonly Rec[]): Roll {
	const live = records.filter((rec) => rec.state !== 'retracted');
	const order = (rec: Rec) => `${textAt(rec, 'left') ? 1 : 0}${textAt(rec, 'joined')}${rec.id}`;
	const noted = new Map<string, Noted>();
	for (const rec of live)
		if (rec.type === 'attendance')
			noted.set(cellKey(textAt(rec, 'session'), textAt(rec, 'participant')), { rec, mark: markOf(rec.body['present'], rec.body['reason']) });
	return {
		members: live.filter((rec) => rec.type === 'participant').sort((a, b) => (order(a) < order(b) ? -1 : 1)),
		sessions: live
			.filter((rec) => rec.type === 'session')
			.sort((a, b) => (numberAt(a, 'number') ?? 0) - (numberAt(b, 'number') ?? 0) || (a.id < b.id ? -1 : 1)),
		noted,
	};
}

/** A member's sheets of an instrument: the first, and the last after it. */
export function sheetsOf(records: readonly Rec[], member: Id, instrument: string): { first: Rec | null; last: Rec | null } {
	const all = records
		.filter((rec) => rec.type === 'group_assessment' && rec.state !== 'retracted' && textAt(rec, 'participant') === member && textAt(rec, 'instrument') === instrument)
		.sort((a, b) => (textAt(a, 'assessed') + a.id < textAt(b, 'assessed') + b.id ? -1 : 1));
	// An instrument may be for the end alone; then there is no first.
	const first = all.find((rec) => textAt(rec, 'timepoint') === 'baseline') ?? all.find((rec) => textAt(rec, 'timepoint') !== 'end') ?? null;
	const later = all.filter((rec) => rec !== first && textAt(rec, 'timepoint') !== 'baseline');
	return { first, last: later[later.length - 1] ?? null };
}

/** What the keys mean, in the order of the digits: 1 present, 0 absent, the
 * rest the reasons as the code list has them. */
export function keysOf(reasons: readonly { code: string; label: string }[]): { key: string; mark: Mark; reason: string | null }[] {
	return [
		{ key: '1', mark: 'present', reason: null },
		{ key: '0', mark: 'absent', reason: null },
		...reasons.slice(0, 8).map(({ code }, place) => ({ key: String(place + 2), mark: `absent:${code}` as Mark, reason: code })),
	];
}

/** A cell that was typed and is not saved yet. What it becomes is settled by then: two
 * windows in which it stands save the same change, which is applied once. */
export interface Typed {
	mark: Mark;
	/** Of the change, and of the record it makes. */
	id: Id;
	rec: Id;
	/** Milliseconds. */
	at: number;
}

export const typedOf = (values: Body): ReadonlyMap<string, Typed> =>
	new Map(Object.entries(values).filter(([, cell]) => typeof cell === 'object' && cell !== null && 'mark' in cell) as unknown as [string, Typed][]);

interface Saving {
	group: Id;
	roll: Roll;
	/** Records of which a change has not arrived. */
	onItsWay: ReadonlySet<Id>;
	attendance: RecordType;
	session: RecordType;
	make: Maker;
	/** Why a note is taken back. */
	mistake: string;
}

/** What is sent of the cells, and which must wait until their like arrived. */
export function changesOf(typed: ReadonlyMap<string, Typed>, { group, roll, onItsWay, attendance, session, make, mistake }: Saving): { changes: Change[]; rest: ReadonlyMap<string, Typed> } {
	const rest = new Map(typed);
	const changes: Change[] = [];
	const held = new Set<Id>();
	for (const [cell, { mark, id, rec, at }] of typed) {
		const [of = '', member = ''] = cell.split('/');
		const standing = roll.noted.get(cell);
		if (standing && onItsWay.has(standing.rec.id)) continue;
		rest.delete(cell);
		if ((standing?.mark ?? '') === mark) continue;
		const own: Maker = { id: () => id, now: () => at };
		if (mark === '') {
			changes.push(retractChange(own, standing!.rec, mistake));
			continue;
		}
		// Whoever notes who was there says that it was held.
		const planned = roll.sessions.find((one) => one.id === of && textAt(one, 'status') === 'planned');
		if (planned && !held.has(of) && !onItsWay.has(of)) {
			held.add(of);
			const change = patchChange(make, session, planned, { ...planned.body, status: 'held' });
			if (change) changes.push(change);
		}
		const said = { present: mark === 'present', ...(mark.startsWith('absent:') && { reason: mark.slice(7) }) };
		if (!standing) changes.push(createChange(own, 'attendance', group, { session: of, participant: member, ...said }, rec));
		else {
			const { reason: _, ...before } = standing.rec.body;
			const change = patchChange(own, attendance, standing.rec, { ...before, ...said });
			if (change) changes.push(change);
		}
	}
	return { changes, rest };
}
