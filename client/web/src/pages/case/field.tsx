// One field of a form, drawn from what the catalogue says about it.
import { type ReactNode, useId } from 'react';
import { characters, type Fault } from '../../data/check';
import { isMoney, typedYuan } from '../../data/money';
import { stamp } from '../../data/time';
import type { Field, Json } from '../../data/wire';
import { useData } from '../../data';
import { useWords } from '../../kit/language';
import { useMask } from '../../kit/mask';
import { Button } from '../../kit/parts';
import { Combo, DateBox, type Option } from '../../kit/widgets';
import { useWorkplace } from '../../kit/workplace';
import type { Lexicon } from '../../data/lexicon';
import { RowsInput } from './rows-field';

/** Longer texts get room to grow. */
const ONE_LINE_MAX = 300;
/** Lists up to this length are a plain menu; longer ones are searched. */
const MENU_MAX = 20;
/** Fewer choices than this are all laid out. */
const LAID_OUT_MAX = 4;
/** The rest of a text field's room is told when it gets short. */
const ROOM_TOLD = 0.9;

export interface FieldProps {
	field: Field;
	/** For choosing among the case's records and the directory. */
	lexicon: Lexicon;
	value: Json;
	/** Text that stands and may only be added to. */
	standing: string | null;
	/** How the centre names the field, when not by its name alone. */
	place?: string;
	/** Something to know about it, and perhaps to take over. */
	beside?: ReactNode;
	/** A set may be confirmed to be empty. */
	maybeNone?: boolean;
	fault: Fault | undefined;
	/** Of rows: what is wrong in them, by place. */
	faults?: ReadonlyMap<string, Fault> | undefined;
	/** What the centre said about this field. */
	refusal: string | undefined;
	onChange: (value: Json) => void;
}

interface InputProps extends FieldProps {
	id: string;
	labelledBy: string;
	describedBy: string | undefined;
	invalid: boolean;
}

export function FormField(props: FieldProps) {
	const { field, lexicon, standing, fault, refusal, place, beside } = props;
	const words = useWords();
	const id = useId();
	const message = refusal ?? fault?.(words);
	const hint = [lexicon.text(field.help), hintOf(field, standing, words)].filter(Boolean).join(' ');
	const described = [message && `${id}-fault`, hint && `${id}-hint`].filter(Boolean).join(' ') || undefined;
	const Input = INPUTS[field.kind];
	if (!Input || (field.kind === 'json' && !field.rows)) return null;
	const plain = isPlainInput(field, lexicon);
	const label = (
		<>
			{lexicon.text(field.label)}
			{field.required && <span className="required">{words.required}</span>}
		</>
	);
	return (
		<div className="field" data-field={place ?? field.name} data-wide={field.kind === 'text' || field.kind === 'json' || undefined}>
			{plain ? (
				<label id={`${id}-label`} htmlFor={id}>
					{label}
				</label>
			) : (
				<span id={`${id}-label`} className="label">
					{label}
				</span>
			)}
			<Input {...props} id={id} labelledBy={`${id}-label`} describedBy={described} invalid={message !== undefined} />
			{hint && (
				<p id={`${id}-hint`} className="hint">
					{hint}
				</p>
			)}
			{beside}
			{message && (
				<p id={`${id}-fault`} className="fault">
					{message}
				</p>
			)}
		</div>
	);
}

function hintOf(field: Field, standing: string | null, words: ReturnType<typeof useWords>): string {
	if (field.kind === 'partial_date') return words.partialDateHint;
	if (isMoney(field)) return words.yuanHint;
	if (field.unit) return words.unitHint(field.unit);
	return standing ? words.appendOnly : '';
}

/** True when the field is one native control that a label can name. */
function isPlainInput(field: Field, lexicon: Lexicon): boolean {
	if (field.kind === 'code') {
		const n = lexicon.choices(field).length;
		return n > LAID_OUT_MAX && n <= MENU_MAX;
	}
	return ['text', 'int', 'number', 'partial_date'].includes(field.kind);
}

const INPUTS: { [kind in Field['kind']]: ((props: InputProps) => ReactNode) | null } = {
	text: TextInput,
	int: ShortInput,
	number: ShortInput,
	partial_date: ShortInput,
	bool: BoolInput,
	date: DayInput,
	time: TimeInput,
	code: CodeInput,
	codes: CodesInput,
	ref: RefInput,
	refs: RefsInput,
	json: RowsInput,
};

