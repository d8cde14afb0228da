// What was written here and is not yet known to be safe at the centre.
//
// A change is built once and sent, with the same id, until its result arrives:
// silence proves nothing, and the same id twice is applied once. Nothing in
// here drops work; only a person may put aside what was refused.
//
// kept ── sending ──► sent ── result ──► confirmed | stored | conflict | refused
//   ▲                  │                 (stored: the station holds it, the
//   └── no answer ─────┘                  centre has not confirmed it yet)
import { Cell } from './cell';
import { type Failure, failureOf, type Http } from './http';
import type { Keep } from './keep';
import { Windows } from './windows';
import type { Change, ChangesReply, Id, Json, Result, Why } from './wire';

/** The centre takes no more in one request; the size keeps below its 1 MiB, as
 * a character takes up to three bytes. */
const BATCH = 200;
const BATCH_CHARS = 340_000;
const KEPT_AS = 'change/';
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

export type Progress = 'kept' | 'sent' | 'stored' | 'confirmed' | 'conflict' | 'refused';

export interface Entry {
	change: Change;
	progress: Progress;
	/** When its result came, in ms. */
	at?: number;
	/** The version the record got, once known. */
	ver: number | null;
	/** The conflict it became, once known. */
	conflict: Id | null;
	/** Why it was refused, or why it is still kept. */
	why: Why | null;
	failure: Failure | null;
}

export const isSettled = (entry: Entry): boolean => entry.progress !== 'kept' && entry.progress !== 'sent';

/** True while closing the page would lose something. */
export const isUnsent = (entry: Entry): boolean => !isSettled(entry) || entry.progress === 'refused';

/** A change as it is kept, and the window that sends it. */
interface Held {
	change: Change;
	by: string;
}

const heldOf = (value: Json): Held => {
	const held = value as unknown as Held | Change;
	return 'change' in held ? held : { change: held, by: '' };
};

export class Outbox {
	readonly entries = new Cell<readonly Entry[]>([]);
	/** Called for every change the centre took. */
	onApplied: (change: Change) => void = () => {};
	private running = false;
	/** Something was taken up from an earlier page: where it goes is to be learnt. */
	private restored = false;
	/** Ids of changes that are kept, and are this window's to send. */
	private readonly kept = new Set<Id>();
	/** What other windows send as long as they are there. */
	private readonly elsewhere = new Map<Id, Held>();
	private wait = FIRST_WAIT_MS;
	private timer: ReturnType<typeof setTimeout> | undefined;
	private life = 0;

	constructor(
		private readonly http: Http,
		private readonly keep: Keep,
		private readonly mode: () => 'central' | 'station' | null,
		/** Where the changes of a case go. */
		private readonly pathOf: (caseId: Id | null) => string = () => '/v1/changes',
		/** Finds out what `pathOf` goes by, which a page loaded anew does not know yet;
		 * why not, when it must be asked again. */
		private readonly learnPaths: () => Promise<Failure | null> = async () => null,
		private readonly windows: Windows = new Windows(),
	) {
		keep.watch(KEPT_AS, (id, value, live) => this.heard(id, value, live));
		this.entries.watch(() => this.put());
	}

	/** What another window sends is its business until it is gone; what was left behind
	 * is taken up here. */
	private heard(id: Id, value: Json, live: boolean): void {
		if (value === null) this.elsewhere.delete(id);
		if (value === null || this.kept.has(id)) return;
		const held = heldOf(value);
		const life = this.life;
		this.elsewhere.set(id, held);
		if (live && !this.windows.tells) return;
		this.windows.whenGone(held.by, () => {
			if (life === this.life && this.elsewhere.get(id) === held) this.restore(held.change);
		});
	}

	/** Takes the change in and starts sending. The answer comes when its result
	 * does, however long that takes. */
	add(change: Change): Promise<Entry> {
		this.entries.update((all) => [...all, { change, progress: 'kept', ver: null, conflict: null, why: null, failure: null }]);
		void this.send();
		return this.settled(change.id);
	}

