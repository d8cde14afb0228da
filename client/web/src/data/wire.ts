// The shapes of docs/wire.md, and nothing else: what the daemon and the station
// client send and accept. A change of that document is a change of this file and of
// those beside it.
export * from './wire-change';
export * from './wire-figures';
export * from './wire-work';

export type Id = string;
export type Lang = 'zh' | 'en';
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Body = { [field: string]: Json };
/** A label in both languages, as code lists, types and problems carry it. */
export interface Label {
	zh: string;
	en: string;
}

export type Retry = 'not_needed' | 'never' | 'later' | 'after_edit' | 'after_login' | 'resync';

export interface Why {
	code: string;
	retry: Retry;
	field?: string;
	accepts?: string;
	text: Label;
}

/** application/problem+json */
export interface Problem extends Why {
	title: string;
	status: number;
}

export interface Reader {
	staff: Id;
	name: string;
	site: Id;
	site_name: string;
	role: string;
	district: Id;
	/** Absent at a station whose person signed in with an older centre. */
	may?: May;
}

/** Types of record by what the role may do with them; `own`: the verbs it has on
 * its own records only. */
export interface May {
	create: string[];
	patch: string[];
	sign: string[];
	retract: string[];
	resolve: string[];
	own: string[];
	/** Acts of administration and audit, and the roles the person gives. */
	act?: string[];
	grant?: string[];
}

export interface Session {
	mode: 'central' | 'station';
	reader: Reader;
	expires: string;
	must_change: boolean;
	/** Browsers only: seals what was typed and not saved (vault.ts). */
	page_key?: string;
	/** The district is made up; every page says so. */
	demo?: boolean;
	/** Online: there is a second factor, and a code proves who one is as the password does. */
	factor?: boolean;
	/** Online: the page is locked when nobody touched it for so long. */
	idle_minutes?: number;
	/** Online: the sign-in before this one, and how many wrong passwords came since. */
	before?: Before | null;
	/** Online: what administrators ask to do to the account, and its person may refuse. */
	notices?: AccountNotice[];
}

export interface Before {
	at: string;
	place: string | null;
	missed: number;
}

export interface AccountNotice {
	id: Id;
	kind: 'account' | 'password' | 'factor' | 'resume';
	at: string;
	due: string;
	by: string;
}

/** What is still between a right password and the records. */
export type Step = 'factor' | 'change' | 'enrol' | 'locked';

/** A session that is not whole; it says nothing about anybody. */
export interface HalfSession {
	mode: 'central';
	step: Step;
	expires: string;
	demo?: boolean;
}

export type FieldKind =
	| 'text'
	| 'int'
	| 'number'
	| 'bool'
	| 'date'
	| 'partial_date'
	| 'time'
	| 'code'
	| 'codes'
	| 'ref'
	| 'refs'
	| 'json';

export interface Field {
	name: string;
	kind: FieldKind;
	label: Label;
	help?: Label;
	required?: boolean;
	min?: number;
	max?: number;
	/** `fen`: money, in whole fen; another is shown beside the value. */
	unit?: string;
	append?: boolean;
	check?: string;
	codes?: string;
	/** Choices of a form's own, in place of a code list. */
	options?: CodeItem[];
	to?: string[];
	atom?: string;
	server?: boolean;
	/** Of JSON: the fields of each of its items. */
	rows?: Field[];
	/** The list of the programme's pack that has an item each. */
	from?: string;
}

export interface RecordType {
	type: string;
	no: number;
	scope: 'case' | 'person' | 'directory' | 'group' | 'letter';
	class: string;
	signable: boolean;
	sort?: string;
	label: Label;
	title: string[];
	fields: Field[];
}

export interface CodeItem extends Label {
	code: string;
	/** Kept for records made with it; nothing new is. */
	retired?: boolean;
	/** What it is for, where a list serves several things. */
	of?: string[];
}

export interface CodeList {
	codes: string;
	label: Label;
	items: CodeItem[];
}

export interface ScaleItem extends Label {
	no: string;
	/** The option set; absent when a number is asked for. */
	options?: string;
	min?: number;
	max?: number;
	/** What is counted to get that number. */
	choices?: Label[];
}

