// The figures: periods, what a number may say, who stands out, and the page.
import { act } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Figures } from '../data/figures';
import { Http } from '../data/http';
import { figureAnswer, LIST } from './figures-fake';
import { beforeOf } from '../pages/figures/ask';
import { worstStop } from '../pages/figures/path';
import { course, goesOn, periodOf, periodText, readPeriod, toCome } from '../pages/figures/period';
import { level, standings } from '../pages/figures/stand-out';
import { piecesOf } from '../pages/figures/trend';
import { asTold, better, betterAsTold, hiddenSign, numberText, ranked } from '../pages/figures/value';
import type { FigureRow, Session } from '../data/wire';
import { routeOf, toFigures } from '../route';
import { problem, SESSION } from './fake';
import { type Page, press, settle, show, text, type } from './page';

const row = (key: string | null, value: number | null, more: Partial<FigureRow> = {}): FigureRow => ({ period: '2026', key, num: value, den: 100, value, hidden: null, ...more });

describe('periods', () => {
	it.each([
		['2026', '2026'], ['2026年', '2026'], ['2026-Q2', '2026-Q2'], ['2026q2', '2026-Q2'], ['2026年第2季度', '2026-Q2'], [' 2026-5 ', '2026-05'], ['2026年5月', '2026-05'], ['2026/12', '2026-12'],
	])('%s is %s', (typed, wanted) => expect(periodText(readPeriod(typed)!)).toBe(wanted));

	it.each(['', '26', '2026-13', '2026-00', '2026-Q5', '2026-Q0', '1989', '2101', '2026-05-01', 'x', '2026-0', '２０２６'])('%s is none', (typed) => expect(readPeriod(typed)).toBeNull());

	it('lie where a calendar has them', () => {
		expect(['month', 'quarter', 'year'].map((grain) => periodText(periodOf('2026-11-22', grain as 'month')))).toEqual(['2026-11', '2026-Q4', '2026']);
		expect(goesOn(readPeriod('2026-Q4')!, '2026-11-22')).toBe(true);
		expect(goesOn(readPeriod('2026-Q3')!, '2026-11-22')).toBe(false);
		expect(toCome(readPeriod('2026-12')!, '2026-11-22')).toBe(true);
		expect(toCome(readPeriod('2026-11')!, '2026-11-22')).toBe(false);
	});

	it('are held against the one before, or the same a year ago', () => {
		const before = (typed: string, how: 'before' | 'year') => periodText(beforeOf(readPeriod(typed)!, how)!);
		expect([before('2026-01', 'before'), before('2026-Q1', 'before'), before('2026', 'before')]).toEqual(['2025-12', '2025-Q4', '2025']);
		expect([before('2026-01', 'year'), before('2026-Q1', 'year'), before('2026', 'year')]).toEqual(['2025-01', '2025-Q1', '2025']);
	});

	it('are asked for with what they are compared with, and in whole ones', () => {
		const long = '2030-01-01';
		expect(course(readPeriod('2026-02')!, 'month', long)).toEqual({ from: '2025-02', to: '2026-02' });
		expect(course(readPeriod('2026-02')!, 'quarter', long)).toEqual({ from: '2024-Q2', to: '2026-Q1' });
		expect(course(readPeriod('2026')!, 'quarter', long)).toEqual({ from: '2025-Q1', to: '2026-Q4' });
		expect(course(readPeriod('2026-Q1')!, 'year', long)).toEqual({ from: '2022', to: '2026' });
	});

	it('end with the one in which today lies: what has not begun is no 0', () => {
		expect(course(readPeriod('2026')!, 'quarter', '2026-03-31')).toEqual({ from: '2024-Q2', to: '2026-Q1' });
		expect(course(readPeriod('2026')!, 'month', '2026-03-31')).toEqual({ from: '2025-03', to: '2026-03' });
		expect(course(readPeriod('2026-Q2')!, 'month', '2026-05-01').to).toBe('2026-05');
		expect(course(readPeriod('2026')!, 'year', '2026-03-31').to).toBe('2026');
		expect(course(readPeriod('2025')!, 'quarter', '2026-03-31').to).toBe('2025-Q4');
	});
});

describe('the address of a look', () => {
	const view = { period: '2026-Q3', id: 'referral_days', by: 'site', only: null, outside: false };
	it.each([
		[view], [{ ...view, outside: true }], [{ ...view, only: 'smd' }], [{ ...view, only: '01936000-0000-7000-8000-000000000001', outside: true }], [{ ...view, id: null, by: null }],
		[{ ...view, id: null, by: null, only: 'smd' }], [{ ...view, period: null, id: null, by: null, outside: true }], [{ ...view, period: '2026-13' }],
	])('%o comes back from it', (one) => expect(routeOf(toFigures(one))).toEqual({ page: 'figure', of: one }));
});

