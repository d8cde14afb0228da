// The review of a case and the sitting's summary, over a made-up centre.
import { act } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Entry } from '../data/outbox';
import { reviewChanges } from '../data/reviews';
import type { ReviewDoc, ReviewRow, Session } from '../data/wire';
import { CASE, caseDoc, problem, record, type Reply, SESSION, summary } from './fake';
import { named, type Page, press, settle, show, text } from './page';

const DOCTOR: Session = { ...SESSION, reader: { ...SESSION.reader, role: 'psychiatrist' } };
const TODAY = '2026-11-22';
const drug = (name: string) => ({ drug: name, times: 1, dose_mg: 5 });

const row = (more: Partial<ReviewRow> = {}): ReviewRow => ({
	case: CASE, line: summary(), why: [], done: false, last: null, changed: { n: 0, at: null, what: [] }, decisions: { open: 0, late: 0, answered: 0 },
	medication: { drugs: [drug('奥氮平'), drug('丙戊酸钠'), drug('碳酸锂')], drugs_on: '2026-05-01', adherence: 'none', adherence_on: '2026-11-01', adverse: 'present', adverse_text: '王小明说手抖', effect: null },
	...more,
});
const last = { rec: 'r1', csn: 42, held: TODAY, next: null, seen: 20, findings: '王小明睡眠差', decided: [{ rec: 't1', title: '家访王小明', site: null, assignee: null, due: null, status: 'open' }] };
const queue = (rows: ReviewRow[]): ReviewDoc => ({ on: TODAY, order: [], rows, total: rows.length, waiting: rows.length, left_out: 0, next: null });

let page: Page;
const open = async (hash: string, review: () => Reply) => {
	page = await show(hash, ({ path }) => {
		if (path === '/v1/review') return review();
		return path === `/v1/cases/${CASE}` ? { body: caseDoc([record({ id: 'note', csn: 30, by: 'other' })]) } : undefined;
	}, undefined, DOCTOR);
};

beforeEach(() => {
	vi.spyOn(Selection.prototype, 'collapse').mockImplementation(() => {});
	vi.spyOn(window, 'scrollTo').mockImplementation(() => {});
});
afterEach(() => page.leave());

describe('the review of a case', () => {
	it('says nothing of medicines or of the last review when the queue did not come', async () => {
		await open(`#/review/${CASE}`, () => problem(500, 'internal', 'later'));
		await settle(() => document.querySelector('.review'));
		expect(text()).toContain('用药与上次复核未能取得');
		expect(text()).not.toContain('没有用药记录');
		expect(text()).not.toContain('还没有复核过');
	});

	it('dates the drugs and the adherence by the sheets they are of, and tells every drug', async () => {
		await open(`#/review/${CASE}`, () => ({ body: queue([row()]) }));
		await settle(() => document.querySelector('.medicine'));
		const said = document.querySelector('.medicine')!.textContent!;
		expect(said.indexOf('2026-11-01 记录')).toBeLessThan(said.indexOf('奥氮平'));
		expect(said.indexOf('2026-05-01 记录')).toBeGreaterThan(said.indexOf('碳酸锂'));
	});

	it('can be written again when others wrote since, whatever was signed here before', async () => {
		await open(`#/review/${CASE}`, () => ({ body: queue([row({ last, done: false })]) }));
		await settle(() => document.querySelector('.review-form'));
		const changes = await reviewChanges({ id: () => 'x', now: Date.now }, { case: CASE, staff: 'staff-1', day: TODAY, seen: 20, siteOf: () => null }, { rec: 'r1', findings: '', next: null, decisions: [] });
		const entries = changes.map((change): Entry => ({ change, progress: 'confirmed', ver: 1, conflict: null, why: null, failure: null }));
		await act(async () => page.data.outbox.entries.set(entries));
		expect(document.querySelector('.review-form')).not.toBeNull();
		expect(text()).not.toContain('您已签名这次复核');
		expect(text()).not.toContain('今天已复核');
	});

	it('is no draft because somebody came by with Tab', async () => {
		await open(`#/review/${CASE}`, () => ({ body: queue([row()]) }));
		await settle(() => document.querySelector('.review-form [role=spinbutton]'));
		const part = document.querySelector<HTMLElement>('.review-form [role=spinbutton]')!;
		await act(async () => part.focus());
		await act(async () => document.querySelector<HTMLElement>('.review-form textarea')!.focus());
		expect(page.data.drafts.all.get().size).toBe(0);
	});

	it('says that it could not be signed, and lets go on', async () => {
		await open(`#/review/${CASE}`, () => ({ body: queue([row()]) }));
		await settle(() => document.querySelector('.review-form'));
		vi.spyOn(crypto.subtle, 'digest').mockRejectedValue(new Error('no'));
		await press(document.querySelector<HTMLElement>('.review-form button[type=submit]')!);
		await settle(() => text().includes('没能签名'));
		expect(document.querySelector<HTMLTextAreaElement>('.review-form textarea')!.readOnly).toBe(false);
	});
});

describe('names are hidden', () => {
	it('in the list, and it says when there are more drugs than it shows', async () => {
		await open('#/care', () => ({ body: queue([row()]) }));
		await settle(() => document.querySelector('.queue'));
		expect(text()).toContain('等 3 种');
		expect(text()).toContain('王小明说手抖');
		await act(async () => page.data.masked.set(true));
		expect(text()).not.toContain('王小明');
	});

	it('in what was found and decided, in the summary that is shown around', async () => {
		await open('#/care/sitting', () => ({ body: queue([row({ last, done: true })]) }));
		await settle(() => document.querySelector('.sitting .queue'));
		expect(text()).toContain('王小明睡眠差');
		await act(async () => page.data.masked.set(true));
		expect(text()).not.toContain('王小明');
		expect(named('打印')).toBeDefined();
	});
});
