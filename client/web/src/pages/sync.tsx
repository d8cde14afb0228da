// Is anything only on this computer? A station's account of itself: what waits,
// what was refused and why, what is in conflict, and whether both ends hold the
// same. "Synced" is said only when their digests are equal.
import { useEffect, useState } from 'react';
import { useData } from '../data';
import { useCell } from '../data/cell';
import { type Failure, failureOf } from '../data/http';
import { sizeText } from '../data/media';
import { notTaken, onlyHere } from '../data/station';
import { clockOf, dayOf, stamp } from '../data/time';
import type { Round, StationFile, StationRecord, StationReport } from '../data/wire';
import { Ask } from '../kit/dialog';
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
					{(report.trail?.wrong ?? 0) > 0 && <Notice tone="bad">{words.trailWrongSays(report.trail!.wrong)}</Notice>}
					<Standing report={report} />
					<Progress round={report.round} />
					{onlyHere(report.count) + notTaken(report.count) + report.records.length + report.files.length === 0 && <Empty title={words.syncNothingWaits} />}
					<Records records={report.records} />
					<Files files={report.files} />
					<Left waiting={report.count.left_waiting ?? 0} broken={report.count.left_refused ?? 0} />
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
	const waiting = onlyHere(count);
	const refused = notTaken(count);
	const safe = step.equal && waiting === 0 && refused === 0;
	return (
		<>
			<Notice tone={refused > 0 ? 'bad' : safe ? 'good' : 'warn'}>
				{safe ? words.syncAllSafe : (waiting > 0 || refused === 0) && words.syncOnlyHere(waiting)}
				{refused > 0 && ` ${words.syncRefused(refused)}`}
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
	if (records.length === 0) return null;
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

/** Files whose bytes the centre does not have. One it refused stays here until a
 * person gives it up. */
function Files({ files }: { files: readonly StationFile[] }) {
	const { lang, words } = useLanguage();
	const [asked, setAsked] = useState<StationFile | null>(null);
	if (files.length === 0) return null;
	return (
		<>
			<table className="sync-records">
				<caption>{words.syncFiles}</caption>
				<thead>
					<tr>
						<th scope="col">{words.syncWhere}</th>
						<th scope="col">{words.syncWhat}</th>
						<th scope="col">{words.caseTitle}</th>
						<th scope="col">{words.syncWhy}</th>
						<th scope="col">
							<span className="only-read">{words.syncDiscard}</span>
						</th>
					</tr>
				</thead>
				<tbody>
					{files.map((one) => (
						<tr key={`${one.rec} ${one.sha256}`}>
							<td>
								<Chip tone={LOOKS[one.state].tone}>{LOOKS[one.state].say(words)}</Chip>
							</td>
							<td>
								{one.title ?? words.syncFileOfNobody} <span className="under">{sizeText(one.size)}</span>
							</td>
							<td>{one.case ? <a href={toCase(one.case, 'files')}>{one.number ?? words.caseTitle}</a> : ''}</td>
							<td>
								{one.text?.[lang] ?? ''}
								{one.state === 'refused' && <span className="under">{one.title ? words.syncFileRefused : words.syncFileLeft}</span>}
							</td>
							<td>
								{one.state === 'refused' && (
									<Button look="quiet" onClick={() => setAsked(one)}>
										{words.syncDiscard}
									</Button>
								)}
							</td>
						</tr>
					))}
				</tbody>
			</table>
			{asked && <Discard file={asked} onClose={() => setAsked(null)} />}
		</>
	);
}

/** Files of cases that were taken away lie here closed: nobody reads them any more, so
 * they are counted and not listed. */
function Left({ waiting, broken }: { waiting: number; broken: number }) {
	const { words } = useLanguage();
	if (waiting + broken === 0) return null;
	return (
		<section className="sync-left" aria-labelledby="sync-left">
			<h2 id="sync-left">{words.syncLeft}</h2>
			{waiting > 0 && <Notice tone="warn">{words.syncLeftWaiting(waiting)}</Notice>}
			{broken > 0 && <Notice tone="bad">{words.syncLeftBroken(broken)}</Notice>}
		</section>
	);
}

function Discard({ file, onClose }: { file: StationFile; onClose: () => void }) {
	const { station } = useData();
	const { words } = useLanguage();
	const [failure, setFailure] = useState<Failure | null>(null);
	const discard = async () => {
		try {
			await station.discard(file.rec, file.sha256);
			onClose();
		} catch (error) {
			setFailure(failureOf(error));
		}
	};
	return (
		<Ask title={words.syncDiscardTitle} onClose={onClose}>
			<p>
				<strong>{file.title ?? words.syncFileOfNobody}</strong> · {sizeText(file.size)}
			</p>
			<p>{words.syncDiscardHelp}</p>
			{failure && <FailureNotice failure={failure} />}
			<div className="dialog-actions">
				<Button onClick={() => void discard()}>{words.syncDiscard}</Button>
				<Button look="main" autoFocus onClick={onClose}>
					{words.cancel}
				</Button>
			</div>
		</Ask>
	);
}
