// Scores are computed by the same code at both ends and never typed; the page
// asks for them. The same answers always score the same, so they are kept.
import { Cell } from './cell';
import { CallError, type Http } from './http';
import type { Json, Score } from './wire';

export interface Sheet {
	instrument: string;
	/** Left out when the instrument is scored its own way. */
	variant?: string;
	/** Left out for the newest. */
	version?: string;
	answers: Json;
	/** An earlier sheet of the same way, to say how much changed. */
	before?: Omit<Sheet, 'instrument' | 'before'> & { instrument?: string };
}

export type ScoreState = 'asking' | 'unknown' | Score;

export class Scores {
	private readonly held = new Map<string, Cell<ScoreState>>();

	constructor(private readonly http: Http) {}

	/** The score of a sheet; a cell that starts as `asking`. */
	of(sheet: Sheet): Cell<ScoreState> {
		const key = JSON.stringify(sheet);
		const held = this.held.get(key);
		if (held) return held;
		const cell = new Cell<ScoreState>('asking');
		this.held.set(key, cell);
		void this.ask(sheet, cell, key);
		return cell;
	}

	forget(): void {
		this.held.clear();
	}

	private async ask(sheet: Sheet, cell: Cell<ScoreState>, key: string): Promise<void> {
		try {
			const { before, ...rest } = sheet;
			const body = before ? { ...rest, before: { answers: before.answers, ...(before.variant && { variant: before.variant }), ...(before.version && { version: before.version }) } } : rest;
			cell.set((await this.http.call<Score>('POST', '/v1/score', { body })).value);
		} catch (error) {
			if (!(error instanceof CallError)) throw error;
			// An unfinished sheet has no score; an unreachable server may have one later.
			if (error.failure.kind !== 'refused') this.held.delete(key);
			cell.set('unknown');
		}
	}
}
