// The care group of a psychiatrist: whose turn it is and why, what others changed
// since the last review, and the door to the sitting in which all of it is gone
// through. The sitting's summary is here too, as it is made of the same list.
import { useEffect, useMemo } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import { isDone, type Made, madeHere } from '../../data/reviews';
import { dayOf } from '../../data/time';
import type { Id, ReviewDoc, ReviewReason, ReviewRow } from '../../data/wire';
import { useLanguage } from '../../kit/language';
import { useMask } from '../../kit/mask';
import { Button, Empty, FailureNotice, Icon, TableBox, Waiting } from '../../kit/parts';
import { sexAge } from '../../kit/person';
import { useWorkplace } from '../../kit/workplace';
import { go, toCare, toCaseload, toReview, toSitting } from '../../route';
import { DoneChip, Medicine, WhyChips } from './parts';
import { useCareWords, whoText } from './say';

/** Others write meanwhile. */
const LOOK_AGAIN_MS = 60_000;

/** The queue, fresh when the page opens or the person comes back to it. */
export function useQueue() {
	const { reviews, outbox } = useData();
	const state = useCell(reviews.state);
	const entries = useCell(outbox.entries);
	const made = useMemo(() => madeHere(entries), [entries]);
	useEffect(() => {
		void reviews.load();
		const look = () => {
			if (document.visibilityState === 'visible') void reviews.load();
		};
		const timer = setInterval(look, LOOK_AGAIN_MS);
		document.addEventListener('visibilitychange', look);
		return () => {
			clearInterval(timer);
			document.removeEventListener('visibilitychange', look);
		};
	}, [reviews]);
	return { ...state, made };
}

export function CarePage() {
	const { reviews } = useData();
	const words = useCareWords();
	const { value, failure, made } = useQueue();
	useEffect(() => {
		document.title = `${words.careTitle} · ${words.product}`;
	}, [words]);
	const rows = value?.rows ?? [];
	const open = rows.filter((row) => !isDone(row, made));
	const begin = () => {
		reviews.begin();
		if (open[0]) go(toReview(open[0].case));
	};
	return (
		<div className="care">
			<div className="page-head">
				<h1>
					{words.careTitle}
					{value && <span className="today-day">{words.queueOf(value.total, open.length)}</span>}
				</h1>
				<div className="page-actions">
					{open.length < rows.length && (
						<a className="button" href={toSitting}>
							{words.summaryTitle}
						</a>
					)}
					{open.length > 0 && (
						<Button look="main" icon="check" onClick={begin}>
							{open.length < rows.length ? words.goOnSitting : words.beginSitting}
						</Button>
					)}
				</div>
			</div>
			{failure && <FailureNotice failure={failure} onRetry={() => void reviews.load()} />}
			{!value && !failure && <Waiting lines={8} />}
			{value && rows.length === 0 && <Empty title={words.noCases}>{words.noCasesHelp}</Empty>}
			{value && rows.length > 0 && open.length === 0 && <Empty title={words.allDone}>{words.allDoneHelp}</Empty>}
			{value && rows.length > 0 && <Queue doc={value} made={made} />}
			{value && value.left_out > 0 && (
				<p className="faint">
					{words.leftOut(value.left_out)} <a href={toCaseload}>{words.caseload}</a>
				</p>
			)}
			{value && <Order order={value.order} />}
		</div>
	);
}

function Queue({ doc, made }: { doc: ReviewDoc; made: ReadonlyMap<Id, Made> }) {
	const words = useCareWords();
	return (
		<TableBox label={words.careTitle}>
			<table className="queue">
				<thead>
					<tr>
						<th scope="col">{words.colCase}</th>
						<th scope="col">{words.colWhy}</th>
						<th scope="col">{words.colChanged}</th>
						<th scope="col">{words.colMedicine}</th>
						<th scope="col">{words.colLast}</th>
					</tr>
				</thead>
				<tbody>
					{doc.rows.map((row) => (
						<Line key={row.case} row={row} day={doc.on} made={made.get(row.case)} done={isDone(row, made)} />
					))}
				</tbody>
			</table>
		</TableBox>
	);
}

function Line({ row, day, made, done }: { row: ReviewRow; day: string; made: Made | undefined; done: boolean }) {
	const words = useCareWords();
	const { lexicon } = useWorkplace();
	const mask = useMask();
	const { line, last, decisions } = row;
	return (
		<tr data-done={done || undefined} data-case={row.case}>
			<th scope="row">
				<a href={toReview(row.case)}>{line.name ? mask.name(line.name) : (line.number ?? words.noName)}</a>
				<span className="under">{sexAge(line.sex, line.birth, day, lexicon, words)}</span>
				<span className="under">{line.number}</span>
			</th>
			<td>
				<WhyChips row={row} />
				<DoneChip made={made} row={row} done={done} />
			</td>
			<td>
				<Changed row={row} />
			</td>
			<td>
				<Medicine row={row} hide={mask.detail} />
			</td>
			<td>
				{last ? last.held : <span className="faint">{words.lastNever}</span>}
				{last?.next && <span className="under">{words.nextOn(last.next)}</span>}
				{decisions.open > 0 && (
					<span className="under">
						{words.decisionsOpen(decisions.open)}
						{decisions.late > 0 && `, ${words.decisionsLate(decisions.late)}`}
					</span>
				)}
			</td>
		</tr>
	);
}