	/** Changes of one `tx`: they go in one request, and apply together or not at all. */
	addTogether(changes: readonly Change[]): Promise<Entry[]> {
		const made = changes.map((change): Entry => ({ change, progress: 'kept', ver: null, conflict: null, why: null, failure: null }));
		this.entries.update((all) => [...all, ...made]);
		void this.send();
		return Promise.all(changes.map(({ id }) => this.settled(id)));
	}

	/** What of a record was not accepted and still waits for a person. */
	refusedOf(rec: Id): Change | undefined {
		return this.entries.get().find(({ change, progress }) => change.rec === rec && progress === 'refused')?.change;
	}

	/** A person puts aside a change that was refused, or has settled what it became. */
	remove(id: Id): void {
		const ended = (entry: Entry) => entry.progress === 'refused' || entry.progress === 'conflict';
		this.entries.update((all) => all.filter((entry) => entry.change.id !== id || !ended(entry)));
	}

	/** Sends what is kept, now: after signing in again, or when asked to. */
	async send(): Promise<void> {
		if (this.running || this.mode() === null) return;
		clearTimeout(this.timer);
		if (this.restored) return this.learn();
		const batch = this.batch();
		if (batch.length === 0) return;
		const life = this.life;
		this.running = true;
		const ids = new Set(batch.map((entry) => entry.change.id));
		this.mark(ids, { progress: 'sent', failure: null });
		const again = await this.attempt(batch, ids, () => life === this.life);
		if (life !== this.life) return;
		this.running = false;
		if (again) this.timer = setTimeout(() => void this.send(), again);
		else void this.send();
	}

	/** Where what was restored goes, and then sends it. */
	private async learn(): Promise<void> {
		const life = this.life;
		this.running = true;
		this.restored = false;
		const failure = await this.learnPaths();
		if (life !== this.life) return;
		this.running = false;
		if (!failure) return this.send();
		this.restored = true;
		this.mark(new Set(this.entries.get().filter(({ progress }) => progress === 'kept').map(({ change }) => change.id)), { failure });
		this.timer = setTimeout(() => void this.send(), this.later(failure.kind === 'refused' ? failure.afterSeconds : null));
	}

	/** What a page that was closed left unsent, under the id it was made with. */
	private restore(change: Change): void {
		this.elsewhere.delete(change.id);
		this.keepOne(change);
		if (this.entries.get().some((entry) => entry.change.id === change.id)) return;
		this.restored = true;
		const entry: Entry = { change, progress: 'kept', ver: null, conflict: null, why: null, failure: null };
		// Ids grow with time: what was made first goes first.
		this.entries.update((all) => [...all, entry].sort((a, b) => (a.change.id < b.change.id ? -1 : 1)));
		// More may have been left behind with it.
		if (this.running) return;
		clearTimeout(this.timer);
		this.timer = setTimeout(() => void this.send());
	}

	private keepOne(change: Change): void {
		this.kept.add(change.id);
		this.keep.put(KEPT_AS + change.id, { change, by: this.windows.own } satisfies Held as unknown as Json);
	}

	/** That what is added is kept beyond this page until the centre has it. */
	keeps(): boolean {
		return this.mode() !== 'station';
	}

	/** Keeps what is not known to be safe, and lets go of the rest. At a station the
	 * store itself has it by then. */
	private put(): void {
		const unsent = new Map(this.entries.get().filter(isUnsent).map(({ change }) => [change.id, change]));
		for (const [id, change] of unsent) if (!this.kept.has(id) && this.keeps()) this.keepOne(change);
		for (const id of [...this.kept]) {
			if (unsent.has(id)) continue;
			this.kept.delete(id);
			this.keep.drop(KEPT_AS + id);
		}
	}

	forget(): void {
		this.kept.clear();
		this.elsewhere.clear();
		this.life++;
		this.running = false;
		this.restored = false;
		clearTimeout(this.timer);
		this.wait = FIRST_WAIT_MS;
		this.entries.set([]);
	}

