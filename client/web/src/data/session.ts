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
import type { Before, HalfSession, Id, Session, Step } from './wire';

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
	/** All that was open is kept, and nothing is shown. */
	| { name: 'locked'; at: 'station' | 'central' };

/** What became of leaving: `unwritten`, `uncleared`: nothing did, as what was to be kept
 * or cleared was not. */
export type Leaving = 'out' | 'unwritten' | 'uncleared';

/** A step of signing in; a locked screen is a stage. */
export type OpenStep = Exclude<Step, 'locked'>;

export interface Proving {
	/** There is a second factor, and a code will do. */
	factor: boolean;
	/** It is a station that asks, for the passphrase of its store. */
	station: boolean;
	answer: (done: boolean) => void;
}

/** How often other windows are told that somebody is there. */
const BUSY_MS = 20_000;
const GLANCE_MS = 300_000;

export class Sessions {
	readonly stage = new Cell<Stage>({ name: 'starting' });
	/** The login typed last, to offer it again when the session runs out. */
	login = '';
	/** What comes after the password that was right: asked for by the sign-in form. */
	readonly step = new Cell<OpenStep | null>(null);
	/** Why a sign-in that was begun is back at its beginning. */
	readonly fellBack = new Cell<Failure | null>(null);
	/** When and where this person was here before: since a sign-in in this window, until it
	 * was seen. */
	readonly before = new Cell<Before | null>(null);
	private glanced = 0;
	/** Somebody is asked to prove who they are. */
	readonly proving = new Cell<Proving | null>(null);
	/** When this person last touched a window. */
	private touched = Date.now();
	private readonly tabs = new Tabs();
	/** Done when nothing of who was here is left in this window. */
	private leaving: Promise<void> = Promise.resolve();