const typed = (value: Json): string => (value === null ? '' : String(value));

function native({ id, invalid, describedBy, field }: InputProps) {
	return { id, 'aria-invalid': invalid, 'aria-describedby': describedBy, 'aria-required': field.required ?? false };
}

function TextInput(props: InputProps) {
	const { field, value, standing, onChange } = props;
	const words = useWords();
	const text = typed(value);
	const max = field.max ?? Infinity;
	const common = { ...native(props), value: text };
	if (max <= ONE_LINE_MAX) return <input {...common} onChange={(event) => onChange(event.target.value)} autoComplete="off" />;
	const left = max - characters(text) - (standing ? characters(standing) + 1 : 0);
	return (
		<>
			{standing && <p className="standing">{standing}</p>}
			<div className="growing" data-text={`${text}\n`}>
				<textarea autoComplete="off" {...common} rows={2} onChange={(event) => onChange(event.target.value)} />
			</div>
			{left >= 0 && left < max * (1 - ROOM_TOLD) && <p className="hint">{words.charsLeft(left)}</p>}
		</>
	);
}

function ShortInput(props: InputProps) {
	const { field, value, onChange } = props;
	return (
		<input
			{...native(props)}
			className="short"
			value={isMoney(field) ? typedYuan(value) : typed(value)}
			inputMode={field.kind === 'partial_date' ? undefined : 'decimal'}
			autoComplete="off"
			onChange={(event) => onChange(event.target.value)}
		/>
	);
}

interface LaidOutProps extends InputProps {
	options: readonly Option[];
	chosen: string | null;
	onChoose: (code: string | null) => void;
}

/** A few choices side by side, one press each. */
function LaidOut({ id, labelledBy, describedBy, invalid, field, options, chosen, onChoose }: LaidOutProps) {
	const words = useWords();
	return (
		<div
			className="laid-out"
			role="radiogroup"
			aria-labelledby={labelledBy}
			aria-describedby={describedBy}
			aria-invalid={invalid}
			aria-required={field.required ?? false}
		>
			{options.map((option) => (
				<label key={option.code} className="option">
					<input
						type="radio"
						name={id}
						value={option.code}
						checked={chosen === option.code}
						onChange={() => onChoose(option.code)}
					/>
					<span>{option.label}</span>
				</label>
			))}
			{chosen !== null && !field.required && (
				<Button look="quiet" onClick={() => onChoose(null)}>
					{words.clear}
				</Button>
			)}
		</div>
	);
}

function BoolInput(props: InputProps) {
	const words = useWords();
	const options = [
		{ code: 'yes', label: words.yes },
		{ code: 'no', label: words.no },
	];
	const chosen = props.value === null ? null : props.value ? 'yes' : 'no';
	return (
		<LaidOut
			{...props}
			options={options}
			chosen={chosen}
			onChoose={(code) => props.onChange(code === null ? null : code === 'yes')}
		/>
	);
}

function CodeInput(props: InputProps) {
	const { field, lexicon, value, onChange } = props;
	const words = useWords();
	const options = lexicon.choices(field, value);
	const chosen = value === null ? null : String(value);
	if (options.length <= LAID_OUT_MAX) return <LaidOut {...props} options={options} chosen={chosen} onChoose={onChange} />;
	if (options.length > MENU_MAX) return <Searched {...props} options={options} />;
	return (
		<select {...native(props)} value={chosen ?? ''} onChange={(event) => onChange(event.target.value || null)}>
			<option value="">{words.choose}</option>
			{options.map((option) => (
				<option key={option.code} value={option.code}>
					{option.label}
				</option>
			))}
		</select>
	);
}

function Searched(props: InputProps & { options: readonly Option[] }) {
	const { value, onChange, options, field } = props;
	return (
		<Combo
			labelledBy={props.labelledBy}
			describedBy={props.describedBy}
			invalid={props.invalid}
			required={field.required ?? false}
			options={options}
			value={value === null ? null : String(value)}
			onChange={onChange}
		/>
	);
}

