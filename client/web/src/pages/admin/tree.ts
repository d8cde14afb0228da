// Sites in the order of a tree: each after what it is part of.
import type { Id, Rec } from '../../data/wire';

export interface Branch {
	site: Rec;
	depth: number;
}

export const text = (rec: Rec, field: string): string => {
	const value = rec.body[field];
	return typeof value === 'string' ? value : '';
};

/** Each after what it is part of; one whose parent is not there stands by itself. */
export function branches(sites: readonly Rec[], nameOf: (id: Id) => string): Branch[] {
	const there = new Set(sites.map(({ id }) => id));
	const parentOf = (site: Rec): Id => (there.has(text(site, 'parent')) ? text(site, 'parent') : '');
	const below = (parent: Id, depth: number): Branch[] =>
		sites
			.filter((site) => parentOf(site) === parent)
			.sort((a, b) => nameOf(a.id).localeCompare(nameOf(b.id), 'zh-CN'))
			.flatMap((site) => [{ site, depth }, ...below(site.id, depth + 1)]);
	return below('', 0);
}
