// The review itself: findings, the day of the next one, and what was decided with
// who does it by when. Everything typed is a draft from the first key on; the
// signature, the review and its tasks are one step.
import { type FormEvent, type RefObject, useImperativeHandle, useMemo, useRef, useState } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import { HALF_TYPED } from '../../data/check';
import { type Draft, draftKey } from '../../data/drafts';
import type { Entry } from '../../data/outbox';
import { type Decision, OWN_REVIEW, reviewChanges, seenOf } from '../../data/reviews';
import { isDay, today as dayToday } from '../../data/time';
import type { Body, Id, Json, Rec } from '../../data/wire';
import { useAnnounce } from '../../kit/announce';
import { Discard, DraftKept } from '../../kit/kept';
import { Button, Notice, useWhyText } from '../../kit/parts';
import { useSaving } from '../../kit/saving';
import { Combo, DateBox, type Option } from '../../kit/widgets';
import { useWorkplace } from '../../kit/workplace';
import { toReview } from '../../route';
import { useCase } from '../case/context';
import { inEffect, text, useOf, useToday } from '../case/part';
import { type CareWords, listOpen, useCareWords } from './say';

/** What the keys of the page reach of the form. */
export interface Hands {
	write: () => void;
	decide: () => void;
	sign: () => void;
}

/** A decision is owed after a week, or the next day where somebody is in danger. */
const WITHIN_DAYS = 7;
const WITHIN_DAYS_DANGER = 1;
const DECISIONS_MAX = 20;
const TITLE_MAX = 300;
const FINDINGS_MAX = 20000;

const later = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86400_000).toISOString().slice(0, 10);

interface ReviewFormProps {
	hands: RefObject<Hands | null>;
	danger: boolean;
	last: boolean;
	onSigned: () => void;
}

