// The plan in force with its goals by need, and how far they were reached. Goal
// attainment (T) is reckoned where the case is served (proto/measure.def).
import { useState } from 'react';
import { useData } from '../../../data';
import { patchChange } from '../../../data/change';
import { asNumber } from '../../../data/body';
import type { Rec } from '../../../data/wire';
import { today as dayToday } from '../../../data/time';
import { useAnnounce } from '../../../kit/announce';
import { Button, Chip, Empty } from '../../../kit/parts';
import { useWorkplace } from '../../../kit/workplace';
import { go, toAdd, toEdit } from '../../../route';
import { useCase } from '../context';
import { usePlanWords } from './say';
import { Fields } from '../fields';
import { GoalCard } from './goal';
import { RecordHistory } from '../history';
import { isOpen, mayCreate, mayPatch } from '../may';
import { text, useOf } from '../part';
import { RecordActions } from '../record-actions';
import { Templates } from './templates';

export function Plan() {
	return (
		<div className="plan">
			<Attainment />
			<Plans />
			<Goals />
		</div>
	);
}

/** T first, now, and its change, beside what was attained of all goals. */
function Attainment() {
	const words = usePlanWords();
	const { doc, lexicon } = useCase();
	const measures = doc.measures ?? {};
	const goals = asNumber(measures['goals']) ?? 0;
	const [first, last, change] = ['gas_first', 'gas_last', 'gas_change'].map((name) => asNumber(measures[name]));
	const attained = asNumber(measures['goals_attained']);
	const word = measures['goals_summary'];
	if (goals === 0) return null;
	const figures: [string, string | null][] = [
		[words.attainedOf, attained === null ? null : words.ofAll(attained, goals)],
		[words.tFirst, first === null || first === undefined ? null : first.toFixed(2)],
		[words.tLast, last === null || last === undefined ? null : last.toFixed(2)],
		[words.tChange, change === null || change === undefined ? null : signed(change)],
		[words.inAWord, typeof word === 'string' ? lexicon.code('goal_attainment', word) : null],
	];
	return (
		<section aria-label={words.attainment} className="score">
			<dl className="figures">
				{figures
					.filter(([, value]) => value !== null)
					.map(([label, value]) => (
						<div key={label}>
							<dt>{label}</dt>
							<dd>{value}</dd>
						</div>
					))}
			</dl>
			<p className="under">{words.tHelp}</p>
		</section>
	);
}

export const signed = (value: number): string => (value > 0 ? '+' : value < 0 ? '−' : '±') + Math.abs(value).toFixed(2);

const order = (rec: Rec): number => asNumber(rec.body['version']) ?? 0;

function Plans() {
	const words = usePlanWords();
	const { doc } = useCase();
	const { reader } = useWorkplace();
	const all = useOf('plan').filter((rec) => rec.state !== 'retracted');
	const newest = [...all].sort((a, b) => order(b) - order(a) || (a.id < b.id ? 1 : -1));
	const [now, ...older] = newest;
	return (
		<section aria-labelledby="plans">
			<div className="timeline-head">
				<h2 id="plans">{words.plan}</h2>
				{mayCreate('plan', reader) && (
					<Button icon="plus" onClick={() => go(toAdd(doc.case, 'plan', null, 'plan'))}>
						{now ? words.newPlan : words.firstPlan}
					</Button>
				)}
			</div>
			{now ? <PlanCard rec={now} /> : <Empty title={words.noPlan}>{words.noPlanHelp}</Empty>}
			{older.length > 0 && (
				<details className="older">
					<summary>{words.olderPlans(older.length)}</summary>
					{older.map((rec) => (
						<PlanCard key={rec.id} rec={rec} />
					))}
				</details>
			)}
		</section>
	);
}

