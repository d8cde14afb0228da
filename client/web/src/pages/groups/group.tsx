// One group on one page: who was there, its sessions and members, what was
// measured before and after, the plan and the report.
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { useData } from '../../data';
import { asNumber, textAt } from '../../data/body';
import { type CaseFile, emptyFile, type Shown, withUnsent } from '../../data/casefile';
import { useCell } from '../../data/cell';
import { canDraw } from '../../data/check';
import type { Lexicon } from '../../data/lexicon';
import type { Entry } from '../../data/outbox';
import type { Id, Json, Rec, RecordType } from '../../data/wire';
import { makeMask } from '../../kit/mask';
import { Button, Chip, Empty, FailureNotice, Icon, Notice, useFailureText, useWhyText, Waiting } from '../../kit/parts';
import { PdfButton } from '../../kit/pdf';
import { useWorkplace } from '../../kit/workplace';
import { go, type GroupForm, toGroup, toGroupAdd, toGroupEdit, toGroups } from '../../route';
import { CaseContext, useCase } from '../case/context';
import { Fields } from '../case/fields';
import { RecordForm } from '../case/form';
import { RecordHistory } from '../case/history';
import { mayCreate, mayPatch, maySign } from '../case/may';
import { ProgressChip } from '../case/progress';
import { SignAsked } from '../case/record-actions';
import { AttendanceGrid } from './grid';
import { MeasureForm } from './measure-form';
import { Measures } from './measures';
import { type Roll, rollOf } from './roll';
import { useGroupWords } from './say';

const PLAN = ['theory', 'aims', 'criteria', 'size_min', 'size_max', 'recruitment', 'risk_plan', 'budget', 'evaluation_plan', 'sessions_planned', 'attend_min', 'instruments', 'sites', 'approved_by', 'approved', 'approval_note'];
const OF_SESSION = ['minutes', 'workers', 'volunteers', 'unnamed', 'stage', 'aim', 'steps', 'materials', 'process', 'dynamics', 'feedback', 'reflection'];

export function GroupPage({ id, form }: { id: Id; form: GroupForm | null }) {
	const { cases } = useData();
	const words = useGroupWords();
	const { value, failure } = useCell(cases.cell(id));
	useEffect(() => {
		window.scrollTo(0, 0);
		const look = () => {
			if (document.visibilityState === 'visible') void cases.load(id);
		};
		look();
		document.addEventListener('visibilitychange', look);
		return () => document.removeEventListener('visibilitychange', look);
	}, [cases, id]);
	useEffect(() => {
		document.title = `${words.groupsPlace} · ${words.product}`;
	}, [words]);
	const doc = useMade(id, value);
	if (doc) return <Group doc={doc} stale={failure !== null && value !== null} form={form} />;
	if (!failure) return <Waiting lines={8} />;
	const gone = failure.kind === 'refused' && failure.problem.status === 404;
	return gone ? <Empty title={words.groupGone} action={<a href={toGroups}>{words.backToGroups}</a>} /> : <FailureNotice failure={failure} onRetry={() => void cases.load(id)} />;
}

/** A group that was made on this page is there before anybody answered for it. */
function useMade(id: Id, value: CaseFile | null): CaseFile | null {
	const { outbox } = useData();
	const entries = useCell(outbox.entries);
	return useMemo(() => {
		if (value) return value;
		const made = entries.some(({ change }) => change.rec === id && change.op === 'create');
		return made ? emptyFile(id, []) : null;
	}, [id, value, entries]);
}

/** The group's own record hangs on nothing, and belongs here all the same. */
const own = (entry: Entry, group: Id): Entry => (entry.change.rec === group ? { ...entry, change: { ...entry.change, case: group } } : entry);

