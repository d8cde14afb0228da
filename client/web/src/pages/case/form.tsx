// Adding a record, or editing one, in a form drawn from the catalogue.
//
// Everything typed is a draft from the first key on. Saving makes a change and
// hands it to the outbox: the record stands in the timeline at once, and the
// form closes when the centre has answered, or after a moment if it has not.
import { type FormEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import { createChange, patchChange, same } from '../../data/change';
import { askable, check, type Checked } from '../../data/check';
import { draftKey } from '../../data/drafts';
import type { Lexicon } from '../../data/lexicon';
import type { Entry } from '../../data/outbox';
import type { Body, Change, Field, Id, Rec, RecordType } from '../../data/wire';
import { useAnnounce } from '../../kit/announce';
import { Ask } from '../../kit/dialog';
import { useWords } from '../../kit/language';
import { Button, Notice, useWhyText } from '../../kit/parts';
import { FormField } from './field';

/** How long the form waits for an answer before it trusts the outbox. */
const PATIENCE_MS = 1500;

interface RecordFormProps {
	type: RecordType;
	caseId: Id;
	/** The record being edited; null for a new one. */
	rec: Rec | null;
	lexicon: Lexicon;
	onClose: (saved: Id | null) => void;
}

export function RecordForm({ type, caseId, rec, lexicon, onClose }: RecordFormProps) {
	const { drafts, outbox, make } = useData();
	const words = useWords();
	const announce = useAnnounce();
	const whyText = useWhyText();
	const key = draftKey(caseId, type.type, rec?.id ?? null);
	const draft = useCell(drafts.all).get(key);
	const refusedBefore = useRefused(draft?.rec ?? rec?.id);
	const [checked, setChecked] = useState<Checked | null>(null);
	const [busy, setBusy] = useState(false);
	const [nothing, setNothing] = useState(false);
	// A refused field's message goes once the person has changed that field.
	const [changed, setChanged] = useState<ReadonlySet<string>>(new Set());
	const form = useRef<HTMLFormElement>(null);
	const id = useMemo(() => draft?.rec ?? rec?.id ?? make.id(), [draft?.rec, rec?.id, make]);
	const values = draft?.values ?? startValues(type, rec);
	const label = lexicon.text(type.label);
	const labelOf = (name: string) => lexicon.fieldLabel(type.type, name);

	useEffect(() => {
		form.current?.querySelector<HTMLElement>('h2')?.focus();
	}, []);

	const set = (name: string, value: Body[string]) => {
		if (same(values[name] ?? null, value)) return;
		drafts.keep(key, { case: caseId, type: type.type, rec: id, values: { ...values, [name]: value } });
		setNothing(false);
		setChanged((names) => new Set(names).add(name));
	};
	const judge = (): Checked => check(type, withStanding(type, values, rec), rec?.body ?? {});

	const save = async (event: FormEvent) => {
		event.preventDefault();
		if (busy) return;
		const result = judge();
		setChecked(result);
		if (result.faults.size > 0) {
			announce(words.faults(result.faults.size));
			return focusField(form.current, [...result.faults.keys()]);
		}
		const change = changeOf(result.body);
		if (!change) return setNothing(true);
		setBusy(true);
		setChanged(new Set());
		if (refusedBefore) outbox.remove(refusedBefore.change.id);
		const answer = await Promise.race([outbox.add(change), wait(PATIENCE_MS)]);
		setBusy(false);
		if (answer?.progress === 'refused') return focusField(form.current, answer.why?.field ? [answer.why.field] : []);
		drafts.drop(key);
		announce(words.saved(label));
		onClose(id);
	};
	const changeOf = (body: Body): Change | null =>
		rec ? patchChange(make, type, rec, body) : createChange(make, type.type, caseId, body, id);

	// After the first try the marks follow the typing.
	const faults = checked ? judge().faults : undefined;
	const refusal = refusedBefore?.why ?? null;
	const fieldRefused = refusal?.field !== undefined && askable(type).some((field) => field.name === refusal.field);
	const { main, more } = useMemo(() => arrange(type), [type]);
	const draw = (field: Field) => (
		<FormField
			key={field.name}
			field={field}
			lexicon={lexicon}
			value={values[field.name] ?? null}
			standing={standingText(field, rec)}
			fault={faults?.get(field.name)}
			refusal={refusal?.field === field.name && !changed.has(field.name) ? whyText(refusal, labelOf) : undefined}
			onChange={(value) => set(field.name, value)}
		/>
	);
	return (
		<form className="record-form" ref={form} onSubmit={(event) => void save(event)} noValidate>
			<div className="form-head">
				<h2 tabIndex={-1}>{rec ? words.editRecord(label) : words.newRecord(label)}</h2>
				<Button look="quiet" icon="close" aria-label={words.close} onClick={() => onClose(null)} />
			</div>
			{refusal && !fieldRefused && <Notice tone="bad">{whyText(refusal, labelOf)}</Notice>}
			{nothing && <Notice tone="warn">{words.noChange}</Notice>}
			<div className="fields">{main.map(draw)}</div>
			{more.length > 0 && (
				<details className="more" open={more.some((field) => values[field.name] != null || faults?.has(field.name))}>
					<summary>{words.moreFields}</summary>
					<div className="fields">{more.map(draw)}</div>
				</details>
			)}
			<div className="form-foot">
				<Button look="main" type="submit" aria-disabled={busy}>
					{busy ? words.saving : words.save}
				</Button>
				<Button onClick={() => onClose(null)}>{words.close}</Button>
				{draft && (
					<>
						<span className="faint">{words.draftKept}</span>
						<Discard
							onDiscard={() => {
								drafts.drop(key);
								setChecked(null);
							}}
						/>
					</>
				)}
			</div>
		</form>
	);
}

/** The page's own earlier attempt at this record that was not accepted. */
function useRefused(rec: Id | undefined): Entry | undefined {
	const entries = useCell(useData().outbox.entries);
	return rec ? entries.find((entry) => entry.change.rec === rec && entry.progress === 'refused') : undefined;
}

function Discard({ onDiscard }: { onDiscard: () => void }) {
	const words = useWords();
	const [asking, setAsking] = useState(false);
	return (
		<>
			<Button look="quiet" onClick={() => setAsking(true)}>
				{words.discard}
			</Button>
			{asking && (
				<Ask title={words.discardTitle} onClose={() => setAsking(false)}>
					<p>{words.discardHelp}</p>
					<div className="dialog-actions">
						<Button
							onClick={() => {
								setAsking(false);
								onDiscard();
							}}
						>
							{words.discard}
						</Button>
						<Button look="main" autoFocus onClick={() => setAsking(false)}>
							{words.cancel}
						</Button>
					</div>
				</Ask>
			)}
		</>
	);
}

/**
 * What must be filled in first, with what belongs to it; then the texts; and
 * folded away what classifies the record and may be left out.
 */
export function arrange(type: RecordType): { main: Field[]; more: Field[] } {
	const fields = askable(type);
	const atoms = new Set(fields.filter((field) => field.required).map((field) => field.atom ?? field.name));
	const first = fields.filter((field) => atoms.has(field.atom ?? field.name));
	const rest = fields.filter((field) => !first.includes(field));
	const told = new Set(rest.filter((field) => field.kind === 'text').map((field) => field.atom ?? field.name));
	const texts = rest.filter((field) => told.has(field.atom ?? field.name));
	const more = rest.filter((field) => !texts.includes(field));
	return texts.length > 0 ? { main: [...first, ...texts], more } : { main: [...first, ...rest], more: [] };
}

function standingText(field: Field, rec: Rec | null): string | null {
	const text = field.append ? rec?.body[field.name] : null;
	return typeof text === 'string' && text ? text : null;
}

/** A form starts from the record, except that added text starts empty. */
function startValues(type: RecordType, rec: Rec | null): Body {
	const values: Body = {};
	for (const field of askable(type)) {
		const value = rec?.body[field.name];
		if (value !== undefined && !standingText(field, rec)) values[field.name] = value;
	}
	return values;
}

/** What was added goes after what stands. */
function withStanding(type: RecordType, values: Body, rec: Rec | null): Body {
	const whole = { ...values };
	for (const field of askable(type)) {
		const standing = standingText(field, rec);
		const added = values[field.name];
		if (standing) whole[field.name] = typeof added === 'string' && added.trim() ? `${standing}\n${added}` : standing;
	}
	return whole;
}

function focusField(form: HTMLFormElement | null, names: readonly string[]): void {
	const box = form?.querySelector<HTMLElement>(
		names.length > 0 ? `[data-field="${names[0]}"] :is(input, textarea, select, [role=spinbutton])` : 'h2',
	);
	box?.focus();
	box?.scrollIntoView({ block: 'center' });
}

const wait = (ms: number): Promise<null> => new Promise((resolve) => setTimeout(() => resolve(null), ms));