describe('a number', () => {
	it('has the places that mean something', () => {
		expect(numberText({ type: 'count', unit: 'cases', good: 'none' }, 12345)).toBe('12,345');
		expect(numberText({ type: 'rate', unit: '%', good: 'up' }, 66.6667)).toBe('66.7');
		expect(numberText({ type: 'sum', unit: 'CNY', good: 'none' }, 1234567.5)).toBe('1,234,567.50');
		expect(numberText({ type: 'mean', unit: 'days', good: 'down' }, -0.04)).toBe('0.0');
		expect(numberText({ type: 'mean', unit: 'days', good: 'down' }, -1.25)).toBe('−1.3');
	});

	it('that is hidden says how small only where it is a count', () => {
		const count = { below: 5 };
		const rate = { below: 5, denominator: { zh: '在管', en: 'open' } };
		expect(hiddenSign(count, row('a', null, { hidden: 'small' }))).toBe('＜5');
		expect(hiddenSign(count, row('a', null, { hidden: 'also' }))).toBe('—');
		expect(hiddenSign(rate, row('a', null, { hidden: 'small' }))).toBe('—');
		expect(hiddenSign(rate, row('a', 3))).toBeNull();
	});

	it('is better by the direction of its indicator', () => {
		expect(Math.sign(better({ good: 'up' }, 2, 1))).toBe(1);
		expect(Math.sign(better({ good: 'down' }, 2, 1))).toBe(-1);
		expect(better({ good: 'none' }, 2, 1)).toBe(0);
	});

	it('stands worst first, what is hidden after, what is empty last', () => {
		const rows = [row('empty', null), row('mid', 5), row('hidden', null, { hidden: 'also' }), row('low', 1), row('high', 9)];
		expect(ranked({ good: 'up' }, rows).map(({ key }) => key)).toEqual(['low', 'mid', 'high', 'hidden', 'empty']);
		expect(ranked({ good: 'down' }, rows).map(({ key }) => key)).toEqual(['high', 'mid', 'low', 'hidden', 'empty']);
		expect(ranked({ good: 'none' }, rows).map(({ key }) => key)).toEqual(['high', 'mid', 'low', 'hidden', 'empty']);
	});
});

describe('who stands out', () => {
	const answer = (id: string, good: 'up' | 'down', rows: FigureRow[], total: FigureRow, type: 'rate' | 'count' = 'rate') => figureAnswer({ id, good, rows, totals: [total], type });
	const look = { period: readPeriod('2026')! };

	it('is behind in the most of what can be judged; neither hidden numbers nor counts are', () => {
		const answers = [
			answer('a', 'down', [row('x', 30), row('y', 10), row('z', null, { hidden: 'also' })], row(null, 20)),
			answer('b', 'up', [row('x', 30), row('y', 10), row('z', null)], row(null, 20)),
			answer('c', 'down', [row('x', 99), row('y', 99), row('z', 99)], row(null, 200), 'count'),
		];
		const { of, without, hidden } = standings(answers, look, 'worse');
		expect(of.map(({ key, worse, better: ahead, judged }) => [key, worse, ahead, judged])).toEqual([['x', 1, 1, 2], ['y', 1, 1, 2]]);
		expect([without, hidden]).toEqual([1, 1]);
	});

	it('is judged by what is seen: two numbers that look the same are the same', () => {
		const { of } = standings([answer('a', 'up', [row('x', 85.01), row('y', 84.94)], row(null, 85.04))], look, 'worse');
		expect(of.map(({ key, worse }) => [key, worse])).toEqual([['y', 1], ['x', 0]]);
		expect([betterAsTold({ type: 'rate', unit: '%', good: 'up' }, 85.01, 85.04), asTold({ type: 'count', unit: 'cases', good: 'up' }, 3)]).toEqual([0, 3]);
	});

	it('are all who stand level, not whoever comes first', () => {
		const { of } = standings([answer('a', 'up', [row('x', 1), row('y', 1), row('z', 9)], row(null, 5)), answer('b', 'up', [row('x', 1)], row(null, 5))], look, 'worse');
		expect(level(of, 'worse').map(({ key }) => key)).toEqual(['x']);
		const { of: tied } = standings([answer('a', 'up', [row('x', 1), row('y', 1), row('z', 9)], row(null, 5))], look, 'worse');
		expect(level(tied, 'worse').map(({ key }) => key)).toEqual(['x', 'y']);
	});

	it('is nobody when the number of the whole is hidden, and nobody is “not stated”', () => {
		expect(standings([answer('a', 'up', [row('x', 1)], row(null, null, { hidden: 'also' }))], look, 'worse').of).toEqual([]);
		expect(standings([answer('a', 'up', [row('', 1)], row(null, 5))], look, 'worse').of).toEqual([]);
	});
});

