// Administration (docs/wire.md "Administration"): accounts, stations and settings.
// Nothing of it is kept in the page; what was done is asked for again.
import type { Http } from './http';
import type { Id } from './wire';

export interface Account {
	staff: Id;
	login: string;
	name: string;
	role: string;
	site: Id;
	must_change: boolean;
	disabled_at: string | null;
	created_at: string;
	sessions: number;
	seen: string | null;
}

export interface Station {
	id: Id;
	site: Id;
	site_name: string;
	enrolled_at: string;
	granted_by: Id | null;
	expires_at: string;
	renewed_at: string | null;
	revoked_at: string | null;
	seen: string | null;
	program: string | null;
	told_at: string | null;
	unsent: number | null;
	unsent_since: string | null;
	stores: number;
	waiting: number;
	owed: number;
	owed_since: string | null;
	/** Parcels of it that could not be taken yet. */
	kept: number;
	/** Entries and stores a wiped station had and nobody has. */
	lost: number;
	unread: number;
	ordered: 'lock' | 'wipe' | null;
	ordered_at: string | null;
	done_at: string | null;
	reason: string | null;
}

export interface OpenCode {
	id: Id;
	site: Id;
	site_name: string;
	made_by: Id | null;
	made_at: string;
	expires_at: string;
}

export interface StationRequest {
	id: Id;
	site: Id;
	site_name: string;
	made_by: Id | null;
	at: string;
	check: string;
}

export interface Stations {
	devices: Station[];
	codes: OpenCode[];
	requests: StationRequest[];
}

export interface Setting {
	key: string;
	value: number;
	file: number;
	min: number;
	max: number;
	set: boolean;
	by?: Id;
	at?: string;
}

export interface Settings {
	settings: Setting[];
	fixed: { key: string; value: string }[];
}

/** What one administrator asked for and another carries out. */
export interface AccountRequest {
	id: Id;
	kind: 'account' | 'password' | 'factor' | 'resume';
	staff: Id;
	name: string;
	role: string;
	login: string | null;
	site: Id;
	site_name: string;
	made_by: Id;
	at: string;
	/** Not to be granted before. */
	due: string;
	/** The reader may be the second person. */
	second: boolean;
}

export interface Accounts {
	rows: Account[];
	requests: AccountRequest[];
}

export type AccountAct = 'password' | 'suspend' | 'resume' | 'end_sessions' | 'factor';
export type StationAct = 'lock' | 'unlock' | 'wipe' | 'revoke';

/** Shown once, and nowhere kept. */
export interface OnceOnly {
	login: string;
	password: string;
}

export class Office {
	constructor(private readonly http: Http) {}

	async accounts(): Promise<Accounts> {
		return (await this.http.call<Accounts>('GET', '/v1/admin/accounts')).value;
	}

	/** Asks for one; another administrator grants it. */
	async giveAccount(staff: Id, login: string): Promise<void> {
		await this.http.call('POST', '/v1/admin/accounts', { body: { staff, login } });
	}

	/** False when it is done; true when another administrator has to grant it. */
	async changeAccount(staff: Id, act: AccountAct): Promise<boolean> {
		const { value } = await this.http.call<{ request?: Id }>('POST', `/v1/admin/accounts/${staff}`, { body: { do: act } });
		return value.request !== undefined;
	}

	/** A password comes where one was made. */
	async decideRequest(id: Id, grant: boolean): Promise<OnceOnly | null> {
		const { value } = await this.http.call<Partial<OnceOnly>>('POST', `/v1/admin/requests/${id}`, { body: { grant } });
		return value.password ? (value as OnceOnly) : null;
	}

	async stations(): Promise<Stations> {
		return (await this.http.call<Stations>('GET', '/v1/admin/devices')).value;
	}

	async changeStation(id: Id, act: StationAct, reason: string | null): Promise<void> {
		await this.http.call('POST', `/v1/admin/devices/${id}`, { body: { do: act, ...(reason !== null && { reason }) } });
	}

	async makeCode(site: Id): Promise<{ id: Id; code: string; expires: string }> {
		return (await this.http.call<{ id: Id; code: string; expires: string }>('POST', '/v1/admin/codes', { body: { site } })).value;
	}

	async endCode(id: Id): Promise<void> {
		await this.http.call('DELETE', `/v1/admin/codes/${id}`);
	}

	async decide(id: Id, grant: boolean, check: string): Promise<void> {
		await this.http.call('POST', `/v1/admin/enrolments/${id}`, { body: grant ? { grant, check } : { grant } });
	}

	async settings(): Promise<Settings> {
		return (await this.http.call<Settings>('GET', '/v1/admin/settings')).value;
	}

	async set(key: string, value: number): Promise<Settings> {
		return (await this.http.call<Settings>('POST', '/v1/admin/settings', { body: { key, value } })).value;
	}
}
