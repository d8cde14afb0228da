// An instrument filled in: its questions from the scale's data, the score while
// it is answered, what needs attention at once. A digit answers and goes on.
import { type FormEvent, type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useData } from '../../../data';
import { Cell, useCell } from '../../../data/cell';
import { draftKey } from '../../../data/drafts';
import { asBody } from '../../../data/body';
import { changeTo } from '../../../data/record-form';
import type { ScoreState } from '../../../data/scores';
import { today as dayToday } from '../../../data/time';
import type { Body, Id, Json, Rec, RecordType, Scale, ScaleItem } from '../../../data/wire';
import { useAnnounce } from '../../../kit/announce';
import { focusFault } from '../../../kit/faults';
import { Discard } from '../../../kit/kept';
import { Button, Chip, Notice, useWhyText } from '../../../kit/parts';
import { TypedOn, useSaving } from '../../../kit/saving';
import { Combo, DateBox } from '../../../kit/widgets';
import { useCase } from '../context';
import { useScalesWords } from './say';
import { text } from '../part';
import { ChangeText } from './index';
import { seriesOf, sheetBefore, sheetOf } from './sheets';

const NONE: Cell<ScoreState> = new Cell<ScoreState>('unknown');

interface ScaleFormProps {
	type: RecordType;
	rec: Rec | null;
	/** The instrument that was asked for. */
	of: string | null;
	onClose: (saved: Id | null) => void;
}

const isDay = (value: Json | undefined): value is string => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);

function answersIn(values: Body, scale: Scale | undefined): Json[] {
	const given = Array.isArray(values['answers']) ? values['answers'] : [];
	return (scale?.items ?? []).map((_, place) => given[place] ?? null);
}

/** What was ticked where an item counts things, by the item's number. A typed number
 * has none; it is no field, and stays with the draft. */
export type Ticks = { [no: string]: Json };

export const ticksIn = (values: Body): Ticks => asBody(values['ticks']);

export function ScaleForm({ type, rec, of, onClose }: ScaleFormProps) {
	const { drafts, outbox, make } = useData();
	const words = useScalesWords();
	const announce = useAnnounce();
	const whyText = useWhyText();
	const { doc, lexicon } = useCase();
	const key = draftKey(doc.case, type.type, rec?.id ?? null, of);
	const draft = useCell(drafts.all).get(key);
	const entries = useCell(outbox.entries);
	const id = useMemo(() => draft?.rec ?? rec?.id ?? make.id(), [draft?.rec, rec?.id, make]);
	const refused = entries.find((entry) => entry.change.rec === id && entry.progress === 'refused');
	const form = useRef<HTMLFormElement>(null);
	const [tried, setTried] = useState(false);
	const saving = useSaving();
	const { busy } = saving;
	const values: Body = draft?.values ?? rec?.body ?? { assessed: dayToday(make.now()), ...(of && { instrument: of }), ...(doc.summary.person && { subject: doc.summary.person }) };
	const scale = lexicon.scale(text({ body: values }, 'instrument'));
	const answers = answersIn(values, scale);
	const open = answers.filter((one) => one === null).length;
	const score = useLiveScore(values, scale, answers, open, id);

	useEffect(() => {
		form.current?.querySelector<HTMLElement>('h2')?.focus();
	}, []);
	// What it began from is what was seen, also when others changed the sheet since.
	const base = draft?.base ?? (rec && { ver: rec.ver, body: rec.body });
	const set = (more: Body) => drafts.keep(key, { case: doc.case, type: type.type, of, rec: id, base, values: { ...values, ...more } });

	const save = async (event: FormEvent) => {
		event.preventDefault();
		if (busy) return;
		if (!scale || !isDay(values['assessed']) || open > 0) {
			announce(words.sheetOpen(open));
			return focusFault(form.current, () => setTried(true), '[data-fault], [data-open]');
		}
		const { ticks: _, ...fields } = values;
		const whole: Body = { ...fields, answers: [...answers] };
		const body = Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== null && value !== ''));
		const change = changeTo(make, type, { case: doc.case, id, base }, body, refused?.change);
		if (!change) return onClose(null);
		if (refused) outbox.remove(refused.change.id);
		const saved = await saving.save({ key, changes: [change], values, type });
		if (saved.end === 'refused') return;
		setTried(false);
		announce(words.saved(lexicon.text(type.label)));
		if (saved.end === 'saved') onClose(id);
	};
	return (
		<form autoComplete="off" className="record-form scale-form" ref={form} onSubmit={(event) => void save(event)} noValidate>
			<div className="form-head">
				<h2 tabIndex={-1}>{rec ? words.editSheet : words.newSheet}</h2>
				<Button look="quiet" icon="close" aria-label={words.close} onClick={() => onClose(null)} />
			</div>
			{refused?.why && <Notice tone="bad">{whyText(refused.why, (name) => lexicon.fieldLabel('assessment', name))}</Notice>}
			<TypedOn saving={saving} />
			<Heads values={values} scale={scale} fixed={Boolean(base)} tried={tried} set={set} />
			{scale?.about && <p className="about">{lexicon.text(scale.about)}</p>}
			{scale?.wording === 'tags' && <Notice tone="calm">{words.tagsOnly}</Notice>}
			{scale && <Items scale={scale} answers={answers} ticks={ticksIn(values)} tried={tried} onChange={(next, ticks) => set({ answers: next, ticks })} />}
			{scale && <Live scale={scale} open={open} of={answers.length} score={score} />}
			<div className="form-foot">
				<Button look="main" type="submit" aria-disabled={busy}>
					{busy ? words.saving : words.save}
				</Button>
				<Button onClick={() => onClose(null)}>{words.close}</Button>
				{draft && <Discard onDiscard={() => drafts.drop(key)} />}
			</div>
		</form>
	);
}

