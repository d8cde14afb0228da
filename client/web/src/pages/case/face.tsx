// The face sheet: who, what risk, what consent, who helps. It stays in view
// while the timeline scrolls.
import { type ReactNode, type RefObject, useState } from 'react';
import { useData } from '../../data';
import { today as dayToday } from '../../data/time';
import type { Due, Rec } from '../../data/wire';
import { dueText } from '../../kit/due';
import { useWords } from '../../kit/language';
import { Button, Chip } from '../../kit/parts';
import { sexAge } from '../../kit/person';
import { toCaseload } from '../../route';
import { RiskChips } from '../risk';
import { useCase } from './context';
import { Fields } from './fields';
import { RecordHistory } from './history';

const text = (rec: Rec, field: string): string => {
	const value = rec.body[field];
	return typeof value === 'string' ? value : '';
};

/** In effect on a day, by its dates; a withdrawal ends it on its day. */
const inEffect = (rec: Rec, day: string): boolean =>
	rec.state !== 'retracted' &&
	(!text(rec, 'from') || text(rec, 'from') <= day) &&
	(!text(rec, 'to') || text(rec, 'to') >= day) &&
	(!text(rec, 'withdrawn') || text(rec, 'withdrawn') > day);

function useOf(type: string): Rec[] {
	return useCase().records.filter((rec) => rec.type === type);
}

function useToday(): string {
	return dayToday(useData().make.now());
}

export function FaceSheet({ heading }: { heading: RefObject<HTMLHeadingElement | null> }) {
	const words = useWords();
	const { doc, lexicon, mask } = useCase();
	const { summary } = doc;
	const day = useToday();
	return (
		<section className="face" aria-label={words.caseTitle}>
			<a className="face-back" href={toCaseload}>
				← {words.back}
			</a>
			<div className="face-pinned">
				<h1 ref={heading} tabIndex={-1}>
					{summary.name ? mask.name(summary.name) : words.noName}
				</h1>
				<p className="face-who">
					{sexAge(summary.sex, summary.birth, day, lexicon, words)}
					<span className="faint">{summary.number}</span>
				</p>
				<Risk />
				<Consent />
			</div>
			<Facts />
			<Open />
			<Letters />
			<CareGroup />
			<Family />
			<Scales />
			<Identity />
		</section>
	);
}

/** Who, what risk, what consent in one line: stands in for the face sheet where
 * there is no room to keep all of it in view. */
export function FaceStrip() {
	const words = useWords();
	const { doc, lexicon, mask } = useCase();
	const { summary } = doc;
	const open = useOpenFlags();
	const { shares } = useConsents();
	return (
		<div className="strip">
			<strong>{summary.name ? mask.name(summary.name) : words.noName}</strong>
			<RiskChips summary={{ ...summary, open_flags: 0, open_conflicts: 0 }} />
			{open.map((flag) => (
				<Chip key={flag.id} tone="bad" icon="flag">
					{lexicon.code('flag_kind', text(flag, 'kind'))}
				</Chip>
			))}
			{shares ? (
				<Chip icon="check">{words.sharing}</Chip>
			) : (
				<Chip tone="warn" icon="alert">
					{words.noSharing}
				</Chip>
			)}
		</div>
	);
}

function useOpenFlags(): Rec[] {
	const day = useToday();
	return useOf('flag').filter((flag) => flag.state !== 'retracted' && (!text(flag, 'to') || text(flag, 'to') > day));
}

function useConsents() {
	const day = useToday();
	const all = useOf('consent').filter((rec) => rec.state !== 'retracted');
	const valid = all.filter((rec) => inEffect(rec, day));
	return {
		valid,
		withdrawn: all.filter((rec) => text(rec, 'withdrawn') && text(rec, 'withdrawn') <= day),
		shares: valid.some((rec) => text(rec, 'purpose') === 'sharing'),
	};
}

function Part({ title, children }: { title: string; children: ReactNode }) {
	return (
		<section className="face-part">
			<h2>{title}</h2>
			{children}
		</section>
	);
}

function Risk() {
	const words = useWords();
	const { doc, lexicon, mask } = useCase();
	const open = useOpenFlags();
	return (
		<Part title={words.riskFlags}>
			<p className="chips">
				<RiskChips summary={{ ...doc.summary, open_flags: 0, open_conflicts: 0 }} />
			</p>
			{open.length === 0 && <p className="faint">{words.noFlags}</p>}
			<ul className="plain flags">
				{open.map((flag) => (
					<li key={flag.id}>
						<Chip tone="bad" icon="flag">
							{lexicon.code('flag_kind', text(flag, 'kind'))}
							{typeof flag.body['level'] === 'number' && ` · ${words.flagLevel(flag.body['level'])}`}
						</Chip>
						<span className="flag-text">{mask.prose(text(flag, 'text'))}</span>
						{text(flag, 'from') && <span className="under">{words.since(text(flag, 'from'))}</span>}
					</li>
				))}
			</ul>
		</Part>
	);
}

