// One step of a letter: what it asks for, and taking it. What is typed is a
// draft from the first key on, and is there again when the page is.
import { type FormEvent, useMemo, useRef, useState } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import { patchChange, same } from '../../data/change';
import { checkField, type Fault } from '../../data/check';
import { draftKey } from '../../data/drafts';
import type { Body, Field, Json, LetterLine } from '../../data/wire';
import { useAnnounce } from '../../kit/announce';
import { DraftKept } from '../../kit/kept';
import { Button, Notice, useWhyText } from '../../kit/parts';
import { TypedOn, useSaving } from '../../kit/saving';
import { useWorkplace } from '../../kit/workplace';
import { FormField } from '../case/field';
import { statusOf } from '../../data/letters';
import { useLetterWords } from './stand';
import { askedFor } from './steps';

interface StepFormProps {
	line: LetterLine;
	to: string;
	onClose: (taken: boolean) => void;
}

export function StepForm({ line, to, onClose }: StepFormProps) {
	const { drafts, outbox, make } = useData();
	const words = useLetterWords();
	const announce = useAnnounce();
	const whyText = useWhyText();
	const { lexicon: whole, reader } = useWorkplace();
	// Who answers for it here is one of this site's.
	const lexicon = useMemo(() => whole.offering((rec) => rec.type !== 'staff' || rec.body['site'] === reader.site), [whole, reader.site]);
	const { letter } = line;
	const type = lexicon.type(letter.type)!;
	const key = draftKey(letter.id, letter.type, to);
	const draft = useCell(drafts.all).get(key);
	// Typed over what stood then, also when others wrote in the letter since.
	const base = draft?.base ?? { ver: letter.ver, body: letter.body };
	const values: Body = draft?.values ?? startOf(line, to, reader.staff);
	const fields = useMemo(() => fieldsOf(letter.type, to, (name) => lexicon.field(letter.type, name)), [letter.type, to, lexicon]);
	const [tried, setTried] = useState(false);
	const saving = useSaving();
	const { busy } = saving;
	const [refusal, setRefusal] = useState<{ field?: string; text: string } | null>(null);
	const form = useRef<HTMLFormElement>(null);
	const faults = faultsOf(fields, values);

	const set = (name: string, value: Json) => {
		if (same(values[name] ?? null, value)) return;
		setRefusal(null);
		drafts.keep(key, { case: letter.case ?? letter.id, type: letter.type, rec: letter.id, base, values: { ...values, [name]: value } });
	};
	const take = async (event: FormEvent) => {
		event.preventDefault();
		if (busy) return;
		setTried(true);
		const [first] = faults.keys();
		if (first) {
			announce(words.faults(faults.size));
			return focusIn(form.current, first);
		}
		const change = patchChange(make, type, { ...letter, ...base }, { ...base.body, ...cleaned(fields, values), status: to });
		if (!change) return onClose(false);
		const saved = await saving.save({ key, changes: [change], values, type });
		const why = saved.end === 'refused' ? saved.entries[0]?.why : null;
		if (saved.end === 'refused' && why?.code !== 'decided') {
			// What was typed stays here; the refused change need not wait besides.
			outbox.remove(change.id);
			const field = why?.field;
			setRefusal({ text: why ? whyText(why, (name) => lexicon.fieldLabel(letter.type, name)) : words.refused, ...(field && { field }) });
			return focusIn(form.current, field ?? '');
		}
		announce(words.stepTaken(words.step(letter.type, to, statusOf(letter))));
		if (saved.end === 'typed') return;
		drafts.drop(key);
		onClose(true);
	};
	return (
		<form autoComplete="off" className="step-form" ref={form} noValidate aria-label={words.step(letter.type, to, statusOf(letter))} onSubmit={(event) => void take(event)}>
			<p className="faint">{words.stepHelp(letter.type, to)}</p>
			<TypedOn saving={saving} />
			{refusal && !fields.some((field) => field.name === refusal.field) && <Notice tone="bad">{refusal.text}</Notice>}
			{line.proposal && to === 'accepted' && <Proposals line={line} chosen={String(values['provider'] ?? '')} onChoose={(staff) => set('provider', staff)} />}
			<div className="fields">
				{fields.map((field) => (
					<FormField
						key={field.name}
						field={field}
						lexicon={lexicon}
						value={values[field.name] ?? null}
						standing={null}
						fault={tried ? faults.get(field.name) : undefined}
						refusal={refusal?.field === field.name ? refusal.text : undefined}
						onChange={(value) => set(field.name, value)}
					/>
				))}
			</div>
			<div className="step-foot">
				<Button look="main" type="submit" aria-disabled={busy}>
					{busy ? words.saving : words.step(letter.type, to, statusOf(letter))}
				</Button>
				<Button onClick={() => onClose(false)}>{words.cancel}</Button>
				{draft && <DraftKept />}
			</div>
		</form>
	);
}

/** The proposed first; a person decides. */
function Proposals({ line, chosen, onChoose }: { line: LetterLine; chosen: string; onChoose: (staff: string) => void }) {
	const words = useLetterWords();
	const { proposal } = line;
	if (!proposal) return null;
	return (
		<div className="proposals" role="group" aria-label={words.proposed}>
			<span className="faint">{words.proposed}</span>
			{proposal.providers.slice(0, 4).map((one) => (
				<Button key={one.staff} aria-pressed={chosen === one.staff} onClick={() => onChoose(one.staff)}>
					{one.name} <span className="faint">{words.inHand(one.open)}</span>
				</Button>
			))}
			{proposal.capacity !== null && (
				<span className={proposal.full ? 'day-full' : 'faint'}>{words.dayRoom(proposal.taken, proposal.capacity)}</span>
			)}
		</div>
	);
}

function fieldsOf(type: string, to: string, find: (name: string) => Field | undefined): Field[] {
	return askedFor(type, to).flatMap(({ field, needed }) => {
		const found = find(field);
		return found ? [{ ...found, required: needed ?? false }] : [];
	});
}

/** Taken up without a name it is the taker's own. */
function startOf({ letter }: LetterLine, to: string, own: string): Body {
	const start: Body = {};
	for (const { field } of askedFor(letter.type, to)) {
		const value = letter.body[field];
		if (value !== undefined) start[field] = value;
	}
	if (letter.type === 'request' && to === 'accepted' && !start['provider']) start['provider'] = own;
	if (to === 'triaged' && !start['triage']) start['triage'] = letter.body['urgency'] ?? null;
	return start;
}

function faultsOf(fields: readonly Field[], values: Body): Map<string, Fault> {
	const faults = new Map<string, Fault>();
	for (const field of fields) {
		const outcome = checkField(field, values[field.name] ?? null);
		if ('fault' in outcome) faults.set(field.name, outcome.fault);
	}
	return faults;
}

function cleaned(fields: readonly Field[], values: Body): Body {
	const body: Body = {};
	for (const field of fields) {
		const outcome = checkField(field, values[field.name] ?? null);
		body[field.name] = 'value' in outcome ? outcome.value : null;
	}
	return body;
}

function focusIn(form: HTMLFormElement | null, name: string): void {
	const box = name ? form?.querySelector<HTMLElement>(`[data-field="${name}"] :is(input, textarea, select, [role=spinbutton])`) : null;
	(box ?? form?.querySelector<HTMLElement>('button'))?.focus();
}
