// The shapes of the figures of a district or a site.
import type { Label } from './wire';

/** An indicator as GET /v1/figures lists it. */
export interface Figure {
	id: string;
	version: number;
	topic?: string;
	type: 'count' | 'sum' | 'rate' | 'mean' | 'ratio';
	name: Label;
	definition: Label;
	numerator: Label;
	denominator?: Label;
	unit: string;
	/** As it stands behind a number. */
	unit_name: Label;
	good: 'up' | 'down' | 'none';
	/** What it is told apart by; periods among it. */
	by: string[];
	when: 'period' | 'today';
	/** The types of record it is counted from. */
	records: string;
}

export interface FigureList {
	scope: 'district' | 'site';
	figures: Figure[];
}

export interface FigureRow {
	period: string | null;
	/** What the row is; null in a total. "" is not stated. */
	key: string | null;
	num: number | null;
	den: number | null;
	value: number | null;
	hidden: 'small' | 'also' | null;
}

/** GET /v1/figures/{id} */
export interface FigureAnswer extends Omit<Figure, 'by'> {
	offers: string[];
	by: string | null;
	scope: 'district' | 'site';
	/** Counts from 1 to one less are hidden; null: none are. */
	below: number | null;
	rule: Label | null;
	counted: { csn: number; head: number; at: string };
	labels: { [key: string]: Label };
	rows: FigureRow[];
	totals: FigureRow[];
}

export interface OutcomeRow {
	instrument: string;
	version: string;
	respondent: string;
	/** The group; null in a total. */
	key: string | null;
	pairs: number | null;
	/** With a first score only. */
	alone: number | null;
	hidden: 'small' | 'also' | null;
	/** Too few to be called significant or not. */
	few: boolean;
	significant: boolean | null;
	before: { mean: number | null; sd: number | null } | null;
	after: { mean: number | null; sd: number | null } | null;
	change: { mean: number | null; sd: number | null; low: number | null; high: number | null } | null;
	effect_size: { dz: number | null } | null;
	reliable: ReliableChange | null;
	text: Label;
}

/** How many changed reliably, by a published rule or by Jacobson and Truax. */
export interface ReliableChange {
	by: 'rule' | 'rci';
	/** The spread is that of these people. */
	own_sd: boolean;
	threshold: number | null;
	cutoff: number | null;
	recovered: number;
	improved: number;
	unchanged: number;
	deteriorated: number;
}

/** Where an instrument's rules of change come from. */
export interface ChangeRule {
	source?: string;
	rule?: { points: number; source: string };
	cutoff?: { points: number; source: string };
}

/** GET /v1/outcomes: scores before and after. */
export interface OutcomeAnswer {
	year: number;
	by: string | null;
	offers: string[];
	scope: 'district' | 'site';
	below: number | null;
	rule: Label | null;
	definition: Label;
	as_of: string | null;
	waiting: boolean;
	instruments: { [name: string]: { name: Label; good: 'low' | 'high'; change?: ChangeRule | null } };
	labels: { [key: string]: Label };
	rows: OutcomeRow[];
	totals: OutcomeRow[];
}
