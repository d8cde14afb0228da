// Memberships that end and consents that are withdrawn: who would lose what,
// the step itself, and which stations still hold a copy (docs/wire.md
// "Withdrawing").
import type { Http } from './http';
import type { Id } from './wire';

export interface Loss {
	site: Id;
	/** One who reaches the case by a seat of their own; else everybody of the site. */
	staff?: Id;
	before: string[];
	after: string[];
	people: { role: string; n: number }[];
}

export interface Fall {
	rec: Id;
	type: string;
	how: 'cancelled' | 'withdrawn' | 'handed_back' | 'left' | 'hidden';
	site: Id;
	title?: string;
	due?: string;
	started_at?: string;
	item_name?: string;
}

export type CopyState = 'offered' | 'held' | 'purge_due' | 'purge_asked' | 'purged' | 'wiped' | 'unknown';

export interface Copy {
	replica: Id;
	station: string | null;
	staff: Id | null;
	name: string | null;
	site: Id | null;
	site_name: string | null;
	state: CopyState;
	since: string | null;
	last_seen: string | null;
	/** In a preview: its holder would lose the case. */
	loses?: boolean;
}

export interface Preview {
	case: Id;
	/** `station`: reckoned from what the station holds, without the centre. */
	from: 'centre' | 'station';
	losses: Loss[];
	falls: Fall[];
	copies?: Copy[];
}

export interface Copies {
	copies: Copy[];
	/** Must be purged, or was; of these were; are held. */
	asked: number;
	purged: number;
	held: number;
}

export interface Withdrawn extends Partial<Copies> {
	ended: Id[];
	fell: { rec: Id; type: string; ver?: number; status: string; cancel_reason?: string }[];
	/** At a station: it is kept here and goes to the centre with the next round. */
	kept?: boolean;
}

export class Withdrawals {
	constructor(private readonly http: Http) {}

	async preview(caseId: Id, records: readonly Id[]): Promise<Preview> {
		return (await this.http.call<Preview>('POST', '/v1/withdrawals/preview', { body: { case: caseId, records } })).value;
	}

	async carryOut(caseId: Id, records: readonly Id[], reason: string): Promise<Withdrawn> {
		return (await this.http.call<Withdrawn>('POST', '/v1/withdrawals', { body: { case: caseId, records, reason } })).value;
	}

	async copies(caseId: Id): Promise<Copies> {
		return (await this.http.call<Copies>('GET', `/v1/cases/${caseId}/copies`)).value;
	}
}
