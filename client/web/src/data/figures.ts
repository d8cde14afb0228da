// The figures of a district or a site: what there is to ask for, and answers.
// Every question goes on the centre's trail, and few are answered at a time, so
// an answer is kept for a while and no more than two are asked for at once.
import { Cell } from './cell';
import { type Failure, failureOf, type Http, queryText } from './http';
import type { FigureAnswer, FigureList, OutcomeAnswer } from './wire';

export interface FigureAsk {
	id: string;
	/** Both absent: of an indicator that counts today only. */
	from?: string | undefined;
	to?: string | undefined;
	by?: string | undefined;
	/** Given to others: more is hidden. */
	outside: boolean;
}

export interface OutcomeAsk {
	year: number;
	by: string;
	outside: boolean;
}

/** What an answer can be taken along as. */
export type FileFormat = 'csv' | 'xlsx' | 'json';

export interface Answered<T> {
	value: T | null;
	failure: Failure | null;
	/** When the value came, in ms; 0: not yet. */
	at: number;
}

const AT_ONCE = 2;
/** An answer younger than this is not asked for again. */
const FRESH_MS = 60_000;
/** How often a centre that is busy is asked again. */
const TRIES = 4;
const BUSY_MS = 1000;

const nothing = { value: null, failure: null, at: 0 };

export class Figures {
	readonly list = new Cell<Answered<FigureList>>(nothing);
	readonly renewed = new Cell(0);
	private readonly answers = new Map<string, Cell<Answered<FigureAnswer>>>();
	private readonly compared = new Map<string, Cell<Answered<OutcomeAnswer>>>();
	private readonly waiting: (() => void)[] = [];
	private readonly underWay = new Set<string>();
	private busy = 0;
	private run = 0;

	constructor(
		private readonly http: Http,
		private readonly now: () => number = Date.now,
	) {}

	/** The same cell for the same question; load() fills it. */
	answer(ask: FigureAsk): Cell<Answered<FigureAnswer>> {
		return cellOf(this.answers, keyOf(ask));
	}

	/** Likewise; loadOutcomes() fills it. */
	outcomes(ask: OutcomeAsk): Cell<Answered<OutcomeAnswer>> {
		return cellOf(this.compared, outcomeKey(ask));
	}

	loadList(): Promise<void> {
		return this.fill('', this.list, '/v1/figures');
	}

	load(ask: FigureAsk): Promise<void> {
		return this.fill(keyOf(ask), this.answer(ask), ...addressOf(ask));
	}

	loadOutcomes(ask: OutcomeAsk): Promise<void> {
		return this.fill(`outcomes ${outcomeKey(ask)}`, this.outcomes(ask), ...addressOf(ask));
	}

	/** When the oldest of what is held came, in ms; 0: nothing has come yet. */
	oldest(): number {
		const times = [this.list, ...this.answers.values(), ...this.compared.values()].map((cell) => cell.get().at).filter((at) => at > 0);
		return times.length === 0 ? 0 : Math.min(...times);
	}

	/** The whole answer as a file the centre writes; `heard` of each piece that came, and
	 * how much there is when that is known. */
	async file(ask: FigureAsk | OutcomeAsk, format: FileFormat, lang: 'zh' | 'en', signal: AbortSignal, heard: (got: number, of: number | null) => void): Promise<Blob> {
		const [path, query] = addressOf(ask);
		let got = 0;
		const { bytes } = await this.http.bytes('GET', `${path}${queryText({ ...query, format, lang })}`, {
			signal,
			take: (piece, headers) => {
				got += piece.length;
				heard(got, Number(headers.get('content-length')) || null);
			},
		});
		return bytes;
	}

	/** What is held counts as old; who looks at `renewed` loads again. */
	renew(): void {
		this.list.update((state) => ({ ...state, at: 0 }));
		void this.loadList();
		for (const cell of this.answers.values()) cell.update((state) => ({ ...state, at: 0 }));
		for (const cell of this.compared.values()) cell.update((state) => ({ ...state, at: 0 }));
		this.renewed.update((n) => n + 1);
	}

	forget(): void {
		this.run++;
		this.answers.clear();
		this.compared.clear();
		this.underWay.clear();
		this.list.set(nothing);
	}

	private async fill<T>(key: string, cell: Cell<Answered<T>>, path: string, query: { [name: string]: string | undefined } = {}): Promise<void> {
		if (this.underWay.has(key) || this.now() - cell.get().at < FRESH_MS) return;
		const run = this.run;
		this.underWay.add(key);
		try {
			const value = await this.ask<T>(path, query, run);
			if (run === this.run) cell.set({ value, failure: null, at: this.now() });
		} catch (error) {
			if (run !== this.run) return;
			const failure = failureOf(error);
			// What was counted a minute ago stays; a refusal is about the question itself.
			cell.update(({ value, at }) => ({ value: failure.kind === 'refused' ? null : value, failure, at }));
		} finally {
			if (run === this.run) this.underWay.delete(key);
		}
	}

	/** Asks as long as it is the same person who wants to know. */
	private async ask<T>(path: string, query: { [name: string]: string | undefined }, run: number): Promise<T> {
		if (this.busy >= AT_ONCE) await new Promise<void>((go) => this.waiting.push(go));
		this.busy++;
		try {
			return await this.patiently<T>(path, query, run);
		} finally {
			this.busy--;
			this.waiting.shift()?.();
		}
	}

	private async patiently<T>(path: string, query: { [name: string]: string | undefined }, run: number): Promise<T> {
		for (let tries = 1; ; tries++) {
			if (run !== this.run) throw new Error('nobody wants to know any more');
			try {
				return (await this.http.call<T>('GET', path, { query })).value;
			} catch (error) {
				const failure = failureOf(error);
				if (failure.kind !== 'refused' || failure.problem.status !== 503 || tries === TRIES) throw error;
				await new Promise((go) => setTimeout(go, (failure.afterSeconds ?? 0) * 1000 || BUSY_MS));
			}
		}
	}
}

function cellOf<T>(cells: Map<string, Cell<Answered<T>>>, key: string): Cell<Answered<T>> {
	const cell = cells.get(key) ?? new Cell<Answered<T>>(nothing);
	cells.set(key, cell);
	return cell;
}

/** Where an answer is, and what is asked of it there. */
function addressOf(ask: FigureAsk | OutcomeAsk): [string, { [name: string]: string | undefined }] {
	const outside = ask.outside ? 'outside' : undefined;
	if ('year' in ask) return ['/v1/outcomes', { year: String(ask.year), by: ask.by, for: outside }];
	return [`/v1/figures/${ask.id}`, { from: ask.from, to: ask.to, by: ask.by, for: outside }];
}

const outcomeKey = ({ year, by, outside }: OutcomeAsk): string => [year, by, outside].join(' ');

function keyOf({ id, from, to, by, outside }: FigureAsk): string {
	return [id, from, to, by, outside].join(' ');
}
