// The figures of a district or a site: what there is to ask for, and answers.
// Every question goes on the centre's trail, and few are answered at a time, so
// an answer is kept for a while and no more than two are asked for at once.
import { Cell } from './cell';
import { type Failure, failureOf, type Http } from './http';
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
		const { id, from, to, by, outside } = ask;
		return this.fill(keyOf(ask), this.answer(ask), `/v1/figures/${id}`, { from, to, by, for: outside ? 'outside' : undefined });
	}

	loadOutcomes(ask: OutcomeAsk): Promise<void> {
		const { year, by, outside } = ask;
		return this.fill(`outcomes ${outcomeKey(ask)}`, this.outcomes(ask), '/v1/outcomes', { year: String(year), by, for: outside ? 'outside' : undefined });
	}

	/** What is held counts as old; who looks at `renewed` loads again. */
	renew(): void {
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
			const value = await this.ask<T>(path, query);
			if (run === this.run) cell.set({ value, failure: null, at: this.now() });
		} catch (error) {
			const failure = failureOf(error);
			// What was counted a minute ago stays; a refusal is about the question itself.
			if (run === this.run) cell.update(({ value, at }) => ({ value: failure.kind === 'refused' ? null : value, failure, at }));
		} finally {
			if (run === this.run) this.underWay.delete(key);
		}
	}

	private async ask<T>(path: string, query: { [name: string]: string | undefined }): Promise<T> {
		if (this.busy >= AT_ONCE) await new Promise<void>((go) => this.waiting.push(go));
		this.busy++;
		try {
			return await this.patiently<T>(path, query);
		} finally {
			this.busy--;
			this.waiting.shift()?.();
		}
	}

	private async patiently<T>(path: string, query: { [name: string]: string | undefined }): Promise<T> {
		for (let tries = 1; ; tries++) {
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

const outcomeKey = ({ year, by, outside }: OutcomeAsk): string => [year, by, outside].join(' ');

function keyOf({ id, from, to, by, outside }: FigureAsk): string {
	return [id, from, to, by, outside].join(' ');
}
