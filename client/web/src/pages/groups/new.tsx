// A new group: from a template, with its sessions a week apart, or from nothing.
import { type FormEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import { createChange, together } from '../../data/change';
import { characters } from '../../data/check';
import { draftKey } from '../../data/drafts';
import { changeTo } from '../../data/record-form';
import { failureOf } from '../../data/http';
import type { Lexicon } from '../../data/lexicon';
import { isDay, today as dayToday } from '../../data/time';
import type { Body, GroupPlan, Label } from '../../data/wire';
import { useAnnounce } from '../../kit/announce';
import { useLanguage } from '../../kit/language';
import { Button, Icon, Notice, useFailureText, useWhyText } from '../../kit/parts';
import { focusFault } from '../../kit/faults';
import { DraftKept } from '../../kit/kept';
import { DateBox } from '../../kit/widgets';
import { TypedOn, useSaving } from '../../kit/saving';
import { useWorkplace } from '../../kit/workplace';
import { go, toGroup, toGroups } from '../../route';
import { useGroupWords } from './say';

/** A group goes with all its sessions, which takes longer than one record. */
const PATIENCE_MS = 3000;

interface Template extends Label {
	code: string;
	programme: string;
	kind: string;
	sessions: number;
}

function templatesOf(lexicon: Lexicon): Template[] {
	return lexicon.codes('programme').flatMap(({ code: programme }) => {
		const groups = lexicon.pack(programme)?.['groups'];
		return (Array.isArray(groups) ? groups : []).flatMap((one): Template[] => {
			if (typeof one !== 'object' || one === null || Array.isArray(one)) return [];
			const { code, zh, en, kind, sessions } = one;
			return [{ code: String(code), zh: String(zh), en: String(en), programme, kind: String(kind), sessions: Array.isArray(sessions) ? sessions.length : 0 }];
		});
	});
}

export function NewGroupPage() {
	const { drafts, groups, outbox, make } = useData();
	const { lang } = useLanguage();
	const words = useGroupWords();
	const announce = useAnnounce();
	const failureText = useFailureText();
	const whyText = useWhyText();
	const { lexicon, reader } = useWorkplace();
	const templates = useMemo(() => templatesOf(lexicon), [lexicon]);
	const key = draftKey(reader.site, 'group', null);
	const draft = useCell(drafts.all).get(key);
	const rec = useMemo(() => draft?.rec ?? make.id(), [draft?.rec, make]);
	const values: Body = draft?.values ?? { opened: dayToday(make.now()) };
	const [plan, setPlan] = useState<GroupPlan | null>(null);
	const [trouble, setTrouble] = useState<string | null>(null);
	const [tried, setTried] = useState(false);
	const saving = useSaving();
	const { busy } = saving;
	const form = useRef<HTMLFormElement>(null);
	const id = useId();
	const text = (name: string): string => (typeof values[name] === 'string' ? (values[name] as string) : '');
	const template = text('template');
	const opened = isDay(text('opened')) ? text('opened') : null;
	const name = text('name').trim();

	useEffect(() => {
		document.title = `${words.newGroup} · ${words.product}`;
		window.scrollTo(0, 0);
	}, [words]);
	// The plan as the template has it, for the day it begins.
	useEffect(() => {
		let wanted = true;
		setPlan(null);
		if (!template || !opened) return undefined;
		groups.plan(template, opened, lang).then(
			(value) => wanted && setPlan(value),
			(error: unknown) => {
				const failure = failureOf(error);
				if (wanted) setTrouble(failureText(failure));
			},
		);
		return () => {
			wanted = false;
		};
		// What a failure is called changes with the language alone.
		// eslint-disable-next-line
	}, [template, opened, lang, groups]);

	const set = (more: Body) => {
		setTrouble(null);
		drafts.keep(key, { case: reader.site, type: 'group', rec, base: draft?.base ?? null, values: { ...values, ...more } });
	};
	const choose = (code: string) => {
		const chosen = templates.find((one) => one.code === code);
		const given = templates.some((one) => one.zh === name || one.en === name);
		set({ template: code || null, ...(chosen && (name === '' || given) && { name: chosen[lang] }) });
	};
	const nameMax = lexicon.field('group', 'name')?.max ?? Infinity;
	const nameFault = name === '' ? words.faultRequired : characters(name) > nameMax ? words.faultTooLong(nameMax, characters(name)) : null;
	const save = async (event: FormEvent) => {
		event.preventDefault();
		if (busy) return;
		if (nameFault || !opened || (template && !plan)) {
			announce(words.faults(1));
			return focusFault(form.current, () => setTried(true), nameFault ? '[data-field=name]' : '[data-field=opened]');
		}
		setTried(true);
		const body: Body = {
			...(plan?.group ?? { kind: text('kind') || 'closed', phase: 'preparation' }),
			name,
			opened,
			leader: reader.staff,
			...(text('number').trim() && { number: text('number').trim() }),
		};
		const type = lexicon.type('group')!;
		const refused = outbox.refusedOf(rec);
		const group = changeTo(make, type, { case: null, id: rec, base: draft?.base }, body, refused);
		if (!group) return go(toGroup(rec));
		// What is refused of one tx is refused of all of it.
		for (const { change } of outbox.entries.get()) if (refused && change.tx === refused.tx) outbox.remove(change.id);
		// The sessions went with the group when it was made.
		const sessions = group.op === 'patch' ? [] : (plan?.sessions ?? []);
		const changes = together(make, [group, ...sessions.map((one) => createChange(make, 'session', rec, one, make.id()))]);
		const saved = await saving.save({ key, changes, values, type, patienceMs: PATIENCE_MS });
		if (saved.end === 'refused') {
			const { entries } = saved;
			for (const { change } of entries) outbox.remove(change.id);
			const { why, change } = entries.find((one) => one.why && one.why.code !== 'tx_failed') ?? entries[0]!;
			return setTrouble(why ? whyText(why, (field) => lexicon.fieldLabel(change.type, field)) : words.refused);
		}
		announce(words.groupMade);
		if (saved.end === 'saved') go(toGroup(rec));
	};
	return (
		<div className="refer">
			<header className="letter-head">
				<a className="back" href={toGroups}>
					<Icon shape="back" />
					{words.groupsPlace}
				</a>
				<div className="letter-title">
					<h1>{words.newGroup}</h1>
				</div>
			</header>
			<div className="refer-body">
				<form autoComplete="off" className="refer-form" ref={form} noValidate onSubmit={(event) => void save(event)}>
					<TypedOn saving={saving} />
					{trouble && <Notice tone="bad">{trouble}</Notice>}
					<div className="field">
						<label htmlFor={`${id}-template`}>{lexicon.fieldLabel('group', 'template')}</label>
						<select id={`${id}-template`} value={template} onChange={(event) => choose(event.target.value)}>
							<option value="">{words.noTemplate}</option>
							{[...new Set(templates.map(({ programme }) => programme))].map((programme) => (
								<optgroup key={programme} label={lexicon.code('programme', programme)}>
									{templates
										.filter((one) => one.programme === programme)
										.map((one) => (
											<option key={one.code} value={one.code}>
												{words.templateLine(one[lang], one.sessions)}
											</option>
										))}
								</optgroup>
							))}
						</select>
					</div>
					{!template && (
						<div className="field">
							<label htmlFor={`${id}-kind`}>{lexicon.fieldLabel('group', 'kind')}</label>
							<select id={`${id}-kind`} value={text('kind') || 'closed'} onChange={(event) => set({ kind: event.target.value })}>
								{lexicon.codes('group_kind').map(({ code, label }) => (
									<option key={code} value={code}>
										{label}
									</option>
								))}
							</select>
						</div>
					)}
					<div className="field" data-field="name">
						<label htmlFor={`${id}-name`}>
							{lexicon.fieldLabel('group', 'name')}
							<span className="required">{words.required}</span>
						</label>
						<input
							id={`${id}-name`}
							value={text('name')}
							autoComplete="off"
							aria-invalid={tried && nameFault !== null}
							aria-describedby={`${id}-name-fault`}
							onChange={(event) => set({ name: event.target.value })}
						/>
						{tried && nameFault && (
							<p className="fault" id={`${id}-name-fault`}>
								{nameFault}
							</p>
						)}
					</div>
					<div className="field">
						<label htmlFor={`${id}-number`}>{lexicon.fieldLabel('group', 'number')}</label>
						<input id={`${id}-number`} value={text('number')} maxLength={lexicon.field('group', 'number')?.max} autoComplete="off" onChange={(event) => set({ number: event.target.value })} />
					</div>
					<div className="field" data-field="opened">
						<span className="label" id={`${id}-opened`}>
							{lexicon.fieldLabel('group', 'opened')}
							<span className="required">{words.required}</span>
						</span>
						<DateBox labelledBy={`${id}-opened`} describedBy={tried && !opened ? `${id}-opened-fault` : undefined} invalid={tried && !opened} required value={opened} onChange={(value) => set({ opened: value })} />
						{tried && !opened && (
							<p id={`${id}-opened-fault`} className="fault">
								{words.faultDate}
							</p>
						)}
					</div>
					<div className="step-foot">
						<Button look="main" type="submit" aria-disabled={busy}>
							{busy ? words.saving : words.makeGroup}
						</Button>
						{draft && <DraftKept />}
					</div>
				</form>
				<section className="sending" aria-label={words.plan}>
					<h2>{words.plan}</h2>
					{!template && <p className="faint">{words.planHelp}</p>}
					{plan && <Plan plan={plan} lexicon={lexicon} />}
				</section>
			</div>
		</div>
	);
}

function Plan({ plan, lexicon }: { plan: GroupPlan; lexicon: Lexicon }) {
	const words = useGroupWords();
	const fact = (name: string) => {
		const field = lexicon.field('group', name);
		const value = field ? lexicon.value(field, plan.group[name]) : '';
		return value ? (
			<div key={name} data-long={value.length > 40 || undefined}>
				<dt>{lexicon.fieldLabel('group', name)}</dt>
				<dd>{value}</dd>
			</div>
		) : null;
	};
	return (
		<>
			<dl className="fields-shown">{['aims', 'theory', 'size_min', 'size_max', 'attend_min', 'instruments'].map(fact)}</dl>
			<ol className="plan-sessions">
				{plan.sessions.map((session, place) => (
					<li key={place}>
						<strong>{String(session['title'] ?? '')}</strong>
						<span className="under">
							{lexicon.time(String(session['held_at'] ?? ''))} · {words.minutes(Number(session['minutes'] ?? 0))}
						</span>
						<span className="under">{String(session['aim'] ?? '')}</span>
					</li>
				))}
			</ol>
		</>
	);
}
