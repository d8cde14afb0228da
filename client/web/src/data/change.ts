// Turns what a person did into a change (docs/wire.md "A change").
//
// A change says what its author saw: for every group of fields that belong
// together and that it touches, the values that stood there. The centre merges
// by comparing exactly that, so nothing here may guess.
import { stamp } from './time';
import type { Body, Change, Id, Json, Rec, RecordType } from './wire';

export interface Maker {
	id: () => Id;
	now: () => number;
}

function blank(make: Maker, rec: Pick<Rec, 'id' | 'type' | 'case' | 'ver'>, op: Change['op']): Change {
	return {
		id: make.id(),
		tx: null,
		rec: rec.id,
		type: rec.type,
		case: rec.case,
		op,
		set: {},
		unset: [],
		seen: {},
		base_ver: rec.ver,
		entered_at: stamp(make.now()),
		after: null,
	};
}

export function createChange(make: Maker, type: string, caseId: Id | null, body: Body, rec: Id): Change {
	return { ...blank(make, { id: rec, type, case: caseId, ver: 0 }, 'create'), set: body };
}

/** Changes that apply together or not at all. */
export function together(make: Maker, changes: readonly Change[]): Change[] {
	const tx = make.id();
	return changes.map((change) => ({ ...change, tx }));
}

/** The fields whose values differ; absent and null are the same. */
export function changedFields(type: RecordType, before: Body, after: Body): string[] {
	return type.fields.map((field) => field.name).filter((name) => !same(before[name] ?? null, after[name] ?? null));
}

/** Every field of every atom that one of `names` belongs to. */
function atomMates(type: RecordType, names: readonly string[]): string[] {
	const atom = new Map(type.fields.map((field) => [field.name, field.atom ?? field.name]));
	const touched = new Set(names.map((name) => atom.get(name)));
	return type.fields.map((field) => field.name).filter((name) => touched.has(atom.get(name)));
}

/** Null when nothing changed. */
export function patchChange(make: Maker, type: RecordType, rec: Pick<Rec, 'id' | 'type' | 'case' | 'ver' | 'body'>, after: Body): Change | null {
	const names = changedFields(type, rec.body, after);
	if (names.length === 0) return null;
	const change = blank(make, rec, 'patch');
	for (const name of names) {
		const value = after[name] ?? null;
		if (value === null) change.unset.push(name);
		else change.set[name] = value;
	}
	for (const name of atomMates(type, names)) change.seen[name] = rec.body[name] ?? null;
	return change;
}

/** Adds to a signed record: the one value is kept beside it, with why. */
export function additionChange(make: Maker, type: RecordType, rec: Rec, after: Body, reason: string): Change | null {
	const change = patchChange(make, type, rec, after);
	return change && { ...change, conflict: make.id(), ...(reason && { reason }) };
}

/** Names the content the signer saw; newer content makes the centre ask again. */
export function signChange(make: Maker, rec: Rec): Change {
	return { ...blank(make, rec, 'sign'), sha: rec.sha };
}

/** Takes a record back; it stays readable, with the reason. */
export function retractChange(make: Maker, rec: Rec, reason: string): Change {
	return { ...blank(make, rec, 'retract'), reason };
}

/** Settles a conflict: `standing` is what stands now, `value` what shall. */
export function resolveChange(make: Maker, conflict: Pick<Rec, 'id' | 'type' | 'case' | 'ver'>, standing: Body, value: Body, note: string): Change {
	const change = blank(make, conflict, 'resolve');
	change.set = note ? { value, note } : { value };
	change.seen = standing;
	return change;
}

/** Deep equality of JSON values; the order of an object's members is nothing. */
export function same(a: Json | undefined, b: Json | undefined): boolean {
	if (Object.is(a, b)) return true;
	if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false;
	if (Array.isArray(a) !== Array.isArray(b)) return false;
	const one = a as { [key: string]: Json };
	const two = b as { [key: string]: Json };
	const keys = Object.keys(one);
	return keys.length === Object.keys(two).length && keys.every((key) => key in two && same(one[key], two[key]));
}