function Consent() {
	const words = useWords();
	const { lexicon } = useCase();
	const { valid, withdrawn, shares } = useConsents();
	const sitesOf = (rec: Rec): string => {
		const sites = rec.body['sites'];
		return Array.isArray(sites) ? sites.map((id) => lexicon.name(String(id))).join(words.listComma) : '';
	};
	/** What the sharing rests on when it is not the client's consent. */
	const rests = (rec: Rec): string => {
		const basis = text(rec, 'basis');
		return basis && basis !== 'consent' ? lexicon.code('legal_basis', basis) : '';
	};
	const lasts = (rec: Rec): string => (text(rec, 'to') ? words.until(text(rec, 'to')) : words.openEnded);
	return (
		<Part title={words.consents}>
			{valid.length === 0 && (
				<Chip tone="warn" icon="alert">
					{words.noConsent}
				</Chip>
			)}
			{valid.length > 0 && !shares && (
				<Chip tone="warn" icon="alert">
					{words.noSharing}
				</Chip>
			)}
			<ul className="plain">
				{valid.map((rec) => (
					<li key={rec.id}>
						{lexicon.code('consent_purpose', text(rec, 'purpose'))}
						<span className="under">
							{[sitesOf(rec), rests(rec) ? `${words.basisInstead}${words.colon}${rests(rec)}` : '', lasts(rec)]
								.filter(Boolean)
								.join(' · ')}
						</span>
					</li>
				))}
				{withdrawn.map((rec) => (
					<li key={rec.id} className="faint">
						{lexicon.code('consent_purpose', text(rec, 'purpose'))}
						<span className="under">{words.withdrawnOn(text(rec, 'withdrawn'))}</span>
					</li>
				))}
			</ul>
		</Part>
	);
}

function Facts() {
	const words = useWords();
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
function Open() {
	const words = useWords();
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
	const words = useWords();
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
function Letters() {
	const words = useWords();
	const { records, lexicon, mask } = useCase();
	const all = records.filter((rec) => lexicon.type(rec.type)?.scope === 'letter' && rec.state !== 'retracted');
	if (all.length === 0) return null;
	return (
		<Part title={words.letters}>
			<ul className="plain">
				{all.map((rec) => (
					<li key={rec.id}>
						{lexicon.typeLabel(rec.type)} <span className="faint">{mask.prose(lexicon.title(rec))}</span>
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
		</Part>
	);
}

function CareGroup() {
	const words = useWords();
	const { lexicon } = useCase();
	const day = useToday();
	const all = useOf('member').filter((rec) => rec.state !== 'retracted');
	const present = all.filter((rec) => inEffect(rec, day));
	present.sort((a, b) => Number(b.body['lead'] === true) - Number(a.body['lead'] === true));
	const former = all.length - present.length;
	return (
		<Part title={words.careGroup}>
			{present.length === 0 && <p className="faint">{words.noMembers}</p>}
			<ul className="plain">
				{present.map((rec) => (
					<li key={rec.id}>
						{text(rec, 'staff') ? lexicon.name(text(rec, 'staff')) : text(rec, 'name')}
						{rec.body['lead'] === true && <Chip>{words.lead}</Chip>}
						<span className="under">
							{[lexicon.code('member_role', text(rec, 'role')), lexicon.name(text(rec, 'site'))].filter(Boolean).join(' · ')}
						</span>
					</li>
				))}
			</ul>
			{former > 0 && <p className="faint">{words.formerMembers(former)}</p>}
		</Part>
	);
}

function Family() {
	const words = useWords();
	const { lexicon, mask } = useCase();
	const all = useOf('relation').filter((rec) => rec.state !== 'retracted');
	if (all.length === 0) return null;
	return (
		<Part title={words.family}>
			<ul className="plain">
				{all.map((rec) => {
					const marks = [
						rec.body['guardian'] === true && words.guardian,
						rec.body['caregiver'] === true && words.caregiver,
						rec.body['lives_together'] === true && words.together,
					].filter(Boolean);
					return (
						<li key={rec.id}>
							{mask.name(text(rec, 'name') || lexicon.name(text(rec, 'person')))}
							<span className="faint"> {lexicon.code('family_relation', text(rec, 'kind'))}</span>
							<span className="under">{[...marks, mask.detail(text(rec, 'phone'))].filter(Boolean).join(' · ')}</span>
						</li>
					);
				})}
			</ul>
		</Part>
	);
}

function Scales() {
	const words = useWords();
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
function Identity() {
	const words = useWords();
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
	const words = useWords();
	const [history, setHistory] = useState(false);
	return (
		<details className="face-part">
			<summary>{title}</summary>
			<Fields type={rec.type} body={rec.body} />
			<Button look="quiet" aria-expanded={history} onClick={() => setHistory(!history)}>
				{history ? words.hideHistory : words.history}
			</Button>
			{history && <RecordHistory rec={rec} />}
		</details>
	);
}
