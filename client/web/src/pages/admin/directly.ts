// A change of the directory that is done while somebody waits for it: sites, staff,
// packs. It goes the way of every change, but a conflict is no success here, as nobody
// but who made it would look for it.
import { useData } from '../../data';
import { CallError } from '../../data/http';
import type { Change, Why } from '../../data/wire';
import { dictionary } from '../../words';
import { adminWords } from './words';

/** `overtaken`: others changed the same, and what they wrote stands. */
export type Done = { end: 'saved' } | { end: 'refused'; why: Why | null } | { end: 'overtaken' };

export function useDirectly(): (change: Change) => Promise<Done> {
	const { outbox, references } = useData();
	return async (change) => {
		const { progress, why } = await outbox.add(change);
		if (progress === 'refused' || progress === 'conflict') outbox.remove(change.id);
		if (progress === 'refused') return { end: 'refused', why };
		await references.load();
		return { end: progress === 'conflict' ? 'overtaken' : 'saved' };
	};
}

/** Throws what a question shows when it was not done. */
export function failIfUndone(done: Done): void {
	if (done.end === 'saved') return;
	const own: Why = { code: done.end, retry: 'never', text: done.end === 'overtaken' ? { zh: adminWords.zh.overtaken, en: adminWords.en.overtaken } : { zh: dictionary.zh.refused, en: dictionary.en.refused } };
	const why = done.end === 'refused' && done.why ? done.why : own;
	throw new CallError({ kind: 'refused', problem: { ...why, title: '', status: 422 }, afterSeconds: null });
}
