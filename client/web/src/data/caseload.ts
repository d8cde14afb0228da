// The caseload: every line this person may see, held in memory.
//
// The first hundred lines, in the order the page opens with, are there after
// one short answer; the rest follows in large pages. Search, filters and
// sorting then need no server, which is what makes them instant.
import { Cell } from './cell';
import { type Failure, failureOf, type Http } from './http';
import { EVERYTHING, type Row, row, type Wanted } from './search';
import type { CaseloadPage, Id, Summary } from './wire';

const FIRST = 100;
const REST = 5000;

export interface CaseloadState {
	rows: readonly Row[];
	/** How many there are; more than `rows` holds while they still arrive. */
	total: number;
	/** False until every line was fetched once. */
	complete: boolean;
	failure: Failure | null;
}

const EMPTY: CaseloadState = { rows: [], total: 0, complete: false, failure: null };

export class Caseload {
	readonly state = new Cell<CaseloadState>(EMPTY);
	/** What the person asked for; kept so that coming back finds it unchanged. */
	readonly wanted = new Cell<Wanted>(EVERYTHING);
	/** Where the person was in the list, to come back to. */
	readonly place: { case: Id | null; scroll: number } = { case: null, scroll: 0 };
	private run = 0;
	private at = 0;

	/** When the list was last complete, in ms; 0 before that. */
	readonly loadedAt = (): number => this.at;

	constructor(private readonly http: Http) {}

	/** Fetches all lines. A complete list stays in view until the new one is. */
	async load(): Promise<void> {
		const run = ++this.run;
		const growing = !this.state.get().complete;
		const rows: Row[] = [];
		let after: string | undefined;
		// A later page's total counts from that page on; the first counts all.
		let total = 0;
		try {
			do {
				const { value } = await this.http.call<CaseloadPage>('GET', '/v1/caseload', {
					query: { view: 'all', sort: 'due', limit: after ? REST : FIRST, after },
				});
				if (run !== this.run) return;
				if (after === undefined) total = value.total;
				for (const line of value.rows) rows.push(row(line));
				after = value.next ?? undefined;
				const complete = after === undefined;
				if (complete) this.at = Date.now();
				if (growing || complete) this.state.set({ rows: [...rows], total, complete, failure: null });
			} while (after !== undefined);
		} catch (error) {
			const failure = failureOf(error);
			if (run === this.run) this.state.update((state) => ({ ...state, failure }));
		}
	}

	/** Puts a newer line in the place of the one held. */
	renew(line: Summary): void {
		const { rows } = this.state.get();
		if (!rows.some((held) => held.line.case === line.case)) return;
		const newer = row(line);
		this.state.update((state) => ({ ...state, rows: rows.map((held) => (held.line.case === line.case ? newer : held)) }));
	}

	forget(): void {
		this.run++;
		this.at = 0;
		this.place.case = null;
		this.place.scroll = 0;
		this.state.set(EMPTY);
		this.wanted.set(EVERYTHING);
	}
}
