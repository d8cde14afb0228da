// Checks what was typed against the catalogue before it is sent, so that a
// person hears of a slip at the field and at once. The centre checks again with
// its own code (proto/record.c); this is a courtesy, not a wall.
import type { Words } from '../words';
import { asBody, asList } from './body';
import { fenOf, isMoney, yuanOf } from './money';
import { isDay, isPartialDay } from './time';
import type { Body, Field, Json, RecordType } from './wire';

/** What is wrong, said in whichever language the page is in. */
export type Fault = (words: Words) => string;

export interface Checked {
	body: Body;
	/** By field name, in the order of the catalogue. */
	faults: ReadonlyMap<string, Fault>;
}

/** Where a person stopped in the middle of a date; no date, but not empty. */
export const HALF_TYPED = '…';

type Outcome = { value: Json } | { fault: Fault };

const ok = (value: Json): Outcome => ({ value });
const bad = (fault: Fault): Outcome => ({ fault });

/** JSON of no described shape has no form. */
const isDrawn = ({ kind, rows }: Field): boolean => kind !== 'json' || rows !== undefined;

/** What programs write for programs: no person is asked for it or shown it. */
const FOR_PROGRAMS: { [type: string]: readonly string[] } = { review: ['seen'] };

/** Whether a field of a type is for people. */
export const isForPeople = (type: string, name: string): boolean => !FOR_PROGRAMS[type]?.includes(name);

/** The fields a form can ask for. */
export function askable(type: RecordType): Field[] {
	return type.fields.filter((field) => !field.server && isDrawn(field) && isForPeople(type.type, field.name));
}

/** False when a record of the type needs what no form here can ask for. */
export function canDraw(type: RecordType): boolean {
	return type.fields.every((field) => !field.required || (!field.server && isDrawn(field)));
}

/** The whole form; `before` is the record being edited, whose other fields stay. */
export function check(type: RecordType, values: Body, before: Body): Checked {
	const body: Body = { ...before };
	const faults = new Map<string, Fault>();
	for (const field of askable(type)) {
		const outcome = field.rows && !field.from ? checkRows(field, values[field.name] ?? null, faults) : checkField(field, values[field.name] ?? null);
		if ('fault' in outcome) faults.set(field.name, outcome.fault);
		else if (outcome.value === null) delete body[field.name];
		else body[field.name] = outcome.value;
	}
	return { body, faults };
}

export function checkField(field: Field, raw: Json): Outcome {
	if (isBlank(raw)) return field.required ? bad((words) => words.faultRequired) : ok(null);
	switch (field.kind) {
		case 'text':
			return checkText(field, String(raw));
		case 'int':
		case 'number':
			return isMoney(field) ? checkMoney(field, raw) : checkNumber(field, String(raw));
		case 'date':
			return checkDate(field, String(raw));
		case 'partial_date': {
			const text = narrow(String(raw));
			return isPartialDay(text) ? ok(text) : bad((words) => words.faultPartial);
		}
		case 'time':
			return Number.isNaN(Date.parse(String(raw))) ? bad((words) => words.faultTime) : ok(raw);
		case 'codes':
		case 'refs':
			return checkSet(field, raw as Json[]);
		default:
			return ok(raw);
	}
}

/** Rows by their fields; a fault is named by its place, `payments[0].amount`. */
function checkRows(field: Field, raw: Json, faults: Map<string, Fault>): Outcome {
	const rows = asList(raw).map((row, i) => {
		const body: Body = {};
		for (const one of field.rows ?? []) {
			const outcome = checkField(one, asBody(row)[one.name] ?? null);
			if ('fault' in outcome) faults.set(`${field.name}[${i}].${one.name}`, outcome.fault);
			else if (outcome.value !== null) body[one.name] = outcome.value;
		}
		return body;
	});
	if (rows.length > 0) return ok(rows);
	return field.required ? bad((words) => words.faultRequired) : ok(null);
}

function isBlank(raw: Json): boolean {
	if (raw === null) return true;
	if (typeof raw === 'string') return raw.trim() === '';
	return Array.isArray(raw) && raw.length === 0;
}

/** Full-width digits and signs, as Chinese keyboards give them, made narrow. */
const narrow = (text: string): string => text.normalize('NFKC').trim();

function checkText({ min = 0, max = Infinity }: Field, text: string): Outcome {
	const length = characters(text);
	if (length > max) return bad((words) => words.faultTooLong(max, length));
	if (length < min) return bad((words) => words.faultTooShort(min));
	return ok(text);
}

/** Characters as the catalogue counts them: 𠮷 is one. */
export function characters(text: string): number {
	let n = 0;
	for (const _ of text) n++;
	return n;
}

function checkNumber({ kind, min = -Infinity, max = Infinity }: Field, raw: string): Outcome {
	const text = narrow(raw);
	const value = Number(text);
	if (!/^[-+]?\d+(\.\d+)?$/.test(text) || !Number.isFinite(value)) return bad((words) => words.faultNumber);
	if (kind === 'int' && !Number.isSafeInteger(value)) return bad((words) => words.faultWhole);
	if (value < min) return bad((words) => words.faultLow(min));
	if (value > max) return bad((words) => words.faultHigh(max));
	return ok(value);
}

/** A number is fen as the record has it, a text yuan as typed. */
function checkMoney({ min = 0, max = Infinity }: Field, raw: Json): Outcome {
	const fen = typeof raw === 'number' ? raw : fenOf(narrow(String(raw)));
	if (fen === null) return bad((words) => words.faultYuan);
	if (fen < min) return bad((words) => words.faultLow(yuanOf(min)));
	if (fen > max) return bad((words) => words.faultHigh(yuanOf(max)));
	return ok(fen);
}

function checkDate({ min = 0, max = 9999 }: Field, text: string): Outcome {
	if (!isDay(text)) return bad((words) => words.faultDate);
	const year = Number(text.slice(0, 4));
	return year < min || year > max ? bad((words) => words.faultYear(min, max)) : ok(text);
}

function checkSet({ max = Infinity }: Field, values: Json[]): Outcome {
	return values.length > max ? bad((words) => words.faultMany(max)) : ok(values);
}
