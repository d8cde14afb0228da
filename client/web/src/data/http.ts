// One request to whoever served this page. Answers are either the value asked
// for or a CallError that says which of three things went wrong, because the
// page must act differently on each: the server refused (its sentence is
// shown), it could not be reached (kept work is tried again), or something
// between answered in its place.
import type { Id, Problem } from './wire';

const PATIENCE_MS = 30_000;

export type Failure =
	| { kind: 'refused'; problem: Problem; afterSeconds: number | null }
	| { kind: 'unreachable' }
	| { kind: 'unreadable'; status: number };

export class CallError extends Error {
	constructor(readonly failure: Failure) {
		super(failure.kind === 'refused' ? failure.problem.code : failure.kind);
		this.name = 'CallError';
	}
}

export function failureOf(error: unknown): Failure {
	if (error instanceof CallError) return error.failure;
	throw error;
}

export interface Ask {
	query?: { [name: string]: string | number | undefined };
	body?: unknown;
	/** The tag of the copy already held; the answer may then be NOT_MODIFIED. */
	etag?: string | null;
	/** Whoever it is: the page does not know yet whose session this is. */
	anyone?: boolean;
	/** It is what proves who one is, and is not asked for a proof itself. */
	proves?: boolean;
}

export interface Bytes {
	headers?: { [name: string]: string };
	body?: Blob | null;
	signal?: AbortSignal;
	/** Hears of every piece that came, and the answer's headers; what came before the
	 * line broke is good. */
	take?: (piece: Uint8Array, headers: Headers) => void;
}

/** What an exchange does with the answer; `alive` says that it is still coming. */
type Reading<T> = (response: Response, alive: () => void) => Promise<T>;

export interface Answer<T> {
	value: T;
	etag: string | null;
}

export const NOT_MODIFIED = Symbol('not modified');

export class Http {
	/** Called when the server says the session is over. */
	onSignedOut: () => void = () => {};
	/** Called when somebody else's session answered. */
	onOtherReader: () => void = () => {};
	/** Whom this page is of, as it goes with every request: the windows of a browser
	 * share one session, and nothing of one person is to be sent as the next. */
	staff: Id | null = null;
	/** Called when the screen is locked, at the station or at the centre. */
	onLocked: (at: 'station' | 'central') => void = () => {};
	/** Called when the session is not whole: which step is outstanding. */
	onStep: (step: string) => void = () => {};
	/** Asks the person to prove who they are; true when they did. */
	onStepUp: () => Promise<boolean> = async () => false;

	constructor(private readonly fetch: typeof globalThis.fetch) {}

