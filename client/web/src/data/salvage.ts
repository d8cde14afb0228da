// What a restored centre was told again by stations that held more than it: parked
// until somebody answers for it takes it or declines (docs/wire.md "The feed").
import type { Http } from './http';
import type { Body, Id, RecordState } from './wire';

export interface Salvaged {
	id: Id;
	rec: Id;
	case: Id | null;
	type: string;
	ver: number;
	state: RecordState;
	site: Id | null;
	author_name: string | null;
	by_name: string | null;
	at: string;
	offered_at: string;
	/** How many stations hold it. */
	offers: number;
	reason: string | null;
	body: Body;
	/** It is restricted, and the bodies say only what may be told. */
	withheld?: boolean;
	/** What stands; null: nothing. */
	now: { ver: number; state: RecordState; body: Body } | null;
}

export class Salvage {
	constructor(private readonly http: Http) {}

	/** `open`: also what restricted ones say, after a proof. */
	async list(open: boolean): Promise<{ rows: Salvaged[]; more: boolean }> {
		return (await this.http.call<{ rows: Salvaged[]; more: boolean }>('GET', '/v1/salvage', { query: { open: open ? 'yes' : undefined } })).value;
	}

	async decide(one: Salvaged, take: boolean, note: string): Promise<void> {
		await this.http.call('POST', `/v1/salvage/${one.id}`, { body: { take, note, ...(take && { over: one.now?.ver ?? 0 }) } });
	}
}
