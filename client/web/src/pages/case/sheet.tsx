// The questions of a pack's form: asked when an answer calls for them, with what
// the form makes of the answers so far beside the questions it is about.
import { type ReactNode, useEffect, useState } from 'react';
import { useData } from '../../data';
import type { Fault } from '../../data/check';
import type { Lexicon } from '../../data/lexicon';
import type { Suggestion } from '../../data/suggestions';
import { type About, asField, isHeading, isRows, type JudgedSheet, type Question, rowsOf, type Sheet, shownInRow } from '../../data/sheet';
import type { Body, Json } from '../../data/wire';
import { useOwnWords } from '../../kit/language';
import { Button, Chip, Notice } from '../../kit/parts';
import { FormField } from './field';
import { formWords } from './forms/words';

/** After the last key, before the form is asked what it makes of it. */
const PAUSE_MS = 400;

/** What the form makes of the answers; asked for again as they change. */
export function useSuggestion(sheet: Sheet | undefined, judged: JudgedSheet | null, about: About): Suggestion | null {
	const { suggestions } = useData();
	const [said, setSaid] = useState<Suggestion | null>(null);
	const age = judged?.facts['age'];
	const asked = sheet && judged && {
		form: sheet.form,
		version: sheet.version,
		answers: judged.answers,
		...(about.previous && { previous: about.previous }),
		...(about.responded && { responded: about.responded }),
		...(typeof age === 'number' && { age }),
	};
	const key = JSON.stringify(asked);
	useEffect(() => {
		if (!asked) return undefined;
		let wanted = true;
		const timer = setTimeout(() => void suggestions.ask(asked).then((answer) => wanted && setSaid(answer)), PAUSE_MS);
		return () => {
			wanted = false;
			clearTimeout(timer);
		};
		// The key stands for all that is asked.
	}, [suggestions, key]);
	return said;
}

interface SheetFieldsProps {
	sheet: Sheet;
	lexicon: Lexicon;
	typed: Body;
	judged: JudgedSheet;
	/** Shown once somebody tried to save. */
	faults: ReadonlyMap<string, Fault> | undefined;
	refusalAt: (place: string) => string | undefined;
	said: Suggestion | null;
	onChange: (typed: Body, place: string) => void;
}

export function SheetFields(props: SheetFieldsProps) {
	const { sheet, lexicon, typed, judged, onChange } = props;
	const words = useOwnWords(formWords);
	return (
		<fieldset className="sheet">
			<legend className="only-read">{lexicon.text(sheet.label)}</legend>
			{sheet.notice && <p className="sheet-notice">{lexicon.text(sheet.notice)}</p>}
			<div className="fields">
				{sheet.fields.map((question, i) => {
					if (isHeading(question))
						return headsAnything(sheet.fields, i, judged) ? (
							<h3 key={question.name} data-wide>
								{lexicon.text(question.label)}
							</h3>
						) : null;
					const must = judged.shown.get(question.name);
					if (must === undefined || must === 'no') return null;
					const change = (value: Json, place: string) => onChange({ ...typed, [question.name]: value }, place);
					if (isRows(question)) return <Rows key={question.name} {...props} question={question} onChange={change} />;
					const place = `answers.${question.name}`;
					return (
						<FormField
							key={question.name}
							field={{ ...asField(question), required: must === 'yes' && question.required === true }}
							lexicon={lexicon}
							place={place}
							value={typed[question.name] ?? null}
							standing={null}
							maybeNone={!question.required}
							beside={<Beside {...props} question={question} take={(value) => change(value, place)} />}
							fault={props.faults?.get(place)}
							refusal={props.refusalAt(place)}
							onChange={(value) => change(value, place)}
						/>
					);
				})}
			</div>
			<Flags said={props.said} lexicon={lexicon} />
			{sheet.source && (
				<p className="under">
					{words.source}
					{words.colon}
					{sheet.source}
				</p>
			)}
		</fieldset>
	);
}

/** A title stands where a question below it does. */
function headsAnything(questions: readonly Question[], at: number, { shown }: JudgedSheet): boolean {
	for (const question of questions.slice(at + 1)) {
		if (isHeading(question)) return false;
		if (shown.get(question.name) !== 'no') return true;
	}
	return false;
}