describe('the way of a referral', () => {
	it('is stuck where most are missing', () => {
		expect(worstStop([{ n: 40 }, { n: 30 }, { n: 28 }, { n: 10 }, { n: 9 }])).toBe(2);
		expect(worstStop([{ n: 5 }, { n: 5 }])).toBeNull();
	});
	it('is not guessed where a step is hidden', () => expect(worstStop([{ n: 40 }, { n: null }, { n: 10 }, { n: 8 }])).toBe(2));
});

it('a line is broken where a number is hidden', () => {
	const box = { width: 30, height: 10, left: 0, right: 0, top: 0, bottom: 0 };
	expect(piecesOf([row('a', 0), row('a', 10), row('a', null, { hidden: 'also' }), row('a', 5)], { low: 0, high: 10 }, box)).toEqual(['M0.0 10.0L10.0 0.0', 'M30.0 5.0']);
});

it('the end of a line can be drawn by itself', () => {
	const box = { width: 20, height: 10, left: 0, right: 0, top: 0, bottom: 0 };
	const rows = [row('a', 0), row('a', 10), row('a', 5)];
	expect([piecesOf(rows, { low: 0, high: 10 }, box, 0, 2), piecesOf(rows, { low: 0, high: 10 }, box, 1)]).toEqual([['M0.0 10.0L10.0 0.0'], ['M10.0 0.0L20.0 5.0']]);
});