function Group({ doc, stale, form }: { doc: CaseFile; stale: boolean; form: GroupForm | null }) {
	const { outbox, masked } = useData();
	const words = useGroupWords();
	const { lexicon: general, reader } = useWorkplace();
	const entries = useCell(outbox.entries);
	const on = useCell(masked);
	const shown = useMemo(() => withUnsent(doc.records, entries.map((entry) => own(entry, doc.case)), doc.case, reader, doc.asked), [doc.records, doc.case, doc.asked, entries, reader]);
	const records = useMemo(() => shown.map(({ rec }) => rec), [shown]);
	const lexicon = useMemo(() => general.within(new Map(records.map((rec) => [rec.id, rec]))), [general, records]);
	const roll = useMemo(() => rollOf(records), [records]);
	const nameOf = useMemo(() => (member: Rec) => textAt(member, 'name') || lexicon.name(textAt(member, 'person')), [lexicon]);
	const mask = useMemo(() => makeMask(on, roll.members.map(nameOf)), [on, roll.members, nameOf]);
	const group = records.find((rec) => rec.id === doc.case);
	if (!group) return <Empty title={words.groupGone} action={<a href={toGroups}>{words.backToGroups}</a>} />;
	const close = (saved: Id | null) => {
		go(toGroup(doc.case));
		setTimeout(() => (saved ? document.querySelector<HTMLElement>(`[data-rec="${saved}"] :is(summary, button, a)`) : document.querySelector<HTMLElement>('.group-head h1'))?.focus());
	};
	const inForm = form && formOf(form, shown, lexicon);
	return (
		<CaseContext value={{ doc, part: 'timeline', records, lexicon, mask }}>
			<article className="group" data-form={inForm ? true : undefined}>
				<div className="group-main">
					<Head group={group} shown={shown} />
					{stale && <Notice tone="warn">{words.staleGroup}</Notice>}
					<Troubles shown={shown} />
					<Section title={words.attendance}>
						<AttendanceGrid roll={roll} nameOf={(member) => mask.name(nameOf(member))} needed={numberOf(group.body['attend_min'])} />
					</Section>
					<Section title={words.sessions} add="session">
						<Sessions sessions={roll.sessions} shown={shown} />
					</Section>
					<Section title={words.members} add="participant">
						<Members roll={roll} nameOf={(member) => mask.name(nameOf(member))} />
					</Section>
					<Section title={words.beforeAfter}>
						<Measures group={group} members={roll.members} nameOf={(member) => mask.name(nameOf(member))} />
					</Section>
					<Section title={words.plan}>
						<Fields type="group" body={group.body} only={PLAN} />
					</Section>
					<Section title={words.report}>
						{textAt(group, 'report') ? <p className="prose">{mask.prose(textAt(group, 'report'))}</p> : <p className="faint">{words.noReport}</p>}
					</Section>
				</div>
				{inForm && (
					<aside className="case-form">
						{'member' in inForm ? (
							<MeasureForm key={`${inForm.member.id}/${inForm.instrument}/${inForm.timepoint}`} {...inForm} name={mask.name(nameOf(inForm.member))} onClose={close} />
						) : (
							<RecordForm key={`${inForm.type.type}/${inForm.rec?.id}`} type={inForm.type} of={null} rec={inForm.rec} caseId={doc.case} lexicon={lexicon} onClose={close} />
						)}
					</aside>
				)}
			</article>
		</CaseContext>
	);
}

type Opened = { member: Rec; instrument: string; timepoint: string } | { type: RecordType; rec: Rec | null };

function formOf(form: GroupForm, shown: readonly Shown[], lexicon: Lexicon): Opened | null {
	if ('member' in form) {
		const member = shown.find(({ rec }) => rec.id === form.member && rec.type === 'participant')?.rec;
		return member && lexicon.scale(form.instrument)?.items ? { member, instrument: form.instrument, timepoint: form.timepoint } : null;
	}
	const rec = 'edit' in form ? (shown.find((one) => one.rec.id === form.edit)?.rec ?? null) : null;
	const type = lexicon.type('edit' in form ? (rec?.type ?? '') : form.type);
	return type && type.scope === 'group' && canDraw(type) && (rec || type.type !== 'group') ? { type, rec } : null;
}

const numberOf = (value: Json | undefined): number => asNumber(value) ?? 0;

function Section({ title, add, children }: { title: string; add?: string; children: ReactNode }) {
	const words = useGroupWords();
	const { doc, lexicon } = useCase();
	const { reader } = useWorkplace();
	return (
		<section className="group-part" aria-label={title}>
			<div className="group-part-head">
				<h2>{title}</h2>
				{add && mayCreate(add, reader) && (
					<Button icon="plus" onClick={() => go(toGroupAdd(doc.case, add))}>
						{words.newRecord(lexicon.typeLabel(add))}
					</Button>
				)}
			</div>
			{children}
		</section>
	);
}

