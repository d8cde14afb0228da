// What others write while a form is open is not replaced unseen: what is sent says
// what stood there when it was begun.
import { act } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Body, FieldKind } from '../data/wire';
import { CASE, CATALOGUE, caseDoc, record, SERVICE } from './fake';
import { applied, boxOf, named, type Page, press, settle, show, text, type } from './page';

const words = (zh: string) => ({ zh, en: zh });
const typeOf = (name: string, fields: { [field: string]: FieldKind }) => ({
	...SERVICE, type: name, signable: false, label: words(name), title: [Object.keys(fields)[0]!],
	fields: Object.entries(fields).map(([field, kind]) => ({ name: field, kind, label: words(field) })),
});
const LETTER = '01936000-0000-7000-8000-0000000000a1';
const catalogue = {
	...CATALOGUE,
	types: {
		...CATALOGUE.types,
		goal: typeOf('goal', { title: 'text', status: 'text', levels: 'json', reached: 'json' }),
		referral: typeOf('referral', { kind: 'text', to_site: 'text', status: 'text', letter: 'text', decision_note: 'text' }),
	},
	codes: { ...CATALOGUE.codes, goal_status: { codes: 'goal_status', label: words('状态'), items: [{ code: 'open', ...words('进行中') }, { code: 'met', ...words('已达成') }] } },
};

let page: Page;
beforeEach(() => {
	vi.spyOn(Selection.prototype, 'collapse').mockImplementation(() => {});
});
afterEach(() => page.leave());

const sent = () => page.there.sent('/v1/changes')[0]?.changes[0];
const comeBack = () => act(async () => void document.dispatchEvent(new Event('visibilitychange')));

describe('a letter', () => {
	const open = async (hash: string, before: Body) => {
		let body = before;
		let ver = 1;
		page = await show(hash, (asked) => {
			const line = { letter: record({ id: LETTER, type: 'referral', ver, body }), direction: 'in', turn: 'us', ended: false, late: false, next: ['accepted'] };
			if (asked.path === `/v1/letters/${LETTER}`) return { body: line };
			return asked.path === '/v1/changes' ? applied(asked.body.changes, 3) : undefined;
		}, catalogue);
		return (now: Body) => {
			body = now;
			ver = 2;
		};
	};

	it('is answered over what was there when the answer was begun', async () => {
		const others = await open(`#/letters/${LETTER}`, { kind: 'x', status: 'requested', decision_note: '旧的' });
		await settle(() => document.querySelector('.step-buttons button'));
		await press(document.querySelector<HTMLElement>('.step-buttons button')!);
		await type(boxOf('decision_note'), '我写的');
		others({ kind: 'x', status: 'requested', decision_note: '别人写的' });
		await comeBack();
		await settle(() => text().includes('别人写的'));
		await press(document.querySelector<HTMLElement>('.step-form .button-main')!);
		await settle(sent);
		expect(sent()).toMatchObject({ op: 'patch', base_ver: 1, set: { status: 'accepted', decision_note: '我写的' }, seen: { status: 'requested', decision_note: '旧的' } });
	});

	it('is written on over what was there when that was begun', async () => {
		const others = await open(`#/letters/refer/${CASE}/${LETTER}`, { kind: 'x', to_site: 's', letter: '旧的' });
		await settle(() => boxOf('letter'));
		await type(boxOf('letter'), '我写的');
		others({ kind: 'x', to_site: 's', letter: '别人写的' });
		await act(async () => page.data.letters.open(LETTER));
		await press(named('存为草稿'));
		await settle(sent);
		expect(sent()).toMatchObject({ op: 'patch', base_ver: 1, set: { letter: '我写的' }, seen: { letter: '旧的' } });
	});
});

describe('a goal', () => {
	const levels = (zero: string) => ({ '2': '很好', '1': '好', '0': zero, '-1': '差', '-2': '很差' });
	const step = { level: 0, on: '2026-11-01' };
	const open = async () => {
		let goal = record({ type: 'goal', ver: 1, body: { title: '按时服药', status: 'open', levels: levels('照旧') } });
		page = await show(`#/case/${CASE}/plan`, ({ path, body }) => {
			if (path === `/v1/cases/${CASE}`) return { body: caseDoc([goal]) };
			return path === '/v1/changes' ? applied(body.changes, 3) : undefined;
		}, catalogue);
		await settle(() => named('记录达成等级'));
		return async () => {
			goal = record({ type: 'goal', ver: 2, body: { title: '按时服药', status: 'met', levels: levels('别人写的'), reached: [step] } });
			await act(async () => page.data.cases.load(CASE));
		};
	};
	const save = () => press([...document.querySelectorAll<HTMLElement>('[role=alertdialog] button')].find((one) => one.textContent === '保存')!);

	it('has its levels written over those that were seen', async () => {
		const others = await open();
		await press(named('修改等级描述'));
		await settle(() => document.querySelector('[role=alertdialog] input'));
		await type(document.querySelectorAll<HTMLInputElement>('[role=alertdialog] input')[2]!, '我写的');
		await others();
		await save();
		await settle(sent);
		expect(sent()).toMatchObject({ base_ver: 1, set: { levels: levels('我写的') }, seen: { levels: levels('照旧') } });
	});

	it('gets a level besides those that came meanwhile, and keeps the status nobody chose here', async () => {
		const others = await open();
		await press(named('记录达成等级'));
		await settle(() => document.querySelector('[role=alertdialog] input[type=radio]'));
		await press(document.querySelector<HTMLElement>('[role=alertdialog] input[type=radio]')!);
		await others();
		await save();
		await settle(sent);
		expect(sent().set).toEqual({ reached: [step, { level: 2, on: expect.any(String) }] });
		expect(sent().seen).toEqual({ reached: [step] });
	});
});