describe('the page', () => {
	const coordinator: Session = { ...SESSION, reader: { ...SESSION.reader, role: 'district_coordinator' } };
	let page: Page;
	afterEach(async () => {
		vi.restoreAllMocks();
		await page.leave();
	});
	const open = async (hash: string, answer: Parameters<typeof show>[1], session = coordinator) => {
		page = await show(hash, (asked) => answer(asked) ?? (asked.path === '/v1/figures' ? { body: LIST } : undefined), undefined, session);
	};

	it('is what a coordinator sees first, and no case is asked for', async () => {
		await open('', ({ path, query }) => (path.startsWith('/v1/figures/') ? { body: figureAnswer({ id: path.slice(12), by: query.get('by') }) } : undefined));
		await settle(() => document.querySelector('.figure-tile strong')?.textContent?.includes('50.0'));
		expect(page.there.asked.some(({ path }) => path === '/v1/caseload')).toBe(false);
		expect([...document.querySelectorAll('.top nav a')].map((one) => one.textContent)).toEqual(['统计']);
	});

	it('shows hidden numbers as such, with the rule, and never a 0 for them', async () => {
		const rows = [row('s1', null, { hidden: 'small', num: null }), row('s2', null, { hidden: 'also', num: null }), row('s3', 40)];
		await open('#/figures/2026/caseload_overdue/site', ({ path, query }) =>
			path === '/v1/figures/caseload_overdue' ? { body: figureAnswer({ id: 'caseload_overdue', by: query.get('by'), rows, totals: [row(null, 50)], denominator: undefined, below: 5, rule: { zh: '小于5的不显示', en: 'below 5' } }) } : undefined,
		);
		await settle(() => text().includes('＜5'));
		expect(text()).toContain('小于5的不显示');
		expect([...document.querySelectorAll('.figure-without li')].map((one) => one.textContent)).toEqual(['s1 ＜5', 's2 —不显示']);
	});

	it('says what is wrong with a period at its box, and asks for none of it', async () => {
		await open('#/figures/2026-13', ({ path, query }) => (path.startsWith('/v1/figures/') ? { body: figureAnswer({ id: path.slice(12), by: query.get('by') }) } : undefined));
		await settle(() => document.querySelector('.figure-period .fault'));
		expect(document.querySelector<HTMLInputElement>('.figure-typed input')!.value).toBe('2026-13');
		expect(page.there.asked.some(({ query }) => [...query.values()].some((one) => one.includes('2026-13')))).toBe(false);
	});

	it('says the centre’s own sentence when it refuses, and that an indicator is not known', async () => {
		await open('#/figures/2026/caseload_overdue', ({ path }) => (path === '/v1/figures/caseload_overdue' ? problem(400, 'bad_request', 'never') : undefined));
		await settle(() => text().includes('错误 bad_request'));
		await act(async () => {
			window.location.hash = '#/figures/2026/weather';
		});
		await settle(() => text().includes('没有“weather”这个指标'));
	});

	it('asks a centre that is busy again, a few times and no more', async () => {
		vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 50 });
		let asked = 0;
		// A quarter is the step of its own course over time: one question.
		await open('#/figures/2025-Q1/caseload_overdue', ({ path, query }) => {
			if (path !== '/v1/figures/caseload_overdue') return undefined;
			asked++;
			return asked < 3 ? problem(503, 'busy', 'later') : { body: figureAnswer({ id: 'caseload_overdue', by: query.get('by'), totals: [row(null, 50, { period: '2025-Q1' })] }) };
		});
		for (let i = 0; i < 10 && !text().includes('50.0'); i++) await act(() => vi.advanceTimersByTimeAsync(600));
		vi.useRealTimers();
		expect(text()).toContain('50.0');
		expect(asked).toBe(3);
	});

	it('keeps what it has when the network goes, says so, and goes on afterwards', async () => {
		let silent = false;
		await open('#/figures/2026/caseload_overdue', ({ path, query }) => {
			if (path !== '/v1/figures/caseload_overdue') return undefined;
			return silent ? 'silence' : { body: figureAnswer({ id: 'caseload_overdue', by: query.get('by') }) };
		});
		await settle(() => text().includes('50.0'));
		silent = true;
		await act(async () => page.data.figures.renew());
		await settle(() => document.querySelector('.notice-bad'));
		expect(text()).toContain('50.0');
		silent = false;
		await press(document.querySelector<HTMLElement>('.notice-bad button')!);
		await settle(() => !document.querySelector('.notice-bad'));
	});

	it('gives staff of a site their own, and compares no sites', async () => {
		await open('#/figures', ({ path, query }) => {
			if (path === '/v1/figures') return { body: { ...LIST, scope: 'site' } };
			return path.startsWith('/v1/figures/') ? { body: figureAnswer({ id: path.slice(12), by: query.get('by'), scope: 'site', rule: null, below: null }) } : undefined;
		}, SESSION);
		await settle(() => document.querySelector('.figure-tile strong')?.textContent?.includes('50.0'));
		expect(page.there.asked.filter(({ path }) => path.startsWith('/v1/figures/')).every(({ query }) => !/site|programme/.test(query.get('by') ?? ''))).toBe(true);
		expect(text()).toContain('本机构的数不隐去');
	});

	it('calls the numbers of a site its own, never the district’s', async () => {
		const mine = (id: string, by: string | null) => figureAnswer({ id, by, scope: 'site', rule: null, below: null, rows: [row('m', 40), row('f', 60)], totals: [row(null, 50)] });
		await open('#/figures/2026/caseload_overdue/sex', ({ path, query }) => {
			if (path === '/v1/figures') return { body: { scope: 'site', figures: [{ ...LIST.figures[0]!, by: ['month', 'quarter', 'year', 'sex'] }] } };
			return path.startsWith('/v1/figures/') ? { body: mine(path.slice(12), query.get('by')) } : undefined;
		}, SESSION);
		await settle(() => text().includes('竖线'));
		expect(text()).toContain('竖线：本机构 50.0 %');
		expect(text()).toContain('与本机构相差');
		expect(text()).not.toContain('全区');
	});

	it('follows the referrals that were sent, every step of the same ones', async () => {
		const ids = ['referrals_sent', 'referral_answered', 'referral_returned', 'referral_closed_loop', 'referral_acceptance', 'referral_in_time'];
		const sums: { [id: string]: [number, number] } = { referrals_sent: [40, 40], referral_answered: [30, 40], referral_returned: [20, 25], referral_closed_loop: [18, 25], referral_acceptance: [50, 90] };
		const figures = ids.map((id) => ({ ...LIST.figures[0]!, id, topic: 'letters' }));
		await open('#/figures/2026', ({ path, query }) => {
			if (path === '/v1/figures') return { body: { scope: 'district', figures } };
			const id = path.slice(12);
			const [num, den] = sums[id] ?? [1, 2];
			return path.startsWith('/v1/figures/') ? { body: figureAnswer({ id, by: query.get('by'), totals: [row(null, 50, { num, den })] }) } : undefined;
		});
		await settle(() => document.querySelector('.figure-path'));
		expect([...document.querySelectorAll('.figure-path .figure-cell')].map((one) => one.textContent)).toEqual(['40', '30', '25', '20', '18']);
		expect(page.there.asked.some(({ path }) => path === '/v1/figures/referral_acceptance')).toBe(false);
	});

	it('asks nothing again for being looked at again', async () => {
		let now = Date.now();
		vi.spyOn(Date, 'now').mockImplementation(() => now);
		await open('#/figures/2026', ({ path, query }) => (path.startsWith('/v1/figures/') ? { body: figureAnswer({ id: path.slice(12), by: query.get('by') }) } : undefined));
		await settle(() => document.querySelector('.figure-tile strong')?.textContent?.includes('50.0'));
		now += 6 * 60_000;
		const before = page.there.asked.length;
		const compare = document.querySelector<HTMLSelectElement>('.figure-tools select')!;
		await act(async () => {
			compare.value = 'year';
			compare.dispatchEvent(new Event('change', { bubbles: true }));
		});
		await act(() => new Promise((go) => setTimeout(go, 50)));
		expect(page.there.asked.slice(before).filter(({ path }) => /^\/v1\/(figures|outcomes)/.test(path))).toEqual([]);
	});

	it('puts no question of the last person’s as the next one', async () => {
		const ask = (id: string) => ({ id, from: '2026', to: '2026', by: 'year', outside: false });
		const gates: (() => void)[] = [];
		const asked: string[] = [];
		const http = new Http(async (path) => {
			asked.push(String(path));
			await new Promise<void>((open) => gates.push(open));
			return new Response('{}', { headers: { 'content-type': 'application/json' } });
		});
		const figures = new Figures(http);
		const all = ['a', 'b', 'c'].map((id) => figures.load(ask(id)));
		figures.forget();
		gates.forEach((open) => open());
		await Promise.all(all);
		expect(asked.map((path) => path.split('?')[0])).toEqual(['/v1/figures/a', '/v1/figures/b']);
		page = { leave: async () => {} } as Page;
	});

	it('has every indicator under its topic, and finds one by a part of its definition', async () => {
		await open('#/figures', ({ path, query }) => (path.startsWith('/v1/figures/') ? { body: figureAnswer({ id: path.slice(12), by: query.get('by') }) } : undefined));
		await settle(() => document.querySelector('.figure-finder'));
		const groups = () => [...document.querySelectorAll<HTMLDetailsElement>('.figure-finder details')].map((one) => [one.querySelector('summary')!.textContent, one.open]);
		expect(groups()).toEqual([['个案 1', false], ['目标与成效 1', false]]);
		await type(document.querySelector<HTMLInputElement>('.figure-finder input')!, '零级');
		expect(groups()).toEqual([['目标与成效 1', true]]);
		await type(document.querySelector<HTMLInputElement>('.figure-finder input')!, 'no such');
		expect(document.querySelector('.figure-finder')!.textContent).toContain('没有这样的指标');
	});
});

