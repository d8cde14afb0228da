// What is saved is what was typed: over what was seen, once, and nothing typed
// meanwhile is lost.
import { act } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { patchChange } from '../data/change';
import { CASE, CATALOGUE, caseDoc, record, type Reply, SERVICE } from './fake';
import { applied, boxOf, named, type Page, press, settle, show, type } from './page';

let page: Page;

beforeEach(() => {
	vi.spyOn(Selection.prototype, 'collapse').mockImplementation(() => {});
});
afterEach(() => page.leave());

const BEGUN = { started_at: '2026-11-20T09:00:00+08:00', kind: 'phone', aim: '了解近况', process: '电话里谈了睡眠' };

describe('an edit that was refused', () => {
	it('goes on from what its author saw, with what was added alone', async () => {
		const seen = record({ ver: 1, body: BEGUN });
		const now = record({ ver: 3, body: { ...BEGUN, aim: '别人改的', minutes: 20 } });
		let refuse = true;
		page = await show(`#/case/${CASE}`, ({ path, body }) => {
			if (path === `/v1/cases/${CASE}`) return { body: caseDoc([now]) };
			if (path !== '/v1/changes') return undefined;
			const [{ id, rec }] = body.changes;
			if (!refuse) return applied(body.changes, 4);
			return { body: { head: '', results: [{ id, rec, status: 'parked', code: 'bad_input', retry: 'after_edit', field: 'aim', text: { zh: '不能接受', en: 'no' } }] } };
		});
		await settle(() => document.querySelector('article'));
		const made = patchChange(page.data.make, SERVICE, seen, { ...BEGUN, aim: '我改的', process: `${BEGUN.process}\n约了家访` })!;
		await act(async () => void page.data.outbox.add(made));
		await settle(() => named('修改后重新提交'));
		await press(named('修改后重新提交'));
		await settle(() => boxOf('process'));
		expect(boxOf('process').value).toBe('约了家访');
		expect(boxOf('aim').value).toBe('我改的');
		refuse = false;
		await press(named('保存'));
		await settle(() => page.there.sent('/v1/changes').length === 2);
		const [change] = page.there.sent('/v1/changes')[1].changes;
		expect(change.set).toEqual({ aim: '我改的', process: `${BEGUN.process}\n约了家访` });
		expect(change.seen).toEqual({ aim: '了解近况', process: BEGUN.process });
		expect(change.base_ver).toBe(1);
	});
});

describe('what is typed while the form is being saved', () => {
	it('stays, and goes as an edit of what was saved', async () => {
		let silent = true;
		let records = [record({ ver: 1, body: BEGUN })];
		page = await show(`#/case/${CASE}/add/service`, ({ path, body }): Reply | undefined => {
			if (path === `/v1/cases/${CASE}`) return { body: caseDoc(records) };
			if (path !== '/v1/changes') return undefined;
			if (silent) return 'silence';
			const [{ rec, set, op }] = body.changes;
			if (op === 'create') records = [...records, record({ id: rec, ver: 1, body: set })];
			return applied(body.changes, op === 'create' ? 1 : 2);
		});
		await settle(() => named('保存'));
		await press(named('现在'));
		await press(document.querySelector<HTMLElement>('[data-field=kind] input')!);
		await type(boxOf('aim'), '家访');
		await type(boxOf('process'), '谈了');
		await press(named('保存'));
		await settle(() => page.there.sent('/v1/changes').length === 1);
		await type(boxOf('process'), '谈了睡眠');
		await type(boxOf('aim'), '家访睡眠');
		silent = false;
		await settle(() => document.body.textContent!.includes('请再保存一次'));
		expect(boxOf('aim').value).toBe('家访睡眠');
		await press(named('保存'));
		await settle(() => page.there.sent('/v1/changes').length === 3);
		const [{ changes: [made] }, , { changes: [edit] }] = page.there.sent('/v1/changes');
		expect(made).toMatchObject({ op: 'create', set: { aim: '家访', process: '谈了' } });
		expect(edit).toMatchObject({ op: 'patch', rec: made.rec, base_ver: 1, seen: { aim: '家访', process: '谈了' }, set: { aim: '家访睡眠', process: '谈了\n睡眠' } });
		await settle(() => !named('保存'));
		expect(page.data.drafts.all.get().size).toBe(0);
	});
});

