// Bytes of files, up and down, apart from the records that name them. What is
// cut goes on where it was (docs/wire.md "Files"); what came is believed only
// when its hash is the one asked for.
import { Cell } from './cell';
import { CallError, type Failure, type Http } from './http';
import type { Id } from './wire';

/** A slow line must finish one within the patience of a request. */
const PIECE = 256 * 1024;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
/** A fetch that is cut so often in a row without a byte ends. */
const FETCH_TRIES = 5;

export interface Upload {
	rec: Id;
	name: string;
	size: number;
	done: number;
	state: 'sending' | 'waiting' | 'done' | 'failed';
	/** Why it waits or ended. */
	failure: Failure | null;
}

interface Place {
	upload: Id;
	offset: number;
	size: number;
	done: boolean;
}

export interface About {
	sha256: string;
	size: number;
	media: string;
	rec: Id;
}

export type FetchState = { done: number; size: number };

export class Damaged extends Error {}

export async function sha256Of(bytes: ArrayBuffer): Promise<string> {
	const digest = await crypto.subtle.digest('SHA-256', bytes);
	return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Nobody said no: asked again it may work. */
const isPassing = (failure: Failure): boolean => failure.kind === 'unreachable';

export class Files {
	readonly uploads = new Cell<ReadonlyMap<Id, Upload>>(new Map());
	private readonly stops = new Map<Id, AbortController>();

	constructor(
		private readonly http: Http,
		private readonly wait: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
	) {}

	/** Goes on until the bytes are there, it is cancelled, or they are refused. */
	async send(file: Blob, name: string, about: About): Promise<boolean> {
		const stop = new AbortController();
		this.stops.get(about.rec)?.abort();
		this.stops.set(about.rec, stop);
		this.mark(about.rec, { rec: about.rec, name, size: about.size, done: 0, state: 'sending', failure: null });
		let wait = FIRST_WAIT_MS;
		while (!stop.signal.aborted) {
			try {
				await this.attempt(file, about, stop.signal, () => (wait = FIRST_WAIT_MS));
				if (!stop.signal.aborted) this.mark(about.rec, { state: 'done', done: about.size, failure: null });
				return !stop.signal.aborted;
			} catch (error) {
				if (stop.signal.aborted) break;
				if (!(error instanceof CallError)) throw error;
				const { failure } = error;
				if (failure.kind === 'refused' && (failure.problem.retry === 'never' || failure.problem.retry === 'after_edit')) {
					this.mark(about.rec, { state: 'failed', failure });
					return false;
				}
				this.mark(about.rec, { state: 'waiting', failure });
				const after = failure.kind === 'refused' && failure.afterSeconds ? failure.afterSeconds * 1000 : wait;
				wait = Math.min(wait * 2, LONGEST_WAIT_MS);
				await this.wait(after);
			}
		}
		return false;
	}

	cancel(rec: Id): void {
		this.stops.get(rec)?.abort();
		this.stops.delete(rec);
		this.uploads.update((all) => {
			const rest = new Map(all);
			rest.delete(rec);
			return rest;
		});
	}

	/** Fetches a file whole, over a line that breaks too; `told` hears how far it is. */
	async fetch(sha256: string, rec: Id, media: string, told: (state: FetchState) => void, signal: AbortSignal): Promise<Blob> {
		const parts: Uint8Array<ArrayBuffer>[] = [];
		const state: FetchState = { done: 0, size: Infinity };
		const take = (part: Uint8Array, headers: Headers) => {
			const total = /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1] ?? (state.done === 0 ? headers.get('content-length') : null);
			if (total) state.size = Number(total);
			parts.push(part as Uint8Array<ArrayBuffer>);
			state.done += part.byteLength;
			told({ done: state.done, size: Math.max(state.done, state.size === Infinity ? 0 : state.size) });
		};
		for (let tries = 0, wait = FIRST_WAIT_MS; state.done < state.size; ) {
			const before = state.done;
			try {
				const { headers } = await this.http.bytes('GET', `/v1/files/${sha256}?rec=${rec}`, { headers: { Range: `bytes=${before}-` }, signal, take });
				// All of it, when the answer is no part.
				if (!headers.has('content-range')) state.size = state.done;
				else if (state.done === before) throw new Damaged();
			} catch (error) {
				if (signal.aborted || !(error instanceof CallError) || !isPassing(error.failure)) throw error;
				tries = state.done > before ? 1 : tries + 1;
				if (tries >= FETCH_TRIES) throw error;
				wait = state.done > before ? FIRST_WAIT_MS : Math.min(wait * 2, LONGEST_WAIT_MS);
				await this.wait(wait);
			}
		}
		const blob = new Blob(parts, { type: media });
		if ((await sha256Of(await blob.arrayBuffer())) !== sha256) throw new Damaged();
		return blob;
	}

	forget(): void {
		for (const stop of this.stops.values()) stop.abort();
		this.stops.clear();
		this.uploads.set(new Map());
	}

	private async attempt(file: Blob, about: About, signal: AbortSignal, moved: () => void): Promise<void> {
		let place = (await this.http.call<Place>('POST', '/v1/uploads', { body: about })).value;
		const { upload } = place;
		while (!place.done && !signal.aborted) {
			this.mark(about.rec, { done: place.offset, state: 'sending', failure: null });
			const piece = file.slice(place.offset, Math.min(place.offset + PIECE, about.size));
			place = { upload, ...(await this.piece(upload, place.offset, piece, signal)) };
			moved();
		}
	}

	/** Where it goes on; another place than was thought is asked for. */
	private async piece(upload: Id, offset: number, piece: Blob, signal: AbortSignal): Promise<Omit<Place, 'upload'>> {
		const headers = { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(offset) };
		try {
			const { bytes } = await this.http.bytes('PATCH', `/v1/uploads/${upload}`, { headers, body: piece, signal });
			return JSON.parse(await bytes.text()) as Omit<Place, 'upload'>;
		} catch (error) {
			const moved = error instanceof CallError && error.failure.kind === 'refused' && error.failure.problem.code === 'offset';
			if (!moved) throw error;
			return (await this.http.call<Place>('GET', `/v1/uploads/${upload}`)).value;
		}
	}

	private mark(rec: Id, more: Partial<Upload>): void {
		this.uploads.update((all) => {
			const now = all.get(rec);
			const next = { ...now, ...more } as Upload;
			return now || more.rec ? new Map(all).set(rec, next) : all;
		});
	}
}
