// What is known of the case in short: its facts, what stands open, letters,
// scales, and the records that stand in no timeline.
import { type ReactNode, useState } from 'react';
import type { Due, Rec } from '../../data/wire';
import { dueText } from '../../kit/due';
import { Button, Chip } from '../../kit/parts';
import { usePrinting } from '../../kit/printing';
import { useWorkplace } from '../../kit/workplace';
import { toLetter, toRefer } from '../../route';
import { useCase, useCaseWords } from './context';
import { Fields } from './fields';
import { RecordHistory } from './history';
import { Part, text, useToday } from './part';
import { RecordActions } from './record-actions';

export function Facts() {
	const words = useCaseWords();
	const { doc, lexicon, mask } = useCase();
	const { summary } = doc;
	const day = useToday();
	const due = summary.next_due ? dueText(summary.next_due, day, words) : null;
	const facts: [string, ReactNode][] = [
		[words.programme, lexicon.code('programme', summary.programme)],
		[words.phase, lexicon.code('case_phase', summary.phase)],
		[words.mainProblem, summary.main_problem && mask.prose(summary.main_problem)],
		[
			words.nextDue,
			due && (
				<>
					{summary.next_due} {due.tone === 'calm' ? <span className="faint">{due.text}</span> : <Chip tone={due.tone}>{due.text}</Chip>}
					{summary.next_label && <span className="under">{lexicon.text(summary.next_label)}</span>}
				</>
			),
		],
		[words.lastContact, summary.last_contact],
		[words.openTasks, summary.open_tasks],
		[words.manager, summary.manager_name],
		[words.homeSite, lexicon.name(summary.home_site)],
		[words.opened, summary.opened],
		[words.closed, summary.closed],
	];
	return (
		<dl className="facts face-part">
			{facts
				.filter(([, value]) => value)
				.map(([label, value]) => (
					<div key={label}>
						<dt>{label}</dt>
						<dd>{value}</dd>
					</div>
				))}
		</dl>
	);
}

/** More than this is folded away. */
const OPEN_SHOWN = 5;

/** What stands open, and what the programme asks for that is not there. */
export function Open() {
	const words = useCaseWords();
	const { doc, lexicon } = useCase();
	const due = doc.due ?? [];
	const gaps = doc.gaps ?? [];
	const rest = due.slice(OPEN_SHOWN);
	return (
		<>
			{due.length > 0 && (
				<Part title={words.openItems}>
					<DueList items={due.slice(0, OPEN_SHOWN)} />
					{rest.length > 0 && (
						<details>
							<summary>{words.moreItems(rest.length)}</summary>
							<DueList items={rest} />
						</details>
					)}
				</Part>
			)}
			{gaps.length > 0 && (
				<Part title={words.gaps}>
					<ul className="plain">
						{gaps.map((gap) => (
							<li key={gap.code}>{lexicon.text(gap)}</li>
						))}
					</ul>
				</Part>
			)}
		</>
	);
}

function DueList({ items }: { items: readonly Due[] }) {
	const words = useCaseWords();
	const { lexicon, mask } = useCase();
	const day = useToday();
	return (
		<ul className="plain">
			{items.map((item, place) => (
				<li key={place}>
					{lexicon.text(item) || item.code}
					{item.text && <span className="faint"> {mask.prose(item.text)}</span>}
					<span className="under">{item.due ? `${item.due} · ${dueText(item.due, day, words).text}` : words.dueUnknown}</span>
				</li>
			))}
		</ul>
	);
}

/** What went to and fro between sites about the case. */
export function Letters() {
	const words = useCaseWords();
	const { doc, records, lexicon, mask } = useCase();
	const { reader } = useWorkplace();
	const all = records.filter((rec) => lexicon.type(rec.type)?.scope === 'letter' && rec.state !== 'retracted');
	const mayRefer = !reader.may || reader.may.create.includes('referral');
	if (all.length === 0 && !mayRefer) return null;
	return (
		<Part title={words.letters}>
			<ul className="plain">
				{all.map((rec) => (
					<li key={rec.id}>
						{rec.type === 'contact' ? lexicon.typeLabel(rec.type) : <a href={toLetter(rec.id)}>{lexicon.typeLabel(rec.type)}</a>}{' '}
						<span className="faint">{mask.prose(lexicon.title(rec))}</span>
						<span className="under">
							{[
								words.fromTo(lexicon.name(rec.site), lexicon.name(text(rec, 'to_site'))),
								text(rec, 'deadline') && words.answerBy(text(rec, 'deadline')),
							]
								.filter(Boolean)
								.join(' · ')}
						</span>
					</li>
				))}
			</ul>
			{mayRefer && <a href={toRefer(doc.case)}>{words.refer}</a>}
		</Part>
	);
}

export function Scales() {
	const words = useCaseWords();
	const { doc, lexicon } = useCase();
	const trends = doc.summary.scores ?? [];
	if (trends.length === 0) return null;
	return (
		<Part title={words.scales}>
			<ul className="plain">
				{trends.map((trend) => (
					<li key={trend.instrument}>
						{lexicon.code('instrument', trend.instrument)}
						<span className="under">{words.timesBetween(trend.n, trend.first, trend.last)}</span>
					</li>
				))}
			</ul>
		</Part>
	);
}

/** The client's own record and the case's, which stand in no timeline. */
export function Identity() {
	const words = useCaseWords();
	const { doc, records } = useCase();
	const own = records.filter((rec) => rec.id === doc.summary.person || rec.id === doc.case);
	if (own.length === 0) return null;
	return (
		<>
			{own.map((rec) => (
				<OwnRecord key={rec.id} rec={rec} title={rec.type === 'person' ? words.identity : words.caseTitle} />
			))}
		</>
	);
}

function OwnRecord({ rec, title }: { rec: Rec; title: string }) {
	const [open, setOpen] = useState(false);
	// What is folded away on the screen cannot be unfolded on paper.
	const printing = usePrinting();
	return (
		<details className="face-part" open={open || printing} onToggle={(event) => !printing && setOpen(event.currentTarget.open)}>
			<summary>{title}</summary>
			{(open || printing) && <WholeRecord rec={rec} />}
		</details>
	);
}

function WholeRecord({ rec }: { rec: Rec }) {
	const words = useCaseWords();
	const [history, setHistory] = useState(false);
	return (
		<>
			<Fields type={rec.type} body={rec.body} />
			<div className="record-actions">
				<RecordActions rec={rec} />
				<Button look="quiet" aria-expanded={history} onClick={() => setHistory(!history)}>
					{history ? words.hideHistory : words.history}
				</Button>
			</div>
			{history && <RecordHistory rec={rec} />}
		</>
	);
}
