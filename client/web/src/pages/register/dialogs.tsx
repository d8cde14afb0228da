// Entering something in the register, and what came of it. What is typed is a draft,
// so that neither a key nor the locked screen costs it.
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { useData } from '../../data';
import { textIn } from '../../data/body';
import { characters } from '../../data/check';
import type { Duty, DutyKind } from '../../data/duties';
import { type Failure, failureOf } from '../../data/http';
import { isDay, today } from '../../data/time';
import type { Body } from '../../data/wire';
import { Ask } from '../../kit/dialog';
import { useOwnWords } from '../../kit/language';
import { type Noted, useNoted } from '../../kit/noted';
import { Button, FailureNotice } from '../../kit/parts';
import { DateBox } from '../../kit/widgets';
import { useWorkplace } from '../../kit/workplace';
import { keptWords, registerWords } from './words';

/** The centre's limits (server/duty). */
const WORDS_MAX = 2000;
const NUMBER_MAX = 40;

/** How many days there are by default: 30 for an answer (GB/T 35273-2020, 8.7), a day for
 * an incident, a month for an assessment; the person sets what holds. */
const DAYS: { [kind in DutyKind]: number } = { request: 30, impact: 30, incident: 1 };
const DAY_MS = 86_400_000;

interface Sent {
	busy: boolean;
	failure: Failure | null;
	send: (act: () => Promise<void>) => void;
}

/** Sends once; the draft goes when it was taken. */
function useSent(noted: Noted, onDone: () => void): Sent {
	const [busy, setBusy] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const run = async (act: () => Promise<void>) => {
		setBusy(true);
		setFailure(null);
		try {
			await act();
			noted.done();
			onDone();
		} catch (error) {
			setFailure(failureOf(error));
		}
		setBusy(false);
	};
	return { busy, failure, send: (act) => void (busy || run(act)) };
}

interface FormProps {
	title: string;
	sent: Sent;
	onSubmit: () => void;
	onClose: () => void;
	children: ReactNode;
}

function DutyForm({ title, sent, onSubmit, onClose, children }: FormProps) {
	const words = useOwnWords(registerWords);
	const submit = (event: FormEvent) => {
		event.preventDefault();
		onSubmit();
	};
	return (
		<Ask title={title} onClose={onClose}>
			<form className="admin-ask" noValidate autoComplete="off" onSubmit={submit}>
				{sent.failure && <FailureNotice failure={sent.failure} />}
				{children}
				<div className="dialog-actions">
					<Button onClick={onClose}>{words.cancel}</Button>
					<Button look="main" type="submit" aria-disabled={sent.busy}>
						{words.save}
					</Button>
				</div>
			</form>
		</Ask>
	);
}

interface PartProps {
	noted: Noted;
	name: string;
	label: string;
	fault: string | null;
	hint?: string;
}

function Told({ id, fault }: { id: string; fault: string | null }) {
	return fault === null ? null : (
		<p id={id} className="fault">
			{fault}
		</p>
	);
}

function Choice({ noted, name, label, fault, list, kind }: PartProps & { list: string; kind: DutyKind }) {
	const words = useOwnWords(registerWords);
	const { lexicon } = useWorkplace();
	const id = useId();
	return (
		<div className="field">
			<label htmlFor={id}>{label}</label>
			<select id={id} value={textIn(noted.values, name)} aria-required aria-invalid={fault !== null} aria-describedby={`${id}-fault`} onChange={(event) => noted.set({ [name]: event.target.value })}>
				<option value="">{words.choose}</option>
				{lexicon.codesOf(list, kind).map(({ code, label: text }) => (
					<option key={code} value={code}>
						{text}
					</option>
				))}
			</select>
			<Told id={`${id}-fault`} fault={fault} />
		</div>
	);
}

function Day({ noted, name, label, fault }: PartProps) {
	const id = useId();
	return (
		<div className="field">
			<span className="label" id={id}>
				{label}
			</span>
			<DateBox value={textIn(noted.values, name) || null} onChange={(day) => noted.set({ [name]: day ?? '' })} labelledBy={id} describedBy={`${id}-fault`} invalid={fault !== null} required />
			<Told id={`${id}-fault`} fault={fault} />
		</div>
	);
}

function Words({ noted, name, label, fault, hint, rows = 4 }: PartProps & { rows?: number }) {
	const id = useId();
	return (
		<div className="field">
			<label htmlFor={id}>{label}</label>
			<textarea id={id} rows={rows} autoComplete="off" value={textIn(noted.values, name)} aria-required aria-invalid={fault !== null} aria-describedby={`${id}-hint ${id}-fault`} onChange={(event) => noted.set({ [name]: event.target.value })} />
			<p id={`${id}-hint`} className="hint">
				{hint}
			</p>
			<Told id={`${id}-fault`} fault={fault} />
		</div>
	);
}

/** What is wrong with a text that must be there. */
const textFault = (values: Body, name: string, words: { needWords: (most: number) => string }): string | null => {
	const n = characters(textIn(values, name).trim());
	return n >= 1 && n <= WORDS_MAX ? null : words.needWords(WORDS_MAX);
};

