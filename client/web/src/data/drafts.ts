// Forms that were begun and not saved, as typed. Where they are kept is keep.ts's;
// here is what a page sees of them.
import { Cell } from './cell';
import type { Keep } from './keep';
import type { Words } from '../words';
import type { Lexicon } from './lexicon';
import type { Body, Id, Json } from './wire';

/** What a question that stands over a page is about; a draft without one is a form's. */
export type Step = 'addition' | 'retract' | 'withdraw' | 'level' | 'levels' | 'upload' | 'salvage' | 'resolve' | 'emergency' | 'review' | 'record' | 'duty' | 'act';

export interface Draft {
	case: Id;
	type: string;
	/** Of which kind, where kinds are different sheets: a form, an instrument. */
	of?: string | null;
	rec: Id;
	step?: Step;
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
	/** The question a person goes on with: it opens by itself where it is asked. */
	readonly reopened = new Cell<string | null>(null);

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
		this.reopened.set(null);
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
export function draftTitle({ type, of, step }: Draft, lexicon: Lexicon, words: Words): string {
	const sheet = of && ((type === 'response' && lexicon.text(lexicon.sheet(of)?.label)) || (type === 'assessment' && lexicon.code('instrument', of)));
	const what = sheet || lexicon.typeLabel(type);
	return step ? `${words.steps[step]} · ${what}` : what;
}
