// What a form of a record type starts from, in which order it asks, and what its
// values come to when they are saved.
import { askable } from './check';
import { OF_FIELD } from './doing';
import { createChange, type Maker, patchChange } from './change';
import type { Draft } from './drafts';
import type { Body, Change, Field, Id, Rec, RecordType } from './wire';

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

/** Text of the record that may only be added to. */
export function standingText(field: Field, rec: Pick<Rec, 'body'> | null): string | null {
	const text = field.append ? rec?.body[field.name] : null;
	return typeof text === 'string' && text ? text : null;
}

/** A form starts from the record, except that added text starts empty. */
export function startValues(type: RecordType, rec: Rec): Body {
	const values: Body = {};
	for (const field of type.fields) {
		const value = rec.body[field.name];
		if (value !== undefined && !field.server && !standingText(field, rec)) values[field.name] = value;
	}
	return values;
}

/** The day a record is made on is mostly the day it is about. */
const DAY_FIELDS = ['responded', 'assessed', 'held', 'identified', 'screened'];

/** What is known of a new record before anything is typed. */
export function freshValues(type: RecordType, of: string | null, client: Id | null, day: string): Body {
	const values: Body = {};
	const fields = new Map(type.fields.map((field) => [field.name, field]));
	const kind = OF_FIELD[type.type];
	if (of && kind && fields.has(kind)) values[kind] = of;
	if (client && fields.get('subject')?.to?.includes('person')) values['subject'] = client;
	for (const name of DAY_FIELDS) if (fields.get(name)?.kind === 'date') values[name] = day;
	return values;
}

/** What was added goes after what stands. */
export function withStanding(type: RecordType, values: Body, rec: Rec | null): Body {
	const whole = { ...values };
	for (const field of askable(type)) {
		const standing = standingText(field, rec);
		const added = values[field.name];
		if (standing) whole[field.name] = typeof added === 'string' && added.trim() ? `${standing}\n${added}` : standing;
	}
	return whole;
}

/** What was added, of text that went after what stood; all of it where it did not. */
export function withoutStanding(type: RecordType, values: Body, before: Pick<Rec, 'body'>): Body {
	const added = { ...values };
	for (const field of type.fields) {
		const standing = standingText(field, before);
		const whole = values[field.name];
		if (standing === null || typeof whole !== 'string') continue;
		if (whole === standing) delete added[field.name];
		else if (whole.startsWith(`${standing}\n`)) added[field.name] = whole.slice(standing.length + 1);
	}
	return added;
}

/** An edit that was refused, to be gone on with: what its author saw stays what was
 * seen, whatever the record became since. */
export function refusedEdit(type: RecordType, rec: Rec, change: Change): Pick<Draft, 'base' | 'values'> {
	const body = { ...rec.body, ...change.seen };
	const values = { ...body, ...change.set };
	for (const name of change.unset) delete values[name];
	return { base: { ver: change.base_ver, body }, values: withoutStanding(type, values, { body }) };
}

/** A draft that was typed on while `sent` went out in `change`: from here on it is an
 * edit of that. `ver`: the version this gave, once known. */
export function goOn(draft: Draft, type: RecordType, sent: Body, change: Change, ver: number | null): Draft {
	const body = { ...draft.base?.body, ...change.set };
	for (const name of change.unset) delete body[name];
	const values = { ...draft.values };
	for (const { name, append } of type.fields) {
		const [before, now] = [sent[name], values[name]];
		if (!append || typeof before !== 'string' || typeof now !== 'string' || !before || !now.startsWith(before)) continue;
		// Of added text the rest alone: the other is part of what stands by now.
		const rest = now.slice(before.length).replace(/^\n/, '');
		if (rest) values[name] = rest;
		else delete values[name];
	}
	return { ...draft, base: { ver: ver ?? change.base_ver, body }, values };
}

/** What a form holds as a change: of what it began from, or a new record. What of it
 * was refused before is in it again. Null when nothing changed. */
export function changeTo(make: Maker, type: RecordType, at: { case: Id | null; id: Id; base: Draft['base'] | undefined }, body: Body, refused?: Change): Change | null {
	if (!at.base || refused?.op === 'create') return createChange(make, type.type, at.case, body, at.id);
	const before = refused?.op === 'patch' ? { ver: refused.base_ver, body: { ...at.base.body, ...refused.seen } } : at.base;
	return patchChange(make, type, { id: at.id, type: type.type, case: at.case, ...before }, body);
}

/** The type without the fields that a sheet fills in by itself. */
export function without(type: RecordType, names: readonly string[]): RecordType {
	return { ...type, fields: type.fields.filter((field) => !names.includes(field.name)) };
}