describe('a file', () => {
	const pieces = (parts: string[], length: string | null) => {
		const queue = parts.map((part) => new TextEncoder().encode(part));
		const answers: ((piece: ReadableStreamReadResult<Uint8Array<ArrayBuffer>>) => void)[] = [];
		return {
			give: () => answers.shift()!(queue.length ? { done: false, value: queue.shift()! } : { done: true, value: undefined }),
			response: { ok: true, status: 200, headers: new Headers(length ? { 'content-length': length } : {}), body: { getReader: () => ({ read: () => new Promise((answer) => answers.push(answer)) }) } } as unknown as Response,
		};
	};
	const tick = () => new Promise((go) => setTimeout(go));
	const ask = { id: 'services', from: '2026', to: '2026', by: 'year,site', outside: true };

	it('says how much has come, and is what came', async () => {
		const { give, response } = pieces(['a,b\n', '1,2\n'], '8');
		const asked: string[] = [];
		const store = new Figures(new Http(async (path) => (asked.push(String(path)), response)));
		const heard: (number | null)[][] = [];
		const file = store.file(ask, 'csv', 'en', new AbortController().signal, (got, of) => heard.push([got, of]));
		for (let at = 0; at < 3; at++) {
			await tick();
			give();
		}
		expect(await (await file).text()).toBe('a,b\n1,2\n');
		expect(heard).toEqual([[4, 8], [8, 8]]);
		expect(asked).toEqual(['/v1/figures/services?from=2026&to=2026&by=year%2Csite&for=outside&format=csv&lang=en']);
	});

	it('that is called off is none', async () => {
		const stop = new AbortController();
		const store = new Figures(new Http((_, init) => new Promise((_go, fail) => init?.signal?.addEventListener('abort', () => fail(new Error('aborted'))))));
		const file = store.file({ year: 2026, by: 'site', outside: false }, 'xlsx', 'zh', stop.signal, () => {});
		stop.abort();
		await expect(file).rejects.toMatchObject({ failure: { kind: 'unreachable' } });
	});
});
