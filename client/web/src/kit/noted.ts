// What is typed into a question that stands over a page: a draft like a form's, so
// that a key too many or a crash does not cost it. It is there again when the question
// is asked again, and goes when it was answered.
import { useEffect } from 'react';
import { useData } from '../data';
import { useCell } from '../data/cell';
import { same } from '../data/change';
import type { Draft, Step } from '../data/drafts';
import type { Body, Id } from '../data/wire';

export interface About {
	case: Id;
	/** The record it is asked about, and its type. */
	rec: Id;
	type: string;
	step: Step;
}

export interface Noted {
	values: Body;
	set: (more: Body) => void;
	/** It was answered, or is not wanted any more. */
	done: () => void;
}

export const notedKey = ({ case: about, step, rec }: About): string => `${about}/${step}/${rec}`;

/** `start`: what stands there before anything is typed. */
export function useNoted(about: About, start: Body): Noted {
	const { drafts } = useData();
	const key = notedKey(about);
	const draft: Draft | undefined = useCell(drafts.all).get(key);
	const values = draft?.values ?? start;
	return {
		values,
		set: (more) => {
			const next = { ...values, ...more };
			// What was taken out again to the last is no draft.
			if (same(next, start)) drafts.drop(key);
			else drafts.keep(key, { case: about.case, type: about.type, rec: about.rec, step: about.step, values: next });
		},
		done: () => drafts.drop(key),
	};
}

/** Calls `open` when a person goes on with what they began to answer. */
export function useReopened(about: About, open: () => void): void {
	const { drafts } = useData();
	const key = notedKey(about);
	const wanted = useCell(drafts.reopened) === key;
	useEffect(() => {
		if (!wanted) return;
		drafts.reopened.set(null);
		open();
	}, [wanted]);
}
