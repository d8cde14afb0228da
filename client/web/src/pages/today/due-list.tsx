// Who is due: the latest first, and the very first in a frame of its own.
import { useMemo, useState } from 'react';
import { useData } from '../../data';
import { agenda, countWhen, isPartlySeen, managedBy, type Owed, type When } from '../../data/agenda';
import { useCell } from '../../data/cell';
import { daysBetween } from '../../data/time';
import { dueText } from '../../kit/due';
import { useOwnWords } from '../../kit/language';
import { useMask } from '../../kit/mask';
import { Button, Chip, Empty, FailureNotice, Waiting } from '../../kit/parts';
import { sexAge } from '../../kit/person';
import { useWorkplace } from '../../kit/workplace';
import { go, toCase, toCaseload, toNext } from '../../route';
import { RiskChips } from '../risk';
import { todayWords } from './words';

/** Nobody does more in a day; the rest is one press away. */
const SHOWN = 40;

export function DueList({ day }: { day: string }) {
	const { caseload } = useData();
	const words = useOwnWords(todayWords);
	const { reader } = useWorkplace();
	const state = useCell(caseload.state);
	const [when, setWhen] = useState<When | null>(null);
	const [mine, setMine] = useState(false);
	const [limit, setLimit] = useState(SHOWN);
	const all = useMemo(() => agenda(state.rows, day), [state.rows, day]);
	const owed = useMemo(() => (mine ? managedBy(all, reader.staff) : all), [all, mine, reader.staff]);
	const counts = useMemo(() => countWhen(owed), [owed]);
	const chosen = when ? owed.filter((one) => one.when === when) : owed;
	const kinds: [When | null, string, number][] = [
		[null, words.dueAll, owed.length],
		['overdue', words.overdue, counts.overdue],
		['today', words.onDay, counts.today],
		['week', words.thisWeek, counts.week],
	];
	return (
		<section className="owed" aria-labelledby="owed">
			<div className="owed-head">
				<h2 id="owed">{words.dueTitle}</h2>
				<div className="kinds" role="group" aria-label={words.showDue}>
					{kinds.map(([kind, label, n]) => (
						<button key={label} type="button" className="kind" aria-pressed={when === kind} onClick={() => setWhen(kind)}>
							{label} <span className="kind-n">{n}</span>
						</button>
					))}
				</div>
				<label className="tick">
					<input type="checkbox" checked={mine} onChange={(event) => setMine(event.target.checked)} />
					{words.ofMine}
				</label>
			</div>
			{state.failure && <FailureNotice failure={state.failure} onRetry={() => void caseload.load()} />}
			{state.rows.length === 0 && !state.complete && !state.failure && <Waiting lines={8} />}
			{state.complete && owed.length === 0 && (
				<Empty title={words.nothingDue} action={<a href={toCaseload}>{words.toCaseload}</a>}>
					{words.nothingDueHelp}
				</Empty>
			)}
			{owed.length > 0 && chosen.length === 0 && <Empty title={words.noneOfThose} />}
			<ol className="owed-list">
				{chosen.slice(0, limit).map((one, place) => (
					<Line key={one.row.line.case} owed={one} first={place === 0} day={day} />
				))}
			</ol>
			{chosen.length > limit && (
				<Button onClick={() => setLimit(limit + SHOWN)}>{words.more(Math.min(SHOWN, chosen.length - limit))}</Button>
			)}
		</section>
	);
}

function Line({ owed: { row, days }, first, day }: { owed: Owed; first: boolean; day: string }) {
	const words = useOwnWords(todayWords);
	const { lexicon } = useWorkplace();
	const mask = useMask();
	const { line } = row;
	const name = line.name ? mask.name(line.name) : words.noName;
	const what = line.next_label ? lexicon.text(line.next_label) : words.due;
	const late = dueText(line.next_due!, day, words);
	const contact = line.last_contact
		? words.lastSeen(words.daysAgo(Math.max(daysBetween(line.last_contact, day), 0)))
		: words.neverSeen;
	return (
		<li className="owed-line" data-first={first || undefined} data-case={line.case}>
			{first && <p className="owed-first">{words.nextUp}</p>}
			<div className="owed-when">
				<Chip tone={late.tone} icon={days < 0 ? 'alert' : 'clock'}>
					{late.text}
				</Chip>
				<span className="under">{line.next_due}</span>
			</div>
			<div className="owed-who">
				<a href={toCase(line.case)}>{name}</a>
				<span className="under">
					{[line.number, sexAge(line.sex, line.birth, day, lexicon, words)].filter(Boolean).join(' · ')}
				</span>
			</div>
			<div className="owed-why">
				{what}
				<span className="under">{isPartlySeen(row) ? words.partlySeen : contact}</span>
			</div>
			<div className="owed-risk">
				<RiskChips summary={line} />
			</div>
			<Button
				look={first ? 'main' : 'plain'}
				aria-label={words.beginFor(what, name)}
				onClick={() => go(toNext(line.case))}
			>
				{words.begin}
			</Button>
		</li>
	);
}
