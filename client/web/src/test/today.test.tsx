// The page of a day, what it is made of, and what one press on it opens.
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '../app';
import { todayWords } from '../pages/today/words';
import { createData } from '../data';
import { agenda } from '../data/agenda';
import { doingOf, nextDue } from '../data/doing';
import { row } from '../data/search';
import type { Due, Json, LetterLine, May, TodayDoc } from '../data/wire';
import { CASE, CATALOGUE, caseDoc, centre, problem, record, SESSION, summary } from './fake';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

const due = (more: Partial<Due>): Due => ({ kind: 'schedule', code: 'x', zh: '随访', en: 'Follow-up', due: '2026-11-20', ...more });
const may = (...create: string[]): May => ({ create, patch: create, sign: [], retract: [], resolve: [], own: [] });

describe('the agenda', () => {
	const of = (id: string, next_due: string | null, danger = 0) => row(summary({ case: id, next_due, danger }));

	it('puts what is only partly seen last, however late it looks', () => {
		const rows = [row(summary({ case: 'part', name: null, next_due: '2025-01-01' })), of('today', '2026-11-22')];
		expect(agenda(rows, '2026-11-22').map((one) => one.row.line.case)).toEqual(['today', 'part']);
	});

	it('has the latest first, of equals the more dangerous, and nothing beyond a week', () => {
		const rows = [of('in8', '2026-11-30'), of('in7', '2026-11-29'), of('today', '2026-11-22'), of('none', null), of('late2', '2026-11-20', 1), of('late2-worse', '2026-11-20', 4), of('late9', '2026-11-13')];
		expect(agenda(rows, '2026-11-22').map((one) => [one.row.line.case, one.days, one.when])).toEqual([
			['late9', -9, 'overdue'], ['late2-worse', -2, 'overdue'], ['late2', -2, 'overdue'], ['today', 0, 'today'], ['in7', 7, 'week'],
		]);
	});
});

describe('what is opened for what is due', () => {
	const pack: Json = { schedule: [{ code: 'f', done_by: { form: 'smd_follow_up', where: {} } }, { code: 'i', done_by: { instrument: 'ipos' } }, { code: 's', done_by: { service: ['interview', 'home_visit'] } }] };
	it.each([
		['the sheet the item names', due({ form: 'four_aspects' }), { add: 'response', of: 'four_aspects' }],
		['the sheet the pack says does it', due({ code: 'f' }), { add: 'response', of: 'smd_follow_up' }],
		['the instrument the pack says does it', due({ code: 'i' }), { add: 'assessment', of: 'ipos' }],
		['a service of the first kind the pack takes', due({ code: 's' }), { add: 'service', of: 'interview' }],
		['a service of the kind before', due({ kind: 'service', record: 'old' }), { add: 'service', of: 'phone' }],
		['a service note for a call that a form’s clock asks for', due({ kind: 'clock', form: 'dignity_delivery' }), { add: 'service', of: null }],
		['the review of a plan', due({ kind: 'plan', record: 'plan' }), { add: 'review', of: null }],
		['the visit that was planned', due({ kind: 'visit', record: 'old' }), { edit: 'old' }],
		['the letter that waits for its answer', due({ kind: 'referral', record: 'old' }), { letter: 'old' }],
		['the task itself', due({ kind: 'task', record: 'old' }), { edit: 'old' }],
	])('%s', (_, item, wanted) => {
		expect(doingOf(item, [record({ id: 'old', body: { kind: 'phone' } })], pack, undefined)).toEqual(wanted);
	});

	it('is a service note where the role may not do it, and nothing where it may not even that', () => {
		expect(doingOf(due({ kind: 'closing' }), [], undefined, may('service'))).toEqual({ add: 'service', of: null });
		expect(doingOf(due({ kind: 'closing' }), [], undefined, may())).toBeNull();
	});

	it('begins with the first day that is known', () => {
		expect(nextDue([due({ due: null }), due({ code: 'y' })])?.code).toBe('y');
		expect(nextDue(null)).toBeNull();
	});
});

