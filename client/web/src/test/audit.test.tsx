// The pages of the audit and of administration, over a made-up centre: what is typed
// there is kept, half a day is no day, and what was not taken is not called saved.
import { act } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CatalogueDoc, Session } from '../data/wire';
import { CASE, CATALOGUE, problem, record, SESSION } from './fake';
import { named, type Page, press, settle, show, text, type } from './page';

const SITE = '01936000-0000-7000-8000-0000000000f1';
const withRole = (role: string): Session => ({ ...SESSION, reader: { ...SESSION.reader, role, may: { create: ['site'], patch: ['site'], sign: [], retract: [], resolve: [], own: [], grant: [], act: role === 'auditor' ? ['trail'] : [] } } });
const label = (zh: string) => ({ zh, en: zh });
const WITH_SITE: CatalogueDoc = {
	...CATALOGUE,
	types: { ...CATALOGUE.types, site: { type: 'site', no: 2, scope: 'directory', class: 'identity', label: label('机构'), title: ['name'], fields: [{ name: 'name', kind: 'text', required: true, max: 80, label: label('名称') }] } as never },
};

let page: Page;
beforeEach(() => vi.spyOn(Selection.prototype, 'collapse').mockImplementation(() => {}));
afterEach(async () => {
	vi.useRealTimers();
	await page.leave();
});
const lockAndBack = async () => {
	await act(async () => page.data.sessions.stage.set({ name: 'locked', at: 'central' }));
	await act(async () => page.data.sessions.stage.set({ name: 'in', session: withRole('supervisor') }));
};

const EMERGENCY = {
	id: 'e1', staff: 's1', staff_name: '徐雅倩', site_name: '康复站', role: 'social_worker', case_id: CASE, number: 'QQ-1', at: '2026-11-22T09:00:00+08:00', until: '2026-11-22T21:00:00+08:00',
	category: null, reason: '王小明走失', reviewed_at: null, reviewed_by: null, outcome: null, note: null, live: false, late: false, mine: true,
};

describe('the review of an emergency', () => {
	beforeEach(async () => {
		page = await show('#/audit/reviews', ({ path }) => (path === '/v1/break-glass' ? { body: { rows: [EMERGENCY] } } : undefined), undefined, withRole('supervisor'));
		await settle(() => named('复核'));
	});
	const box = () => document.querySelector<HTMLTextAreaElement>('.admin-ask textarea')!;

	it('has what was typed when it was closed, or the screen was locked', async () => {
		await press(named('复核'));
		await settle(box);
		await type(box(), '已与家属核对');
		await press(named('取消'));
		await lockAndBack();
		await settle(() => named('复核'));
		await press(named('复核'));
		await settle(box);
		expect(box().value).toBe('已与家属核对');
	});

	it('hides who it was about', async () => {
		expect(text()).toContain('王小明走失');
		await act(async () => page.data.masked.set(true));
		expect(text()).not.toContain('王小明');
	});
});

describe('who saw a record', () => {
	const READERS = { record: CASE, from: '2026-08-24T00:00:00+08:00', to: '2026-11-23T00:00:00+08:00', rows: [], cut: false };
	const open = async () => {
		page = await show('#/audit/readers', ({ path }) => (path === '/v1/audit/readers' ? { body: READERS } : undefined), undefined, withRole('auditor'));
		await settle(() => named('列出'));
		await type(document.querySelector<HTMLInputElement>('.trail-record input')!, CASE);
	};

	it('prints the time the centre looked at, not what stands in the boxes', async () => {
		await open();
		vi.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-12-24T12:00:00+08:00'));
		await press(named('列出'));
		await settle(() => document.querySelector('.readers-sheet'));
		expect(text()).toContain('2026-08-24 至 2026-11-22');
	});

	it('asks nothing for half a day, and says so at the box', async () => {
		await open();
		const part = document.querySelector<HTMLElement>('[role=spinbutton]')!;
		await act(async () => {
			part.focus();
			part.dispatchEvent(new KeyboardEvent('keydown', { key: 'Backspace', bubbles: true }));
		});
		for (let i = 0; i < 4; i++) await act(async () => void part.dispatchEvent(new KeyboardEvent('keydown', { key: 'Backspace', bubbles: true })));
		await act(async () => part.blur());
		await press(named('列出'));
		expect(page.there.asked.some(({ path }) => path === '/v1/audit/readers')).toBe(false);
		expect(text()).toContain('请填写完整的日期');
	});
});