/** How many, by which site, of which kinds, when the newest. */
function Changed({ row }: { row: ReviewRow }) {
	const words = useCareWords();
	const { lexicon } = useWorkplace();
	const { changed, last } = row;
	if (!last || changed.n === 0) return <span className="faint">{last ? words.changedNone : '—'}</span>;
	const bySite = new Map<string | null, number>();
	const byType = new Map<string, number>();
	for (const { site, type, n } of changed.what) {
		bySite.set(site, (bySite.get(site) ?? 0) + n);
		byType.set(type, (byType.get(type) ?? 0) + n);
	}
	return (
		<>
			{words.changedN(changed.n)}
			{changed.at && <span className="faint"> · {dayOf(changed.at)}</span>}
			<span className="under">{[...bySite].map(([site, n]) => words.siteCount(lexicon.name(site), n)).join(words.listComma)}</span>
			<span className="under">{[...byType].map(([type, n]) => words.siteCount(lexicon.typeLabel(type), n)).join(words.listComma)}</span>
		</>
	);
}

function Order({ order }: { order: readonly ReviewReason[] }) {
	const words = useCareWords();
	const { lang } = useLanguage();
	return (
		<details className="order">
			<summary>{words.orderTitle}</summary>
			<p>{words.orderHelp}</p>
			<ol>
				{order.map(({ code, label, source }) => (
					<li key={code}>
						{label[lang]}
						<span className="under">{source[lang]}</span>
					</li>
				))}
			</ol>
		</details>
	);
}

// ---- the summary of the sitting ----

interface Told {
	row: ReviewRow;
	findings: string | null;
	next: string | null;
	decided: { rec: string; title: string | null; site: string | null; assignee: string | null; due: string | null }[];
	made: Made | undefined;
}

/** What was reviewed today: as the answer has it, and what was written here since. */
function told(doc: ReviewDoc, made: ReadonlyMap<Id, Made>): Told[] {
	const rows: Told[] = [];
	for (const row of doc.rows) {
		const own = made.get(row.case);
		const { last } = row;
		if (own && own.rec !== last?.rec) rows.push({ row, findings: own.findings, next: own.next, decided: own.decided, made: own });
		else if (last?.held === doc.on) rows.push({ row, findings: last.findings, next: last.next, decided: last.decided, made: own });
	}
	return rows;
}

export function SittingPage() {
	const { reviews } = useData();
	const words = useCareWords();
	const { lexicon, reader } = useWorkplace();
	const mask = useMask();
	const { value, failure, made } = useQueue();
	const lines = useMemo(() => (value ? told(value, made) : []), [value, made]);
	const left = (value?.rows ?? []).filter((row) => !isDone(row, made)).length;
	const decisions = lines.reduce((n, { decided }) => n + decided.length, 0);
	useEffect(() => {
		document.title = `${words.summaryTitle} · ${words.product}`;
		document.querySelector<HTMLElement>('.sitting h1')?.focus();
	}, [words]);
	return (
		<div className="care sitting">
			<div className="page-head">
				<h1 tabIndex={-1}>
					{words.summaryTitle}
					<span className="today-day">{value && [value.on, words.summaryOf(lines.length, decisions)].join(' · ')}</span>
				</h1>
				<div className="page-actions">
					<a className="button" href={toCare}>
						{words.backToList}
					</a>
					<Button look="main" icon="print" onClick={() => window.print()}>
						{words.print}
					</Button>
				</div>
			</div>
			{failure && <FailureNotice failure={failure} onRetry={() => void reviews.load()} />}
			{!value && !failure && <Waiting lines={8} />}
			{value && lines.length === 0 && <Empty title={words.summaryNone} />}
			{left > 0 && <p className="faint sitting-left">{words.summaryLeft(left)}</p>}
			{lines.length > 0 && (
				<TableBox label={words.summaryTitle}>
					<table className="queue">
						<thead>
							<tr>
								<th scope="col">{words.colCase}</th>
								<th scope="col">{words.colFindings}</th>
								<th scope="col">{words.colDecisions}</th>
								<th scope="col">{words.colNext}</th>
							</tr>
						</thead>
						<tbody>
							{lines.map(({ row, findings, next, decided, made: own }) => (
								<tr key={row.case} data-case={row.case}>
									<th scope="row">
										<a href={toReview(row.case)}>{row.line.name ? mask.name(row.line.name) : (row.line.number ?? words.noName)}</a>
										<span className="under">{row.line.number}</span>
									</th>
									<td>
										{findings ? <span className="prose">{mask.detail(findings)}</span> : <span className="faint">{words.seenOnly}</span>}
										{own && own.standing !== 'confirmed' && (
											<p>
												<DoneChip made={own} row={row} done />
											</p>
										)}
									</td>
									<td>
										{decided.length === 0 && <span className="faint">{words.noDecision}</span>}
										<ul className="plain">
											{decided.map((one) => (
												<li key={one.rec}>
													{mask.detail(one.title ?? '')}
													<span className="under">{words.toWhom(whoText(lexicon, one.site, one.assignee, words), one.due ?? '')}</span>
												</li>
											))}
										</ul>
									</td>
									<td>{next ?? <span className="faint">—</span>}</td>
								</tr>
							))}
						</tbody>
					</table>
				</TableBox>
			)}
			<p className="sitting-sign">
				<Icon shape="check" /> {words.signatureLine} {reader.name} · {reader.site_name}
			</p>
		</div>
	);
}