	/** The oldest kept changes that go to one place and fit one request, those of one
	 * `tx` never apart; always at least one, or one `tx`. */
	private batch(): readonly Entry[] {
		const kept = this.entries.get().filter((entry) => entry.progress === 'kept');
		let chars = 0;
		const path = kept[0] && this.pathOf(kept[0].change.case);
		const isFull = (n: number, change: Change): boolean => n === BATCH || (chars += JSON.stringify(change).length) > BATCH_CHARS;
		const fits = kept.findIndex(({ change }, n) => isFull(n, change) || this.pathOf(change.case) !== path);
		if (fits < 0) return kept;
		const tx = kept[fits]!.change.tx;
		const whole = tx === null ? fits : kept.findIndex((entry) => entry.change.tx === tx);
		if (whole > 0) return kept.slice(0, whole);
		return kept.filter((entry, n) => (tx === null ? n === 0 : entry.change.tx === tx));
	}

	/** How long to wait before the next attempt; 0 to go on at once. */
	private async attempt(batch: readonly Entry[], ids: ReadonlySet<Id>, current: () => boolean): Promise<number> {
		try {
			const body = { changes: batch.map((entry) => entry.change) };
			const { value } = await this.http.call<ChangesReply>('POST', this.pathOf(batch[0]!.change.case), { body });
			if (!current()) return 0;
			for (const result of value.results) this.take(result);
			// A change without a result was not heard of; it is asked for again.
			this.markSent(ids, { progress: 'kept' });
			return this.entries.get().some((entry) => ids.has(entry.change.id) && entry.progress === 'kept') ? this.later(null) : this.soon();
		} catch (error) {
			const failure = failureOf(error);
			if (!current()) return 0;
			return this.failed(failure, ids);
		}
	}

	private failed(failure: Failure, ids: ReadonlySet<Id>): number {
		if (failure.kind === 'refused') {
			const { problem } = failure;
			const final = problem.retry === 'never' || problem.retry === 'after_edit';
			this.markSent(ids, final ? { progress: 'refused', why: problem } : { progress: 'kept', failure });
			return final ? 0 : this.later(failure.afterSeconds);
		}
		this.markSent(ids, { progress: 'kept', failure });
		return this.later(null);
	}

	private take(result: Result): void {
		const entry = this.entries.get().find((one) => one.change.id === result.id);
		if (!entry) return;
		this.mark(new Set([result.id]), { progress: this.progress(result), at: Date.now(), ver: result.ver ?? null, conflict: result.conflict ?? null, why: whyOf(result) });
		if (result.status !== 'deferred' && result.status !== 'parked') this.onApplied(entry.change);
	}

	private progress(result: Result): Progress {
		switch (result.status) {
			case 'applied':
			case 'noted':
				return result.csn || this.mode() === 'central' ? 'confirmed' : 'stored';
			case 'conflict':
				return 'conflict';
			case 'deferred':
				return 'kept';
			case 'parked':
			case 'refused':
				return 'refused';
		}
	}

	private mark(ids: ReadonlySet<Id>, change: Partial<Entry>): void {
		this.entries.update((all) => all.map((entry) => (ids.has(entry.change.id) ? { ...entry, ...change } : entry)));
	}

	private markSent(ids: ReadonlySet<Id>, change: Partial<Entry>): void {
		this.entries.update((all) =>
			all.map((entry) => (ids.has(entry.change.id) && entry.progress === 'sent' ? { ...entry, ...change } : entry)),
		);
	}

	private soon(): number {
		this.wait = FIRST_WAIT_MS;
		return 0;
	}

	private later(afterSeconds: number | null): number {
		const wait = afterSeconds === null ? this.wait : Math.max(afterSeconds * 1000, FIRST_WAIT_MS);
		this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
		return wait;
	}

	private settled(id: Id): Promise<Entry> {
		return new Promise((resolve) => {
			const look = () => {
				const entry = this.entries.get().find((one) => one.change.id === id);
				if (entry && !isSettled(entry)) return;
				stop();
				if (entry) resolve(entry);
			};
			const stop = this.entries.watch(look);
			look();
		});
	}
}

function whyOf({ code, retry = 'never', field, accepts, text }: Result): Why | null {
	return code && text ? { code, retry, text, ...(field && { field }), ...(accepts && { accepts }) } : null;
}
