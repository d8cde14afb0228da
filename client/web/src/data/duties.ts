// The register of duties (docs/wire.md "The register"): only at the centre, and nothing
// of it is kept in the page.
import type { Http } from './http';
import type { Id } from './wire';

export const DUTY_KINDS = ['request', 'impact', 'incident'] as const;
export type DutyKind = (typeof DUTY_KINDS)[number];

export interface DutyStep {
	step: string;
	/** Null: not for this reader. */
	words: string | null;
	by: Id;
	by_name: string;
	at: string;
}

export interface Duty {
	id: Id;
	kind: DutyKind;
	matter: string;
	site: Id;
	site_name: string;
	/** Of the case a request is about. */
	number: string | null;
	opened_on: string;
	due_on: string;
	words: string | null;
	by: Id;
	by_name: string;
	at: string;
	closed_at: string | null;
	/** Open, and its day is over. */
	late: boolean;
	steps: DutyStep[];
}

export interface NewDuty {
	kind: DutyKind;
	matter: string;
	number?: string;
	opened_on: string;
	due_on: string;
	words: string;
}

export class Duties {
	constructor(private readonly http: Http) {}

	/** `keeps`: the kinds this reader writes. */
	async list(all: boolean): Promise<{ rows: Duty[]; keeps: DutyKind[] }> {
		return (await this.http.call<{ rows: Duty[]; keeps: DutyKind[] }>('GET', '/v1/duties', { query: { all: all ? 'yes' : undefined } })).value;
	}

	async add(duty: NewDuty): Promise<void> {
		await this.http.call('POST', '/v1/duties', { body: { ...duty } });
	}

	async step(duty: Id, step: string, words: string): Promise<void> {
		await this.http.call('POST', `/v1/duties/${duty}`, { body: { step, words } });
	}
}
