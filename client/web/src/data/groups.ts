// Groups: every one this person may see, in a line each, and one that is to be.
// A group itself is read as a case is (data/casefile.ts).
import { Cell } from './cell';
import { type Failure, failureOf, type Http } from './http';
import type { GroupLine, GroupPlan, Lang } from './wire';

export interface GroupsState {
	lines: readonly GroupLine[];
	loaded: boolean;
	failure: Failure | null;
}

const NOTHING: GroupsState = { lines: [], loaded: false, failure: null };

export class Groups {
	readonly state = new Cell<GroupsState>(NOTHING);
	private run = 0;

	constructor(private readonly http: Http) {}

	async load(): Promise<void> {
		const run = ++this.run;
		try {
			const { value } = await this.http.call<{ groups: GroupLine[] }>('GET', '/v1/groups');
			if (run === this.run) this.state.set({ lines: value.groups, loaded: true, failure: null });
		} catch (error) {
			const failure = failureOf(error);
			if (run === this.run) this.state.update((state) => ({ ...state, failure }));
		}
	}

	/** A group and its sessions as a template has them; nothing is stored. */
	async plan(template: string, opened: string, lang: Lang): Promise<GroupPlan> {
		return (await this.http.call<GroupPlan>('POST', '/v1/groups/plan', { body: { template, opened, lang } })).value;
	}

	forget(): void {
		this.run++;
		this.state.set(NOTHING);
	}
}