/** The score of what stands in the form, once nothing is open, with the change since the last sheet. */
function useLiveScore(values: Body, scale: Scale | undefined, answers: readonly Json[], open: number, id: Id): ScoreState {
	const { scores } = useData();
	const { records } = useCase();
	const all = useMemo(() => seriesOf(records), [records]);
	const ready = scale !== undefined && open === 0 && answers.length > 0;
	const sheet = sheetOf({ body: { ...values, answers: [...answers] } });
	const series = all.find((one) => one.instrument === sheet.instrument && one.variant === (sheet.variant ?? '') && one.subject === (typeof values['subject'] === 'string' ? values['subject'] : null) && one.respondent === text({ body: values }, 'respondent'));
	const before = sheetBefore(series, isDay(values['assessed']) ? values['assessed'] : '', id);
	return useCell(ready ? scores.of({ ...sheet, ...(before && { before: sheetOf(before) }) }) : NONE);
}

interface HeadsProps {
	values: Body;
	scale: Scale | undefined;
	/** A sheet keeps its instrument. */
	fixed: boolean;
	tried: boolean;
	set: (more: Body) => void;
}

function Heads({ values, scale, fixed, tried, set }: HeadsProps) {
	const words = useScalesWords();
	const { lexicon, records, mask } = useCase();
	const id = useId();
	const instrument = text({ body: values }, 'instrument');
	const instruments = lexicon
		.codes('instrument')
		.filter(({ code }) => lexicon.scale(code)?.items)
		.map(({ code, label }) => ({ code, label, under: code }));
	const people = records.filter((rec) => rec.type === 'person');
	const missing = tried && !instrument;
	const noDay = tried && !isDay(values['assessed']);
	const choice = (name: string, label: string, options: readonly { code: string; label: string }[]) => (
		<div className="field">
			<label htmlFor={`${id}-${name}`}>{label}</label>
			<select id={`${id}-${name}`} value={text({ body: values }, name)} onChange={(event) => set({ [name]: event.target.value || null })}>
				<option value="">{words.choose}</option>
				{options.map((option) => (
					<option key={option.code} value={option.code}>
						{option.label}
					</option>
				))}
			</select>
		</div>
	);
	const label = (name: string) => lexicon.fieldLabel('assessment', name);
	const respondents = lexicon.codes('respondent');
	return (
		<div className="fields">
			<div className="field" data-field="instrument" data-fault={missing || undefined}>
				<span id={`${id}-instrument`} className="label">
					{label('instrument')}
					<span className="required">{words.required}</span>
				</span>
				{fixed ? (
					<p>{lexicon.code('instrument', instrument)}</p>
				) : (
					<Combo
						labelledBy={`${id}-instrument`}
						describedBy={missing ? `${id}-instrument-fault` : undefined}
						invalid={missing}
						required
						options={instruments}
						value={instrument || null}
						onChange={(code) => set({ instrument: code, version: null, variant: null, answers: [], ticks: null })}
					/>
				)}
				{missing && (
					<p id={`${id}-instrument-fault`} className="fault">
						{words.faultRequired}
					</p>
				)}
			</div>
			<div className="field" data-field="assessed" data-fault={noDay || undefined}>
				<span id={`${id}-assessed`} className="label">
					{label('assessed')}
					<span className="required">{words.required}</span>
				</span>
				<DateBox labelledBy={`${id}-assessed`} describedBy={noDay ? `${id}-assessed-fault` : undefined} invalid={noDay} required value={isDay(values['assessed']) ? values['assessed'] : null} onChange={(value) => set({ assessed: value })} />
				{noDay && (
					<p id={`${id}-assessed-fault`} className="fault">
						{words.faultDate}
					</p>
				)}
			</div>
			{choice('timepoint', label('timepoint'), lexicon.codes('timepoint'))}
			{choice('subject', label('subject'), people.map((rec) => ({ code: rec.id, label: mask.name(lexicon.name(rec.id)) })))}
			{choice('respondent', label('respondent'), scale?.respondents ? respondents.filter(({ code }) => scale.respondents!.includes(code) || code === 'proxy') : respondents)}
			{scale?.variants && choice('variant', label('variant'), scale.variants.map((one) => ({ code: one.code, label: lexicon.text(one) })))}
		</div>
	);
}

