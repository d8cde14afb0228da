// Small things a hand does in passing, that must not write anything false.
import { act } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CASE, CATALOGUE, caseDoc, problem, record, SERVICE, SESSION } from './fake';
import { applied, named, type Page, press, settle, show, text, type } from './page';

const words = (zh: string) => ({ zh, en: zh });
let page: Page;
beforeEach(() => {
	vi.spyOn(Selection.prototype, 'collapse').mockImplementation(() => {});
});
afterEach(() => page.leave());

it('keeps what is typed while an emergency is asked for', async () => {
	const codes = { ...CATALOGUE.codes, emergency_category: { codes: 'emergency_category', label: words('类别'), items: [{ code: 'medical', ...words('医疗') }] } };
	page = await show('#/emergency', ({ path, method }) => (path === '/v1/break-glass' && method === 'POST' ? problem(401, 'bad_login') : undefined), { ...CATALOGUE, codes });
	await settle(() => document.querySelector('form.emergency select option[value=medical]'));
	const reason = document.querySelector<HTMLTextAreaElement>('form.emergency textarea')!;
	const [number, password] = [...document.querySelectorAll<HTMLInputElement>('form.emergency input')];
	await type(number!, 'GH-1');
	await type(password!, 'wrong');
	await type(reason, '昏迷送到急诊，需要了解近期用药和过敏史情况');
	await act(async () => {
		const select = document.querySelector<HTMLSelectElement>('form.emergency select')!;
		select.value = 'medical';
		select.dispatchEvent(new Event('change', { bubbles: true }));
	});
	await act(async () => {
		document.querySelector<HTMLElement>('form.emergency [type=submit]')!.click();
		await type(reason, '昏迷送到急诊，需要了解近期用药和过敏史情况，家属在场');
	});
	await settle(() => password!.value === '');
	expect(page.there.sent('/v1/break-glass')).toHaveLength(1);
	expect(reason.value).toContain('家属在场');
});

it('takes nothing from a tie that nobody rated', async () => {
	const fields = ['subject', 'kind', 'name', 'support_strength'].map((name) => ({ name, kind: name === 'support_strength' ? ('int' as const) : ('text' as const), label: words(name) }));
	const types = { ...CATALOGUE.types, relation: { ...SERVICE, type: 'relation', title: ['name'], fields } };
	const tie = record({ type: 'relation', body: { subject: 'person-1', kind: 'mother', name: '李芳' } });
	page = await show(`#/case/${CASE}/map`, ({ path, body }) => {
		if (path === `/v1/cases/${CASE}`) return { body: caseDoc([tie]) };
		return path === '/v1/changes' ? applied(body.changes, 2) : undefined;
	}, { ...CATALOGUE, types });
	const drawn = () => document.querySelector('[data-tie]')!;
	await settle(drawn);
	const key = (name: string) => act(async () => void drawn().dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true })));
	await key('-');
	expect(page.data.outbox.entries.get()).toEqual([]);
	await key('+');
	await settle(() => page.there.sent('/v1/changes').length === 1);
	expect(page.there.sent('/v1/changes')[0].changes[0].set).toEqual({ support_strength: 1 });
});

it('makes a group once, also when its name is typed on meanwhile', async () => {
	const text = (name: string) => ({ name, kind: 'text' as const, label: words(name) });
	const types = { ...CATALOGUE.types, group: { ...SERVICE, type: 'group', title: ['name'], fields: ['kind', 'phase', 'name', 'opened', 'leader', 'number'].map(text) } };
	let silent = true;
	page = await show('#/groups/new', ({ path, body }) => (path !== '/v1/changes' ? undefined : silent ? 'silence' : applied(body.changes)), { ...CATALOGUE, types });
	await settle(() => document.querySelector('[data-field=name] input'));
	const name = () => document.querySelector<HTMLInputElement>('[data-field=name] input')!;
	await type(name(), '读书');
	await press(document.querySelector<HTMLElement>('.refer-form [type=submit]')!);
	await settle(() => page.there.sent('/v1/changes').length === 1);
	await type(name(), '读书小组');
	silent = false;
	await settle(() => document.body.textContent!.includes('请再保存一次'));
	expect(name().value).toBe('读书小组');
	await press(document.querySelector<HTMLElement>('.refer-form [type=submit]')!);
	await settle(() => page.there.sent('/v1/changes').length === 3);
	const [first, , last] = page.there.sent('/v1/changes');
	expect(last.changes).toEqual([expect.objectContaining({ op: 'patch', rec: first.changes[0].rec, set: { name: '读书小组' }, seen: { name: '读书' } })]);
	expect(named('保存')).toBeUndefined();
});

it('does not let an upload break off unasked', async () => {
	page = await show('#/cases', () => undefined);
	await settle(() => named('退出'));
	await act(async () => page.data.files.uploads.set(new Map([['r', { rec: 'r', name: '同意书.pdf', size: 9, done: 3, state: 'sending', failure: null }]])));
	const closing = new Event('beforeunload', { cancelable: true });
	window.dispatchEvent(closing);
	expect(closing.defaultPrevented).toBe(true);
	await press(named('退出'));
	await settle(() => document.querySelector('[role=alertdialog]'));
	expect(text()).toContain('1 个文件正在上传');
	expect(page.there.asked.filter(({ method }) => method === 'DELETE')).toEqual([]);
});

it('has no page for emergencies where there are none', async () => {
	page = await show('#/emergency', () => undefined, CATALOGUE, { ...SESSION, mode: 'station' });
	await settle(() => text().includes('只在联网登录中心时可用'));
	expect(document.querySelector('form.emergency')).toBeNull();
});
