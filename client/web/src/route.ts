// Which page the address names. Only ids stand after the #, never a name or
// what was searched for, and the part after the # is never sent anywhere.
import { useSyncExternalStore } from 'react';
import type { Id } from './data/wire';

/** Pages that need no more than their name, and what stands for them after the #. */
const PLAIN = {
	today: 'today',
	caseload: 'cases',
	care: 'care',
	sitting: 'care/sitting',
	sync: 'sync',
	letters: 'letters',
	ask: 'letters/ask',
	groups: 'groups',
	figures: 'figures',
	newGroup: 'groups/new',
	emergency: 'emergency',
	salvage: 'salvage',
	admin: 'admin',
	audit: 'audit',
	register: 'register',
	account: 'account',
} as const;

export type PlainPage = keyof typeof PLAIN;

/** The sides of a case; the first is what opens, and stands for no word. */
export const CASE_PARTS = ['timeline', 'plan', 'scales', 'people', 'map', 'files'] as const;

export type CasePart = (typeof CASE_PARTS)[number];

/** A new record of a type (of a certain kind: a form, an instrument …), the edit of
 * one, or whatever does what is due next in the case. */
export type FormAsked = { type: string; of: string | null } | { edit: Id } | { next: true };

/** A new record of a group, the edit of one, or a member's sheet of an instrument. */
export type GroupForm = { type: string } | { edit: Id } | { member: Id; instrument: string; timepoint: string };

/** What of the figures is looked at; what is null is the page's to choose. */
export interface FigureView {
	/** A year, quarter or month as typed; the page says when it is none. */
	period: string | null;
	/** An indicator; null: the overview. */
	id: string | null;
	/** What it is told apart by. */
	by: string | null;
	/** The id of a site or the code of a programme. */
	only: string | null;
	/** As it is given to others. */
	outside: boolean;
}

/** The parts of administration; the first is what opens, and stands for no word. */
export const ADMIN_PARTS = ['staff', 'stations', 'sites', 'packs', 'settings'] as const;

export type AdminPart = (typeof ADMIN_PARTS)[number];

/** The parts of the audit; the first is what opens. */
export const AUDIT_PARTS = ['search', 'readers', 'seal', 'reviews'] as const;

export type AuditPart = (typeof AUDIT_PARTS)[number];

export type Route =
	| { page: PlainPage }
	| { page: 'case'; id: Id; part: CasePart; form: FormAsked | null }
	| { page: 'letter'; id: Id }
	/** Writing a referral about a case; `draft`: one that was begun. */
	| { page: 'refer'; id: Id; draft: Id | null }
	/** One case of the sitting. */
	| { page: 'review'; id: Id }
	| { page: 'group'; id: Id; form: GroupForm | null }
	| { page: 'figure'; of: FigureView }
	| { page: 'admin'; part: AdminPart }
	| { page: 'audit'; part: AuditPart }
	/** The address is empty: the page the person's role begins with. */
	| { page: 'first' }
	| { page: 'none' };

const ID = '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})';

/** Pages about one thing: how the address reads, and the page it names. */
const WITH_ID: [RegExp, (...part: (string | undefined)[]) => Route][] = [
	[
		new RegExp(`^case/${ID}(?:/(${CASE_PARTS.join('|')}))?(?:/(?:add/([a-z_]+)(?:/([a-z0-9_]+))?|edit/${ID}|(next)))?$`),
		(id, part, type, of, edit, next) => ({
			page: 'case',
			id: id!,
			part: (part as CasePart | undefined) ?? 'timeline',
			form: type ? { type, of: of ?? null } : edit ? { edit } : next ? { next: true } : null,
		}),
	],
	[new RegExp(`^admin/(${ADMIN_PARTS.slice(1).join('|')})$`), (part) => ({ page: 'admin', part: part as AdminPart })],
	[new RegExp(`^review/${ID}$`), (id) => ({ page: 'review', id: id! })],
	[new RegExp(`^audit/(${AUDIT_PARTS.slice(1).join('|')})$`), (part) => ({ page: 'audit', part: part as AuditPart })],
	[new RegExp(`^letters/${ID}$`), (id) => ({ page: 'letter', id: id! })],
	[new RegExp(`^letters/refer/${ID}(?:/${ID})?$`), (id, draft) => ({ page: 'refer', id: id!, draft: draft ?? null })],
	[
		/^figures\/([0-9A-Za-z-]{1,12})(?:\/(?!of\/)([a-z0-9_]+)(?:\/(?!of\/)([a-z_]+))?)?(?:\/of\/([0-9a-z_-]{1,64}))?(?:\/(for-others))?$/,
		(period, id, by, only, outside) => ({
			page: 'figure',
			of: { period: period === 'now' ? null : period!, id: id ?? null, by: by ?? null, only: only ?? null, outside: outside !== undefined },
		}),
	],
	[
		new RegExp(`^groups/${ID}(?:/(?:add/([a-z_]+)|edit/${ID}|measure/${ID}/([a-z0-9_]+)/([a-z_]+)))?$`),
		(id, type, edit, member, instrument, timepoint) => ({
			page: 'group',
			id: id!,
			form: type ? { type } : edit ? { edit } : member ? { member, instrument: instrument!, timepoint: timepoint! } : null,
		}),
	],
];

