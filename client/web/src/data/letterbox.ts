// Letters between sites: those that wait for somebody, one of them whole, and
// what a referral would send. Whose turn it is and what the clock says is told
// by who answers (proto/stand.h); nothing of it is reckoned here.
import { Cell } from './cell';
import { type Failure, failureOf, type Http } from './http';
import { isOurs } from './letters';
import type { Body, Id, LetterLine, LetterList, Sending } from './wire';

/** What came last is looked at again after this long, when somebody is there. */
const STALE_MS = 5 * 60 * 1000;
const HELD = 20;

export interface LettersState {
	lines: readonly LetterLine[];
	/** There are older ones than came. */
	more: boolean;
	loaded: boolean;
	failure: Failure | null;
}

export interface LetterState {
	value: LetterLine | null;
	failure: Failure | null;
}

/** Which letters a person looks at; kept so that coming back finds it unchanged. */
export interface LettersWanted {
	box: 'ours' | 'in' | 'out' | 'every';
	type: string;
	query: string;
	/** Also what is over. */
	over: boolean;
}

const NOTHING: LettersState = { lines: [], more: false, loaded: false, failure: null };
const FIRST: LettersWanted = { box: 'ours', type: '', query: '', over: false };

export class Letterbox {
	readonly state = new Cell<LettersState>(NOTHING);
	readonly wanted = new Cell<LettersWanted>(FIRST);
	/** How many wait for a step of this side. */
	readonly waiting = new Cell(0);
	private readonly held = new Map<Id, Cell<LetterState>>();
	private run = 0;
	private at = 0;

	constructor(private readonly http: Http) {}

	async load(): Promise<void> {
		const run = ++this.run;
		const { over } = this.wanted.get();
		try {
			const { value } = await this.http.call<LetterList>('GET', '/v1/letters', { query: { state: over ? 'all' : 'open' } });
			if (run !== this.run) return;
			this.at = Date.now();
			this.state.set({ lines: value.letters, more: value.more, loaded: true, failure: null });
			this.waiting.set(value.letters.filter(isOurs).length);
		} catch (error) {
			const failure = failureOf(error);
			if (run === this.run) this.state.update((state) => ({ ...state, failure }));
		}
	}

	/** Fetches again what is old, when the person is back. */
	refresh(): void {
		if (document.visibilityState === 'visible' && Date.now() - this.at > STALE_MS) void this.load();
	}

	cell(id: Id): Cell<LetterState> {
		const cell = this.held.get(id) ?? new Cell<LetterState>({ value: null, failure: null });
		this.held.delete(id);
		this.held.set(id, cell);
		const oldest = this.held.keys().next().value;
		if (this.held.size > HELD && oldest !== undefined) this.held.delete(oldest);
		return cell;
	}

	async open(id: Id): Promise<void> {
		const cell = this.cell(id);
		try {
			const { value } = await this.http.call<LetterLine>('GET', `/v1/letters/${id}`);
			cell.set({ value, failure: null });
		} catch (error) {
			const failure = failureOf(error);
			const gone = failure.kind === 'refused' && failure.problem.status === 404;
			cell.update((state) => ({ value: gone ? null : state.value, failure }));
		}
	}

	/** Exactly what would be sent; nothing leaves by asking. */
	async preview(about: Id, body: Body, nameless: boolean): Promise<Sending> {
		const asked = { case: about, body, nameless };
		return (await this.http.call<Sending>('POST', '/v1/letters/preview', { body: asked })).value;
	}

	/** Something was written that may have moved a letter. */
	changed(rec: Id): void {
		void this.load();
		if (this.held.has(rec)) void this.open(rec);
	}

	forget(): void {
		this.run++;
		this.at = 0;
		this.held.clear();
		this.state.set(NOTHING);
		this.wanted.set(FIRST);
		this.waiting.set(0);
	}
}
