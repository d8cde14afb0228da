// The cases opened so far, and what was written here but is not back yet.
//
// A case once opened shows at once when it is opened again, while the newest
// is fetched behind it. Unsent work is laid over what the server sent, so that
// a saved note is in the timeline before anyone answered.
import { Cell } from './cell';
import type { Emergencies } from './emergency';
import { type Answer, type Failure, failureOf, type Http } from './http';
import type { Entry } from './outbox';
import type { CaseDoc, History, Id, Reader, Rec, Summary } from './wire';

const HELD = 20;

/** A case with a line, be it an empty one. */
export interface CaseFile extends CaseDoc {
	summary: Summary;
	/** When it was asked for, in ms; what a station stored before stands in it. */
	asked?: number;
}

export interface CaseState {
	value: CaseFile | null;
	failure: Failure | null;
	loading: boolean;
}

export class CaseFiles {
	/** Called with every case that arrived. */
	onLoaded: (summary: Summary) => void = () => {};
	/** Restricted records that were opened here, each as it was then. */
	readonly opened = new Cell<ReadonlyMap<Id, Rec>>(new Map());
	private readonly held = new Map<Id, Cell<CaseState>>();
	private readonly asked = new Map<Id, number>();

	constructor(
		private readonly http: Http,
		private readonly emergencies: Emergencies,
		/** Who is signed in at the centre; null at a station, where nothing is opened in an emergency. */
		private readonly reader: () => Id | null,
	) {}

	/** The cell of a case; the least recently opened ones are let go. */
	cell(id: Id): Cell<CaseState> {
		const cell = this.held.get(id) ?? new Cell<CaseState>({ value: null, failure: null, loading: false });
		this.held.delete(id);
		this.held.set(id, cell);
		const oldest = this.held.keys().next().value;
		if (this.held.size > HELD && oldest !== undefined) this.held.delete(oldest);
		return cell;
	}

	async load(id: Id): Promise<void> {
		const cell = this.cell(id);
		const turn = (this.asked.get(id) ?? 0) + 1;
		this.asked.set(id, turn);
		cell.update((state) => ({ ...state, loading: true }));
		const asked = Date.now();
		try {
			const { value } = await this.read(id);
			if (this.asked.get(id) !== turn) return;
			const summary = value.summary ?? emptyLine(id);
			cell.set({ value: { ...value, summary, asked }, failure: null, loading: false });
			if (value.summary) this.onLoaded(value.summary);
		} catch (error) {
			const failure = failureOf(error);
			if (this.asked.get(id) !== turn) return;
			// What may no longer be seen must not stay in view.
			const gone = failure.kind === 'refused' && (failure.problem.status === 404 || failure.problem.code === 'glass_over');
			if (gone) this.emergencies.over(id);
			cell.update((state) => ({ value: gone ? null : state.value, failure, loading: false }));
		}
	}

	/** By the emergency it was opened in, when it is closed otherwise. */
	private async read(id: Id): Promise<Answer<CaseDoc>> {
		try {
			return await this.http.call<CaseDoc>('GET', this.emergencies.pathOf(id));
		} catch (error) {
			const failure = failureOf(error);
			const staff = this.reader();
			const closed = failure.kind === 'refused' && failure.problem.status === 404 && staff !== null;
			if (!closed || this.emergencies.open.get().has(id) || !(await this.emergencies.look(id, staff))) throw error;
			return this.http.call<CaseDoc>('GET', this.emergencies.pathOf(id));
		}
	}

	/** Asks again for the case that was opened last. */
	again(): void {
		const opened = [...this.held.keys()];
		const last = opened[opened.length - 1];
		if (last) void this.load(last);
	}

	async history(rec: Id): Promise<History> {
		return (await this.http.call<History>('GET', `/v1/records/${rec}/history`)).value;
	}

	/** Opens a restricted record, of which its case tells only that it is there. */
	async open(rec: Id): Promise<void> {
		const { value } = await this.http.call<Rec>('GET', `/v1/records/${rec}`);
		this.opened.update((all) => new Map(all).set(rec, value));
	}

	/** One that was opened has changed: it stays open as it is now, or is closed where a
	 * proof would be asked for. */
	async reopen(rec: Id): Promise<void> {
		if (!this.opened.get().has(rec)) return;
		const now = await this.http.call<Rec>('GET', `/v1/records/${rec}`, { proves: true }).then(({ value }) => value, (error: unknown) => failureOf(error) && null);
		this.opened.update((all) => {
			if (!all.has(rec)) return all;
			const next = new Map(all);
			if (now) next.set(rec, now);
			else next.delete(rec);
			return next;
		});
	}