export function routeOf(hash: string): Route {
	const address = hash.replace(/^#?\/?/, '');
	if (address === '') return { page: 'first' };
	const plain = (Object.keys(PLAIN) as PlainPage[]).find((page) => PLAIN[page] === address);
	if (plain) return { page: plain };
	for (const [pattern, make] of WITH_ID) {
		const parts = pattern.exec(address);
		if (parts) return make(...parts.slice(1));
	}
	return { page: 'none' };
}

export const toPage = (page: PlainPage): string => `#/${PLAIN[page]}`;
export const toAdmin = (part: AdminPart): string => `#/admin${part === ADMIN_PARTS[0] ? '' : `/${part}`}`;
export const toAudit = (part: AuditPart): string => `#/audit${part === AUDIT_PARTS[0] ? '' : `/${part}`}`;
export const toCaseload = toPage('caseload');
export const toSync = toPage('sync');
export const toCase = (id: Id, part: CasePart = 'timeline'): string => `#/case/${id}${part === 'timeline' ? '' : `/${part}`}`;
export const toAdd = (id: Id, type: string, of: string | null = null, part?: CasePart): string => `${toCase(id, part)}/add/${type}${of ? `/${of}` : ''}`;
export const toNext = (id: Id): string => `#/case/${id}/next`;
export const toEdit = (id: Id, rec: Id, part?: CasePart): string => `${toCase(id, part)}/edit/${rec}`;
export const toCare = toPage('care');
export const toSitting = toPage('sitting');
export const toReview = (id: Id): string => `#/review/${id}`;
export const toLetters = toPage('letters');
export const toAsk = toPage('ask');
export const toLetter = (id: Id): string => `#/letters/${id}`;
export const toRefer = (id: Id, draft?: Id): string => `#/letters/refer/${id}${draft ? `/${draft}` : ''}`;
export const toGroups = toPage('groups');
export const toGroup = (id: Id): string => `#/groups/${id}`;
export const toGroupAdd = (id: Id, type: string): string => `#/groups/${id}/add/${type}`;
export const toGroupEdit = (id: Id, rec: Id): string => `#/groups/${id}/edit/${rec}`;
export const toFigures = ({ period, id, by, only, outside }: FigureView): string =>
	`#/figures/${[period ?? 'now', id, id && by, only && `of/${only}`, outside && 'for-others'].filter(Boolean).join('/')}`;
export const toMeasure = (id: Id, member: Id, instrument: string, timepoint: string): string =>
	`#/groups/${id}/measure/${member}/${instrument}/${timepoint}`;

/** The key a station's page was opened with. It is good for one time, and goes
 * from the address, and so from the browser's history, before it is used. */
export function takeKey(): string | null {
	const [, key] = /^#key=([0-9a-f]{64})$/.exec(window.location.hash) ?? [];
	if (!key) return null;
	window.history.replaceState(null, '', window.location.pathname);
	return key;
}

export function go(hash: string): void {
	window.location.hash = hash;
}

/** Like go(), in the place of the page that is left. */
export function goInstead(hash: string): void {
	window.location.replace(hash);
}

function watch(changed: () => void): () => void {
	window.addEventListener('hashchange', changed);
	return () => window.removeEventListener('hashchange', changed);
}

/** What stands after the address of the app, the # with it. */
export function useAddress(): string {
	return useSyncExternalStore(watch, () => window.location.hash);
}

export function useRoute(): Route {
	return routeOf(useAddress());
}
