// What a person typed and has not sent, and how they like their lists: kept so that
// it outlives the page.
//
// Everything is held in memory and written behind the typing, in small pieces:
// online into the browser, sealed (vault.ts), at a station into its store. Other
// tabs of the same person show it at once, and so the newest is on every screen;
// a tab that was asleep reads what is kept before anybody types into it.
import { Cell } from './cell';
import type { Json, Session } from './wire';

export interface Kept {
	key: string;
	value: Json;
	/** Milliseconds; of two the newer stands. */
	at: number;
}

/** Where things are kept. Both answer only when it is done. */
export interface Shelf {
	read(): Promise<Kept[]>;
	write(put: readonly Kept[], drop: readonly string[]): Promise<void>;
	/** Removes all that is this person's. */
	clear(): Promise<void>;
}

/** `page`: nowhere but in memory, and lost with the page. */
export type Where = 'page' | 'computer' | 'station';

/** After a key, before it is written: a fast typist's word. */
const PAUSE_MS = 150;
const AGAIN_MS = 3000;
const CHANNEL = 'casebridge';

/** `live`: another tab said so just now; else it was kept before. A value of null is
 * gone. */
export type Watcher = (key: string, value: Json, live: boolean) => void;

interface Told extends Omit<Kept, 'value'> {
	owner: string;
	/** Null: it is gone. */
	value: Json;
}

export class Keep {
	readonly where = new Cell<Where>('page');
	/** How many entries are not written yet. */
	readonly unwritten = new Cell(0);
	private readonly held = new Map<string, Kept>();
	private readonly dirty = new Set<string>();
	/** What another tab said it typed: it writes that by itself, unless it is closed before. */
	private readonly lent = new Set<string>();
	private lentTimer: ReturnType<typeof setTimeout> | undefined;
	/** What was dropped, and when: an older copy of it that is read late is no more. */
	private readonly gone = new Map<string, number>();
	/** False until what was kept was read once, so that nothing is typed over it. */
	readonly ready = new Cell(false);
	private readonly watchers: [string, Watcher][] = [];
	private shelf: Shelf | null = null;
	private owner = '';
	/** Grows with everybody who leaves. */
	private life = 0;
	private turn = 0;
	private last = 0;
	private timer: ReturnType<typeof setTimeout> | undefined;
	private writing: Promise<boolean> | null = null;
	private readonly channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(CHANNEL);

	constructor(
		private readonly shelfOf: (session: Session) => Promise<Shelf | null>,
		private readonly now: () => number,
	) {
		this.channel?.addEventListener('message', ({ data }: MessageEvent<Told>) => this.heard(data));
	}

	/** Calls `tell` for every entry of that beginning that came from elsewhere. */
	watch(prefix: string, tell: Watcher): void {
		this.watchers.push([prefix, tell]);
	}

	/** The person is there: what was kept for them is told, and what was typed before
	 * (while the session was over) is kept from now on. */
	async begin(session: Session): Promise<void> {
		const turn = ++this.turn;
		this.owner = `${session.mode}/${session.reader.staff}`;
		const shelf = await this.shelfOf(session);
		if (turn !== this.turn) return;
		this.shelf = shelf;
		this.where.set(shelf === null ? 'page' : session.mode === 'station' ? 'station' : 'computer');
		await this.look();
		if (turn !== this.turn) return;
		this.ready.set(true);
		this.soon(0);
	}

	/** The store is closed for now: what is typed waits in memory. */
	pause(): void {
		this.turn++;
		clearTimeout(this.timer);
		this.shelf = null;
	}

	/** Reads what is kept, as another tab may have left it. */
	async look(): Promise<void> {
		const { shelf, life } = this;
		if (!shelf) return;
		let found: Kept[];
		try {
			found = await shelf.read();
		} catch {
			return;
		}
		if (life !== this.life) return;
		// In the order in which they were written.
		for (const one of [...found].sort((a, b) => a.at - b.at)) this.adopt(one, false);
	}

	put(key: string, value: Json): void {
		const one = { key, value, at: this.tick() };
		this.gone.delete(key);
		this.held.set(key, one);
		this.touched(one);
	}

	drop(key: string): void {
		if (!this.held.delete(key)) return;
		const at = this.tick();
		this.gone.set(key, at);
		this.touched({ key, value: null, at });
	}

