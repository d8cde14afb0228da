// Who is signed in. The cookie is out of reach of scripts; all the page knows
// is what GET /v1/session says.
//
// A session that ends in the middle of work is its own stage: the page stays
// as it is, with everything typed, until the same person signs in again.
import { Cell } from './cell';
import { type Failure, failureOf, type Http } from './http';
import type { Keep } from './keep';
import type { Session } from './wire';

export type Stage =
	| { name: 'starting' }
	| { name: 'unreachable'; failure: Failure }
	/** `told` is false when the centre did not hear that this person left; `stays`:
	 * how many things that were not sent lie sealed on this computer. */
	| { name: 'out'; left: boolean; told: boolean; stays?: number }
	| { name: 'in'; session: Session }
	| { name: 'expired'; session: Session }
	/** A station's screen: all that was open is kept, and nothing is shown. */
	| { name: 'locked' };

export class Sessions {
	readonly stage = new Cell<Stage>({ name: 'starting' });
	/** The login typed last, to offer it again when the session runs out. */
	login = '';

	constructor(
		private readonly http: Http,
		private readonly keep: Keep,
		private readonly forget: () => void,
	) {
		http.onSignedOut = () => this.ended();
		http.onLocked = () => this.stage.set({ name: 'locked' });
	}

	/** `key` is a station's, from the address it was opened with. */
	async start(key: string | null = null): Promise<void> {
		try {
			const { value } = key
				? await this.http.call<Session>('POST', '/v1/session', { body: { key } })
				: await this.http.call<Session>('GET', '/v1/session');
			this.stage.set({ name: 'in', session: value });
		} catch (error) {
			const failure = failureOf(error);
			if (failure.kind === 'refused' && failure.problem.code === 'screen_locked') return;
			const out = failure.kind === 'refused' && failure.problem.status === 401;
			this.stage.set(out ? { name: 'out', left: false, told: true } : { name: 'unreachable', failure });
		}
	}

	/** Null when it worked; otherwise why not. */
	async signIn(login: string, password: string): Promise<Failure | null> {
		let session: Session;
		try {
			session = (await this.http.call<Session>('POST', '/v1/session', { body: { login, password } })).value;
		} catch (error) {
			return failureOf(error);
		}
		this.login = login;
		const before = this.stage.get();
		// What the first person left open is not for the second one's eyes.
		if (before.name === 'expired' && before.session.reader.staff !== session.reader.staff) this.forget();
		this.stage.set({ name: 'in', session });
		return null;
	}

	/** Opens a locked screen. Null when it worked; otherwise why not. */
	async unlock(passphrase: string): Promise<Failure | null> {
		try {
			const { value } = await this.http.call<Session>('POST', '/v1/session', { body: { passphrase } });
			this.stage.set({ name: 'in', session: value });
			return null;
		} catch (error) {
			return failureOf(error);
		}
	}

	/** Locks a station's screen; what is open and what was typed stays. */
	async lock(): Promise<void> {
		this.stage.set({ name: 'locked' });
		await this.http.call('DELETE', '/v1/session').catch(failureOf);
	}

	/** Signs out; the page forgets everything even if the server is away. What was not
	 * sent or saved stays sealed on this computer, unless it is to be cleared. */
	async signOut({ clear = false, stays = 0 } = {}): Promise<void> {
		await (clear ? this.keep.clear() : this.keep.flush());
		let told = true;
		try {
			await this.http.call('DELETE', '/v1/session');
		} catch (error) {
			const failure = failureOf(error);
			told = failure.kind === 'refused' && failure.problem.status === 401;
		}
		this.login = '';
		this.forget();
		this.stage.set({ name: 'out', left: true, told, stays });
	}

	private ended(): void {
		const stage = this.stage.get();
		if (stage.name === 'in') this.stage.set({ name: 'expired', session: stage.session });
	}
}
