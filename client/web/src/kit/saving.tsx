// Saving what a form holds, the same for every form.
//
// The form closes when the centre has answered, or after a moment if it has not:
// the outbox goes on by itself. What is typed meanwhile was not sent. Then the
// form stays, its draft from here on an edit of what was sent.
import { useState } from 'react';
import { useData } from '../data';
import { same } from '../data/change';
import type { Entry } from '../data/outbox';
import { goOn } from '../data/record-form';
import type { Body, Change, RecordType } from '../data/wire';
import { useWords } from './language';
import { Notice } from './parts';

/** How long a form waits for an answer before it trusts the outbox. */
const PATIENCE_MS = 1500;

export interface Order {
	/** The draft's key. */
	key: string;
	/** The form's own record first; what goes with it applies together with it. */
	changes: readonly Change[];
	/** The form's values as they were when `changes` were made of them. */
	values: Body;
	/** The type of the form's own record. */
	type: RecordType;
	patienceMs?: number;
}

/** `typed`: it is saved, and more was typed since; the form stays open. */
export type Saved = { end: 'saved' | 'typed' } | { end: 'refused'; entries: readonly Entry[] };

export interface Saving {
	busy: boolean;
	/** The last saving left out what was typed meanwhile. */
	typedOn: boolean;
	save: (order: Order) => Promise<Saved>;
}

export function useSaving(): Saving {
	const { drafts, outbox } = useData();
	const [busy, setBusy] = useState(false);
	const [typedOn, setTypedOn] = useState(false);
	const save = async ({ key, changes, values, type, patienceMs = PATIENCE_MS }: Order): Promise<Saved> => {
		setBusy(true);
		setTypedOn(false);
		const coming = outbox.addTogether(changes);
		// Where the outbox keeps it, the draft must not outlive it: a tab closed now
		// would come back to a form that makes the same record again.
		if (outbox.keeps()) drafts.sent(key);
		const answers = await Promise.race([coming, wait(patienceMs)]);
		setBusy(false);
		const refused = answers?.filter(({ progress }) => progress === 'refused') ?? [];
		const draft = drafts.all.get().get(key);
		if (refused.length > 0) {
			if (draft) drafts.keep(key, draft);
			return { end: 'refused', entries: refused };
		}
		if (draft && !same(draft.values, values)) {
			drafts.keep(key, goOn(draft, type, values, changes[0]!, answers?.[0]?.ver ?? null));
			setTypedOn(true);
			return { end: 'typed' };
		}
		drafts.drop(key);
		return { end: 'saved' };
	};
	return { busy, typedOn, save };
}

/** Says why the form is still open. */
export function TypedOn({ saving }: { saving: Saving }) {
	const words = useWords();
	return saving.typedOn ? <Notice tone="warn">{words.typedOn}</Notice> : null;
}

const wait = (ms: number): Promise<null> => new Promise((resolve) => setTimeout(() => resolve(null), ms));
