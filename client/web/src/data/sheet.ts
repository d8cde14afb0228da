// A form of a pack as it is being filled in: which questions are asked, what is
// wrong with an answer, and what is sent. The grammar is docs/packs.md "A form".
import { checkField, type Fault } from './check';
import { type Facts, holds, missing } from './rule';
import type { Body, CodeItem, Field, FieldKind, Json, Label, Rec } from './wire';
import { ageOn } from './time';

export interface Question extends Omit<Field, 'kind'> {
	kind: FieldKind | 'rows' | 'heading';
	when?: Json;
	options?: CodeItem[];
	fields?: Question[];
}

export interface Sheet {
	form: string;
	version: string;
	label: Label;
	source?: string;
	notice?: Label;
	fields: Question[];
	lifts?: { [field: string]: string };
	due?: { field: string };
}

/** A question of a sheet that is one field; rows and headings are none. */
export const asField = (question: Question): Field => question as Field;
export const isRows = (question: Question): boolean => question.kind === 'rows';
export const isHeading = (question: Question): boolean => question.kind === 'heading';

export const rowsOf = (value: Json | undefined): Body[] =>
	Array.isArray(value) ? value.map((row) => (row && typeof row === 'object' && !Array.isArray(row) ? row : {})) : [];

/** What the conditions look at besides the answers. */
export interface About {
	responded: string;
	previous: Body | null;
	person: Body | null;
	case: Body | null;
}

/** The answers of the last earlier response of the form about the same person. */
export function previousAnswers(records: readonly Rec[], own: string, form: string, subject: Json, responded: string): Body | null {
	const text = (rec: Rec, name: string): string => String(rec.body[name] ?? '');
	const earlier = records
		.filter((rec) => rec.type === 'response' && rec.id !== own && rec.state !== 'retracted')
		.filter((rec) => text(rec, 'form') === form && text(rec, 'subject') === String(subject ?? '') && text(rec, 'responded') <= responded)
		.sort((a, b) => (text(a, 'responded') + a.id < text(b, 'responded') + b.id ? 1 : -1));
	const answers = earlier[0]?.body['answers'];
	return answers && typeof answers === 'object' && !Array.isArray(answers) ? answers : null;
}

export function factsOf(answers: Body, about: About): Facts {
	const birth = about.person?.['birth'];
	const age = typeof birth === 'string' && birth.length === 10 && about.responded ? ageOn(about.responded, birth) : null;
	return {
		...answers,
		...(about.previous && { previous: about.previous }),
		...(about.person && { person: about.person }),
		...(about.case && { case: about.case }),
		...(about.responded && { responded: about.responded }),
		...(age && { age: age.years }),
	};
}

/** What is unknown only because it was not answered here. */
const isOwnAnswer = (name: string): boolean => !name.includes('.') && name !== 'age' && name !== 'responded';

/** `may`: nobody here knows whether it is asked; it may be answered and need not. */
export type Asked = 'yes' | 'may' | 'no';

export function asked(question: Question, facts: Facts): Asked {
	const truth = holds(question.when, facts);
	if (truth !== 'unsure') return truth;
	return missing(question.when, facts).every(isOwnAnswer) ? 'no' : 'may';
}

/** A set that was confirmed to be empty is an answer: there is none of these. */
const isEmptySet = (question: Question, raw: Json): boolean => question.kind === 'codes' && Array.isArray(raw) && raw.length === 0;

function answerOf(question: Question, raw: Json): { value: Json } | { fault: Fault } {
	if (isEmptySet(question, raw) && !question.required) return { value: [] };
	return checkField(asField(question), raw);
}

export interface JudgedSheet {
	/** What is sent: answers to questions that are asked. */
	answers: Body;
	/** By place, as the centre names them: `answers.danger`, `answers.medication[0].drug`. */
	faults: Map<string, Fault>;
	/** Names of the top-level questions that are shown, and whether they must be answered. */
	shown: ReadonlyMap<string, Asked>;
	facts: Facts;
}