function Head({ group, shown }: { group: Rec; shown: readonly Shown[] }) {
	const words = useGroupWords();
	const { doc, lexicon } = useCase();
	const { reader } = useWorkplace();
	const entry = shown.find(({ rec }) => rec.id === group.id)?.entry;
	const figure = (name: string): number | null => {
		return asNumber(doc.measures?.[name]);
	};
	// Sessions, attendances and persons are three different numbers.
	const figures: [string, string | null][] = [
		[words.sessionsHeld, `${figure('sessions_held') ?? 0} / ${figure('sessions_planned') ?? 0}`],
		[words.attendances, String(figure('attendances') ?? 0)],
		[words.persons, String(figure('persons') ?? 0)],
		[words.rate, percent(figure('attendance_rate'))],
		[words.completion, percent(figure('completion'))],
		[words.satisfaction, figure('satisfaction_mean') === null ? null : String(figure('satisfaction_mean'))],
	];
	return (
		<header className="group-head">
			<a className="back" href={toGroups}>
				<Icon shape="back" />
				{words.groupsPlace}
			</a>
			<div className="group-title" data-rec={group.id}>
				<h1 tabIndex={-1}>{textAt(group, 'name')}</h1>
				<Chip>{lexicon.code('group_phase', textAt(group, 'phase'))}</Chip>
				{entry && entry.progress !== 'confirmed' && <ProgressChip entry={entry} />}
				<span className="group-actions">
					{mayPatch(group, reader) && <Button onClick={() => go(toGroupEdit(doc.case, group.id))}>{words.edit}</Button>}
					<Button icon="print" onClick={() => window.print()}>
						{words.print}
					</Button>
					<PdfButton doc="group" id={group.id} />
				</span>
			</div>
			<p className="faint">
				{[
					textAt(group, 'number'),
					lexicon.code('group_kind', textAt(group, 'kind')),
					lexicon.code('programme', textAt(group, 'programme')),
					textAt(group, 'leader') && words.by(lexicon.name(textAt(group, 'leader')), lexicon.name(group.site)),
					[textAt(group, 'opened'), textAt(group, 'closed')].filter(Boolean).join(' – '),
				]
					.filter(Boolean)
					.join(' · ')}
			</p>
			<dl className="figures">
				{figures.map(([label, value]) =>
					value === null ? null : (
						<div key={label}>
							<dt>{label}</dt>
							<dd>{value}</dd>
						</div>
					),
				)}
			</dl>
		</header>
	);
}

const percent = (share: number | null): string | null => (share === null ? null : `${share} %`);

/** Why something written here has not arrived, and what can be done. */
function Troubles({ shown }: { shown: readonly Shown[] }) {
	const { outbox } = useData();
	const words = useGroupWords();
	const { lexicon } = useCase();
	const failureText = useFailureText();
	const whyText = useWhyText();
	const entries = useCell(outbox.entries);
	const own = new Set(shown.map(({ rec }) => rec.id));
	const mine = entries.filter(({ change }) => own.has(change.rec));
	const failed = mine.find(({ progress, failure }) => progress === 'kept' && failure);
	return (
		<>
			{failed?.failure && (
				<Notice tone="warn" action={<Button onClick={() => void outbox.send()}>{words.sendNow}</Button>}>
					{failureText(failed.failure)} {words.keptHelp}
				</Notice>
			)}
			{mine
				.filter(({ progress }) => progress === 'refused')
				.map(({ change, why }) => (
					<Notice key={change.id} tone="bad" action={<Button onClick={() => outbox.remove(change.id)}>{words.putAside}</Button>}>
						{lexicon.typeLabel(change.type)}
						{words.colon}
						{why ? whyText(why, (name) => lexicon.fieldLabel(change.type, name)) : words.refused}
					</Notice>
				))}
		</>
	);
}