function PlanCard({ rec }: { rec: Rec }) {
	const words = usePlanWords();
	const { lexicon } = useCase();
	const [history, setHistory] = useState(false);
	const status = text(rec, 'status');
	return (
		<article className="card" data-rec={rec.id}>
			<header className="card-head">
				<h3>{words.planVersion(order(rec) || 1)}</h3>
				{status && <Chip tone={status === 'approved' ? 'good' : status === 'replaced' || status === 'ended' ? 'calm' : 'warn'}>{lexicon.code('plan_status', status)}</Chip>}
				{rec.state === 'signed' && <span className="faint">{words.stateSigned}</span>}
			</header>
			<Fields type="plan" body={rec.body} only={['aims', 'agreed_by', 'agreed', 'approved_by', 'approved', 'review_date']} />
			<div className="record-actions">
				<Approve rec={rec} />
				<RecordActions rec={rec} />
				<Button look="quiet" aria-expanded={history} onClick={() => setHistory(!history)}>
					{history ? words.hideHistory : words.history}
				</Button>
			</div>
			{history && <RecordHistory rec={rec} />}
		</article>
	);
}

/** A supervisor approves; the centre refuses who may not. */
function Approve({ rec }: { rec: Rec }) {
	const { outbox, make } = useData();
	const words = usePlanWords();
	const announce = useAnnounce();
	const { lexicon } = useCase();
	const { reader } = useWorkplace();
	const type = lexicon.type('plan');
	const open = isOpen(rec);
	if (!type || !open || reader.role !== 'supervisor' || text(rec, 'approved') || text(rec, 'status') === 'replaced') return null;
	const approve = () => {
		const after = { ...rec.body, approved_by: reader.staff, approved: dayToday(make.now()), status: 'approved' };
		const change = patchChange(make, type, rec, after);
		if (change) void outbox.add(change).then((done) => done.progress !== 'refused' && announce(words.approvedNow));
	};
	return (
		<Button look="main" onClick={approve}>
			{words.approve}
		</Button>
	);
}

function Goals() {
	const words = usePlanWords();
	const { doc, lexicon, mask } = useCase();
	const { reader } = useWorkplace();
	const goals = useOf('goal').filter((rec) => rec.state !== 'retracted');
	const needs = useOf('need').filter((rec) => rec.state !== 'retracted');
	const sorted = [...needs].sort((a, b) => (asNumber(a.body['priority']) ?? 99) - (asNumber(b.body['priority']) ?? 99));
	const loose = goals.filter((goal) => !needs.some((need) => need.id === text(goal, 'need')));
	const mayAdd = mayCreate('goal', reader);
	return (
		<section aria-labelledby="goals">
			<div className="timeline-head">
				<h2 id="goals">{words.needsAndGoals}</h2>
				{mayAdd && (
					<div className="record-actions">
						<Button icon="plus" onClick={() => go(toAdd(doc.case, 'need', null, 'plan'))}>
							{words.addNeed}
						</Button>
						<Button icon="plus" onClick={() => go(toAdd(doc.case, 'goal', null, 'plan'))}>
							{words.addGoal}
						</Button>
					</div>
				)}
			</div>
			{mayAdd && <Templates />}
			{needs.length + goals.length === 0 && <p className="faint">{words.noGoals}</p>}
			{sorted.map((need) => {
				const severity = asNumber(need.body['severity']);
				return (
					<section key={need.id} className="need" data-rec={need.id}>
						<header className="card-head">
							<h3>{lexicon.code('need_domain', text(need, 'domain'))}</h3>
							{need.body['main'] === true && <Chip tone="warn">{words.mainNeed}</Chip>}
							{severity !== null && <Chip>{words.severity(severity)}</Chip>}
							{mayPatch(need, reader) && (
								<Button look="quiet" onClick={() => go(toEdit(doc.case, need.id, 'plan'))}>
									{words.edit}
								</Button>
							)}
						</header>
						{text(need, 'client_view') && (
							<p>
								<span className="faint">{words.clientSays}</span> {mask.prose(text(need, 'client_view'))}
							</p>
						)}
						{text(need, 'worker_view') && (
							<p>
								<span className="faint">{words.workerSays}</span> {mask.prose(text(need, 'worker_view'))}
							</p>
						)}
						{goals
							.filter((goal) => text(goal, 'need') === need.id)
							.map((goal) => (
								<GoalCard key={goal.id} rec={goal} />
							))}
					</section>
				);
			})}
			{loose.map((goal) => (
				<GoalCard key={goal.id} rec={goal} />
			))}
		</section>
	);
}
