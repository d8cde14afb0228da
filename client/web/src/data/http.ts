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
}

export interface Bytes {
	headers?: { [name: string]: string };
	body?: Blob | null;
	signal?: AbortSignal;
}

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
	/** Called when the station says that its screen is locked. */
	onLocked: () => void = () => {};

	constructor(private readonly fetch: typeof globalThis.fetch) {}

	async call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, ask: Ask = {}): Promise<Answer<T>> {
		const answer = await this.ask<T>(method, path, ask);
		if (answer === NOT_MODIFIED) throw new CallError({ kind: 'unreadable', status: 304 });
		return answer;
	}

	/** Like call(), but a copy named by `ask.etag` may turn out to be current. */
	async ask<T>(method: string, path: string, ask: Ask): Promise<Answer<T> | typeof NOT_MODIFIED> {
		const response = await this.send(method, path, ask);
		if (response.status === 304) return NOT_MODIFIED;
		if (response.status === 204) return { value: undefined as T, etag: null };
		const kind = response.headers.get('content-type')?.split(';')[0]?.trim();
		if (!response.ok) throw new CallError(await this.refusal(response, kind));
		if (kind !== 'application/json') throw new CallError({ kind: 'unreadable', status: response.status });
		try {
			return { value: (await response.json()) as T, etag: response.headers.get('etag') };
		} catch {
			// The connection broke inside the answer, or it is no JSON.
			throw new CallError({ kind: 'unreachable' });
		}
	}

	/** Bytes up or down: whatever is answered that is no refusal. */
	async bytes(method: 'GET' | 'PATCH', path: string, { headers = {}, body = null, signal }: Bytes): Promise<Response> {
		const response = await this.request(method, path, headers, body, signal);
		if (response.ok) return response;
		const kind = response.headers.get('content-type')?.split(';')[0]?.trim();
		throw new CallError(await this.refusal(response, kind));
	}

	private async send(method: string, path: string, ask: Ask): Promise<Response> {
		const headers: { [name: string]: string } = { Accept: 'application/json' };
		if (ask.body !== undefined) headers['Content-Type'] = 'application/json';
		if (ask.etag) headers['If-None-Match'] = ask.etag;
		return this.request(method, `${path}${queryText(ask.query)}`, headers, ask.body === undefined ? null : JSON.stringify(ask.body));
	}

	private async request(method: string, path: string, headers: { [name: string]: string }, body: BodyInit | null, signal?: AbortSignal): Promise<Response> {
		const stop = new AbortController();
		const all = { ...headers, ...(this.staff && { 'Casebridge-Staff': this.staff }) };
		const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
		const cancelled = () => stop.abort();
		signal?.addEventListener('abort', cancelled);
		try {
			return await this.fetch(path, {
				method,
				headers: method === 'GET' ? all : { ...all, 'X-Casebridge': 'web' },
				body,
				credentials: 'same-origin',
				cache: 'no-store',
				redirect: 'error',
				signal: stop.signal,
			});
		} catch {
			throw new CallError({ kind: 'unreachable' });
		} finally {
			clearTimeout(timer);
			signal?.removeEventListener('abort', cancelled);
		}
	}

	private async refusal(response: Response, kind: string | undefined): Promise<Failure> {
		const unreadable: Failure = { kind: 'unreadable', status: response.status };
		if (kind !== 'application/problem+json') return unreadable;
		let problem: Problem;
		try {
			problem = (await response.json()) as Problem;
		} catch {
			return unreadable;
		}
		if (problem.code === 'signed_out') this.onSignedOut();
		if (problem.code === 'other_reader') this.onOtherReader();
		if (problem.code === 'screen_locked') this.onLocked();
		const after = Number(response.headers.get('retry-after') ?? NaN);
		return { kind: 'refused', problem, afterSeconds: Number.isFinite(after) ? after : null };
	}
}

function queryText(query: Ask['query']): string {
	const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== '');
	if (pairs.length === 0) return '';
	return '?' + pairs.map(([name, value]) => `${name}=${encodeURIComponent(value!)}`).join('&');
}
