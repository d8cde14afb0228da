// Who was there: members down, sessions across, a key for each state. What is
// typed is kept as a draft and saved when the keys rest; a cell on its way is
// left alone until it has arrived.
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import { draftKey } from '../../data/drafts';
import { isSettled } from '../../data/outbox';
import { dayOf } from '../../data/time';
import type { Body, Rec } from '../../data/wire';
import { useAnnounce } from '../../kit/announce';
import { Button, Chip } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import { mayCreate } from '../case/may';
import { useCase } from '../case/context';
import { textAt } from '../../data/body';
import { cellKey, changesOf, keysOf, type Mark, type Roll, type Typed, typedOf } from './roll';
import { useGroupWords } from './say';

const REST_MS = 800;
const SIGNS: { [mark: string]: string } = { present: '●', absent: '○', '': '·' };

interface GridProps {
	roll: Roll;
	nameOf: (member: Rec) => string;
	/** Sessions one must have been at to complete; 0: nothing is said. */
	needed: number;
}

export function AttendanceGrid({ roll, nameOf, needed }: GridProps) {
	const { make } = useData();
	const words = useGroupWords();
	const announce = useAnnounce();
	const { lexicon, reader } = useWorkplace();
	const { members, sessions } = roll;
	const reasons = lexicon.codes('absence_reason');
	const keys = useMemo(() => keysOf(reasons), [reasons]);
	const { typed, set } = useTyped(roll);
	const [at, setAt] = useState({ row: 0, column: 0 });
	const table = useRef<HTMLTableElement>(null);
	const writable = mayCreate('attendance', reader);
	const now = make.now();

	const markAt = (session: Rec, member: Rec): Mark => {
		const key = cellKey(session.id, member.id);
		return typed.get(key)?.mark ?? roll.noted.get(key)?.mark ?? '';
	};
	const said = (mark: Mark): string =>
		mark === '' ? words.notNoted : mark === 'present' ? words.present : mark === 'absent' ? words.absent : lexicon.code('absence_reason', mark.slice(7));
	// Nobody was at what has not been yet.
	const isAhead = (session: Rec): boolean => Date.parse(textAt(session, 'held_at')) > now;
	const closed = (session: Rec): boolean => !writable || isAhead(session) || textAt(session, 'status') === 'cancelled';

	const move = (row: number, column: number) => {
		const to = { row: clamp(row, members.length), column: clamp(column, sessions.length) };
		setAt(to);
		table.current?.querySelector<HTMLElement>(`[data-cell="${to.row}/${to.column}"]`)?.focus();
	};
	const write = (row: number, column: number, mark: Mark) => {
		const session = sessions[column];
		const member = members[row];
		if (!session || !member) return;
		if (closed(session)) return announce(isAhead(session) ? words.notHeldYet : words.notToBeNoted);
		set([[session, member, mark]]);
		announce(said(mark));
	};
	const press = (event: KeyboardEvent) => {
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		// A button in the head has its keys to itself.
		if (!(event.target instanceof Element) || !event.target.closest('[data-cell]')) return;
		const { row, column } = at;
		const steps: { [key: string]: () => void } = {
			ArrowUp: () => move(row - 1, column),
			ArrowDown: () => move(row + 1, column),
			ArrowLeft: () => move(row, column - 1),
			ArrowRight: () => move(row, column + 1),
			Home: () => move(row, 0),
			End: () => move(row, sessions.length - 1),
			PageUp: () => move(0, column),
			PageDown: () => move(members.length - 1, column),
			Delete: () => write(row, column, ''),
			Backspace: () => write(row, column, ''),
			' ': () => write(row, column, markAt(sessions[column]!, members[row]!) === 'present' ? 'absent' : 'present'),
		};
		const step = steps[event.key];
		const state = keys.find(({ key }) => key === event.key.normalize('NFKC'));
		if (!step && !state) return;
		event.preventDefault();
		if (state) write(row, column, state.mark);
		else step!();
	};
	const everybody = (session: Rec) => {
		const open = members.filter((member) => !textAt(member, 'left') && markAt(session, member) === '');
		set(open.map((member) => [session, member, 'present']));
		announce(words.allPresent(open.length));
	};
	if (members.length === 0 || sessions.length === 0) return <p className="faint">{words.gridEmpty}</p>;
	const held = sessions.filter((session) => textAt(session, 'status') === 'held');
	return (
		<div className="roll">
			<p className="roll-keys" id="roll-keys">
				<span className="only-read">{words.gridHelp}</span>
				{keys.map(({ key, mark, reason }) => (
					<Button
						key={key}
						look="quiet"
						tabIndex={-1}
						disabled={!writable}
						onMouseDown={(event) => event.preventDefault()}
						onClick={() => write(at.row, at.column, mark)}
					>
						<kbd>{key}</kbd> {reason ? lexicon.code('absence_reason', reason) : said(mark)}
					</Button>
				))}
				<Button look="quiet" tabIndex={-1} disabled={!writable} onMouseDown={(event) => event.preventDefault()} onClick={() => write(at.row, at.column, '')}>
					<kbd>{words.deleteKey}</kbd> {words.notNoted}
				</Button>
			</p>
			<div className="roll-box">
				<table role="grid" className="roll-grid" ref={table} aria-label={words.attendance} aria-describedby="roll-keys" onKeyDown={press}>
					<thead>
						<tr>
							<th scope="col">{words.member}</th>
							{sessions.map((session) => (
								<th key={session.id} scope="col" data-status={textAt(session, 'status')}>
									<span>{words.sessionNo(Number(session.body['number'] ?? 0))}</span>
									<span className="under">{dayOf(textAt(session, 'held_at')).slice(5)}</span>
									<span className="under">{lexicon.code('session_status', textAt(session, 'status'))}</span>
									{!closed(session) && members.some((member) => !textAt(member, 'left') && markAt(session, member) === '') && (
										<Button look="quiet" className="all-here" onClick={() => everybody(session)} aria-label={words.allHere(Number(session.body['number'] ?? 0))}>
											{words.allHereShort}
										</Button>
									)}
								</th>
							))}
							<th scope="col">{words.times}</th>
						</tr>
					</thead>
					<tbody>
						{members.map((member, row) => {
							const times = held.filter((session) => markAt(session, member) === 'present').length;
							return (
								<tr key={member.id} data-left={textAt(member, 'left') ? true : undefined}>
									<th scope="row">
										{nameOf(member)}
										{textAt(member, 'left') && <span className="under">{words.leftOn(textAt(member, 'left'))}</span>}
									</th>
									{sessions.map((session, column) => {
										const mark = markAt(session, member);
										return (
											<td
												key={session.id}
												data-cell={`${row}/${column}`}
												data-mark={mark.split(':')[0] || 'none'}
												data-typed={typed.has(cellKey(session.id, member.id)) || undefined}
												tabIndex={row === at.row && column === at.column ? 0 : -1}
												aria-label={said(mark)}
												aria-readonly={closed(session) || undefined}
												onFocus={() => setAt({ row, column })}
												onDoubleClick={() => write(row, column, mark === 'present' ? 'absent' : 'present')}
											>
												<span aria-hidden="true">{SIGNS[mark.split(':')[0]!]}</span>
												{mark.startsWith('absent:') && <span className="under">{said(mark)}</span>}
											</td>
										);
									})}
									<td className="times" tabIndex={-1}>
										{times} / {held.length}
										{needed > 0 && times >= needed && (
											<Chip tone="good" icon="check">
												{words.completed}
											</Chip>
										)}
									</td>
								</tr>
							);
						})}
					</tbody>
					<tfoot>
						<tr>
							<th scope="row">{words.peopleThere}</th>
							{sessions.map((session) => (
								<td key={session.id}>{members.filter((member) => markAt(session, member) === 'present').length + (typeof session.body['unnamed'] === 'number' ? session.body['unnamed'] : 0)}</td>
							))}
							<td />
						</tr>
					</tfoot>
				</table>
			</div>
			<p className="roll-saved" role="status">
				{typed.size > 0 && words.toBeSaved(typed.size)}
			</p>
		</div>
	);
}