	async call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, ask: Ask = {}): Promise<Answer<T>> {
		const answer = await this.ask<T>(method, path, ask);
		if (answer === NOT_MODIFIED) throw new CallError({ kind: 'unreadable', status: 304 });
		return answer;
	}

	/** Like call(), but a copy named by `ask.etag` may turn out to be current. */
	async ask<T>(method: string, path: string, ask: Ask): Promise<Answer<T> | typeof NOT_MODIFIED> {
		const once = () => this.askOnce<T>(method, path, ask);
		return ask.proves ? once() : this.proved(once);
	}

	/** Once more after a proof, where one is asked for. */
	private async proved<T>(once: () => Promise<T>): Promise<T> {
		const { staff } = this;
		try {
			return await once();
		} catch (error) {
			const wanted = error instanceof CallError && error.failure.kind === 'refused' && error.failure.problem.code === 'step_up';
			// What was to be sent is still here, and is sent again as it was.
			if (!wanted || !(await this.onStepUp()) || this.staff !== staff) throw error;
			return once();
		}
	}

	private async askOnce<T>(method: string, path: string, ask: Ask): Promise<Answer<T> | typeof NOT_MODIFIED> {
		const headers: { [name: string]: string } = { Accept: 'application/json' };
		if (ask.body !== undefined) headers['Content-Type'] = 'application/json';
		if (ask.etag) headers['If-None-Match'] = ask.etag;
		const body = ask.body === undefined ? null : JSON.stringify(ask.body);
		return this.exchange(method, `${path}${queryText(ask.query)}`, { headers, body, anyone: ask.anyone }, (response) => this.answer<T>(response));
	}

	private async answer<T>(response: Response): Promise<Answer<T> | typeof NOT_MODIFIED> {
		if (response.status === 304) return NOT_MODIFIED;
		if (response.status === 204) return { value: undefined as T, etag: null };
		if (!response.ok) throw new CallError(await this.refusal(response));
		if (mediaOf(response) !== 'application/json') throw new CallError({ kind: 'unreadable', status: response.status });
		return { value: (await response.json()) as T, etag: response.headers.get('etag') };
	}

	/** Bytes up or down: whatever is answered that is no refusal. */
	async bytes(method: 'GET' | 'PATCH', path: string, { headers = {}, body = null, signal, take }: Bytes): Promise<{ headers: Headers; bytes: Blob }> {
		const read: Reading<{ headers: Headers; bytes: Blob }> = async (response, alive) => {
			if (!response.ok) throw new CallError(await this.refusal(response));
			const pieces: Uint8Array<ArrayBuffer>[] = [];
			const reader = response.body?.getReader();
			for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
				alive();
				pieces.push(next.value);
				take?.(next.value, response.headers);
			}
			return { headers: response.headers, bytes: new Blob(pieces) };
		};
		return this.proved(() => this.exchange(method, path, { headers, body, signal }, read));
	}

	/** From the request to the last byte of the answer. A line that breaks or says nothing
	 * for too long is the same as a server that is away. */
	private async exchange<T>(method: string, path: string, ask: { headers: { [name: string]: string }; body: BodyInit | null; signal?: AbortSignal | undefined; anyone?: boolean | undefined }, read: Reading<T>): Promise<T> {
		const stop = new AbortController();
		let timer: ReturnType<typeof setTimeout> | undefined;
		const alive = () => {
			clearTimeout(timer);
			timer = setTimeout(() => stop.abort(), PATIENCE_MS);
		};
		const cancelled = () => stop.abort();
		ask.signal?.addEventListener('abort', cancelled);
		alive();
		try {
			return await read(await this.request(method, path, { ...ask.headers, ...(this.staff && !ask.anyone && { 'Casebridge-Staff': this.staff }) }, ask.body, stop.signal), alive);
		} catch (error) {
			throw error instanceof CallError ? error : new CallError({ kind: 'unreachable' });
		} finally {
			clearTimeout(timer);
			ask.signal?.removeEventListener('abort', cancelled);
		}
	}

	private request(method: string, path: string, headers: { [name: string]: string }, body: BodyInit | null, signal: AbortSignal): Promise<Response> {
		return this.fetch(path, {
			method,
			headers: method === 'GET' ? headers : { ...headers, 'X-Casebridge': 'web' },
			body,
			credentials: 'same-origin',
			cache: 'no-store',
			redirect: 'error',
			signal,
		});
	}

	private async refusal(response: Response): Promise<Failure> {
		const unreadable: Failure = { kind: 'unreadable', status: response.status };
		if (mediaOf(response) !== 'application/problem+json') return unreadable;
		let problem: Problem;
		try {
			problem = (await response.json()) as Problem;
		} catch {
			return unreadable;
		}
		if (problem.code === 'signed_out') this.onSignedOut();
		if (problem.code === 'other_reader') this.onOtherReader();
		if (problem.code === 'screen_locked') this.onLocked('station');
		if (problem.code === 'locked') this.onLocked('central');
		if (problem.code === 'step') this.onStep(problem.accepts ?? '');
		const after = Number(response.headers.get('retry-after') ?? NaN);
		return { kind: 'refused', problem, afterSeconds: Number.isFinite(after) ? after : null };
	}
}

const mediaOf = (response: Response): string | undefined => response.headers.get('content-type')?.split(';')[0]?.trim();

export function queryText(query: Ask['query']): string {
	const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== '');
	if (pairs.length === 0) return '';
	return '?' + pairs.map(([name, value]) => `${name}=${encodeURIComponent(value!)}`).join('&');
}
