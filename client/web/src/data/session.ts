// Who is signed in. The cookie is out of reach of scripts; all the page knows
// is what GET /v1/session says.
//
// A session that ends in the middle of work is its own stage: the page stays
// as it is, with everything typed, until the same person signs in again. A window
// in whose browser somebody else came in puts away what it had and shows nothing.
import { Cell } from './cell';
import { type Failure, failureOf, type Http } from './http';
import type { Keep } from './keep';
import { type News, Tabs } from './tabs';
import type { Session } from './wire';

export type Stage =
	| { name: 'starting' }
	| { name: 'unreachable'; failure: Failure }
	/** `told` is false when the centre did not hear that this person left; `stays`:
	 * how many things that were not sent lie sealed on this computer; `by`: it was in
	 * another window that this person left, or another came, and `lost`
	 * then that something could not be kept. */
	| { name: 'out'; left: boolean; told: boolean; stays?: number; by?: 'left' | 'entered'; lost?: boolean }
	| { name: 'in'; session: Session }
	| { name: 'expired'; session: Session }
	/** A station's screen: all that was open is kept, and nothing is shown. */
	| { name: 'locked' };

/** What became of leaving: `unwritten`, `uncleared`: nothing did, as what was to be kept
 * or cleared was not. */
export type Leaving = 'out' | 'unwritten' | 'uncleared';

export class Sessions {
	readonly stage = new Cell<Stage>({ name: 'starting' });
	/** The login typed last, to offer it again when the session runs out. */
	login = '';
	private readonly tabs = new Tabs();
	/** Done when nothing of who was here is left in this window. */
	private leaving: Promise<void> = Promise.resolve();

	constructor(
		private readonly http: Http,
		private readonly keep: Keep,
		private readonly forget: () => void,
	) {
		http.onSignedOut = () => this.ended();
		http.onLocked = () => this.stage.set({ name: 'locked' });
		http.onOtherReader = () => void this.away('entered');
		this.stage.watch(() => {
			const stage = this.stage.get();
			if (stage.name !== 'locked') http.staff = 'session' in stage ? stage.session.reader.staff : null;
		});
		this.tabs.hear((news) => void this.heard(news));
	}

	/** `key` is a station's, from the address it was opened with. */
	async start(key: string | null = null): Promise<void> {
		try {
			const { value } = key
				? await this.http.call<Session>('POST', '/v1/session', { body: { key } })
				: await this.http.call<Session>('GET', '/v1/session');
			await this.enter(value);
			if (key) this.tabs.tell({ entered: value.reader.staff });
		} catch (error) {
			const failure = failureOf(error);
			if (failure.kind === 'refused' && (failure.problem.code === 'screen_locked' || failure.problem.code === 'other_reader')) return;
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
		await this.enter(session);
		this.tabs.tell({ entered: session.reader.staff });
		return null;
	}

	private async enter(session: Session): Promise<void> {
		await this.leaving;
		// What the first person left open is not for the second one's eyes.
		if (this.http.staff && this.http.staff !== session.reader.staff) {
			await this.keep.flush();
			this.forget();
		}
		this.stage.set({ name: 'in', session });
	}

	/** Opens a locked screen. Null when it worked; otherwise why not. */
	async unlock(passphrase: string): Promise<Failure | null> {
		try {
			const { value } = await this.http.call<Session>('POST', '/v1/session', { body: { passphrase } });
			await this.enter(value);
			this.tabs.tell({ entered: value.reader.staff });
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
	 * sent or saved stays sealed on this computer (`stays`: how much that is), unless it
	 * is to be cleared. */
	async signOut({ clear = false, stays = 0 } = {}): Promise<Leaving> {
		const done = await (clear ? this.keep.clear() : this.keep.flush());
		if (!done && clear) return 'uncleared';
		if (!done && stays > 0) return 'unwritten';
		const { staff } = this.http;
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
		if (staff) this.tabs.tell({ left: staff, cleared: clear });
		return 'out';
	}

	/** Somebody came or left in another window. */
	private async heard(news: News): Promise<void> {
		const stage = this.stage.get();
		const staff = 'session' in stage ? stage.session.reader.staff : null;
		if ('left' in news) {
			if (news.left === staff) await this.away('left', news.cleared);
		} else if (staff && staff !== news.entered) {
			// It may be old news; the answer says whose session it is now.
			const failure = await this.http.call('GET', '/v1/session').then(() => null, failureOf);
			if (failure?.kind === 'unreachable') await this.away('entered');
		} else if (stage.name === 'out' || stage.name === 'expired' || stage.name === 'locked') {
			await this.start();
		}
	}

	/** This window is nobody's any more; what was typed in it is kept as the others' is. */
	private async away(by: 'left' | 'entered', clear = false): Promise<void> {
		const stage = this.stage.get();
		if (stage.name !== 'in' && stage.name !== 'expired') return;
		this.stage.set({ name: 'out', left: true, told: true, by });
		this.login = '';
		this.leaving = (clear ? this.keep.clear() : this.keep.flush()).then((done) => {
			this.forget();
			if (!done) this.stage.update((now) => (now.name === 'out' ? { ...now, lost: true } : now));
		});
		await this.leaving;
	}

	private ended(): void {
		const stage = this.stage.get();
		if (stage.name === 'in') this.stage.set({ name: 'expired', session: stage.session });
	}
}
