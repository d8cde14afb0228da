// Which page the address names. Only ids stand after the #, never a name or
// what was searched for, and the part after the # is never sent anywhere.
import { useSyncExternalStore } from 'react';
import type { Id } from './data/wire';

export type Route =
	| { page: 'caseload' }
	| { page: 'sync' }
	| { page: 'case'; id: Id; form: { type: string } | { edit: Id } | null }
	| { page: 'none' };

const ID = '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})';
const CASE = new RegExp(`^#/case/${ID}(?:/(?:add/([a-z_]+)|edit/${ID}))?$`);

export function routeOf(hash: string): Route {
	if (hash === '' || hash === '#' || hash === '#/' || hash === '#/cases') return { page: 'caseload' };
	if (hash === '#/sync') return { page: 'sync' };
	const [, id, type, edit] = CASE.exec(hash) ?? [];
	if (!id) return { page: 'none' };
	return { page: 'case', id, form: type ? { type } : edit ? { edit } : null };
}

export const toCaseload = '#/cases';
export const toSync = '#/sync';
export const toCase = (id: Id): string => `#/case/${id}`;
export const toAdd = (id: Id, type: string): string => `#/case/${id}/add/${type}`;
export const toEdit = (id: Id, rec: Id): string => `#/case/${id}/edit/${rec}`;

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

function watch(changed: () => void): () => void {
	window.addEventListener('hashchange', changed);
	return () => window.removeEventListener('hashchange', changed);
}

export function useRoute(): Route {
	return routeOf(useSyncExternalStore(watch, () => window.location.hash));
}