function Sessions({ sessions, shown }: { sessions: readonly Rec[]; shown: readonly Shown[] }) {
	const words = useGroupWords();
	const { mask, lexicon } = useCase();
	if (sessions.length === 0) return <p className="faint">{words.noSessions}</p>;
	return (
		<ul className="session-list">
			{sessions.map((session) => {
				const entry = shown.find(({ rec }) => rec.id === session.id)?.entry;
				return (
					<li key={session.id} data-rec={session.id}>
						<details>
							<summary>
								<strong>{words.sessionNo(numberOf(session.body['number']))}</strong> {mask.prose(textAt(session, 'title'))}{' '}
								<span className="faint">{lexicon.time(textAt(session, 'held_at'))}</span>{' '}
								<Chip>{lexicon.code('session_status', textAt(session, 'status'))}</Chip>
								{session.state === 'signed' && <span className="faint"> {words.stateSigned}</span>}
								{entry && entry.progress !== 'confirmed' && <ProgressChip entry={entry} />}
							</summary>
							<Fields type="session" body={session.body} only={OF_SESSION} />
							<Actions rec={session} />
						</details>
					</li>
				);
			})}
		</ul>
	);
}

function Actions({ rec }: { rec: Rec }) {
	const words = useGroupWords();
	const { doc, lexicon } = useCase();
	const { reader } = useWorkplace();
	const [history, setHistory] = useState(false);
	const [signing, setSigning] = useState(false);
	const type = lexicon.type(rec.type);
	if (!type) return null;
	return (
		<>
			<div className="step-buttons">
				{mayPatch(rec, reader) && <Button onClick={() => go(toGroupEdit(doc.case, rec.id))}>{words.edit}</Button>}
				{maySign(rec, type, reader) && textAt(rec, 'status') === 'held' && <Button onClick={() => setSigning(true)}>{words.sign}</Button>}
				{rec.ver > 0 && (
					<Button look="quiet" aria-expanded={history} onClick={() => setHistory(!history)}>
						{history ? words.hidePast : words.past}
					</Button>
				)}
			</div>
			{signing && <SignAsked rec={rec} onClose={() => setSigning(false)} />}
			{history && <RecordHistory rec={rec} />}
		</>
	);
}

const TICKS = ['screened', 'consent', 'photo_consent', 'peer_contact'] as const;

function Members({ roll, nameOf }: { roll: Roll; nameOf: (member: Rec) => string }) {
	const words = useGroupWords();
	const { doc, lexicon, mask } = useCase();
	const { reader } = useWorkplace();
	if (roll.members.length === 0) return <p className="faint">{words.noMembers}</p>;
	return (
		<div className="roll-box">
			<table className="plain-table" aria-label={words.members}>
				<thead>
					<tr>
						<th scope="col">{words.name}</th>
						<th scope="col">{lexicon.fieldLabel('participant', 'kind')}</th>
						<th scope="col">{lexicon.fieldLabel('participant', 'joined')}</th>
						{TICKS.map((name) => (
							<th key={name} scope="col">
								{lexicon.fieldLabel('participant', name)}
							</th>
						))}
						<th scope="col">
							<span className="only-read">{words.edit}</span>
						</th>
					</tr>
				</thead>
				<tbody>
					{roll.members.map((member) => (
						<tr key={member.id} data-rec={member.id}>
							<th scope="row">
								{nameOf(member)}
								{textAt(member, 'note') && <span className="under">{mask.prose(textAt(member, 'note'))}</span>}
							</th>
							<td>{lexicon.code('participant_kind', textAt(member, 'kind'))}</td>
							<td>
								{textAt(member, 'joined')}
								{textAt(member, 'left') && (
									<span className="under">
										{words.leftOn(textAt(member, 'left'))} {lexicon.code('leave_reason', textAt(member, 'leave_reason'))}
									</span>
								)}
							</td>
							{TICKS.map((name) => (
								<td key={name}>{member.body[name] === true ? words.yes : member.body[name] === false ? words.no : <span className="faint">—</span>}</td>
							))}
							<td>
								{mayPatch(member, reader) && (
									<Button look="quiet" aria-label={words.editMember(nameOf(member))} onClick={() => go(toGroupEdit(doc.case, member.id))}>
										{words.edit}
									</Button>
								)}
							</td>
						</tr>
					))}
				</tbody>
			</table>
		</div>
	);
}