	/** Nobody is there, or nobody knows who: what was opened is closed. */
	shut(): void {
		if (this.opened.get().size > 0) this.opened.set(new Map());
	}

	forget(): void {
		this.held.clear();
		this.asked.clear();
		this.shut();
	}
}

/** The records of a case with those that were opened in their places. */
export const withOpened = (records: readonly Rec[], opened: ReadonlyMap<Id, Rec>): readonly Rec[] =>
	opened.size === 0 ? records : records.map((rec) => (rec.withheld && opened.get(rec.id)?.ver === rec.ver ? opened.get(rec.id)! : rec));

/** Records that hang on no case one reads: a letter's. */
export const emptyFile = (id: Id, records: Rec[]): CaseFile => ({ case: id, digest: '', summary: emptyLine(id), records });

const emptyLine = (id: Id): Summary => ({
	case: id,
	number: null,
	person: null,
	name: null,
	pinyin: null,
	initials: null,
	sex: null,
	birth: null,
	programme: null,
	phase: null,
	main_problem: null,
	practice_model: null,
	home_site: null,
	manager: null,
	manager_name: null,
	danger: null,
	stability: null,
	last_contact: null,
	next_due: null,
	next_what: null,
	next_label: null,
	open_flags: null,
	open_conflicts: null,
	open_tasks: null,
	open_referrals: null,
	referral_due: null,
	records: null,
	opened: null,
	closed: null,
	changed_at: null,
	scores: null,
});

/** A record as shown: the server's, or with what was just written laid over. */
export interface Shown {
	rec: Rec;
	/** The newest of this page's own changes to it. */
	entry: Entry | null;
}

/** A station lays its own work over what it answers: what was read after it stored a
 * change has that change in it, or what others made of the record since. */
const readSince = (entry: Entry, asked: number | undefined): boolean => entry.progress === 'stored' && entry.at !== undefined && asked !== undefined && asked >= entry.at;

const unseen = (entry: Entry, rec: Rec | undefined): boolean =>
	!rec || ((entry.ver === null || entry.ver > rec.ver) && entry.progress !== 'conflict' && entry.progress !== 'refused');

function drawn(entry: Entry, before: Rec | undefined, reader: Reader): Rec {
	const { change } = entry;
	const base: Rec = before ?? {
		id: change.rec,
		type: change.type,
		case: change.case,
		site: reader.site,
		ver: 0,
		state: 'live',
		class: 0,
		author: reader.staff,
		by: reader.staff,
		device: null,
		at: change.entered_at,
		entered_at: change.entered_at,
		csn: null,
		sha: '',
		body: {},
	};
	if (change.op === 'sign') return { ...base, state: 'signed' };
	if (change.op === 'retract') return { ...base, state: 'retracted', ...(change.reason && { reason: change.reason }) };
	// What is added to a signed record stands beside it.
	if ((change.op !== 'create' && change.op !== 'patch') || change.conflict) return base;
	const body = { ...base.body, ...change.set };
	for (const name of change.unset) delete body[name];
	return { ...base, body, by: reader.staff };
}

/** The records of a case with this page's own changes laid over, in order; `asked` is
 * when they were asked for. */
export function withUnsent(records: readonly Rec[], entries: readonly Entry[], caseId: Id | null, reader: Reader, asked?: number): Shown[] {
	const shown = new Map<Id, Shown>(records.map((rec) => [rec.id, { rec, entry: null }]));
	for (const entry of entries) {
		const { change } = entry;
		const held = shown.get(change.rec);
		if (change.case !== caseId && !held) continue;
		if (change.op === 'resolve') {
			if (held) shown.set(change.rec, { ...held, entry });
			continue;
		}
		if (readSince(entry, asked)) {
			// Of a record taken away meanwhile nothing is shown.
			if (held) shown.set(change.rec, { ...held, entry });
			continue;
		}
		const rec = unseen(entry, held?.rec) ? drawn(entry, held?.rec, reader) : held!.rec;
		shown.set(change.rec, { rec, entry });
	}
	return [...shown.values()];
}

/** What a record sorts by: its own date of the matter, or when it was entered. */
export function momentOf(rec: Rec, sort: string | undefined): string {
	const value = sort ? rec.body[sort] : undefined;
	return typeof value === 'string' && value ? value : rec.entered_at;
}
