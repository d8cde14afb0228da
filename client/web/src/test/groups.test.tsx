// A group's page: who was there by keys, and signing.
import { act } from 'react';
import { afterEach, expect, it } from 'vitest';
import type { FieldKind } from '../data/wire';
import { changesOf, type Roll, rollOf, typedOf } from '../pages/groups/roll';
import { CATALOGUE, record, SERVICE } from './fake';
import { applied, named, type Page, press, settle, show, text } from './page';

const GROUP = '01936000-0000-7000-8000-0000000000f0';
const id = (n: number) => `01936000-0000-7000-8000-00000000f0${n}0`;
const words = (zh: string) => ({ zh, en: zh });
const typeOf = (name: string, fields: { [field: string]: FieldKind }, signable = false) => ({
	...SERVICE, type: name, signable, label: words(name), title: [Object.keys(fields)[0]!],
	fields: Object.entries(fields).map(([field, kind]) => ({ name: field, kind, label: words(field) })),
});
const CATALOGUE_OF_GROUPS = {
	...CATALOGUE,
	types: {
		...CATALOGUE.types,
		group: typeOf('group', { name: 'text' }),
		session: typeOf('session', { title: 'text', number: 'int', held_at: 'time', status: 'text' }, true),
		participant: typeOf('participant', { label: 'text', joined: 'date' }),
		attendance: typeOf('attendance', { session: 'text', participant: 'text', present: 'bool', reason: 'text' }),
	},
};
const records = [
	record({ id: GROUP, type: 'group', case: null, body: { name: '读书小组' } }),
	record({ id: id(1), type: 'session', case: GROUP, body: { title: '相识', number: 1, held_at: '2026-11-01T09:00:00+08:00', status: 'held' } }),
	record({ id: id(2), type: 'participant', case: GROUP, body: { label: '小张', joined: '2026-10-01' } }),
];

let page: Page;
afterEach(() => page.leave());

const open = async () => {
	page = await show(`#/groups/${GROUP}`, ({ path, body }) => {
		if (path === `/v1/cases/${GROUP}`) return { body: { case: GROUP, digest: '', records } };
		return path === '/v1/changes' ? applied(body.changes) : undefined;
	}, CATALOGUE_OF_GROUPS);
	await settle(() => document.querySelector('[data-cell="0/0"]'));
};
const key = async (element: Element, name: string): Promise<boolean> => {
	const event = new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true });
	await act(async () => void element.dispatchEvent(event));
	return event.defaultPrevented;
};

it('leaves the keys of the buttons in its head to them', async () => {
	await open();
	const cell = () => document.querySelector<HTMLElement>('[data-cell="0/0"]')!;
	expect(await key(document.querySelector('.all-here')!, ' ')).toBe(false);
	expect(cell().dataset['mark']).toBe('none');
	expect(await key(cell(), ' ')).toBe(true);
	expect(cell().dataset['mark']).toBe('present');
});

it('is not called arrived while a cell rests', async () => {
	await open();
	await key(document.querySelector('[data-cell="0/0"]')!, '1');
	expect(document.querySelector('.delivery')!.textContent).toBe('正在保存…');
	await settle(() => page.there.sent('/v1/changes').length === 1);
	await settle(() => document.querySelector('.delivery')!.textContent === '全部已由中心确认');
	// A second one: the first has arrived, this has not.
	await key(document.querySelector('[data-cell="0/0"]')!, ' ');
	expect(document.querySelector('.delivery')!.textContent).toBe('正在保存…');
});

it('signs a session only when that was said twice', async () => {
	await open();
	await press(named('签名'));
	expect(page.there.sent('/v1/changes')).toEqual([]);
	await settle(() => document.querySelector('[role=alertdialog]'));
	expect(text()).toContain('签名');
	await press(document.querySelector<HTMLElement>('[role=alertdialog] .button-main')!);
	await settle(() => page.there.sent('/v1/changes').length === 1);
	expect(page.there.sent('/v1/changes')[0].changes[0]).toMatchObject({ op: 'sign', rec: id(1) });
});

it('is saved as one note by two windows in which the same cell was typed', async () => {
	await open();
	await key(document.querySelector('[data-cell="0/0"]')!, '1');
	const draft = [...page.data.drafts.all.get().values()][0]!;
	const cells = typedOf(structuredClone(draft.values));
	const types = CATALOGUE_OF_GROUPS.types;
	const save = (roll: Roll) => changesOf(cells, { group: GROUP, roll, onItsWay: new Set(), attendance: types.attendance, session: types.session, make: page.data.make, mistake: '' });
	const [one, two] = [save(rollOf(records)), save(rollOf(records))];
	expect(one.changes).toHaveLength(1);
	expect(two.changes).toEqual(one.changes);
	expect(one.rest.size).toBe(0);
	// What is there by now is not sent once more.
	const noted = record({ id: one.changes[0]!.rec, type: 'attendance', case: GROUP, body: one.changes[0]!.set });
	expect(save(rollOf([...records, noted])).changes).toEqual([]);
});
