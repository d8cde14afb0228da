// Forms that were begun and not saved. They live in memory only: nothing about
// a person is left behind on a shared computer. Leaving the form keeps the
// draft; closing the page asks first.
import { Cell } from './cell';
import type { Body, Id } from './wire';

export interface Draft {
	case: Id;
	type: string;
	rec: Id;
	/** Field values as typed, also those that are not valid yet. */
	values: Body;
}

export class Drafts {
	readonly all = new Cell<ReadonlyMap<string, Draft>>(new Map());

	keep(key: string, draft: Draft): void {
		this.all.update((all) => new Map(all).set(key, draft));
	}

	drop(key: string): void {
		this.all.update((all) => {
			const rest = new Map(all);
			rest.delete(key);
			return rest;
		});
	}

	forget(): void {
		this.all.set(new Map());
	}
}

/** One draft for each form: a new record of a type, or one record's edit. */
export const draftKey = (caseId: Id, type: string, rec: Id | null): string => `${caseId}/${type}/${rec ?? 'new'}`;
