// The review queue: the cases of a psychiatrist in the order in which they want
// looking at, and the sitting in which they are gone through. The order, and why
// a case stands where it does, is told by who answers (proto/queue.h).
import { Cell } from './cell';
import { createChange, type Maker, signChange, together } from './change';
import { sha256Of } from './files';
import { type Failure, failureOf, type Http } from './http';
import type { Entry } from './outbox';
import type { Body, Change, Id, Json, Rec, ReviewDoc, ReviewRow } from './wire';

/** The kind of a review that is one person's own look at a case. */
export const OWN_REVIEW = 'case_review';

/** Several changes come at once; one answer is enough for all of them. */
const TOGETHER_MS = 400;

export interface ReviewsState {
	value: ReviewDoc | null;
	failure: Failure | null;
}

export class Reviews {
	readonly state = new Cell<ReviewsState>({ value: null, failure: null });
	/** The cases of the sitting, in the order they had when it began: while somebody
	 * works through them nothing moves under their hands. */
	readonly sitting = new Cell<readonly Id[]>([]);
	private run = 0;
	private timer: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly http: Http) {}

	async load(): Promise<void> {
		const run = ++this.run;
		try {
			const { value } = await this.http.call<ReviewDoc>('GET', '/v1/review', { query: { limit: 200 } });
			if (run === this.run) this.state.set({ value, failure: null });
		} catch (error) {
			const failure = failureOf(error);
			if (run === this.run) this.state.update(({ value }) => ({ value, failure }));
		}
	}

	/** What was written may change the queue; asked for only where it was seen. */
	changed(): void {
		if (!this.state.get().value) return;
		clearTimeout(this.timer);
		this.timer = setTimeout(() => void this.load(), TOGETHER_MS);
	}

	/** Goes through all cases there are, as they stand now. */
	begin(): void {
		this.sitting.set(this.state.get().value?.rows.map((row) => row.case) ?? []);
	}

	forget(): void {
		this.run++;
		clearTimeout(this.timer);
		this.state.set({ value: null, failure: null });
		this.sitting.set([]);
	}
}

// ---- what a review becomes ----

/** What is decided in a review: what, who, by when. */
export interface Decision {
	rec: Id;
	title: string;
	/** `site/ID` for whoever there takes it up, `staff/ID` for one person. */
	who: string;
	due: string | null;
}

export interface Written {
	rec: Id;
	findings: string;
	next: string | null;
	decisions: readonly Decision[];
}

/** The text the centre stores of a body, and so what a signature is to (proto/base/json.h). */
export function canonical(value: Json): string {
	if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
	if (value === null || typeof value !== 'object') return JSON.stringify(value);
	const keys = Object.keys(value).sort();
	return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key]!)}`).join(',')}}`;
}

/** The newest commit among what is on the page: what comes later was not looked at. */
export const seenOf = (records: readonly Rec[]): number => records.reduce((most, { csn }) => Math.max(most, csn ?? 0), 0);

/**
 * A review, what was decided in it, and the signature to it: together or not at
 * all. `site` of a person is where the task is done.
 */
export async function reviewChanges(
	make: Maker,
	at: { case: Id; staff: Id; day: string; seen: number; siteOf: (staff: Id) => Id | null },
	written: Written,
): Promise<Change[]> {
	const body: Body = { held: at.day, kind: OWN_REVIEW, lead: at.staff, seen: at.seen };
	if (written.findings.trim()) body['findings'] = written.findings.trim();
	if (written.next) body['next_review'] = written.next;
	const tasks = written.decisions.map(({ rec, title, who, due }) => {
		const [kind, id = ''] = who.split('/');
		const site = kind === 'site' ? id : at.siteOf(id);
		const task: Body = { title: title.trim(), kind: 'decision', status: 'open', raised_by: 'review', response_owed_to: at.staff, review: written.rec };
		if (due) task['due'] = due;
		if (site) task['site'] = site;
		if (kind === 'staff') task['assignee'] = id;
		return createChange(make, 'task', at.case, task, rec);
	});
	const sha = await sha256Of(new TextEncoder().encode(canonical(body)).buffer);
	const made = { id: written.rec, type: 'review', case: at.case, ver: 1, sha } as Rec;
	return together(make, [createChange(make, 'review', at.case, body, written.rec), ...tasks, signChange(make, made)]);
}

// ---- where the sitting stands ----

/** How far a review written here has come; null: none was. */
export type Standing = 'kept' | 'stored' | 'confirmed' | 'refused';

const ORDER: readonly Standing[] = ['refused', 'kept', 'stored', 'confirmed'];
const STANDING: { [progress in Entry['progress']]: Standing } = {
	kept: 'kept', sent: 'kept', stored: 'stored', confirmed: 'confirmed', conflict: 'refused', refused: 'refused',
};

/** A review written in this page, with what was decided in it. */
export interface Made {
	rec: Id;
	case: Id;
	findings: string | null;
	next: string | null;
	decided: { rec: Id; title: string; site: Id | null; assignee: Id | null; due: string | null }[];
	standing: Standing;
}

const text = (value: Json | undefined): string | null => (typeof value === 'string' && value ? value : null);

/** The reviews among what was written here, the newest of each case. */
export function madeHere(entries: readonly Entry[]): Map<Id, Made> {
	const made = new Map<Id, Made>();
	for (const { change } of entries) {
		if (change.type !== 'review' || change.op !== 'create' || change.set['kind'] !== OWN_REVIEW || !change.case) continue;
		const group = entries.filter((entry) => entry.change.tx === change.tx);
		const decided = group
			.filter((entry) => entry.change.type === 'task' && entry.change.op === 'create')
			.map(({ change: { rec, set } }) => ({ rec, title: text(set['title']) ?? '', site: text(set['site']), assignee: text(set['assignee']), due: text(set['due']) }));
		const standing = group.map((entry) => STANDING[entry.progress]).sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b))[0]!;
		made.set(change.case, { rec: change.rec, case: change.case, findings: text(change.set['findings']), next: text(change.set['next_review']), decided, standing });
	}
	return made;
}

/** Reviewed and nothing came since: by the answer, or by what was written here since. */
export function isDone(row: ReviewRow, made: ReadonlyMap<Id, Made>): boolean {
	const own = made.get(row.case);
	if (own && own.standing !== 'refused' && own.rec !== row.last?.rec) return true;
	return row.done;
}

/** The case to go on with behind this one, round the end; null when all are done. */
export function nextOpen(order: readonly Id[], here: Id, done: (id: Id) => boolean): Id | null {
	const at = order.indexOf(here);
	const turned = [...order.slice(at + 1), ...order.slice(0, Math.max(at, 0))];
	return turned.find((id) => !done(id)) ?? null;
}
