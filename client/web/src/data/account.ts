// One's own account at the centre: second factor, recovery codes, where one is signed
// in and where one is known. Nothing of it is kept in the page.
import { Cell } from './cell';
import { type Failure, failureOf, type Http } from './http';
import type { Before, Id } from './wire';

export interface Place {
	id: Id;
	station: string | null;
	browser: string | null;
}

export interface OwnSession extends Place {
	created_at: string;
	last_seen: string;
	expires_at: string;
	this: boolean;
}

export interface OwnDevice extends Place {
	last_ok: string;
}

export interface OwnAccount {
	login: string;
	factor: { on: boolean; required: boolean; since: string | null; codes: number };
	before: Before | null;
	sessions: OwnSession[];
	devices: OwnDevice[];
}

export interface FactorOffer {
	secret: string;
	uri: string;
	qr: string[];
}

const NOTHING = { own: null, failure: null };

export class Account {
	readonly state = new Cell<{ own: OwnAccount | null; failure: Failure | null }>(NOTHING);
	/** Recovery codes that were made and not yet said to be kept: they are shown once, and
	 * whatever the page does meanwhile they must be there. */
	readonly codes = new Cell<readonly string[] | null>(null);

	constructor(private readonly http: Http) {}

	async load(): Promise<void> {
		try {
			const { value } = await this.http.call<OwnAccount>('GET', '/v1/account');
			this.state.set({ own: value, failure: null });
		} catch (error) {
			const failure = failureOf(error);
			this.state.update(({ own }) => ({ own, failure }));
		}
	}

	/** A new secret, which counts once a code of it was given. Also before one is in. */
	async offer(): Promise<FactorOffer> {
		return (await this.http.call<FactorOffer>('POST', '/v1/account/factor', { anyone: true })).value;
	}

	/** The recovery codes are in `codes` then, this once. */
	async confirm(code: string): Promise<void> {
		this.codes.set((await this.http.call<{ codes: string[] }>('POST', '/v1/account/factor/confirm', { body: { code }, anyone: true })).value.codes);
	}

	/** Likewise; those from before are void. */
	async newCodes(): Promise<void> {
		this.codes.set((await this.http.call<{ codes: string[] }>('POST', '/v1/account/codes')).value.codes);
	}

	async turnOff(): Promise<void> {
		await this.http.call('DELETE', '/v1/account/factor');
	}

	/** Ends one session, or all others. */
	async end(session?: Id): Promise<void> {
		await this.http.call('DELETE', `/v1/account/sessions${session ? `/${session}` : ''}`);
	}

	async forgetPlace(device: Id): Promise<void> {
		await this.http.call('DELETE', `/v1/account/devices/${device}`);
	}

	forget(): void {
		this.state.set(NOTHING);
		this.codes.set(null);
	}
}
