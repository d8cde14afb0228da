// What a station says of itself: what is only on this computer, whether both
// ends hold the same, and what the round of syncing is doing now. Asked for
// every few seconds while somebody is there, more often while it moves.
import { Cell } from './cell';
import { type Failure, failureOf, type Http } from './http';
import type { Id, Lang, Round, StationReport } from './wire';

const EVERY_MS = 5000;
const MOVING_MS = 700;
/** Somebody is there; the last two also come from what reads a screen aloud or
 * writes what is spoken. */
const SIGNS = ['keydown', 'pointerdown', 'wheel', 'click', 'input'] as const;

export interface StationState {
	report: StationReport | null;
	failure: Failure | null;
}

type Count = StationReport['count'];

/** What the centre has not got yet, files of cases that were taken away among it. */
export const onlyHere = (count: Count): number => count.here + count.sent + count.files_here + (count.left_waiting ?? 0);

/** What it did not take, and files nobody can open any more: a person decides. */
export const notTaken = (count: Count): number => count.refused + count.files_refused + (count.left_refused ?? 0);

export class Station {
	readonly state = new Cell<StationState>({ report: null, failure: null });
	private timer: ReturnType<typeof setTimeout> | undefined;
	private watchers = 0;
	private active = false;

	constructor(private readonly http: Http) {}

	/** Keeps the state fresh until the answer is called. A key or a touch is
	 * told to the station, which locks the screen when nobody is there. */
	watch(): () => void {
		const touched = () => {
			this.active = true;
		};
		for (const kind of SIGNS) window.addEventListener(kind, touched, { passive: true });
		if (++this.watchers === 1) void this.look();
		return () => {
			for (const kind of SIGNS) window.removeEventListener(kind, touched);
			if (--this.watchers === 0) clearTimeout(this.timer);
		};
	}

	async order(what: 'start' | 'pause'): Promise<void> {
		try {
			const { value } = await this.http.call<{ round: Round }>('POST', '/v1/sync', { body: { do: what } });
			this.state.update((was) => ({ failure: null, report: was.report && { ...was.report, round: value.round } }));
		} catch (error) {
			const failure = failureOf(error);
			this.state.update((was) => ({ ...was, failure }));
		}
		this.again(0);
	}

	/** A file the centre refused goes for good; the record that names it stays. */
	async discard(rec: Id, sha256: string): Promise<void> {
		await this.http.call('DELETE', `/v1/files/${sha256}`, { query: { rec } });
		this.again(0);
	}

	/** Something was saved here: what is told of it is told anew. */
	changed(): void {
		this.again(0);
	}

	/** A document as a PDF, made at the station; `missing` names characters its
	 * fonts do not have. */
	async pdf(doc: string, id: Id, lang: Lang, more: readonly ('masked' | 'returning')[]): Promise<{ blob: Blob; missing: string | null }> {
		const query = [`doc=${doc}`, `id=${id}`, `lang=${lang}`, ...more.map((name) => `${name}=1`)].join('&');
		const { headers, bytes } = await this.http.bytes('GET', `/v1/print?${query}`, {});
		return { blob: new Blob([bytes], { type: 'application/pdf' }), missing: headers.get('Casebridge-Missing') };
	}

	forget(): void {
		this.state.set({ report: null, failure: null });
	}

	private async look(): Promise<void> {
		clearTimeout(this.timer);
		const { active } = this;
		this.active = false;
		try {
			const { value } = await this.http.call<StationReport>('GET', '/v1/sync', { query: { active: active ? 1 : undefined } });
			this.state.set({ report: value, failure: null });
		} catch (error) {
			this.active ||= active;
			const failure = failureOf(error);
			this.state.update((was) => ({ ...was, failure }));
		}
		this.again(this.state.get().report?.round.state === 'running' ? MOVING_MS : EVERY_MS);
	}

	private again(ms: number): void {
		clearTimeout(this.timer);
		if (this.watchers > 0) this.timer = setTimeout(() => void this.look(), ms);
	}
}