export function ReviewForm({ hands, danger, last, onSigned }: ReviewFormProps) {
	const { drafts, outbox, make } = useData();
	const words = useCareWords();
	const announce = useAnnounce();
	const { reader } = useWorkplace();
	const { doc, records, lexicon, mask } = useCase();
	const day = useToday();
	const key = draftKey(doc.case, 'review', null, OWN_REVIEW);
	const draft = useCell(drafts.all).get(key);
	const rec = useMemo(() => draft?.rec ?? make.id(), [draft?.rec, make]);
	const refused = useRefused(rec);
	const saving = useSaving();
	const [preparing, setPreparing] = useState(false);
	const [stopped, setStopped] = useState(false);
	const [tried, setTried] = useState(false);
	const form = useRef<HTMLFormElement>(null);
	const busy = saving.busy || preparing;
	// A key pressed twice signs once: the page goes on a moment later.
	const over = useRef(false);
	const options = useWho();
	const values = valuesOf(draft);
	const faults = tried ? faultsOf(values.decisions, values.next, words) : new Map<string, string>();

	const set = (more: Partial<Values>) => {
		if (busy) return;
		const next = { ...values, ...more };
		drafts.keep(key, { case: doc.case, type: 'review', of: OWN_REVIEW, rec, base: null, values: next as unknown as Body, at: toReview(doc.case) });
	};
	const setDecision = (at: number, more: Partial<Decision>) => set({ decisions: values.decisions.map((one, i) => (i === at ? { ...one, ...more } : one)) });
	const decide = () => {
		if (values.decisions.length >= DECISIONS_MAX) return;
		const fresh: Decision = { rec: make.id(), title: '', who: options[0]?.code ?? '', due: later(day, danger ? WITHIN_DAYS_DANGER : WITHIN_DAYS) };
		set({ decisions: [...values.decisions, fresh] });
		focusLater(form, `[data-decision="${fresh.rec}"] textarea, [data-decision="${fresh.rec}"] input`);
	};
	const sign = async (event?: FormEvent) => {
		event?.preventDefault();
		if (busy || over.current) return;
		setTried(true);
		const wrong = faultsOf(values.decisions, values.next, words);
		if (wrong.size > 0) {
			announce(words.faults(wrong.size));
			return focusLater(form, `[data-fault] :is(textarea, input, [role=spinbutton])`);
		}
		const siteOf = (staff: Id) => text(lexicon.person(staff) ?? ({ body: {} } as Rec), 'site') || null;
		const at = { case: doc.case, staff: reader.staff, day: dayToday(make.now()), seen: seenOf(records), siteOf };
		setPreparing(true);
		setStopped(false);
		const changes = await reviewChanges(make, at, { rec, findings: values.findings, next: values.next, decisions: values.decisions }).catch(() => null);
		if (!changes) {
			setPreparing(false);
			return setStopped(true);
		}
		for (const one of refused) outbox.remove(one.change.id);
		const saved = await saving.save({ key, changes, values: values as unknown as Body, type: lexicon.type('review')! });
		setPreparing(false);
		if (saved.end === 'refused') {
			// The draft is there again; it must keep the id the centre has seen refused.
			return focusLater(form, 'h2');
		}
		over.current = true;
		announce(words.signed(doc.summary.name ? mask.name(doc.summary.name) : (doc.summary.number ?? '')));
		onSigned();
	};
	useImperativeHandle(hands, () => ({ write: () => focusLater(form, '[data-field=findings] textarea'), decide, sign: () => void sign() }));
	const nothing = !values.findings.trim() && values.decisions.length === 0;
	return (
		<form
			autoComplete="off"
			className="record-form review-form"
			ref={form}
			noValidate
			onSubmit={(event) => void sign(event)}
			onKeyDownCapture={(event) => {
				// Before the boxes take it for themselves; an open list does. Enter alone
				// signs nothing: what is signed cannot be taken back.
				if (event.key !== 'Enter' || event.nativeEvent.isComposing || listOpen(event.target)) return;
				if (event.ctrlKey || event.metaKey) {
					event.preventDefault();
					event.stopPropagation();
					void sign();
				} else if (event.target instanceof HTMLInputElement) event.preventDefault();
			}}
		>
			<div className="form-head">
				<h2 tabIndex={-1}>{words.formTitle}</h2>
			</div>
			<Refused entries={refused} />
			{stopped && <Notice tone="bad">{words.notSigned}</Notice>}
			<div className="field" data-field="findings">
				<label className="label" htmlFor={`${rec}-findings`}>
					{words.findings} <kbd>C</kbd>
				</label>
				<textarea
					id={`${rec}-findings`}
					rows={3}
					autoComplete="off"
					maxLength={FINDINGS_MAX}
					placeholder={words.findingsHint}
					value={values.findings}
					readOnly={busy}
					onChange={(event) => set({ findings: event.target.value })}
				/>
			</div>
			{values.decisions.map((one, i) => (
				<DecisionFields
					key={one.rec}
					decision={one}
					no={i + 1}
					options={options}
					faults={faults}
					onChange={(more) => setDecision(i, more)}
					onRemove={() => set({ decisions: values.decisions.filter((_, at) => at !== i) })}
				/>
			))}
			<p>
				<Button icon="plus" onClick={decide}>
					{words.decide} <kbd>D</kbd>
				</Button>
			</p>
			<div className="field" data-field="next_review" data-fault={faults.has('next') || undefined}>
				<span className="label" id={`${rec}-next`}>
					{words.nextReview}
				</span>
				<DateBox labelledBy={`${rec}-next`} describedBy={undefined} invalid={faults.has('next')} required={false} value={values.next} onChange={(next) => set({ next })} />
				{faults.has('next') && <p className="fault">{faults.get('next')}</p>}
			</div>
			<div className="form-foot">
				<Button look="main" type="submit" aria-disabled={busy} aria-keyshortcuts="Control+Enter S">
					{busy ? words.signing : nothing ? (last ? words.signNothingLast : words.signNothing) : last ? words.signLast : words.sign} <kbd>S</kbd>
				</Button>
				{draft && (
					<>
						<DraftKept />
						<Discard onDiscard={() => drafts.drop(key)} />
					</>
				)}
			</div>
			<p className="faint sign-note">{words.signNote}</p>
		</form>
	);
}

interface Values {
	findings: string;
	next: string | null;
	decisions: readonly Decision[];
}

const str = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

function valuesOf(draft: Draft | undefined): Values {
	const { findings, next, decisions } = draft?.values ?? {};
	const list = Array.isArray(decisions) ? decisions : [];
	return {
		findings: str(findings),
		next: str(next) || null,
		decisions: list.flatMap((one) =>
			one && typeof one === 'object' && !Array.isArray(one) ? [{ rec: str(one['rec']), title: str(one['title']), who: str(one['who']), due: str(one['due']) || null }] : [],
		),
	};
}

function faultsOf(decisions: readonly Decision[], next: string | null, words: CareWords): Map<string, string> {
	const faults = new Map<string, string>();
	for (const { rec, title, who, due } of decisions) {
		if (!title.trim()) faults.set(`${rec}/what`, words.faultWhat);
		if (!who) faults.set(`${rec}/who`, words.faultWho);
		if (due === HALF_TYPED || (due !== null && !isDay(due))) faults.set(`${rec}/due`, words.faultDay);
	}
	if (next !== null && !isDay(next)) faults.set('next', words.faultDay);
	return faults;
}

/** What of this review was not accepted, all of it together. */
function useRefused(rec: Id): readonly Entry[] {
	const entries = useCell(useData().outbox.entries);
	const own = entries.find(({ change, progress }) => change.rec === rec && change.op === 'create' && progress === 'refused');
	return own ? entries.filter(({ change, progress }) => change.tx === own.change.tx && progress === 'refused') : [];
}

