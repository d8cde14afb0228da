// What a person is offered to do with a record. It is a courtesy: the centre
// decides by its policy, of which the session carries the reader's part
// (`reader.may`), and its no is shown.
import { canDraw } from '../../data/check';
import type { May, Reader, Rec, RecordType } from '../../data/wire';

/** Records whose author alone edits them; others belong to whoever manages. */
const OWN_WORDS = new Set(['service', 'review', 'response', 'assessment']);
/** The case's and its client's own records belong to nobody in particular. */
const SHARED = new Set(['case', 'person']);
/** Ended or withdrawn in a step of their own, that shows who loses what. */
const ENDED = new Set(['member', 'consent']);

/** Kept somewhere a change can build on: at the centre, or in the store of a station,
 * which works on what it has not sent yet. What this page alone has is neither. */
const isHeld = (rec: Rec): boolean => rec.ver > 0 || rec.sha !== '';
export const isOpen = (rec: Rec): boolean => isHeld(rec) && (rec.state === 'live' || rec.state === 'draft');
const isMine = (rec: Rec, reader: Reader): boolean => rec.author === reader.staff;

/** With an older centre the policy is not known; it will say no where it must. */
const allows = (reader: Reader, verb: Exclude<keyof May, 'own' | 'act' | 'grant'>, type: string): boolean => reader.may?.[verb].includes(type) ?? true;

const ownOnly = (reader: Reader, verb: string): boolean => reader.may?.own.includes(verb) ?? true;

export const mayCreate = (type: string, reader: Reader): boolean => allows(reader, 'create', type);

export function mayEdit(rec: Rec, type: RecordType, reader: Reader, manager: string | null): boolean {
	if (!isOpen(rec) || rec.withheld || !(canDraw(type) || type.type === 'assessment') || !allows(reader, 'patch', rec.type)) return false;
	if (SHARED.has(rec.type)) return true;
	return type.scope === 'case' && (isMine(rec, reader) || (manager === reader.staff && !OWN_WORDS.has(rec.type)));
}

/** Whether it may be changed at all, by whoever has a hand in the case. */
export const mayPatch = (rec: Rec, reader: Reader): boolean => isOpen(rec) && allows(reader, 'patch', rec.type);

/** Supervisors sign beside the author: what students wrote, plans, closures. */
export function maySign(rec: Rec, type: RecordType, reader: Reader): boolean {
	return isOpen(rec) && !rec.withheld && type.signable && allows(reader, 'sign', rec.type) && (isMine(rec, reader) || !ownOnly(reader, 'sign'));
}

export function mayRetract(rec: Rec, type: RecordType, reader: Reader): boolean {
	if (!isHeld(rec) || rec.state === 'retracted' || type.scope !== 'case' || SHARED.has(rec.type)) return false;
	return allows(reader, 'retract', rec.type) && (isMine(rec, reader) || !ownOnly(reader, 'retract'));
}

/** Beside what is signed something may be added, by whoever wrote it or signed it. */
export function mayAdd(rec: Rec, reader: Reader): boolean {
	if (!isHeld(rec) || rec.withheld || rec.state !== 'signed' || !allows(reader, 'patch', rec.type) || !allows(reader, 'resolve', 'conflict')) return false;
	return isMine(rec, reader) || rec.by === reader.staff || reader.role === 'supervisor';
}

export const mayWithdraw = (rec: Rec, reader: Reader): boolean => isOpen(rec) && ENDED.has(rec.type) && allows(reader, 'patch', rec.type);

/** For its author and those named alone. */
export const isRestricted = (rec: Rec): boolean => rec.body['restricted'] === true || (rec.class & 32) !== 0;