const clamp = (place: number, n: number): number => Math.max(0, Math.min(place, n - 1));

type Write = [session: Rec, member: Rec, mark: Mark];

/** What was typed and is not saved yet, and saving it once the keys rest. */
function useTyped(roll: Roll): { typed: ReadonlyMap<string, Typed>; set: (writes: readonly Write[]) => void } {
	const { drafts, outbox, make } = useData();
	const words = useGroupWords();
	const { doc } = useCase();
	const { lexicon } = useWorkplace();
	const key = draftKey(doc.case, 'attendance', doc.case);
	const draft = useCell(drafts.all).get(key);
	const entries = useCell(outbox.entries);
	const typed = useMemo(() => typedOf(draft?.values ?? {}), [draft]);
	const latest = useRef({ roll, typed, entries });
	latest.current = { roll, typed, entries };

	const keep = useCallback(
		(values: ReadonlyMap<string, Typed>) => {
			if (values.size === 0) drafts.drop(key);
			else drafts.keep(key, { case: doc.case, type: 'attendance', rec: doc.case, values: Object.fromEntries(values) as unknown as Body });
		},
		[drafts, key, doc.case],
	);
	const set = (writes: readonly Write[]) => {
		const next = new Map(latest.current.typed);
		for (const [session, member, mark] of writes) {
			const cell = cellKey(session.id, member.id);
			// What stands already needs no saving.
			if ((latest.current.roll.noted.get(cell)?.mark ?? '') === mark) next.delete(cell);
			else next.set(cell, { mark, id: make.id(), rec: make.id(), at: make.now() });
		}
		keep(next);
	};
	const save = useCallback(() => {
		const { roll: now, typed: all, entries: sent } = latest.current;
		const [attendance, session] = [lexicon.type('attendance'), lexicon.type('session')];
		if (!attendance || !session) return;
		const onItsWay = new Set(sent.filter((entry) => !isSettled(entry)).map((entry) => entry.change.rec));
		const { changes, rest } = changesOf(all, { group: doc.case, roll: now, onItsWay, attendance, session, make, mistake: words.notedByMistake });
		for (const change of changes) void outbox.add(change);
		if (rest.size < all.size) keep(rest);
	}, [lexicon, make, outbox, keep, doc.case, words]);

	// Every key starts the rest anew; what had to wait goes when its like arrived.
	useEffect(() => {
		if (typed.size === 0) return undefined;
		const timer = setTimeout(save, REST_MS);
		return () => clearTimeout(timer);
	}, [typed, entries, save]);
	// Leaving the page is a rest too.
	useEffect(() => save, [save]);
	return { typed, set };
}
