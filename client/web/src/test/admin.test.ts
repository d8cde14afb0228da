// Pure parts of administration.
import { describe, expect, it } from 'vitest';
import type { Rec } from '../data/wire';
import { branches } from '../pages/admin/tree';
import { routeOf, toAdmin } from '../route';

const site = (id: string, parent?: string): Rec => ({ id, type: 'site', body: { name: id, ...(parent && { parent }) } }) as unknown as Rec;

describe('the tree of sites', () => {
	const order = (sites: Rec[]) => branches(sites, (id) => id).map((one) => `${one.depth}${one.site.id}`);

	it('puts each after what it is part of', () => {
		expect(order([site('c', 'a'), site('b'), site('a'), site('d', 'c')])).toEqual(['0a', '1c', '2d', '0b']);
	});
	it('lets one stand by itself whose parent is not there', () => {
		expect(order([site('b', 'gone'), site('a')])).toEqual(['0a', '0b']);
	});
	it('is empty without sites', () => {
		expect(order([])).toEqual([]);
	});
});

describe('addresses of administration', () => {
	it('opens people first', () => {
		expect(toAdmin('staff')).toBe('#/admin');
		expect(routeOf('#/admin')).toEqual({ page: 'admin' });
	});
	it('names the other parts', () => {
		expect(routeOf(toAdmin('stations'))).toEqual({ page: 'admin', part: 'stations' });
		expect(routeOf('#/admin/elsewhere')).toEqual({ page: 'none' });
	});
});
