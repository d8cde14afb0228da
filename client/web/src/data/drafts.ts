// Forms that were begun and not saved, as typed. Where they are kept is keep.ts's;
// here is what a page sees of them.
import { Cell } from './cell';
import type { Keep } from './keep';
import type { Lexicon } from './lexicon';
import type { Body, Id, Json } from './wire';

export interface Draft {
	case: Id;
	type: string;
	/** Of which kind, where kinds are different sheets: a form, an instrument. */
	of?: string | null;
	rec: Id;
	/** Of an edit: the record as it stood when it was begun. What is sent says what
	 * was seen, and that is this, also when others changed the record since. */
	base?: { ver: number; body: Body } | null;
	/** Field values as typed, also those that are not valid yet. */
	values: Body;
	/** The address of its form, to go on with it. */
	at?: string;
}

const KEPT_AS = 'draft/';

export class Drafts {
	readonly all = new Cell<ReadonlyMap<string, Draft>>(new Map());

	constructor(private readonly kept: Keep) {
		kept.watch(KEPT_AS, (key, value) => this.set(key, value as unknown as Draft | null));
	}

	keep(key: string, draft: Draft): void {
		const whole = { ...draft, at: draft.at ?? window.location.hash };
		this.set(key, whole);
		this.kept.put(KEPT_AS + key, whole as unknown as Json);
	}

	/** What it says was given to the outbox, which keeps it from here on. The page
	 * still shows it. */
	sent(key: string): void {
		this.kept.drop(KEPT_AS + key);
	}

	drop(key: string): void {
		this.set(key, null);
		this.kept.drop(KEPT_AS + key);
	}

	forget(): void {
		this.all.set(new Map());
	}

	private set(key: string, draft: Draft | null): void {
		this.all.update((all) => {
			const next = new Map(all);
			if (draft) next.set(key, draft);
			else next.delete(key);
			return next;
		});
	}
}

/** One draft for each form: a new record of a type (or of a sheet), or one record's
 * edit. */
export const draftKey = (caseId: Id, type: string, rec: Id | null, of: string | null = null): string => `${caseId}/${type}/${rec ?? of ?? 'new'}`;

/** What a draft is of, in a person's words. */
export const draftTitle = ({ type, of }: Draft, lexicon: Lexicon): string =>
	(type === 'response' && of && lexicon.text(lexicon.sheet(of)?.label)) || (type === 'assessment' && of && lexicon.code('instrument', of)) || lexicon.typeLabel(type);
