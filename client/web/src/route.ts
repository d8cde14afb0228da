// Which page the address names. Only ids stand after the #, never a name or
// what was searched for, and the part after the # is never sent anywhere.
import { useSyncExternalStore } from 'react';
import type { Id } from './data/wire';

export type Route =
	| { page: 'caseload' }
	| { page: 'case'; id: Id; form: { type: string } | { edit: Id } | null }
	| { page: 'none' };

const ID = '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})';
const CASE = new RegExp(`^#/case/${ID}(?:/(?:add/([a-z_]+)|edit/${ID}))?$`);

export function routeOf(hash: string): Route {
	if (hash === '' || hash === '#' || hash === '#/' || hash === '#/cases') return { page: 'caseload' };
	const [, id, type, edit] = CASE.exec(hash) ?? [];
	if (!id) return { page: 'none' };
	return { page: 'case', id, form: type ? { type } : edit ? { edit } : null };
}

export const toCaseload = '#/cases';
export const toCase = (id: Id): string => `#/case/${id}`;
export const toAdd = (id: Id, type: string): string => `#/case/${id}/add/${type}`;
export const toEdit = (id: Id, rec: Id): string => `#/case/${id}/edit/${rec}`;

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