function Refused({ entries }: { entries: readonly Entry[] }) {
	const words = useCareWords();
	const { lexicon } = useCase();
	const whyText = useWhyText();
	if (entries.length === 0) return null;
	// The others say only that their group failed.
	const first = entries.find(({ why }) => why && why.code !== 'tx_failed') ?? entries[0]!;
	return <Notice tone="bad">{first.why ? whyText(first.why, (name) => lexicon.fieldLabel(first.change.type, name)) : words.refused}</Notice>;
}

interface DecisionProps {
	decision: Decision;
	no: number;
	options: readonly Option[];
	faults: ReadonlyMap<string, string>;
	onChange: (more: Partial<Decision>) => void;
	onRemove: () => void;
}

function DecisionFields({ decision: { rec, title, who, due }, no, options, faults, onChange, onRemove }: DecisionProps) {
	const words = useCareWords();
	const fault = (part: string) => faults.get(`${rec}/${part}`);
	return (
		<fieldset className="decision" data-decision={rec}>
			<legend>{words.decisionNo(no)}</legend>
			<div className="field" data-part="what" data-fault={fault('what') ? true : undefined}>
				<label className="label" htmlFor={`${rec}-what`}>
					{words.what}
				</label>
				<input id={`${rec}-what`} type="text" autoComplete="off" maxLength={TITLE_MAX} value={title} aria-invalid={fault('what') ? true : undefined} onChange={(event) => onChange({ title: event.target.value })} />
				{fault('what') && <p className="fault">{fault('what')}</p>}
			</div>
			<div className="decision-pair">
				<div className="field" data-part="who" data-fault={fault('who') ? true : undefined}>
					<span className="label" id={`${rec}-who`}>
						{words.who}
					</span>
					<Combo options={options} value={who || null} onChange={(code) => onChange({ who: code ?? '' })} labelledBy={`${rec}-who`} describedBy={undefined} invalid={!!fault('who')} required />
					{fault('who') && <p className="fault">{fault('who')}</p>}
				</div>
				<div className="field" data-part="due" data-fault={fault('due') ? true : undefined}>
					<span className="label" id={`${rec}-due`}>
						{words.byWhen}
					</span>
					<DateBox labelledBy={`${rec}-due`} describedBy={undefined} invalid={!!fault('due')} required={false} value={due} onChange={(value) => onChange({ due: value })} />
					{fault('due') && <p className="fault">{fault('due')}</p>}
				</div>
			</div>
			<Button look="quiet" icon="close" aria-label={words.removeDecision(no)} onClick={onRemove} />
		</fieldset>
	);
}

/** Who may be given something: the members of the care group, and their sites. The
 * first is who it mostly is: the case manager, else somebody at another site. */
function useWho(): readonly Option[] {
	const { reader } = useWorkplace();
	const { doc, lexicon } = useCase();
	const words = useCareWords();
	const members = useOf('member');
	const day = useToday();
	return useMemo(() => {
		const there = members.filter((rec) => text(rec, 'staff') && text(rec, 'staff') !== reader.staff && inEffect(rec, day));
		const manager = doc.summary.manager;
		const rank = (rec: Rec) => (text(rec, 'staff') === manager ? 0 : siteAt(rec) !== reader.site ? 1 : 2);
		const siteAt = (rec: Rec) => text(rec, 'site') || text(lexicon.person(text(rec, 'staff')) ?? rec, 'site');
		const people = [...there].sort((a, b) => rank(a) - rank(b)).map((rec): Option => ({
			code: `staff/${text(rec, 'staff')}`,
			label: lexicon.name(text(rec, 'staff')),
			under: [lexicon.code('member_role', text(rec, 'role')), lexicon.name(siteAt(rec))].filter(Boolean).join(' · '),
		}));
		const known = people.some(({ code }) => code === `staff/${manager}`);
		if (manager && manager !== reader.staff && !known)
			people.unshift({ code: `staff/${manager}`, label: lexicon.name(manager), under: lexicon.siteOf(manager) });
		const sites = new Set([doc.summary.home_site, ...there.map(siteAt)].filter((site): site is string => !!site));
		return [...unique(people), ...[...sites].map((site): Option => ({ code: `site/${site}`, label: words.wholeSite(lexicon.name(site)) }))];
	}, [members, reader, doc.summary, lexicon, words, day]);
}

const unique = (options: readonly Option[]): Option[] => [...new Map(options.map((one) => [one.code, one])).values()];

function focusLater(form: RefObject<HTMLFormElement | null>, what: string): void {
	setTimeout(() => {
		const box = form.current?.querySelector<HTMLElement>(what);
		box?.focus();
		box?.scrollIntoView({ block: 'nearest' });
	});
}
