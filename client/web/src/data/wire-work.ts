// The shapes of what waits for whom: the day, the review queue, letters, groups.
import type { Body, Id, Label, Rec, Summary } from './wire';

/** GET /v1/today */
export interface TodayDoc {
	on: string;
	/** Services that were planned and not given yet. */
	visits: Rec[];
	tasks: Rec[];
	unsigned: Rec[];
	shared: { case: Id; since: string }[];
}

/** One reason of the order of the review queue, and where it is from. */
export interface ReviewReason {
	code: string;
	unit: 'level' | 'days' | 'count' | 'grade';
	label: Label;
	source: Label;
}

export interface ReviewRow {
	case: Id;
	line: Summary;
	why: { code: string; value: number }[];
	/** Reviewed today, and nothing of others came since. */
	done: boolean;
	/** The reader's newest signed review. */
	last: null | {
		rec: Id;
		/** Null: the centre has not confirmed it. */
		csn: number | null;
		held: string;
		next: string | null;
		/** The newest commit it had looked at; null: it is only here. */
		seen: number | null;
		findings: string | null;
		decided: { rec: Id; title: string | null; site: Id | null; assignee: Id | null; due: string | null; status: string | null }[];
	};
	/** What others wrote last since then. */
	changed: { n: number; at: string | null; what: { site: Id | null; type: string; n: number; at: string | null }[] };
	medication: null | {
		drugs: Body[];
		drugs_on: string | null;
		adherence: string | null;
		adherence_on: string | null;
		adverse: string | null;
		adverse_text: string | null;
		effect: string | null;
	};
	/** Tasks that owe the reader an answer. */
	decisions: { open: number; late: number; answered: number };
}

export interface ReviewDoc {
	on: string;
	order: ReviewReason[];
	rows: ReviewRow[];
	total: number;
	waiting: number;
	left_out: number;
	next: Id | null;
}

/** A letter and how it stands for the reader. */
export interface LetterLine {
	letter: Rec;
	direction: 'in' | 'out' | 'both' | 'along';
	/** Whose the next step is; null: nobody's. */
	turn: 'us' | 'them' | null;
	/** The same for who is on neither side: of the site that wrote it, or that it went to. */
	turn_of: 'sender' | 'target' | null;
	ended: boolean;
	late: boolean;
	/** Working days of a referral, hours of a request. */
	late_by?: number;
	due_at?: string;
	/** The states the reader may bring it to. */
	next: string[];
	proposal?: Proposal;
}

export interface LetterList {
	letters: LetterLine[];
	more: boolean;
}

/** Who could take a request up, the least loaded first. */
export interface Proposal {
	providers: { staff: Id; name: string; open: number; today: number }[];
	taken: number;
	capacity: number | null;
	full: boolean;
}

/** What a referral would send: the body as it would be written, and what of the
 * case it opens, records by class. */
export interface Sending {
	letter: Body;
	consent: Id | null;
	opens: { [recordClass: string]: number };
	stays_closed: { [recordClass: string]: number };
	tasks: number;
	visits: number;
}

/** A group in a line of a list. */
export interface GroupLine {
	group: Rec;
	members: number;
	sessions: number;
	held: number;
	next: string | null;
}

/** What a template would make. */
export interface GroupPlan {
	group: Body;
	sessions: Body[];
}
