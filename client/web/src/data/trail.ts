// The trail (docs/wire.md "The trail"): for an auditor, and what was done in an
// emergency for who reviews it. Nothing of it is kept in the page.
import type { Http } from './http';
import type { Id } from './wire';

export interface TrailEvent {
	id: number;
	at: string;
	actor: Id | null;
	actor_name: string | null;
	role: string | null;
	site_id: Id | null;
	site_name: string | null;
	device: Id | null;
	/** A code of audit_action, and behind a blank what it was about. */
	action: string;
	outcome: string;
	/** How many records; at most twenty of them follow. */
	n: number;
	records: Id[];
}

export interface TrailQuery {
	record: string;
	staff: string;
	kind: string;
	from: string;
	to: string;
	refused: boolean;
}

export interface Reading {
	actor: Id | null;
	actor_name: string | null;
	role: string | null;
	site_id: Id | null;
	site_name: string | null;
	action: string;
	n: number;
	first: string;
	last: string;
}

export interface Readers {
	record: Id;
	from: string;
	to: string;
	rows: Reading[];
	/** There are more than are told. */
	cut: boolean;
}

export interface EmergencyRow {
	id: Id;
	staff: Id;
	staff_name: string | null;
	site_name: string | null;
	role: string;
	case_id: Id;
	number: string | null;
	at: string;
	until: string;
	category: string | null;
	reason: string | null;
	reviewed_at: string | null;
	reviewed_by: Id | null;
	outcome: 'justified' | 'unjustified' | null;
	note: string | null;
	live: boolean;
	late: boolean;
	/** The reader is the one to review it. */
	mine: boolean;
}

export type EmergencyStep = Pick<TrailEvent, 'at' | 'action' | 'outcome' | 'n'>;

/** How far the trail is sealed, which heads stations keep, and what was found. */
export interface Seal {
	key: string | null;
	head: { epoch: number | null; size: number | null; at: string | null; note: string | null; waiting: number } | null;
	stations: { epoch: number; size: number; n: number; at: string }[];
	troubles: { at: string; source: 'seal' | 'station'; kind: string; no: number | null; device: Id | null; said: string }[];
}

export class Trail {
	constructor(private readonly http: Http) {}

	async search({ refused, ...query }: TrailQuery, before: number | null): Promise<{ rows: TrailEvent[]; next: number | null }> {
		const ask = { query: { ...query, refused: refused ? 'yes' : undefined, before: before ?? undefined } };
		return (await this.http.call<{ rows: TrailEvent[]; next: number | null }>('GET', '/v1/audit', ask)).value;
	}

	async readers(record: string, from: string, to: string): Promise<Readers> {
		return (await this.http.call<Readers>('GET', '/v1/audit/readers', { query: { record, from, to } })).value;
	}

	async seal(): Promise<Seal> {
		return (await this.http.call<Seal>('GET', '/v1/audit/seal')).value;
	}

	async receipt(event: string): Promise<Blob> {
		return (await this.http.bytes('GET', `/v1/audit/receipt?event=${event}`, {})).bytes;
	}

	async emergencies(all: boolean): Promise<EmergencyRow[]> {
		return (await this.http.call<{ rows: EmergencyRow[] }>('GET', '/v1/break-glass', { query: { all: all ? 'yes' : undefined } })).value.rows;
	}

	async steps(emergency: Id): Promise<EmergencyStep[]> {
		return (await this.http.call<{ rows: EmergencyStep[] }>('GET', `/v1/break-glass/${emergency}/trail`)).value.rows;
	}

	async review(emergency: Id, outcome: 'justified' | 'unjustified', note: string): Promise<void> {
		await this.http.call('POST', `/v1/break-glass/${emergency}/review`, { body: { outcome, note } });
	}
}