	/** Everything of this person's, here and where it is kept; false when it is there
	 * still, and then here too. */
	async clear(): Promise<boolean> {
		const { shelf, turn } = this;
		clearTimeout(this.timer);
		this.shelf = null;
		while (this.writing) await this.writing;
		try {
			await shelf?.clear();
		} catch {
			if (turn === this.turn) this.shelf = shelf;
			this.soon(AGAIN_MS);
			return false;
		}
		this.forget();
		return true;
	}

	/** Waits until what was typed is where it is kept; false when it cannot be. */
	async flush(): Promise<boolean> {
		clearTimeout(this.timer);
		this.takeLent();
		while (this.shelf && this.dirty.size > 0) if (!(await this.write())) return false;
		while (this.writing) await this.writing;
		return this.dirty.size === 0;
	}

	/** The person is gone from this page; what is kept stays where it is. */
	forget(): void {
		this.life++;
		this.turn++;
		this.ready.set(false);
		clearTimeout(this.timer);
		this.shelf = null;
		this.owner = '';
		this.held.clear();
		this.dirty.clear();
		this.gone.clear();
		this.lent.clear();
		clearTimeout(this.lentTimer);
		this.count();
		this.where.set('page');
	}

	private tick(): number {
		this.last = Math.max(this.last + 1, Math.floor(this.now()));
		return this.last;
	}

	private touched({ key, value, at }: Kept): void {
		this.dirty.add(key);
		this.count();
		this.channel?.postMessage({ owner: this.owner, key, value, at } satisfies Told);
		this.soon(PAUSE_MS);
	}

	private heard({ owner, key, value, at }: Told): void {
		if (owner !== this.owner || owner === '') return;
		if (value !== null) return this.adopt({ key, value, at }, true);
		const mine = this.held.get(key);
		if (mine && mine.at > at) return;
		this.gone.set(key, at);
		this.lent.delete(key);
		if (!this.held.delete(key)) return;
		this.dirty.delete(key);
		this.count();
		this.tell(key, null, true);
	}

	private adopt(one: Kept, live: boolean): void {
		const mine = this.held.get(one.key);
		if ((mine?.at ?? this.gone.get(one.key) ?? -1) >= one.at) return;
		this.last = Math.max(this.last, one.at);
		this.held.set(one.key, one);
		this.dirty.delete(one.key);
		if (live) this.lend(one.key);
		else this.lent.delete(one.key);
		this.count();
		this.tell(one.key, one.value, live);
	}

	private lend(key: string): void {
		this.lent.add(key);
		clearTimeout(this.lentTimer);
		this.lentTimer = setTimeout(() => {
			this.takeLent();
			void this.write();
		}, AGAIN_MS);
	}

	private takeLent(): void {
		for (const key of this.lent) this.dirty.add(key);
		this.lent.clear();
	}

	private tell(key: string, value: Json, live: boolean): void {
		for (const [prefix, tell] of this.watchers) if (key.startsWith(prefix)) tell(key.slice(prefix.length), value, live);
	}

	private count(): void {
		this.unwritten.set(this.dirty.size);
	}

	private soon(ms: number): void {
		clearTimeout(this.timer);
		if (this.shelf && this.dirty.size > 0) this.timer = setTimeout(() => void this.write(), ms);
	}

	/** One write at a time, so that an older value never lands on a newer one. */
	private async write(): Promise<boolean> {
		while (this.writing) await this.writing;
		const { shelf, life } = this;
		const keys = [...this.dirty];
		if (!shelf || keys.length === 0) return true;
		const put = keys.flatMap((key) => this.held.get(key) ?? []);
		const drop = keys.filter((key) => !this.held.has(key));
		this.dirty.clear();
		this.writing = shelf.write(put, drop).then(
			() => this.written(life, []),
			() => this.written(life, keys),
		);
		return this.writing;
	}

	private written(life: number, failed: readonly string[]): boolean {
		this.writing = null;
		if (life !== this.life) return true;
		for (const key of failed) this.dirty.add(key);
		this.count();
		this.soon(failed.length > 0 ? AGAIN_MS : PAUSE_MS);
		return failed.length === 0;
	}
}
