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

it('hides on every page the names a free text may hold', async () => {
	const person = { ...SERVICE, type: 'person', scope: 'person' as const, title: ['name'], fields: ['name', 'phone', 'note'].map((name) => ({ name, kind: 'text' as const, label: words(name) })) };
	const letter = record({ type: 'referral', case: null, site: 'far', body: { to_site: 'site-1', status: 'requested', client_name: '陈小七', reason: '由母亲李芳陪同' } });
	const found = { id: 's', type: 'person', case: null, ver: 2, at: '2026-11-20T10:00:00+08:00', by_name: '沈雨桐', author_name: '沈雨桐', offers: 1, body: { name: '陈小七', phone: '13800000000', note: '母亲李芳' }, now: null };
	page = await show('#/letters', ({ path }) => {
		if (path === '/v1/letters') return { body: { letters: [{ letter, direction: 'in', turn: 'us', turn_of: 'target', ended: false, late: false, next: [] }], more: false } };
		return path === '/v1/salvage' ? { body: { rows: [found], more: false } } : undefined;
	}, { ...CATALOGUE, types: { ...CATALOGUE.types, person } });
	await settle(() => text().includes('由母亲李芳陪同'));
	await act(async () => window.dispatchEvent(new KeyboardEvent('keydown', { key: 'F9', bubbles: true })));
	for (const name of ['陈小七', '李芳']) expect(text()).not.toContain(name);
	expect(text()).toContain('陈**');
	await act(async () => void (window.location.hash = '#/salvage'));
	await settle(() => document.querySelector('.salvage .card'));
	for (const name of ['陈小七', '李芳', '13800000000']) expect(text()).not.toContain(name);
});

it('goes to the first item that is open when a sheet is saved too early', async () => {
	const scale = { scale: 'two', version: '1', label: words('两题'), headline: 'sum', good: 'low' as const, options: { o: [{ value: 0, ...words('无') }, { value: 1, ...words('有') }] }, items: [1, 2].map((no) => ({ no: String(no), options: 'o', ...words(`题${no}`) })), scores: [] };
	const fields = ['instrument', 'assessed', 'answers'].map((name) => ({ name, kind: name === 'assessed' ? ('date' as const) : name === 'answers' ? ('json' as const) : ('text' as const), label: words(name) }));
	page = await show(`#/case/${CASE}/scales/add/assessment/two`, ({ path }) => (path === `/v1/cases/${CASE}` ? { body: caseDoc([record()]) } : undefined), {
		...CATALOGUE, scales: { two: scale }, types: { ...CATALOGUE.types, assessment: { ...SERVICE, type: 'assessment', title: ['instrument'], fields } },
	});
	await settle(() => document.querySelectorAll('[data-item]').length === 2);
	await press(document.querySelector<HTMLElement>('[data-item="1"] input')!);
	await press(named('保存'));
	expect(document.activeElement?.closest('[data-item]')?.getAttribute('data-item')).toBe('2');
});

it('opens what is folded away to show the field the centre asks for', async () => {
	page = await show(`#/case/${CASE}/add/service`, ({ path, body }) => {
		if (path === `/v1/cases/${CASE}`) return { body: caseDoc([record()]) };
		if (path !== '/v1/changes') return undefined;
		const [{ id, rec }] = body.changes;
		return { body: { head: '', results: [{ id, rec, status: 'parked', code: 'missing', retry: 'after_edit', field: 'topics', text: words('“topics”必须填写') }] } };
	});
	await settle(() => named('保存'));
	expect(document.querySelector<HTMLDetailsElement>('details.more')!.open).toBe(false);
	await press(named('现在'));
	await press(document.querySelector<HTMLElement>('[data-field=kind] input')!);
	await press(named('保存'));
	await settle(() => document.activeElement?.closest('[data-field=topics]'));
	expect(document.querySelector<HTMLDetailsElement>('details.more')!.open).toBe(true);
});

it('keeps what was typed into a question, and asks it again where one goes on', async () => {
	const note = record({ body: { started_at: '2026-11-20T09:00:00+08:00', kind: 'phone', aim: '了解近况' } });
	page = await show(`#/case/${CASE}`, ({ path, body }) => {
		if (path === `/v1/cases/${CASE}`) return { body: caseDoc([note]) };
		return path === '/v1/changes' ? applied(body.changes, 2) : undefined;
	});
	await settle(() => document.querySelector('.record-line'));
	await press(document.querySelector<HTMLElement>('.record-line')!);
	await press(named('作废'));
	const box = () => document.querySelector<HTMLTextAreaElement>('[role=alertdialog] textarea');
	await type(box()!, '录错了个案');
	await press(named('取消'));
	expect(box()).toBeNull();
	await settle(() => named('继续：作废 · 服务记录'));
	// Somewhere else in the meantime.
	await act(async () => void (window.location.hash = `#/case/${CASE}/plan`));
	await act(async () => void (window.location.hash = `#/case/${CASE}`));
	await settle(() => named('继续：作废 · 服务记录'));
	await press(named('继续：作废 · 服务记录'));
	await settle(box);
	expect(box()!.value).toBe('录错了个案');
	await press(named('确认作废'));
	await settle(() => page.there.sent('/v1/changes').length === 1);
	expect(page.there.sent('/v1/changes')[0].changes[0]).toMatchObject({ op: 'retract', reason: '录错了个案' });
	expect(page.data.drafts.all.get().size).toBe(0);
});
