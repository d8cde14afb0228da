// Adding a record, or editing one, in a form drawn from the catalogue and, where it
// is a sheet of a pack, from that.
//
// Everything typed is a draft from the first key on. Saving makes a change and
// hands it to the outbox: the record stands in the timeline at once, and the
// form closes when the centre has answered, or after a moment if it has not.
import { type FormEvent, type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import { same } from '../../data/change';
import { askable, check, type Checked } from '../../data/check';
import { SHEETS } from '../../data/doing';
import { type Draft, draftKey } from '../../data/drafts';
import type { Lexicon } from '../../data/lexicon';
import type { Entry } from '../../data/outbox';
import { arrange, changeTo, freshValues, standingText, startValues, withStanding } from '../../data/record-form';
import { today as dayToday } from '../../data/time';
import type { Body, Field, Id, Rec, RecordType } from '../../data/wire';
import { useAnnounce } from '../../kit/announce';
import { useOwnWords } from '../../kit/language';
import { Button, Notice, useWhyText } from '../../kit/parts';
import { focusFault } from '../../kit/faults';
import { TypedOn, useSaving } from '../../kit/saving';
import { useCase } from './context';
import { Discard, DraftKept } from '../../kit/kept';
import { FormField } from './field';
import { formWords } from './forms/words';
import { SheetFields } from './sheet';
import { useSheet } from './use-sheet';

interface RecordFormProps {
	type: RecordType;
	/** Of which kind a new one is (data/doing.ts OF_FIELD). */
	of: string | null;
	caseId: Id;
	/** The record being edited; null for a new one. */
	rec: Rec | null;
	lexicon: Lexicon;
	onClose: (saved: Id | null) => void;
}

export function RecordForm({ type, of, caseId, rec: now, lexicon, onClose }: RecordFormProps) {
	const { drafts, outbox, make } = useData();
	const words = useOwnWords(formWords);
	const announce = useAnnounce();
	const whyText = useWhyText();
	const { doc } = useCase();
	const key = draftKey(caseId, type.type, now?.id ?? null, SHEETS.has(type.type) ? of : null);
	const draft = useCell(drafts.all).get(key);
	const rec = useBase(now, draft, type);
	const refusedBefore = useRefused(draft?.rec ?? now?.id);
	const [checked, setChecked] = useState<Checked | null>(null);
	const saving = useSaving();
	const { busy } = saving;
	const [nothing, setNothing] = useState(false);
	// A refused field's message goes once the person has changed that field.
	const [changed, setChanged] = useState<ReadonlySet<string>>(new Set());
	const form = useRef<HTMLFormElement>(null);
	const id = useMemo(() => draft?.rec ?? now?.id ?? make.id(), [draft?.rec, now?.id, make]);
	const start = useMemo(
		() => (rec ? startValues(type, rec) : freshValues(type, of, doc.summary.person, dayToday(make.now()))),
		[type, rec, of, doc.summary.person, make],
	);
	const values = draft?.values ?? start;
	const { sheet, drawn, judged, said } = useSheet(type, values, id, rec, of);
	const label = sheet ? lexicon.text(sheet.label) : lexicon.text(type.label);
	const labelOf = (name: string) => lexicon.fieldLabel(type.type, name);

	useEffect(() => {
		form.current?.querySelector<HTMLElement>('h2')?.focus();
	}, []);

	const set = (name: string, value: Body[string], place = name) => {
		if (same(values[name] ?? null, value)) return;
		const base = rec && { ver: rec.ver, body: rec.body };
		drafts.keep(key, { case: caseId, type: type.type, of, rec: id, base, values: { ...values, [name]: value } });
		setNothing(false);
		setChanged((names) => new Set(names).add(place));
	};
	const judge = (): Checked => {
		const { body, faults } = check(drawn, withStanding(drawn, values, rec), rec?.body ?? {});
		if (!sheet || !judged) return { body, faults };
		return {
			body: { ...body, form: sheet.form, version: sheet.version, answers: judged.answers },
			faults: new Map([...faults, ...judged.faults]),
		};
	};

	const save = async (event?: FormEvent) => {
		event?.preventDefault();
		if (busy) return;
		const result = judge();
		if (result.faults.size > 0) {
			announce(words.faults(result.faults.size));
			return focusFault(form.current, () => setChecked(result), fieldAt([...result.faults.keys()][0]));
		}
		setChecked(result);
		const change = changeTo(make, type, { case: rec ? rec.case : caseId, id, base: rec }, result.body, refusedBefore?.change);
		if (!change) return setNothing(true);
		setChanged(new Set());
		if (refusedBefore) outbox.remove(refusedBefore.change.id);
		const saved = await saving.save({ key, changes: [change], values, type });
		if (saved.end === 'refused') {
			return focusFault(form.current, () => {}, fieldAt(saved.entries[0]?.why?.field));
		}
		announce(words.saved(label));
		if (saved.end === 'saved') onClose(id);
	};
	const press = (event: KeyboardEvent) => {
		if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
		event.preventDefault();
		void save();
	};

	// After the first try the marks follow the typing.
	const faults = checked ? judge().faults : undefined;
	const refusal = refusedBefore?.why ?? null;
	const fieldRefused = refusal?.field !== undefined && isDrawn(refusal.field, drawn, judged?.shown);
	const refusalAt = (place: string) => (refusal?.field === place && !changed.has(place) ? whyText(refusal, labelOf) : undefined);
	const { main, more } = useMemo(() => arrange(drawn), [drawn]);
	const draw = (field: Field) => (
		<FormField
			key={field.name}
			field={field}
			lexicon={lexicon}
			value={values[field.name] ?? null}
			standing={standingText(field, rec)}
			fault={faults?.get(field.name)}
			faults={faults}
			refusal={refusalAt(field.name)}
			onChange={(value) => set(field.name, value)}
		/>
	);
	return (
		<form autoComplete="off" className="record-form" ref={form} onSubmit={(event) => void save(event)} onKeyDown={press} noValidate>
			<div className="form-head">
				<h2 tabIndex={-1}>{rec ? words.editRecord(label) : words.newRecord(label)}</h2>
				<Button look="quiet" icon="close" aria-label={words.close} onClick={() => onClose(null)} />
			</div>
			{refusal && !fieldRefused && <Notice tone="bad">{whyText(refusal, labelOf)}</Notice>}
			<TypedOn saving={saving} />
			{nothing && <Notice tone="warn">{words.noChange}</Notice>}
			{now && rec && now.ver > rec.ver && <Notice tone="warn">{words.movedOn}</Notice>}
			<div className="fields">{main.map(draw)}</div>
			{sheet && judged && (
				<SheetFields
					sheet={sheet}
					lexicon={lexicon}
					typed={answersOf(values)}
					judged={judged}
					faults={faults}
					refusalAt={refusalAt}
					said={said}
					onChange={(answers, place) => set('answers', answers, place)}
				/>
			)}
			{more.length > 0 && (
				<details className="more" open={more.some((field) => values[field.name] != null || faults?.has(field.name))}>
					<summary>{words.moreFields}</summary>
					<div className="fields">{more.map(draw)}</div>
				</details>
			)}
			<div className="form-foot">
				<Button look="main" type="submit" aria-disabled={busy} aria-keyshortcuts="Control+Enter" title={words.saveKey}>
					{busy ? words.saving : words.save}
				</Button>
				<Button onClick={() => onClose(null)}>{words.close}</Button>
				{draft && (
					<>
						<DraftKept />
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

const answersOf = (values: Body): Body => {
	const { answers } = values;
	return answers && typeof answers === 'object' && !Array.isArray(answers) ? answers : {};
};

/** The record as it stood when its edit was begun: others may change it meanwhile. */
function useBase(now: Rec | null, draft: Draft | undefined, type: RecordType): Rec | null {
	const [first] = useState(now);
	const held = now && first && first.id === now.id ? first : now;
	const { records } = useCase();
	// A new one that was saved while it was typed on is edited from there.
	const made = !held && draft?.base ? records.find((one) => one.id === draft.rec && one.type === type.type) : null;
	const rec = held ?? made ?? null;
	return useMemo(() => (rec && draft?.base ? { ...rec, ...draft.base } : rec), [rec, draft?.base]);
}

/** Whether a place the centre names is in the form; else its message stands above. */
function isDrawn(place: string, drawn: RecordType, shown: ReadonlyMap<string, string> | undefined): boolean {
	const [, question] = /^answers\.([a-z0-9_]+)/.exec(place) ?? [];
	if (question) return shown !== undefined && (shown.get(question) ?? 'no') !== 'no';
	return askable(drawn).some((field) => field.name === place);
}

/** The page's own earlier attempt at this record that was not accepted. */
function useRefused(rec: Id | undefined): Entry | undefined {
	const entries = useCell(useData().outbox.entries);
	return rec ? entries.find((entry) => entry.change.rec === rec && entry.progress === 'refused') : undefined;
}

/** A field by the name it is refused by; the form's own head, when it is none of its. */
const fieldAt = (name: string | undefined): string => (name ? `[data-field="${CSS.escape(name)}"]` : 'h2');
