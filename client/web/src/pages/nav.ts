// What stands in the bar at the top, for whom, and what each role sees first.
import type { Data } from '../data';
import type { Cell } from '../data/cell';
import type { Session } from '../data/wire';
import type { Words } from '../words';
import type { PlainPage } from '../route';

interface Place {
	page: PlainPage;
	/** Its name is a word of everybody's dictionary. */
	name: (words: Words) => string;
	/** Roles it is there for; everybody's when absent. */
	roles?: readonly string[];
	/** Roles it is not there for. */
	not?: readonly string[];
	/** How many things wait there for this person. */
	waiting?: (data: Data) => Cell<number>;
	/** Only there, when it is only in one of the two. */
	mode?: Session['mode'];
}

/** Who looks after people day by day. */
const STATION_STAFF = ['rehab_worker', 'case_worker', 'nurse', 'prevention_doctor', 'social_worker', 'supervisor'];
/** Who works with clients, and so writes and answers letters. */
const CARE = [...STATION_STAFF, 'psychiatrist'];

/** Who is given figures: of a district, or of the own site. */
const COUNTING = [...CARE, 'site_admin'];

/** Who administers, and sees no case. */
const ADMINISTERING = ['site_admin', 'system_admin'];

/** In the order of the bar. The first that is there for a person is the page
 * that opens after signing in. */
const PLACES: readonly Place[] = [
	{ page: 'figures', name: (words) => words.figuresPlace, roles: ['district_coordinator'], mode: 'central' },
	{ page: 'today', name: (words) => words.today, roles: STATION_STAFF },
	{ page: 'care', name: (words) => words.carePlace, roles: ['psychiatrist'] },
	{ page: 'admin', name: (words) => words.adminPlace, roles: ADMINISTERING, mode: 'central' },
	{ page: 'audit', name: (words) => words.auditPlace, roles: ['auditor'], mode: 'central' },
	{ page: 'caseload', name: (words) => words.caseload, not: ['district_coordinator', 'auditor', ...ADMINISTERING] },
	{ page: 'letters', name: (words) => words.lettersPlace, roles: CARE, waiting: (data) => data.letters.waiting },
	{ page: 'groups', name: (words) => words.groupsPlace, roles: STATION_STAFF },
	{ page: 'figures', name: (words) => words.figuresPlace, roles: COUNTING, mode: 'central' },
	{ page: 'emergency', name: (words) => words.emergencyPlace, roles: CARE, mode: 'central' },
	{ page: 'audit', name: (words) => words.reviewsPlace, roles: ['supervisor'], mode: 'central' },
	{ page: 'register', name: (words) => words.registerPlace, roles: ['supervisor', 'auditor', ...ADMINISTERING], mode: 'central' },
	{ page: 'salvage', name: (words) => words.salvagePlace, roles: ['supervisor', 'system_admin'] },
];

export function placesFor({ reader, mode }: Session): Place[] {
	return PLACES.filter((place) => (!place.roles || place.roles.includes(reader.role)) && !place.not?.includes(reader.role) && (!place.mode || place.mode === mode));
}

/** Whether there is such a page where the person is; who may do what there is the
 * centre's to say. */
export const isThere = (page: string, { mode }: Session): boolean => PLACES.every((place) => place.page !== page || !place.mode || place.mode === mode);

/** The page a role begins with. */
export function firstPage(session: Session): PlainPage {
	return placesFor(session)[0]?.page ?? 'caseload';
}