export function EntryDialog({ kind, onDone, onClose }: { kind: DutyKind; onDone: () => void; onClose: () => void }) {
	const { duties, make } = useData();
	const words = useOwnWords(registerWords);
	const { reader } = useWorkplace();
	const id = useId();
	const [start] = useState(() => ({ matter: '', number: '', opened_on: today(make.now()), due_on: today(make.now() + DAYS[kind] * DAY_MS), words: '' }));
	const noted = useNoted({ case: reader.site, rec: reader.site, type: kind, step: 'duty' }, start);
	const sent = useSent(noted, onDone);
	const [tried, setTried] = useState(false);
	const given = (name: keyof typeof start) => textIn(noted.values, name).trim();
	const faults = {
		matter: given('matter') ? null : words.needChoice,
		opened_on: isDay(given('opened_on')) ? null : words.needDay,
		due_on: !isDay(given('due_on')) ? words.needDay : given('due_on') < given('opened_on') ? words.dayOrder : null,
		words: textFault(noted.values, 'words', words),
	};
	const shown = (name: keyof typeof faults) => (tried ? faults[name] : null);
	const submit = () => {
		setTried(true);
		if (Object.values(faults).some(Boolean)) return;
		const entry = { kind, matter: given('matter'), opened_on: given('opened_on'), due_on: given('due_on'), words: given('words') };
		sent.send(() => duties.add(given('number') ? { ...entry, number: given('number') } : entry));
	};
	return (
		<DutyForm title={words.add[kind]} sent={sent} onSubmit={submit} onClose={onClose}>
			<Choice noted={noted} name="matter" label={words.matter} fault={shown('matter')} list="duty_matter" kind={kind} />
			{kind === 'request' && (
				<div className="field">
					<label htmlFor={id}>{words.number}</label>
					<input id={id} autoComplete="off" spellCheck={false} maxLength={NUMBER_MAX} value={textIn(noted.values, 'number')} onChange={(event) => noted.set({ number: event.target.value })} />
				</div>
			)}
			<Day noted={noted} name="opened_on" label={words.openedOn} fault={shown('opened_on')} />
			<Day noted={noted} name="due_on" label={words.dueOn} fault={shown('due_on')} />
			<Words noted={noted} name="words" label={words.wordsLabel} fault={shown('words')} hint={words.wordsHelp[kind]} />
		</DutyForm>
	);
}

export function StepDialog({ duty, onDone, onClose }: { duty: Duty; onDone: () => void; onClose: () => void }) {
	const { duties } = useData();
	const words = useOwnWords(registerWords);
	const { lexicon, reader } = useWorkplace();
	const noted = useNoted({ case: reader.site, rec: duty.id, type: duty.kind, step: 'duty' }, { step: '', words: '' });
	const sent = useSent(noted, onDone);
	const [tried, setTried] = useState(false);
	const step = textIn(noted.values, 'step');
	const faults = { step: step ? null : words.needChoice, words: textFault(noted.values, 'words', words) };
	const submit = () => {
		setTried(true);
		if (Object.values(faults).some(Boolean)) return;
		sent.send(() => duties.step(duty.id, step, textIn(noted.values, 'words').trim()));
	};
	return (
		<DutyForm title={[words.addStep, lexicon.code('duty_matter', duty.matter)].join(words.colon)} sent={sent} onSubmit={submit} onClose={onClose}>
			<Choice noted={noted} name="step" label={words.step} fault={tried ? faults.step : null} list="duty_step" kind={duty.kind} />
			<Words noted={noted} name="words" label={words.stepWords} fault={tried ? faults.words : null} hint={step === 'closed' ? words.closing : ''} />
		</DutyForm>
	);
}

const HOLD_MAX = { case: 40, reason: 1000, reference: 200 };

/** A case is kept until somebody releases it. */
export function HoldDialog({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
	const { retention } = useData();
	const words = useOwnWords(keptWords);
	const { reader } = useWorkplace();
	const noted = useNoted({ case: reader.site, rec: reader.site, type: 'hold', step: 'duty' }, { case: '', reference: '', reason: '' });
	const sent = useSent(noted, onDone);
	const [tried, setTried] = useState(false);
	const given = (name: keyof typeof HOLD_MAX) => textIn(noted.values, name).trim();
	const fault = (name: keyof typeof HOLD_MAX): string | null => {
		const n = characters(given(name));
		return n >= 1 && n <= HOLD_MAX[name] ? null : words.needText(HOLD_MAX[name]);
	};
	const shown = (name: keyof typeof HOLD_MAX) => (tried ? fault(name) : null);
	const submit = () => {
		setTried(true);
		if (fault('case') || fault('reference') || fault('reason')) return;
		sent.send(() => retention.hold(given('case'), given('reason'), given('reference')));
	};
	return (
		<DutyForm title={words.hold} sent={sent} onSubmit={submit} onClose={onClose}>
			<p className="hint">{words.holdHelp}</p>
			<Words noted={noted} name="case" label={words.holdCase} fault={shown('case')} rows={1} />
			<Words noted={noted} name="reference" label={words.holdReference} fault={shown('reference')} rows={1} />
			<Words noted={noted} name="reason" label={words.holdReason} fault={shown('reason')} />
		</DutyForm>
	);
}
