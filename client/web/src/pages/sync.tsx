// Is anything only on this computer? A station's account of itself: what waits,
// what was refused and why, what is in conflict, and whether both ends hold the
// same. "Synced" is said only when their digests are equal.
import { useEffect } from 'react';
import { useData } from '../data';
import { useCell } from '../data/cell';
import { clockOf, dayOf, stamp } from '../data/time';
import type { Round, StationRecord, StationReport } from '../data/wire';
import { useLanguage } from '../kit/language';
import { Button, Chip, Empty, FailureNotice, Notice, type Tone, useWhyText, Waiting } from '../kit/parts';
import { toCase } from '../route';
import type { Words } from '../words';

export function SyncPage() {
	const { station } = useData();
	const { words } = useLanguage();
	const { report, failure } = useCell(station.state);
	useEffect(() => station.watch(), [station]);
	useEffect(() => {
		document.title = `${words.syncTitle} · ${words.product}`;
	}, [words]);
	return (
		<section className="sync-page" aria-labelledby="sync-title">
			<h1 id="sync-title">{words.syncTitle}</h1>
			{failure && <FailureNotice failure={failure} />}
			{!report && !failure && <Waiting lines={5} />}
			{report && (
				<>
					<Standing report={report} />
					<Progress round={report.round} />
					<Records records={report.records} />
				</>
			)}
		</section>
	);
}

const when = (ms: number): string => `${dayOf(stamp(ms))} ${clockOf(stamp(ms))}`;

/** One sentence a tired person can go home on. */
function Standing({ report }: { report: StationReport }) {
	const { words } = useLanguage();
	const { count, step } = report;
	const waiting = count.here + count.sent + count.files_here;
	const safe = step.equal && waiting === 0 && count.refused === 0;
	return (
		<>
			<Notice tone={count.refused > 0 ? 'bad' : safe ? 'good' : 'warn'}>
				{safe ? words.syncAllSafe : words.syncOnlyHere(waiting)}
				{count.refused > 0 && ` ${words.syncRefused(count.refused)}`}
				{count.conflict > 0 && ` ${words.syncConflicts(count.conflict)}`}
			</Notice>
			<dl className="facts">
				<div>
					<dt>{words.syncMatched}</dt>
					<dd>{step.matched ? when(step.matched) : words.syncNever}</dd>
				</div>
				<div>
					<dt>{words.syncContact}</dt>
					<dd>{step.contact ? when(step.contact) : words.syncNever}</dd>
				</div>
				<div>
					<dt>{words.syncDigestHere}</dt>
					<dd className="digest">{step.here.slice(0, 16)}</dd>
				</div>
				<div>
					<dt>{words.syncDigestCentre}</dt>
					<dd className="digest">{step.centre ? step.centre.slice(0, 16) : words.syncNever}</dd>
				</div>
			</dl>
		</>
	);
}

function Progress({ round }: { round: Round }) {
	const { station } = useData();
	const { words } = useLanguage();
	const why = useWhyText();
	const running = round.state === 'running';
	const known = running && round.total_records > 0;
	return (
		<div className="round">
			<div className="round-orders">
				<Button look="main" icon="arrows" aria-disabled={running} onClick={() => !running && void station.order('start')}>
					{words.syncNow}
				</Button>
				{round.state !== 'paused' && (
					<Button onClick={() => void station.order('pause')}>{words.syncPause}</Button>
				)}
			</div>
			<p role="status">
				{running && (known ? words.syncMoving(round.records, round.total_records) : words.syncRunning)}
				{round.state === 'paused' && words.syncPaused}
				{round.state === 'idle' && round.last && (round.last.ok ? words.syncLast(when(round.last.at)) : '')}
			</p>
			{known && <progress max={round.total_records} value={round.records} aria-label={words.syncRunning} />}
			{!running && round.last?.why && <Notice tone="warn">{why(round.last.why)}</Notice>}
		</div>
	);
}

const LOOKS: { [state in StationRecord['state']]: { tone: Tone; say: (words: Words) => string } } = {
	refused: { tone: 'bad', say: (words) => words.refused },
	conflict: { tone: 'bad', say: (words) => words.syncInConflict },
	here: { tone: 'warn', say: (words) => words.syncOnlyHereState },
	sent: { tone: 'warn', say: (words) => words.syncOnItsWay },
	confirmed: { tone: 'good', say: (words) => words.confirmed },
};

function Records({ records }: { records: readonly StationRecord[] }) {
	const { lang, words } = useLanguage();
	if (records.length === 0) return <Empty title={words.syncNothingWaits} />;
	return (
		<table className="sync-records">
			<caption className="only-read">{words.syncTitle}</caption>
			<thead>
				<tr>
					<th scope="col">{words.syncWhere}</th>
					<th scope="col">{words.syncWhat}</th>
					<th scope="col">{words.caseTitle}</th>
					<th scope="col">{words.syncTyped}</th>
					<th scope="col">{words.syncWhy}</th>
				</tr>
			</thead>
			<tbody>
				{records.map((one) => (
					<tr key={one.rec}>
						<td>
							<Chip tone={LOOKS[one.state].tone}>{LOOKS[one.state].say(words)}</Chip>
						</td>
						<td>{one.label[lang]}</td>
						<td>{one.case ? <a href={toCase(one.case)}>{one.number ?? words.caseTitle}</a> : ''}</td>
						<td>{one.changes[0] && `${dayOf(one.changes[0].entered_at)} ${clockOf(one.changes[0].entered_at)}`}</td>
						<td>{one.changes.find((change) => change.text)?.text?.[lang] ?? ''}</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}
