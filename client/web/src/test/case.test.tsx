// The page of a case and the two beside it, over a made-up centre.
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '../app';
import { createData } from '../data';
import { CASE, CATALOGUE, caseDoc, type Asked, type Centre, centre, problem, record, type Reply, SESSION, summary } from './fake';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

let root: Root | null = null;
let there: Centre;

async function show(hash: string, answer: (asked: Asked) => Reply | undefined, session = SESSION): Promise<void> {
	document.cookie = 'lang=zh; path=/';
	window.location.hash = hash;
	there = centre((asked) => {
		const own = answer(asked);
		if (own) return own;
		if (asked.path === '/v1/session') return { body: session };
		if (asked.path === '/v1/catalogue') return { body: CATALOGUE };
		if (asked.path === '/v1/directory') return { body: { head: '', records: [] } };
		if (asked.path === '/v1/caseload') return { body: { rows: [summary()], total: 1, next: null } };
		return problem(404, 'not_found', 'never');
	});
	const place = document.createElement('div');
	document.body.append(place);
	root = createRoot(place);
	await act(async () => root!.render(<App data={createData(there.fetch)} />));
}

const text = () => document.body.textContent ?? '';
async function settle(look: () => unknown): Promise<void> {
	const end = Date.now() + 10_000;
	while (!look()) {
		if (Date.now() > end) throw new Error(`waited in vain; the page says: ${text()}`);
		await act(() => new Promise((resolve) => setTimeout(resolve, 5)));
	}
}
const named = (name: string) => [...document.querySelectorAll<HTMLElement>('button')].find((one) => (one.textContent ?? '').trim() === name)!;
const press = (element: HTMLElement) => act(async () => element.click());
async function type(box: HTMLInputElement | HTMLTextAreaElement, value: string): Promise<void> {
	await act(async () => {
		const proto = box instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
		Object.getOwnPropertyDescriptor(proto, 'value')!.set!.call(box, value);
		box.dispatchEvent(new Event('input', { bubbles: true }));
	});
}

beforeEach(() => {
	vi.spyOn(Selection.prototype, 'collapse').mockImplementation(() => {});
});
afterEach(async () => {
	await act(async () => root?.unmount());
	document.body.innerHTML = '';
});

describe('a case of a thousand records', () => {
	const id = (i: number) => `01936000-0000-7000-8000-${String(i).padStart(12, '0')}`;
	const many = Array.from({ length: 1000 }, (_, i) =>
		record({ id: id(i), body: { started_at: new Date(Date.UTC(2026, 9, 1) - i * 72e6).toISOString(), kind: 'phone', aim: `第${i}次`, process: i === 700 ? '提到了搬家' : '一切如常' } }),
	);

	it('draws what is near the window, and finds what is not', async () => {
		await show(`#/case/${CASE}`, ({ path }) => (path === `/v1/cases/${CASE}` ? { body: caseDoc(many) } : undefined));
		await settle(() => document.querySelector('.timeline article'));
		expect(document.querySelectorAll('.timeline article').length).toBeLessThan(60);
		expect(text()).not.toContain('第700次');
		await type(document.querySelector('.filters input[type=search]')!, '搬家');
		await settle(() => text().includes('第700次'));
		expect(document.querySelectorAll('.timeline article').length).toBe(1);
		await press(named('清除筛选条件'));
		await settle(() => text().includes('第0次'));
	});
});

describe('a case opened in an emergency', () => {
	const GRANT = '01936000-0000-7000-8000-0000000000ee';
	const until = new Date(Date.now() + 3_600_000).toISOString();
	const rows = [{ id: GRANT, case_id: CASE, until, category: 'medical', reason: '昏迷送到急诊', live: true, staff: 'staff-1' }];

	it('is read and written by its own address, and says so', async () => {
		await show(`#/case/${CASE}`, ({ path, body }) => {
			if (path === '/v1/break-glass') return { body: { rows } };
			if (path === `/v1/break-glass/${GRANT}`) return { body: caseDoc([record()]) };
			if (path === `/v1/break-glass/${GRANT}/changes`) return { body: { head: '', results: body.changes.map((one: { id: string; rec: string }) => ({ id: one.id, rec: one.rec, status: 'applied', ver: 1 })) } };
			return undefined;
		});
		await settle(() => text().includes('紧急查看：到'));
		expect(text()).toContain('昏迷送到急诊');
		await press(document.querySelector<HTMLElement>('.record-line')!);
		expect(named('修改')).toBeUndefined();
		expect(named('签名')).toBeUndefined();
		expect(there.asked.filter(({ path }) => path === `/v1/cases/${CASE}`).length).toBe(1);
	});

	it('is not there when nobody opened it, nor when it was another', async () => {
		await show(`#/case/${CASE}`, ({ path }) => (path === '/v1/break-glass' ? { body: { rows: [{ ...rows[0], staff: 'staff-2' }] } } : undefined));
		await settle(() => text().includes('没有这个个案'));
		expect(there.asked.some(({ path }) => path.startsWith(`/v1/break-glass/${GRANT}`))).toBe(false);
	});
});

describe('what a restored centre was told again', () => {
	const found = { id: 's1', rec: 'r1', case: CASE, type: 'service', ver: 3, state: 'signed', site: 'site-1', author_name: '沈雨桐', by_name: '沈雨桐', at: '2026-11-01T10:00:00+08:00', offered_at: '2026-11-02T10:00:00+08:00', offers: 2, reason: null, body: { aim: '找回的内容' }, now: { ver: 2, state: 'live', body: { aim: '现有的内容' } } };
	const boss = { ...SESSION, reader: { ...SESSION.reader, role: 'supervisor' } };

	it('stands beside what is there, and goes over just that', async () => {
		let rows = [found];
		await show(
			'#/salvage',
			({ path, method }) => {
				if (path === '/v1/salvage') return { body: { rows, more: false } };
				if (path === '/v1/salvage/s1' && method === 'POST') {
					rows = [];
					return { body: { status: 'reinstated' } };
				}
				return undefined;
			},
			boss,
		);
		await settle(() => text().includes('2 台工作站存有'));
		const sides = [...document.querySelectorAll('.side')].map((one) => one.textContent);
		expect(sides[0]).toContain('现有的内容');
		expect(sides[1]).toContain('找回的内容');
		await type(document.querySelector<HTMLInputElement>('.settle input')!, '与站里核对');
		await press(named('恢复这条记录'));
		await settle(() => text().includes('没有等待决定的记录'));
		expect(there.sent('/v1/salvage/s1')).toEqual([{ take: true, over: 2, note: '与站里核对' }]);
	});

	it('that stands nowhere goes over nothing; a refusal is told and the list looked at again', async () => {
		await show('#/salvage', ({ path, method }) => (path === '/v1/salvage' ? { body: { rows: [{ ...found, now: null }], more: true } } : method === 'POST' && path === '/v1/salvage/s1' ? problem(409, 'moved_on') : undefined), boss);
		await settle(() => text().includes('中心没有这条记录'));
		expect(text()).toContain('处理完这些后还有更多');
		await press(named('恢复这条记录'));
		await settle(() => text().includes('错误 moved_on'));
		expect(there.sent('/v1/salvage/s1')).toEqual([{ take: true, over: 0, note: '' }]);
		await settle(() => there.asked.filter(({ path }) => path === '/v1/salvage').length === 2);
	});
});