interface ItemsProps {
	scale: Scale;
	answers: readonly Json[];
	ticks: Ticks;
	tried: boolean;
	onChange: (answers: Json[], ticks: Ticks) => void;
}

export function Items({ scale, answers, ticks, tried, onChange }: ItemsProps) {
	const list = useRef<HTMLOListElement>(null);
	const answer = (place: number, value: Json, goOn: boolean, ticked: readonly number[] | null) => {
		const { [scale.items![place]!.no]: _, ...others } = ticks;
		const all = ticked ? { ...others, [scale.items![place]!.no]: [...ticked] } : others;
		onChange(answers.map((one, at) => (at === place ? value : one)), all);
		if (!goOn) return;
		const next = list.current?.querySelectorAll<HTMLElement>('[data-item]')[place + 1];
		const box = next?.querySelector<HTMLElement>('input:checked') ?? next?.querySelector<HTMLElement>('input');
		box?.focus();
		next?.scrollIntoView({ block: 'nearest' });
	};
	return (
		<ol className="scale-items" ref={list}>
			{scale.items!.map((item, place) => (
				<li key={item.no} data-item={item.no} data-open={(tried && answers[place] === null) || undefined}>
					<Item scale={scale} item={item} value={answers[place] ?? null} ticked={ticks[item.no]} tried={tried} onAnswer={(value, goOn, ticked) => answer(place, value, goOn, ticked)} />
				</li>
			))}
		</ol>
	);
}

interface ItemProps {
	scale: Scale;
	item: ScaleItem;
	value: Json;
	/** The places of the choices that were ticked; undefined when none were. */
	ticked: Json | undefined;
	tried: boolean;
	onAnswer: (value: Json, goOn: boolean, ticked: readonly number[] | null) => void;
}