describe('a site that is changed', () => {
	let reply: () => Parameters<typeof show>[1] extends (asked: infer A) => infer R ? (asked: A) => R : never;
	const open = async (answer: typeof reply) => {
		reply = answer;
		page = await show('#/admin/sites', (asked) => {
			if (asked.path === '/v1/directory') return { body: { head: '', records: [record({ id: SITE, type: 'site', case: null, body: { name: '平桥站' } })] } };
			return asked.path === '/v1/changes' ? reply()(asked) : undefined;
		}, WITH_SITE, withRole('system_admin'));
		await settle(() => document.querySelector('[aria-label="修改机构：平桥站"]'));
		await press(document.querySelector<HTMLElement>('[aria-label="修改机构：平桥站"]')!);
		await settle(() => document.querySelector('.admin-ask [data-field=name]'));
		await type(document.querySelector<HTMLInputElement>('.admin-ask [data-field=name] :is(input, textarea)')!, '平桥二站');
	};

	it('is not called saved when somebody else was first', async () => {
		await open(() => ({ body }) => ({ body: { head: '', results: [{ id: body.changes[0].id, rec: SITE, status: 'conflict', ver: 2, csn: 9, conflict: 'c' }] } }));
		await press(named('保存'));
		await settle(() => text().includes('别人刚改过这条记录'));
		expect(text()).not.toContain('已保存。');
		expect(page.data.outbox.entries.get()).toEqual([]);
		expect(document.querySelector<HTMLInputElement>('.admin-ask [data-field=name] :is(input, textarea)')!.value).toBe('平桥二站');
	});

	it('is said to be on its way when the line is down, and may be left', async () => {
		await open(() => () => 'silence');
		vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 50 });
		await press(named('保存'));
		await act(() => vi.advanceTimersByTimeAsync(4500));
		expect(text()).toContain('还没有收到中心的答复');
		await press(named('关闭'));
		expect(document.querySelector('.admin-ask')).toBeNull();
		expect(page.data.outbox.entries.get()).toHaveLength(1);
	});

	it('keeps what was typed through the lock', async () => {
		await open(() => () => problem(500, 'internal', 'later'));
		await act(async () => page.data.sessions.stage.set({ name: 'locked', at: 'central' }));
		await act(async () => page.data.sessions.stage.set({ name: 'in', session: withRole('system_admin') }));
		await settle(() => document.querySelector('[aria-label="修改机构：平桥站"]'));
		await press(document.querySelector<HTMLElement>('[aria-label="修改机构：平桥站"]')!);
		await settle(() => document.querySelector('.admin-ask [data-field=name]'));
		expect(document.querySelector<HTMLInputElement>('.admin-ask [data-field=name] :is(input, textarea)')!.value).toBe('平桥二站');
	});
});

describe('an act of administration', () => {
	const SETTINGS = { settings: [{ key: 'web_idle_minutes', value: 15, file: 15, min: 1, max: 15, set: false }], fixed: [] };
	const box = () => document.querySelector<HTMLInputElement>('.admin-ask input')!;
	const open = async () => {
		await settle(() => named('修改'));
		await press(named('修改'));
		await settle(box);
	};

	it('has what was typed into it when a key too many closed it, and nothing once it is done', async () => {
		page = await show('#/admin/settings', ({ path, method }) => (path === '/v1/admin/settings' ? { body: method === 'GET' ? SETTINGS : SETTINGS } : undefined), undefined, withRole('system_admin'));
		await open();
		expect(box().value).toBe('15');
		await type(box(), '12');
		await act(async () => void box().dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true })));
		await settle(() => !box());
		await open();
		expect(box().value).toBe('12');
		await press(document.querySelector<HTMLElement>('.admin-ask .button-main')!);
		await settle(() => page.there.sent('/v1/admin/settings').length === 1);
		await settle(() => !box());
		expect(page.data.drafts.all.get().size).toBe(0);
	});
});

describe('the seal', () => {
	const GOOD = { key: 'k', head: { epoch: 2, size: 40, at: '2026-11-22T09:00:00+08:00', note: 'casebridge/x\n40\nhash=', waiting: 3 }, stations: [{ epoch: 1, size: 30, n: 4, at: '2026-11-21T09:00:00+08:00' }], troubles: [] };
	const open = async (seal: object) => {
		page = await show('#/audit/seal', ({ path }) => (path === '/v1/audit/seal' ? { body: seal } : undefined), undefined, withRole('auditor'));
		await settle(() => document.querySelector('section[aria-label="防篡改校验"] :is(.notice, dl)'));
	};

	it('is not there yet, and says who begins it', async () => {
		await open({ key: null, head: null, stations: [], troubles: [] });
		expect(text()).toContain('审计记录尚未封存');
	});

	it('goes on in a new epoch, beside the heads stations keep of the one before', async () => {
		await open(GOOD);
		expect(text()).toContain('第 2 期，40 条');
		expect(text()).toContain('第 1 期，30 条');
		expect(text()).toContain('没有发现不符');
	});

	it('says that a station keeps another head than the centre shows', async () => {
		await open({ ...GOOD, troubles: [{ at: '2026-11-22T10:00:00+08:00', source: 'station', kind: 'fork', no: null, device: 'd', said: 'mine and theirs' }] });
		expect(text()).toContain('发现 1 处不符');
		expect(text()).toContain('与工作站保存的签名不符');
		expect(text()).not.toContain('没有发现不符');
	});

	it('says in the language of the page what the sealer found', async () => {
		const found = { at: '2026-11-22T10:00:00+08:00', source: 'seal', kind: 'missing', no: 77, device: null, said: 'events were taken away before event 77: numbers 3 to 4 of its connection' };
		await open({ ...GOOD, troubles: [found] });
		expect(text()).toContain('事项 77 之前，同一连接写下的事项被删除');
		expect(text()).not.toContain('taken away');
	});
});
