// What waits for the person besides the dates of their cases: letters, tasks,
// unsigned records, cases just shared. One short answer; kept while it is old.
import { Cell } from './cell';
import { type Failure, failureOf, type Http } from './http';
import type { TodayDoc } from './wire';

export interface TodayState {
	value: TodayDoc | null;
	failure: Failure | null;
}

export class Today {
	readonly state = new Cell<TodayState>({ value: null, failure: null });
	private run = 0;

	constructor(private readonly http: Http) {}

	async load(): Promise<void> {
		const run = ++this.run;
		try {
			const { value } = await this.http.call<TodayDoc>('GET', '/v1/today');
			if (run === this.run) this.state.set({ value, failure: null });
		} catch (error) {
			const failure = failureOf(error);
			if (run === this.run) this.state.update(({ value }) => ({ value, failure }));
		}
	}

	forget(): void {
		this.run++;
		this.state.set({ value: null, failure: null });
	}
}
