// What is kept how long, holds, and what was destroyed (docs/wire.md "What is kept, and
// how it goes"): only at the centre, and nothing of it is kept in the page.
import type { Http } from './http';
import type { Id } from './wire';

/** Something that waits for a second person. */
interface Proposed {
	proposal: Id | null;
	made_name: string | null;
	due: string | null;
	/** This reader is a second person to who proposed it. */
	second: boolean | null;
}

export interface Span extends Proposed {
	code: string;
	least: number;
	years: number;
	law: boolean;
	zh: string;
	en: string;
	source_zh: string;
	source_en: string;
	to_years: number | null;
}

export interface KeptCase extends Proposed {
	case: Id;
	/** Null: only for who answers requests at its site. */
	number: string | null;
	site: Id;
	site_name: string;
	ended: string | null;
	span: string | null;
	until: string | null;
	law_until: string | null;
	request: Id | null;
	/** On what it may go; null: it is kept. */
	ground: 'span' | 'request' | null;
	hold: Id | null;
	hold_reason: string | null;
	hold_reference: string | null;
	hold_by: string | null;
	hold_at: string | null;
	made_at: string | null;
}

export interface Certificate {
	id: Id;
	case: Id;
	site_name: string;
	ground: 'span' | 'request';
	span: string;
	by_name: string;
	at: string;
	records: number;
	again: number;
	/** Stations whose receipt is not there yet. */
	waiting: number;
}

export interface Retained {
	spans: Span[];
	rows: KeptCase[];
	certificates: Certificate[];
	/** keep: hold, release, propose, refuse; grant: carry out; span: make one longer. */
	may: ('keep' | 'grant' | 'span')[];
}

export class Retention {
	constructor(private readonly http: Http) {}

	async look(): Promise<Retained> {
		return (await this.http.call<Retained>('GET', '/v1/retention')).value;
	}

	/** `name`: an id, or at the own site a number. */
	async hold(name: string, reason: string, reference: string): Promise<void> {
		await this.http.call('POST', '/v1/retention/holds', { body: { case: name, reason, reference } });
	}

	async release(hold: Id, reason: string): Promise<void> {
		await this.http.call('POST', `/v1/retention/holds/${hold}`, { body: { reason } });
	}

	async propose(what: { case: Id } | { span: string; years: number }): Promise<void> {
		await this.http.call('POST', '/v1/retention/proposals', { body: what });
	}

	async decide(proposal: Id, grant: boolean): Promise<void> {
		await this.http.call('POST', `/v1/retention/proposals/${proposal}`, { body: { grant } });
	}

	/** As it is printed. */
	async paper(certificate: Id): Promise<{ zh: string; en: string }> {
		return (await this.http.call<{ text: { zh: string; en: string } }>('GET', `/v1/retention/certificates/${certificate}`)).value.text;
	}
}