function CodesInput(props: InputProps) {
	const { field, lexicon, value, onChange, labelledBy, describedBy, maybeNone } = props;
	const words = useWords();
	const chosen = Array.isArray(value) ? value.map(String) : [];
	const options = lexicon.choices(field, value);
	if (options.length > MENU_MAX) return <PickMany {...props} options={options} />;
	return (
		<div className="laid-out" role="group" aria-labelledby={labelledBy} aria-describedby={describedBy}>
			{options.map(({ code, label }) => (
				<label key={code} className="option">
					<input
						type="checkbox"
						checked={chosen.includes(code)}
						onChange={(event) => {
							const rest = event.target.checked ? [...chosen, code] : chosen.filter((one) => one !== code);
							onChange(rest.length > 0 ? rest : null);
						}}
					/>
					<span>{label}</span>
				</label>
			))}
			{maybeNone && (
				<label className="option">
					<input
						type="checkbox"
						checked={Array.isArray(value) && value.length === 0}
						onChange={(event) => onChange(event.target.checked ? [] : null)}
					/>
					<span>{words.noneOfThese}</span>
				</label>
			)}
		</div>
	);
}

function DayInput({ value, onChange, field, labelledBy, describedBy, invalid }: InputProps) {
	return (
		<DateBox
			value={value === null ? null : String(value)}
			onChange={onChange}
			labelledBy={labelledBy}
			describedBy={describedBy}
			invalid={invalid}
			required={field.required ?? false}
		/>
	);
}

function TimeInput({ value, onChange, field, labelledBy, describedBy, invalid }: InputProps) {
	const { make } = useData();
	const words = useWords();
	return (
		<div>
			<DateBox
				timed
				value={value === null ? null : String(value)}
				onChange={onChange}
				labelledBy={labelledBy}
				describedBy={describedBy}
				invalid={invalid}
				required={field.required ?? false}
			/>
			<Button look="quiet" className="now" onClick={() => onChange(`${stamp(make.now()).slice(0, 16)}:00+08:00`)}>{words.now}</Button>
		</div>
	);
}

/** Records that are called by somebody's name. */
const NAMED: ReadonlySet<string> = new Set(['person', 'relation', 'participant']);

function useCandidates({ field, lexicon }: InputProps): Option[] {
	const { reader } = useWorkplace();
	const mask = useMask();
	const to = field.to ?? [];
	const found = [...lexicon.candidates(to), ...lexicon.directory(to)].map((rec) => {
		const name = lexicon.name(rec.id);
		const own = lexicon.title(rec);
		return {
			code: rec.id,
			label: NAMED.has(rec.type) ? mask.name(name) : name,
			// Found by the name on its door, too, when it is shown by its English one.
			under: rec.type === 'staff' ? lexicon.siteOf(rec.id) : name === own || NAMED.has(rec.type) ? '' : own,
			near: rec.body['site'] === reader.site,
		};
	});
	// People of one's own site come first: they are who is usually meant.
	return found.sort((a, b) => Number(b.near) - Number(a.near));
}

function RefInput(props: InputProps) {
	return <Searched {...props} options={useCandidates(props)} />;
}

function RefsInput(props: InputProps) {
	return <PickMany {...props} options={useCandidates(props)} />;
}

/** Several of many: each is searched for, and stands above until taken out. */
function PickMany(props: InputProps & { options: readonly Option[] }) {
	const { value, onChange, field, options } = props;
	const words = useWords();
	const chosen = Array.isArray(value) ? value.map(String) : [];
	return (
		<>
			{chosen.length > 0 && (
				<ul className="picked">
					{chosen.map((id) => {
						const label = options.find((option) => option.code === id)?.label ?? props.lexicon.name(id);
						return (
							<li key={id}>
								{label}
								<Button
									look="quiet"
									icon="close"
									aria-label={words.remove(label)}
									onClick={() => onChange(chosen.filter((one) => one !== id))}
								/>
							</li>
						);
					})}
				</ul>
			)}
			<Combo
				labelledBy={props.labelledBy}
				describedBy={props.describedBy}
				invalid={props.invalid}
				required={field.required ?? false}
				options={options.filter((option) => !chosen.includes(option.code))}
				// Never holds a choice itself, and so is empty for the next one.
				value={null}
				onChange={(id) => id && onChange([...chosen, id])}
			/>
		</>
	);
}
