// Every group this person may see.
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import { dayOf } from '../../data/time';
import type { GroupLine } from '../../data/wire';
import { Chip, Empty, FailureNotice, Icon, Waiting } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import { toGroup, toPage } from '../../route';
import { mayCreate } from '../case/may';
import { textAt } from '../../data/body';
import { useGroupWords } from './say';

const isOver = ({ group }: GroupLine): boolean => textAt(group, 'phase') === 'archived' || textAt(group, 'closed') !== '';

export function GroupsPage() {
	const { groups } = useData();
	const words = useGroupWords();
	const { lexicon, reader } = useWorkplace();
	const state = useCell(groups.state);
	const [typed, setTyped] = useState('');
	const [over, setOver] = useState(false);
	const query = useDeferredValue(typed).trim().toLowerCase();
	useEffect(() => {
		document.title = `${words.groupsPlace} · ${words.product}`;
		void groups.load();
	}, [groups, words]);
	const found = useMemo(() => {
		const sought = ({ group }: GroupLine) =>
			[textAt(group, 'name'), textAt(group, 'number'), lexicon.name(textAt(group, 'leader')), lexicon.name(group.site)].join('\n').toLowerCase();
		const order = ({ group }: GroupLine) => textAt(group, 'opened') || group.entered_at;
		return state.lines
			.filter((line) => (over || !isOver(line)) && sought(line).includes(query))
			.sort((a, b) => (order(a) < order(b) ? 1 : -1));
	}, [state.lines, lexicon, query, over]);
	return (
		<div className="groups">
			<div className="page-head">
				<h1>{words.groupsPlace}</h1>
				{mayCreate('group', reader) && (
					<a className="button button-main" href={toPage('newGroup')}>
						<Icon shape="plus" />
						{words.newGroup}
					</a>
				)}
			</div>
			<div className="tools" role="search">
				<div className="search">
					<Icon shape="search" />
					<input
						type="text"
						aria-label={words.findGroup}
						placeholder={words.findGroupHint}
						value={typed}
						autoComplete="off"
						spellCheck={false}
						onChange={(event) => setTyped(event.target.value)}
						onKeyDown={(event) => event.key === 'Escape' && setTyped('')}
					/>
				</div>
				<label className="tick">
					<input type="checkbox" checked={over} onChange={(event) => setOver(event.target.checked)} />
					{words.alsoClosed}
				</label>
				<p className="count" role="status">
					{words.groupCount(found.length)}
				</p>
			</div>
			{state.failure && <FailureNotice failure={state.failure} onRetry={() => void groups.load()} />}
			{!state.loaded && !state.failure && <Waiting lines={5} />}
			{state.loaded && found.length === 0 && <Empty title={query ? words.noSuchGroup : words.noGroups}>{query ? '' : words.noGroupsHelp}</Empty>}
			{found.length > 0 && (
				<table className="lines" aria-label={words.groupsPlace}>
					<thead>
						<tr>
							<th scope="col">{words.group}</th>
							<th scope="col">{words.phase}</th>
							<th scope="col">{words.members}</th>
							<th scope="col">{words.sessions}</th>
							<th scope="col">{words.nextSession}</th>
							<th scope="col">{words.ledBy}</th>
						</tr>
					</thead>
					<tbody>
						{found.map((line) => (
							<Line key={line.group.id} line={line} />
						))}
					</tbody>
				</table>
			)}
		</div>
	);
}

function Line({ line }: { line: GroupLine }) {
	const words = useGroupWords();
	const { lexicon } = useWorkplace();
	const { group, members, sessions, held, next } = line;
	return (
		<tr data-group={group.id}>
			<td>
				<a className="line-link line-name" href={toGroup(group.id)}>
					{textAt(group, 'name')}
				</a>
				<span className="under">{[textAt(group, 'number'), lexicon.code('group_kind', textAt(group, 'kind')), lexicon.code('programme', textAt(group, 'programme'))].filter(Boolean).join(' · ')}</span>
			</td>
			<td>
				<Chip>{lexicon.code('group_phase', textAt(group, 'phase'))}</Chip>
			</td>
			<td>{words.people(members)}</td>
			<td>{words.heldOf(held, sessions)}</td>
			<td>{next ? lexicon.time(next) : <span className="faint">{words.noneAhead}</span>}</td>
			<td>
				{lexicon.name(textAt(group, 'leader'))}
				<span className="under">
					{lexicon.name(group.site)}
					{textAt(group, 'opened') && ` · ${dayOf(textAt(group, 'opened')) || textAt(group, 'opened')}`}
				</span>
			</td>
		</tr>
	);
}