describe('the page of a day', () => {
	let root: Root | null = null;
	let doc: TodayDoc;
	let items: Due[];
	let letters: LetterLine[];
	let lines = [summary()];

	async function show(hash = ''): Promise<void> {
		document.cookie = 'lang=zh; path=/';
		window.location.hash = hash;
		const there = centre(({ path }) => {
			if (path === '/v1/session') return { body: { ...SESSION, reader: { ...SESSION.reader, may: may('service', 'response') } } };
			if (path === '/v1/catalogue') return { body: CATALOGUE };
			if (path === '/v1/directory') return { body: { head: '', records: [record({ id: 'far', type: 'staff', body: { name: '区精神卫生中心' } })] } };
			if (path === '/v1/caseload') return { body: { rows: lines, total: lines.length, next: null } };
			if (path === '/v1/today') return { body: doc };
			if (path === '/v1/letters') return letters ? { body: { letters, more: false } } : problem(500, 'internal', 'later');
			if (path === `/v1/cases/${CASE}`) return { body: { ...caseDoc([record()]), due: items } };
			return problem(404, 'not_found', 'never');
		});
		const place = document.createElement('div');
		document.body.append(place);
		root = createRoot(place);
		await act(async () => root!.render(<App data={createData(there.fetch, () => Date.parse('2026-11-22T09:00:00+08:00'))} />));
	}
	const text = () => document.body.textContent ?? '';
	async function settle(look: () => unknown): Promise<void> {
		const end = Date.now() + 10_000;
		while (!look()) {
			if (Date.now() > end) throw new Error(`waited in vain; the page says: ${text()}`);
			await act(() => new Promise((resolve) => setTimeout(resolve, 5)));
		}
	}
	const part = (title: string) => [...document.querySelectorAll('.beside-part')].find((one) => one.querySelector('h2')?.textContent?.startsWith(title));

	beforeEach(() => {
		vi.spyOn(Selection.prototype, 'collapse').mockImplementation(() => {});
		doc = { on: '2026-11-22', visits: [], tasks: [], unsigned: [], shared: [] };
		items = [due({})];
		letters = [];
		lines = [summary(), summary({ case: 'x', name: '李芳', next_due: '2026-11-22' }), summary({ case: 'y', name: '赵六', next_due: null })];
	});
	afterEach(async () => {
		await act(async () => root?.unmount());
		document.body.replaceChildren();
	});

	it('is what station staff see first: who, why, how late, the latest in front', async () => {
		await show();
		await settle(() => document.querySelector('.owed-line'));
		const said = [...document.querySelectorAll('.owed-line')].map((one) => one.textContent!);
		expect(said).toHaveLength(2);
		expect(said[0]).toMatch(/^优先处理逾期 2 天2026-11-20王小明.*下次服务/);
		expect(said[1]).toContain('李芳');
		expect(text()).not.toContain('赵六');
	});

	it('opens the form with one press', async () => {
		items = [due({ form: 'nobody_knows' }), due({ kind: 'task', record: 'z' })];
		await show();
		await settle(() => document.querySelector('.owed-line button'));
		await act(async () => document.querySelector<HTMLElement>('.owed-line button')!.click());
		await settle(() => window.location.hash.includes('/add/'));
		expect(window.location.hash).toBe(`#/case/${CASE}/add/response/nobody_knows`);
	});

	it('says what waits besides, with clocks and without a word where nothing does', async () => {
		doc = {
			...doc,
			visits: [record({ id: 'v', body: { kind: 'home_visit', started_at: '2026-11-22T14:30:00+08:00', status: 'planned' } }), record({ id: 'w', body: { kind: 'phone', started_at: '2026-11-20T09:00:00+08:00', status: 'planned' } })],
			tasks: [record({ id: 't', type: 'task', body: { title: '联系王小明的母亲', due: '2026-11-22' } })],
			unsigned: [record({ id: 'u', body: { kind: 'phone' } })],
			shared: [{ case: CASE, since: '2026-11-19' }],
		};
		const letter = record({ id: 'l', type: 'referral', case: null, site: 'far', body: { to_site: 'site-1', status: 'requested', deadline: '2026-11-20', client_name: '陈小七' } });
		// Friday's, on Sunday: no working day has gone by since, whatever the calendar says.
		letters = [{ letter, direction: 'in', turn: 'us', turn_of: 'target', ended: false, late: true, late_by: 0, due_at: '2026-11-20T16:00:00Z', next: ['accepted', 'declined'] }];
		await show();
		await settle(() => part('转介与请求') && part('已安排的服务'));
		expect([...part('已安排的服务')!.querySelectorAll('li')].map((one) => one.textContent)).toEqual(['电访2026-11-20 09:00逾期 2 天王小明', '家访14:30今天王小明']);
		expect(part('已安排的服务')!.querySelector('a')!.getAttribute('href')).toBe(`#/case/${CASE}/edit/w`);
		expect(part('转介与请求')!.textContent).toContain('等待本机构办理');
		expect(part('转介与请求')!.textContent).toContain('已逾期（2026-11-20）');
		expect(part('转介与请求')!.textContent).toContain('陈小七 · 来自 区精神卫生中心');
		expect(part('交给我的任务')!.textContent).toContain('联系王小明的母亲今天');
		expect(part('新共享给本机构的个案')!.textContent).toContain('王小明2026-11-19 起');
		expect(part('我的未签名记录')!.textContent).toContain('服务记录 · 电访');
		expect(part('还没有送达中心')).toBeUndefined();
	});

	it('does not say that nothing waits when the letters did not come', async () => {
		letters = null as unknown as LetterLine[];
		await show();
		await settle(() => document.querySelector('.beside .notice-bad'));
		expect(text()).not.toContain(todayWords.zh.nothingWaits);
	});

	it('hides names on the whole page with one key', async () => {
		doc = { ...doc, tasks: [record({ id: 't', type: 'task', body: { title: '联系王小明的母亲李芳' } })] };
		lines = [summary()];
		await show();
		await settle(() => part('交给我的任务'));
		await act(async () => window.dispatchEvent(new KeyboardEvent('keydown', { key: 'F9', bubbles: true })));
		expect(text()).not.toContain('王小明');
		expect(text()).not.toContain('李芳');
		expect(document.querySelector('.owed-line button')!.getAttribute('aria-label')).not.toContain('王小明');
	});
});
