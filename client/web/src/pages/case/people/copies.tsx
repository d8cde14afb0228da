// Which stations hold or held the case, and which still owe a purge.
import { useEffect, useState } from 'react';
import { useData } from '../../../data';
import { type Failure, failureOf } from '../../../data/http';
import { daysBetween, dayOf, today } from '../../../data/time';
import type { Copies, Copy, CopyState } from '../../../data/withdrawals';
import { Button, Chip, FailureNotice, TableBox, type Tone, Waiting } from '../../../kit/parts';
import { useCase } from '../context';
import { usePeopleWords } from './say';

const TONES: { [state in CopyState]: Tone } = { offered: 'calm', held: 'calm', purge_due: 'warn', purge_asked: 'warn', purged: 'good', wiped: 'good', unknown: 'warn' };

type State = { value: Copies } | { failure: Failure } | 'asking' | null;

/** `turn` grows when something ended: what is shown is asked for anew. */
export function CopiesOf({ turn }: { turn: number }) {
	const { withdrawals } = useData();
	const words = usePeopleWords();
	const { doc } = useCase();
	const [state, setState] = useState<State>(null);
	const ask = () => {
		setState('asking');
		withdrawals.copies(doc.case).then(
			(value) => setState({ value }),
			(error: unknown) => setState({ failure: failureOf(error) }),
		);
	};
	useEffect(() => {
		if (turn > 0) ask();
	}, [turn]);
	return (
		<section aria-labelledby="copies">
			<div className="timeline-head">
				<h2 id="copies">{words.copies}</h2>
				<Button aria-disabled={state === 'asking'} onClick={ask}>
					{state ? words.copiesAgain : words.copiesShow}
				</Button>
			</div>
			<p className="faint">{words.copiesHelp}</p>
			{state === 'asking' && <Waiting lines={2} />}
			{state && state !== 'asking' && 'failure' in state && <FailureNotice failure={state.failure} />}
			{state && state !== 'asking' && 'value' in state && <CopyList {...state.value} />}
		</section>
	);
}

/** “2 of 3 stations purged, 1 last seen 6 days ago”. */
export function CopySentence({ copies, asked, purged }: Copies) {
	const words = usePeopleWords();
	const { make } = useData();
	const day = today(make.now());
	const late = copies.filter(({ state }) => state === 'purge_due' || state === 'purge_asked');
	const longest = late.reduce<Copy | null>((so, one) => (!so || (one.last_seen ?? '') < (so.last_seen ?? '') ? one : so), null);
	const seen = longest?.last_seen ? words.daysAgo(Math.max(daysBetween(dayOf(longest.last_seen), day), 0)) : null;
	if (asked === 0) return <p>{words.nothingToPurge}</p>;
	return (
		<p role="status">
			<strong>{words.purgedOf(purged, asked)}</strong>
			{longest && (
				<>
					{words.listComma}
					{seen ? words.lateSeen(late.length, seen) : words.lateNever(late.length)}
				</>
			)}
		</p>
	);
}

function CopyList(all: Copies) {
	const words = usePeopleWords();
	const { lexicon } = useCase();
	return (
		<>
			<CopySentence {...all} />
			{all.copies.length === 0 ? (
				<p className="faint">{words.noCopies}</p>
			) : (
				<TableBox label={words.copies}>
					<table className="list" aria-label={words.copies}>
						<thead>
							<tr>
								<th scope="col">{words.station}</th>
								<th scope="col">{words.holder}</th>
								<th scope="col">{words.copyState}</th>
								<th scope="col">{words.lastSeen}</th>
							</tr>
						</thead>
						<tbody>
							{all.copies.map((one) => (
								<tr key={one.replica}>
									<th scope="row">{one.station ?? one.replica.slice(-6)}</th>
									<td>
										{one.name ?? lexicon.name(one.staff)}
										<span className="under">{lexicon.site(one.site, one.site_name)}</span>
									</td>
									<td>
										<Chip tone={TONES[one.state]}>{words.copyStates[one.state]}</Chip>
									</td>
									<td>{one.last_seen ? lexicon.time(one.last_seen) : '—'}</td>
								</tr>
							))}
						</tbody>
					</table>
				</TableBox>
			)}
		</>
	);
}