describe('what was typed on and then refused', () => {
	it('is all in what is sent next', { timeout: 10_000 }, async () => {
		let answer: 'silence' | 'refusal' | 'yes' = 'silence';
		page = await show(`#/case/${CASE}/add/service`, ({ path, body }): Reply | undefined => {
			if (path === `/v1/cases/${CASE}`) return { body: caseDoc([]) };
			if (path !== '/v1/changes') return undefined;
			if (answer === 'silence') return 'silence';
			if (answer === 'yes') return applied(body.changes);
			const [{ id, rec }] = body.changes;
			return { body: { head: '', results: [{ id, rec, status: 'parked', code: 'bad_input', retry: 'after_edit', field: 'aim', text: { zh: '不能接受', en: 'no' } }] } };
		});
		await settle(() => named('保存'));
		await press(named('现在'));
		await press(document.querySelector<HTMLElement>('[data-field=kind] input')!);
		await type(boxOf('aim'), '家访');
		await type(boxOf('process'), '谈了');
		await press(named('保存'));
		await type(boxOf('aim'), '改过的');
		await settle(() => document.body.textContent!.includes('请再保存一次'));
		answer = 'refusal';
		await act(() => page.data.outbox.send());
		await settle(() => named('修改后重新提交'));
		answer = 'yes';
		await press(named('保存'));
		await settle(() => page.data.outbox.entries.get().some(({ progress }) => progress === 'confirmed'));
		const changes = page.there.sent('/v1/changes').map((one) => one.changes);
		expect(changes[changes.length - 1]).toEqual([expect.objectContaining({ op: 'create', rec: changes[0][0].rec, set: { ...changes[0][0].set, aim: '改过的', process: '谈了' } })]);
	});
});

describe('an item that counts things', () => {
	const words = (zh: string) => ({ zh, en: zh });
	const field = (name: string, kind: 'date' | 'json' | 'text') => ({ name, kind, label: words(name) });
	const catalogue = {
		...CATALOGUE,
		types: {
			...CATALOGUE.types,
			assessment: { ...SERVICE, type: 'assessment', title: ['instrument'], fields: [field('instrument', 'text'), field('assessed', 'date'), field('answers', 'json')] },
		},
		scales: {
			things: { scale: 'things', version: '1', label: words('数数'), headline: 'sum', good: 'low' as const, items: [{ no: '1', min: 0, max: 4, choices: ['甲', '乙', '丙', '丁'].map(words), ...words('有哪些') }], scores: [] },
		},
	};
	const sheet = record({ type: 'assessment', body: { instrument: 'things', assessed: '2026-11-20', answers: [3] } });
	const ticks = () => [...document.querySelectorAll<HTMLInputElement>('[data-item] input[type=checkbox]')];
	const number = () => document.querySelector<HTMLInputElement>('.counted input')!;
	const open = async () => {
		page = await show(`#/case/${CASE}/scales/edit/${sheet.id}`, ({ path, body }) => {
			if (path === `/v1/cases/${CASE}`) return { body: caseDoc([sheet]) };
			return path === '/v1/changes' ? applied(body.changes, 2) : undefined;
		}, catalogue);
		await settle(number);
	};

	it('is not counted anew from nothing when the number stands without ticks', async () => {
		await open();
		await press(ticks()[0]!);
		expect(number().value).toBe('3');
		expect(ticks().every((one) => one.disabled)).toBe(true);
	});

	it('keeps its ticks with the draft, until a number is typed, and sends none', async () => {
		await open();
		await type(number(), '');
		await press(ticks()[0]!);
		await press(ticks()[2]!);
		expect(number().value).toBe('2');
		await act(async () => void (window.location.hash = `#/case/${CASE}`));
		await settle(() => !number());
		await act(async () => void (window.location.hash = `#/case/${CASE}/scales/edit/${sheet.id}`));
		await settle(number);
		expect(ticks().map((one) => one.checked)).toEqual([true, false, true, false]);
		await press(named('保存'));
		await settle(() => page.there.sent('/v1/changes').length === 1);
		expect(page.there.sent('/v1/changes')[0].changes[0]).toMatchObject({ op: 'patch', set: { answers: [2] }, seen: { answers: [3] } });
	});

	it('loses its ticks to a typed number; the draft goes only when said twice', async () => {
		await open();
		await type(number(), '');
		await press(ticks()[1]!);
		await type(number(), '4');
		expect(ticks().map((one) => one.checked)).toEqual([false, false, false, false]);
		await press(named('清空草稿'));
		expect(number().value).toBe('4');
		await settle(() => document.querySelector('[role=alertdialog]'));
		await press([...document.querySelectorAll<HTMLElement>('[role=alertdialog] button')].find((one) => one.textContent === '清空草稿')!);
		expect(number().value).toBe('3');
	});
});