type BesideProps = SheetFieldsProps & { question: Question; take: (value: Json) => void };

/** What the form proposes for a question, and what it finds odd about its answer. */
function Beside({ sheet, said, question, lexicon, typed, take }: BesideProps): ReactNode {
	const words = useOwnWords(formWords);
	if (!said) return null;
	const proposal = said.suggest[question.name];
	const dated = said.due !== null && sheet.due && sheet.lifts?.[sheet.due.field] === question.name ? said.due : null;
	const value = proposal ? proposal.value : dated;
	const told = said.warnings.filter((warning) => warning.field === `answers.${question.name}`);
	const taken = typed[question.name] === value;
	return (
		<>
			{value !== null && !(dated && typed[question.name]) && (
				<p className="proposal">
					<span>
						{words.proposed(lexicon.value(asField(question), value))}
						{proposal && ` ${lexicon.text(proposal)}`}
					</span>
					{!taken && (
						<Button look="quiet" onClick={() => take(value)}>
							{words.takeOver}
						</Button>
					)}
				</p>
			)}
			{told.map((warning) => (
				<p key={warning.code} className={warning.level === 'refuse' ? 'fault' : 'odd'}>
					{lexicon.text(warning)}
				</p>
			))}
		</>
	);
}

/** Saving will raise these. */
function Flags({ said, lexicon }: { said: Suggestion | null; lexicon: Lexicon }) {
	const words = useOwnWords(formWords);
	if (!said || said.flags.length === 0) return null;
	return (
		<Notice tone="warn">
			<p>{words.willFlag}</p>
			{said.flags.map((flag) => (
				<p key={flag.kind}>
					<Chip tone="bad" icon="flag">
						{words.flagOf(lexicon.code('flag_kind', flag.kind), flag.level)}
					</Chip>{' '}
					{lexicon.text(flag)}
				</p>
			))}
		</Notice>
	);
}

interface RowsProps extends Omit<SheetFieldsProps, 'onChange'> {
	question: Question;
	onChange: (rows: Json, place: string) => void;
}

/** A table of answers, a row at a time. */
function Rows({ question, lexicon, typed, judged, faults, refusalAt, said, onChange }: RowsProps) {
	const words = useOwnWords(formWords);
	const rows = rowsOf(typed[question.name]);
	const place = `answers.${question.name}`;
	const title = lexicon.text(question.label);
	const message = refusalAt(place) ?? faults?.get(place)?.(words);
	return (
		<fieldset className="rows" data-wide data-field={place} aria-describedby={message ? `${place}-fault` : undefined}>
			<legend>
				{title}
				{question.required && <span className="required">{words.required}</span>}
			</legend>
			{question.help && <p className="hint">{lexicon.text(question.help)}</p>}
			{rows.map((row, i) => (
				<fieldset key={i} className="row-of">
					<legend>
						{words.rowNo(i + 1)}
						<Button
							look="quiet"
							icon="close"
							aria-label={words.removeRow(title, i + 1)}
							onClick={() =>
								onChange(
									rows.filter((_, k) => k !== i),
									place,
								)
							}
						/>
					</legend>
					<div className="fields">
						{shownInRow(question, row, judged.facts).map((one) => {
							const at = `${place}[${i}].${one.name}`;
							const change = (value: Json) =>
								onChange(
									rows.map((other, k) => (k === i ? { ...other, [one.name]: value } : other)),
									at,
								);
							return (
								<FormField
									key={one.name}
									field={asField(one)}
									lexicon={lexicon}
									place={at}
									value={row[one.name] ?? null}
									standing={null}
									beside={said?.warnings
										.filter((warning) => warning.field === at)
										.map((warning) => (
											<p key={warning.code} className={warning.level === 'refuse' ? 'fault' : 'odd'}>
												{lexicon.text(warning)}
											</p>
										))}
									fault={faults?.get(at)}
									refusal={refusalAt(at)}
									onChange={change}
								/>
							);
						})}
					</div>
				</fieldset>
			))}
			{rows.length < (question.max ?? Infinity) && (
				<Button icon="plus" onClick={() => onChange([...rows, {}], place)}>
					{words.addRow(title)}
				</Button>
			)}
			{message && (
				<p id={`${place}-fault`} className="fault">
					{message}
				</p>
			)}
		</fieldset>
	);
}