	constructor(
		private readonly http: Http,
		private readonly keep: Keep,
		private readonly forget: () => void,
	) {
		http.onSignedOut = () => this.ended();
		http.onLocked = (at) => this.stage.set({ name: 'locked', at });
		http.onStep = (step) => {
			this.step.set(step as OpenStep);
			this.ended();
		};
		http.onStepUp = () => this.askForProof();
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
				: await this.http.call<Session | HalfSession>('GET', '/v1/session');
			await this.take(value, key !== null);
		} catch (error) {
			const failure = failureOf(error);
			if (failure.kind === 'refused' && (failure.problem.code === 'screen_locked' || failure.problem.code === 'other_reader')) return;
			const out = failure.kind === 'refused' && failure.problem.status === 401;
			this.stage.set(out ? { name: 'out', left: false, told: true } : { name: 'unreachable', failure });
		}
	}

	/** Null when it worked; otherwise why not. What comes next is in `stage` or in `step`. */
	async signIn(login: string, password: string): Promise<Failure | null> {
		const why = await this.goOn('/v1/session', { login, password });
		if (!why) this.login = login;
		return why;
	}

	/** The second step: a code of the app, or a recovery code. */
	giveFactor(proof: { code: string } | { recovery: string }): Promise<Failure | null> {
		return this.goOn('/v1/session/factor', proof);
	}

	/** Another password; the one until now where somebody is signed in already. */
	changePassword(change: { new: string; password?: string }): Promise<Failure | null> {
		return this.goOn('/v1/password', change);
	}

	/** Begins anew with account and password. */
	async startOver(): Promise<void> {
		this.fellBack.set(null);
		this.step.set(null);
		await this.http.call('DELETE', '/v1/session', { anyone: true }).catch(failureOf);
	}

	/** What somebody asks to do to the account is asked for again, when its person goes to
	 * another page and it was a while ago: not by itself, which would keep a page open that
	 * nobody sits at. */
	async glance(): Promise<void> {
		const stage = this.stage.get();
		if (stage.name !== 'in' || stage.session.mode !== 'central' || Date.now() - this.glanced < GLANCE_MS) return;
		this.glanced = Date.now();
		try {
			const { value } = await this.http.call<Session | HalfSession>('GET', '/v1/session');
			const now = this.stage.get();
			if (!('step' in value) && now.name === 'in' && now.session.reader.staff === value.reader.staff) this.stage.set({ name: 'in', session: value });
		} catch {
			// The next page asks again.
		}
	}

	/** The person refuses what somebody asks to do to the account: it is over. */
	async objectTo(id: Id): Promise<void> {
		await this.http.call('DELETE', `/v1/account/requests/${id}`);
		const stage = this.stage.get();
		if (stage.name === 'in') this.stage.set({ name: 'in', session: { ...stage.session, notices: (stage.session.notices ?? []).filter((one) => one.id !== id) } });
	}

	/** Asks where the sign-in is now, after a step that answered something else. */
	async look(): Promise<Failure | null> {
		try {
			await this.take((await this.http.call<Session | HalfSession>('GET', '/v1/session', { anyone: true })).value, true);
			return null;
		} catch (error) {
			return failureOf(error);
		}
	}

	private async goOn(path: string, body: unknown): Promise<Failure | null> {
		try {
			const { value } = await this.http.call<Session | HalfSession>('POST', path, { body, anyone: true, proves: true });
			await this.take(value, true);
			if (!('step' in value) && path !== '/v1/password') this.before.set(value.before ?? null);
			return null;
		} catch (error) {
			const failure = failureOf(error);
			// Too late: a sign-in is finished within a quarter of an hour.
			if (failure.kind === 'refused' && failure.problem.code === 'signed_out' && this.step.get()) {
				this.fellBack.set(failure);
				this.step.set(null);
			}
			return failure;
		}
	}

	private async take(answer: Session | HalfSession, tell: boolean): Promise<void> {
		if ('step' in answer) {
			if (answer.step === 'locked') return this.stage.set({ name: 'locked', at: 'central' });
			this.step.set(answer.step);
			const { name } = this.stage.get();
			if (name === 'starting' || name === 'unreachable' || name === 'locked') this.stage.set({ name: 'out', left: false, told: true });
			return;
		}
		this.step.set(null);
		this.fellBack.set(null);
		this.touched = Date.now();
		await this.enter(answer);
		if (tell) this.tabs.tell({ entered: answer.reader.staff });
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

	/** Opens a locked screen: a station's with its passphrase, else with password or code.
	 * Null when it worked; otherwise why not. */
	async unlock(proof: { passphrase: string } | { password: string } | { code: string }): Promise<Failure | null> {
		if ('passphrase' in proof) return this.goOn('/v1/session', proof);
		try {
			await this.http.call('POST', '/v1/session/proof', { body: proof, proves: true });
		} catch (error) {
			const failure = failureOf(error);
			const over = failure.kind === 'refused' && failure.problem.code === 'signed_out';
			if (over) this.stage.set({ name: 'out', left: false, told: true });
			return over ? null : failure;
		}
		return this.look();
	}

	/** Locks the screen; what is open and what was typed stays. */
	async lock(): Promise<void> {
		const stage = this.stage.get();
		if (stage.name !== 'in') return;
		const { mode, reader } = stage.session;
		await this.keep.flush();
		this.stage.set({ name: 'locked', at: mode });
		if (mode === 'central') this.tabs.tell({ locked: reader.staff });
		await (mode === 'station' ? this.http.call('DELETE', '/v1/session') : this.http.call('POST', '/v1/session/lock')).catch(failureOf);
	}

	/** Somebody is there: a key, a touch. Other windows hear of it, too. */
	touch(): void {
		const stage = this.stage.get();
		const now = Date.now();
		if (stage.name === 'in' && now - this.touched > BUSY_MS) this.tabs.tell({ busy: stage.session.reader.staff });
		this.touched = now;
	}

	/** How long nobody has touched a window. */
	leftFor(): number {
		return Date.now() - this.touched;
	}

	/** Locks an online page nobody has touched for too long. */
	async lockIfLeft(): Promise<void> {
		const stage = this.stage.get();
		if (stage.name !== 'in' || stage.session.mode !== 'central' || !stage.session.idle_minutes) return;
		if (this.leftFor() >= stage.session.idle_minutes * 60_000) await this.lock();
	}

	/** One question for all that wait for it. */
	private askForProof(): Promise<boolean> {
		const stage = this.stage.get();
		if (stage.name !== 'in') return Promise.resolve(false);
		const { factor = false, mode } = stage.session;
		this.asking ??= new Promise<boolean>((answer) => this.proving.set({ factor, station: mode === 'station', answer })).finally(() => {
			this.asking = null;
			this.proving.set(null);
		});
		return this.asking;
	}
	private asking: Promise<boolean> | null = null;

	/** Proves who one is, for what waits for it. */
	async prove(proof: { passphrase: string } | { password: string } | { code: string }): Promise<Failure | null> {
		try {
			await this.http.call('POST', '/v1/session/proof', { body: proof, proves: true });
		} catch (error) {
			return failureOf(error);
		}
		this.proving.get()?.answer(true);
		return null;
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
		// What waits for a proof of this person's must not get the next one's.
		this.proving.get()?.answer(false);
		this.login = '';
		this.step.set(null);
		this.before.set(null);
		this.forget();
		this.stage.set({ name: 'out', left: true, told, stays });
		if (staff) this.tabs.tell({ left: staff, cleared: clear });
		return 'out';
	}

	/** Somebody came or left in another window. */
	private async heard(news: News): Promise<void> {
		const stage = this.stage.get();
		const staff = 'session' in stage ? stage.session.reader.staff : null;
		if ('busy' in news) {
			if (news.busy === staff) this.touched = Date.now();
		} else if ('locked' in news) {
			if (news.locked === staff && stage.name === 'in') {
				await this.keep.flush();
				this.stage.set({ name: 'locked', at: 'central' });
			}
		} else if ('left' in news) {
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
		const here = stage.name === 'in' || stage.name === 'expired' || (stage.name === 'locked' && stage.at === 'central');
		if (!here) return;
		this.proving.get()?.answer(false);
		this.step.set(null);
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