/** Answers may call for questions whose answers call for others, as deep as this. */
const DEPTH = 8;

/** The typed values that are answers already, of the questions that are asked. */
function settle(sheet: Sheet, typed: Body, about: About): { answers: Body; shown: Map<string, Asked> } {
	let answers: Body = {};
	let shown = new Map<string, Asked>();
	for (let turn = 0; turn < DEPTH; turn++) {
		const facts = factsOf(answers, about);
		const next = new Map(sheet.fields.filter((question) => !isHeading(question)).map((question) => [question.name, asked(question, facts)]));
		const found: Body = {};
		for (const question of sheet.fields) {
			const raw = typed[question.name] ?? null;
			if (isHeading(question) || next.get(question.name) === 'no' || raw === null) continue;
			if (isRows(question)) {
				found[question.name] = rowsOf(raw).map((row) => settleRow(question, row, facts));
				continue;
			}
			const outcome = answerOf({ ...question, required: false }, raw);
			if ('value' in outcome && outcome.value !== null) found[question.name] = outcome.value;
		}
		const stable = JSON.stringify([found, [...next]]) === JSON.stringify([answers, [...shown]]);
		answers = found;
		shown = next;
		if (stable) break;
	}
	return { answers, shown };
}

export function shownInRow(question: Question, row: Body, facts: Facts): Question[] {
	const own: Facts = { ...facts };
	for (const one of question.fields ?? []) {
		const outcome = answerOf({ ...one, required: false }, row[one.name] ?? null);
		if ('value' in outcome && outcome.value !== null) own[one.name] = outcome.value;
	}
	return (question.fields ?? []).filter((one) => asked(one, own) !== 'no');
}

function settleRow(question: Question, row: Body, facts: Facts): Body {
	const out: Body = {};
	for (const one of shownInRow(question, row, facts)) {
		const outcome = answerOf({ ...one, required: false }, row[one.name] ?? null);
		if ('value' in outcome && outcome.value !== null) out[one.name] = outcome.value;
	}
	return out;
}

export function judgeSheet(sheet: Sheet, typed: Body, about: About): JudgedSheet {
	const { answers, shown } = settle(sheet, typed, about);
	const facts = factsOf(answers, about);
	const faults = new Map<string, Fault>();
	for (const question of sheet.fields) {
		const must = shown.get(question.name);
		if (must === undefined || must === 'no') continue;
		const place = `answers.${question.name}`;
		if (isRows(question)) judgeRows(question, rowsOf(typed[question.name]), facts, place, faults);
		else judgeOne({ ...question, required: must === 'yes' && question.required === true }, typed[question.name] ?? null, place, faults);
	}
	for (const [name, value] of Object.entries(answers)) if (Array.isArray(value) && value.length === 0 && !isSet(sheet, name)) delete answers[name];
	return { answers, faults, shown, facts };
}

const isSet = (sheet: Sheet, name: string): boolean => sheet.fields.some((question) => question.name === name && question.kind === 'codes');

function judgeOne(question: Question, raw: Json, place: string, faults: Map<string, Fault>): void {
	const outcome = answerOf(question, raw);
	if ('fault' in outcome) faults.set(place, outcome.fault);
}

function judgeRows(question: Question, rows: readonly Body[], facts: Facts, place: string, faults: Map<string, Fault>): void {
	const { min = 0, max = Infinity, required } = question;
	const least = Math.max(min, required ? 1 : 0);
	if (rows.length < least) faults.set(place, (words) => words.faultFewRows(least));
	if (rows.length > max) faults.set(place, (words) => words.faultManyRows(max));
	rows.forEach((row, i) => {
		for (const one of shownInRow(question, row, facts)) judgeOne(one, row[one.name] ?? null, `${place}[${i}].${one.name}`, faults);
	});
}
