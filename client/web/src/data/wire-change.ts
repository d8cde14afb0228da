// The shapes of what is sent, what comes of it, and how a station stands.
import type { Body, Id, Label, Why } from './wire';

export interface Change {
	id: Id;
	tx: Id | null;
	rec: Id;
	type: string;
	case: Id | null;
	op: 'create' | 'patch' | 'sign' | 'retract' | 'resolve';
	set: Body;
	unset: string[];
	seen: Body;
	base_ver: number;
	entered_at: string;
	sha?: string;
	reason?: string;
	/** Of an addition to what is signed: the record it is kept as. */
	conflict?: Id;
	after: Id | null;
}

export type ResultStatus = 'applied' | 'noted' | 'conflict' | 'parked' | 'deferred' | 'refused';

export interface Result extends Partial<Why> {
	id: Id;
	rec: Id;
	status: ResultStatus;
	ver?: number;
	csn?: number;
	conflict?: Id;
}

export interface ChangesReply {
	head: string;
	results: Result[];
}

/** GET /v1/sync at a station. */
export interface StationReport {
	at: number;
	count: { here: number; sent: number; refused: number; conflict: number; confirmed: number; files_here: number; files_refused: number; left_waiting?: number; left_refused?: number };
	step: { equal: boolean; here: string; centre: string | null; compared: number | null; matched: number | null; contact: number | null };
	records: StationRecord[];
	files: StationFile[];
	/** What the station keeps of the sealed trail; wrong: heads it was shown that do not go on from it. */
	trail?: { epoch: number; size: number; at: number; wrong: number };
	round: Round;
}

/** A file whose bytes are only here, or that the centre does not take. Without a
 * title its case was taken away from this computer. */
export interface StationFile {
	rec: Id;
	sha256: string;
	size: number;
	state: 'here' | 'refused' | 'confirmed';
	title?: string;
	case?: Id | null;
	number?: string | null;
	text?: Label;
}

export interface StationRecord {
	rec: Id;
	type: string;
	label: Label;
	case: Id | null;
	number: string | null;
	state: 'refused' | 'conflict' | 'here' | 'sent' | 'confirmed';
	ver: number;
	changes: { change: Id; op: string; entered_at: string; state: string; field?: string; text?: Label }[];
}

export interface Round {
	state: 'idle' | 'running' | 'paused';
	sent: number;
	units: number;
	records: number;
	bytes: number;
	total_units: number;
	total_records: number;
	total_bytes: number;
	last: null | { at: number; ok: boolean; matched: boolean; why?: Why };
}