/** An instrument (proto/scale.h): only what a reader of its results needs. */
export interface Scale {
	scale: string;
	version: string;
	label: Label;
	/** The score trends are drawn from. */
	headline: string;
	notice?: Label;
	/** What is asked before the items. */
	about?: Label;
	good: 'low' | 'high';
	respondents?: string[];
	/** `tags`: the words may not be passed on; items are named only. */
	wording?: 'full' | 'tags';
	options?: { [set: string]: ({ value: number } & Label)[] };
	items?: ScaleItem[];
	/** Rated goal by goal, not item by item. */
	goals?: Json;
	scores: ({ name: string; min?: number; max?: number; decimals?: number } & Label)[];
	bands?: { of: string; list: ({ code: string; from: number } & Label)[] };
	variants?: ({ code: string; version: string } & Label)[];
	alerts?: ({ code: string } & Label)[];
}

export interface CatalogueDoc {
	types: { [name: string]: RecordType };
	codes: { [name: string]: CodeList };
	scales: { [name: string]: Scale };
	forms: { [name: string]: Json };
	packs: { [name: string]: Json };
}

export type RecordState = 'draft' | 'live' | 'signed' | 'retracted';

export interface Rec {
	id: Id;
	type: string;
	case: Id | null;
	site: Id;
	ver: number;
	state: RecordState;
	class: number;
	/** Who wrote version 1. */
	author: Id;
	/** Who wrote this version; the signer when signed. */
	by: Id;
	device: Id | null;
	at: string;
	entered_at: string;
	csn: number | null;
	sha: string;
	body: Body;
	/** It is restricted, and the body says only what may be told of it with others. */
	withheld?: boolean;
	/** Why it was retracted. */
	reason?: string;
}

/** How often an instrument was used, and the days of the first and last time. */
export interface ScoreTrend {
	instrument: string;
	first: string;
	last: string;
	n: number;
}

/** One line of the caseload; what is not known is null. */
export interface Summary {
	case: Id;
	number: string | null;
	person: Id | null;
	name: string | null;
	pinyin: string | null;
	initials: string | null;
	sex: string | null;
	birth: string | null;
	programme: string | null;
	phase: string | null;
	main_problem: string | null;
	practice_model: string | null;
	home_site: Id | null;
	manager: Id | null;
	manager_name: string | null;
	danger: number | null;
	stability: string | null;
	last_contact: string | null;
	next_due: string | null;
	next_what: string | null;
	next_label: Label | null;
	open_flags: number | null;
	open_conflicts: number | null;
	open_tasks: number | null;
	/** Referrals about the case whose loop is open, and the first day an answer is owed. */
	open_referrals: number | null;
	referral_due: string | null;
	records: number | null;
	opened: string | null;
	closed: string | null;
	changed_at: string | null;
	scores: ScoreTrend[] | null;
}

export interface CaseloadPage {
	rows: Summary[];
	total: number;
	next: string | null;
}

/** Something that stands open in a case. */
export interface Due extends Label {
	kind: string;
	code: string;
	/** Null: not known. */
	due: string | null;
	/** The sheet that does it. */
	form?: string | null;
	record?: Id;
	/** What it is about, in a person's words. */
	text?: string;
}

/** Evidence the programme asks for that does not hold. */
export interface Gap extends Label {
	code: string;
}

export interface CaseDoc {
	case: Id;
	/** Null when the reader sees records of the case but no line of it. */
	summary: Summary | null;
	digest: string;
	due?: Due[] | null;
	/** What the records come to, by the names of proto/measure.def. */
	measures?: { [name: string]: Json } | null;
	gaps?: Gap[] | null;
	/** Where the files of its documents are, by record; what is left out is not there. */
	files?: { [rec: Id]: { state: FileState } };
	records: Rec[];
}

/** `centre`: it has arrived there. A station's: `here` and at the centre, `waiting` to be
 * sent, `refused` by the centre, or only `part` of it is here. */
export type FileState = 'centre' | 'here' | 'waiting' | 'refused' | 'part';

export interface Directory {
	head: string;
	records: Rec[];
}

export interface Version {
	ver: number;
	csn: number | null;
	state: RecordState;
	by: Id;
	by_name: string | null;
	at: string;
	entered_at: string;
	device: Id | null;
	changed: string[];
	body: Body;
}

export interface History {
	id: Id;
	type: string;
	versions: Version[];
}

export interface Score {
	instrument: string;
	version: string;
	scores: { [name: string]: number };
	band: string | null;
	alerts: string[];
	/** Items left out, of an instrument that allows it. */
	missed?: string[];
	warnings?: Why[];
	/** Against an earlier sheet that was sent along. */
	change?: ScoreChange;
}

export interface ScoreChange {
	before: number;
	after: number;
	change: number;
	way: 'none' | 'better' | 'worse';
	/** Null: nothing was published to judge it by. */
	reliable: boolean | null;
	by: 'rule' | 'rci' | null;
	rci?: { value: number; threshold: number };
	rule?: { points: number; source?: string };
}