function Item({ scale, item, value, ticked, tried, onAnswer }: ItemProps) {
	const words = useScalesWords();
	const { lexicon } = useCase();
	const id = useId();
	const options = scale.options?.[item.options ?? ''];
	const press = (event: KeyboardEvent) => {
		const option = /^\d$/.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey && options?.find((one) => one.value === Number(event.key));
		if (!option) return;
		event.preventDefault();
		onAnswer(option.value, true, null);
	};
	const missing = tried && value === null;
	return (
		<fieldset onKeyDown={options ? press : undefined} aria-describedby={missing ? `${id}-fault` : undefined}>
			<legend>
				{item.no}. {lexicon.text(item)}
			</legend>
			{options ? (
				<div className="laid-out">
					{options.map((option) => (
						<label key={option.value} className="option">
							<input type="radio" name={id} checked={value === option.value} onChange={() => onAnswer(option.value, false, null)} />
							<span>
								<span className="option-no">{option.value}</span> {lexicon.text(option)}
							</span>
						</label>
					))}
				</div>
			) : (
				<Counted item={item} value={value} ticked={ticked} onAnswer={(next, places) => onAnswer(next, false, places)} />
			)}
			{missing && (
				<p id={`${id}-fault`} className="fault">
					{words.faultRequired}
				</p>
			)}
		</fieldset>
	);
}

interface CountedProps extends Pick<ItemProps, 'item' | 'value' | 'ticked'> {
	onAnswer: (value: Json, ticked: readonly number[] | null) => void;
}

/** A number; where it counts things, they can be ticked instead. One that was typed
 * says nothing of which they are: then there is nothing to tick on from. */
function Counted({ item, value, ticked, onAnswer }: CountedProps) {
	const words = useScalesWords();
	const { lexicon } = useCase();
	const id = useId();
	const places = new Set(Array.isArray(ticked) ? ticked.map(Number) : []);
	const typed = value !== null && !Array.isArray(ticked);
	const tick = (place: number) => {
		const next = new Set(places);
		if (!next.delete(place)) next.add(place);
		onAnswer(next.size, [...next]);
	};
	const type = (typed: string) => {
		const text = typed.normalize('NFKC').trim();
		const n = Number(text);
		onAnswer(text !== '' && Number.isInteger(n) && n >= (item.min ?? 0) && n <= (item.max ?? Infinity) ? n : null, null);
	};
	return (
		<>
			{item.choices && (
				<div className="laid-out">
					{item.choices.map((choice, place) => (
						<label key={place} className="option">
							<input type="checkbox" checked={places.has(place)} disabled={typed} aria-describedby={typed ? `${id}-typed` : undefined} onChange={() => tick(place)} />
							<span>{lexicon.text(choice)}</span>
						</label>
					))}
					{typed && (
						<p className="hint" id={`${id}-typed`}>
							{words.typedCount}
						</p>
					)}
				</div>
			)}
			<label className="counted">
				{words.numberFrom(item.min ?? 0, item.max ?? 0)}
				<input autoComplete="off" className="short" inputMode="numeric" value={value === null ? '' : String(value)} onChange={(event) => type(event.target.value)} />
			</label>
		</>
	);
}

interface LiveProps {
	scale: Scale;
	open: number;
	of: number;
	score: ScoreState;
}

export function Live({ scale, open, of, score }: LiveProps) {
	const words = useScalesWords();
	const { lexicon } = useCase();
	if (open > 0)
		return (
			<p className="score live" role="status">
				{words.answeredOf(of - open, of)}
			</p>
		);
	if (score === 'asking') return <p className="score live">{words.scoring}</p>;
	if (score === 'unknown') return <p className="score live">{words.noScoreNow}</p>;
	const band = scale.bands?.list.find((one) => one.code === score.band);
	return (
		<div className="score live" role="status">
			<dl className="figures">
				{Object.entries(score.scores).map(([name, value]) => (
					<div key={name}>
						<dt>{lexicon.text(scale.scores.find((one) => one.name === name)) || name}</dt>
						<dd>{value}</dd>
					</div>
				))}
				{band && (
					<div>
						<dt>{words.band}</dt>
						<dd className="figure-word">{lexicon.text(band)}</dd>
					</div>
				)}
			</dl>
			{score.change && (
				<p>
					{words.sinceLast}
					{words.colon}
					<ChangeText score={score} />
				</p>
			)}
			{score.alerts.map((code) => (
				<p key={code} role="alert">
					<Chip tone="bad" icon="alert">
						{lexicon.text(scale.alerts?.find((one) => one.code === code)) || code}
					</Chip>
				</p>
			))}
			{scale.notice && <p className="under">{lexicon.text(scale.notice)}</p>}
		</div>
	);
}
