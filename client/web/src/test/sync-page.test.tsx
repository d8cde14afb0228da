// What a station says of files the centre does not have: never that all is safe, and
// what a person can do about one that was refused.
import { act } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Session } from '../data/wire';
import { CASE, SESSION } from './fake';
import { named, type Page, press, settle, show, text } from './page';

const AT_STATION: Session = { ...SESSION, mode: 'station' };
const SHA = 'a'.repeat(64);
const REFUSED = { rec: 'doc-1', sha256: SHA, size: 2048, media: 'application/pdf', state: 'refused', title: '知情同意书', case: CASE, number: 'GH-1', code: 'too_large', text: { zh: '内容过大', en: 'Too large' } };
const report = (files: object[], left: object = {}, wrong = 0) => ({
	trail: { epoch: 1, size: 40, at: 1, wrong },
	at: 0, count: { here: 0, sent: 0, refused: 0, conflict: 0, confirmed: 3, files_here: 0, files_refused: files.length, ...left },
	step: { equal: true, here: 'ab', centre: 'ab', compared: 1, matched: 1, contact: 1 }, records: [], files,
	round: { state: 'idle', sent: 0, units: 0, records: 0, bytes: 0, total_units: 0, total_records: 0, total_bytes: 0, last: null },
});

let page: Page;
let files: object[];
let left: object;
let wrong: number;
beforeEach(async () => {
	vi.spyOn(Selection.prototype, 'collapse').mockImplementation(() => {});
	files = [REFUSED];
	left = {};
	wrong = 0;
	page = await show('#/sync', ({ path, method }) => {
		if (path === '/v1/sync') return { body: report(files, left, wrong) };
		if (method !== 'DELETE') return undefined;
		files = [];
		return { status: 204 };
	}, undefined, AT_STATION);
	await settle(() => document.querySelector('.sync-page'));
	await settle(() => text().includes('知情同意书'));
});
afterEach(() => page.leave());

it('does not call it safe, and says which file, whose, why and what to do', () => {
	expect(text()).not.toContain('没有只在本机的内容');
	expect(text()).not.toContain('没有等待发送的内容');
	expect(text()).toContain('1 项中心没有接受');
	expect(text()).toContain('内容过大');
	expect(text()).toContain('先在个案的“文件”中另存');
	expect(document.querySelector(`.sync-page a[href="#/case/${CASE}/files"]`)?.textContent).toBe('GH-1');
});

it('gives it up only when that was said twice', async () => {
	await press(named('放弃文件'));
	await settle(() => document.querySelector('[role=alertdialog]'));
	expect(page.there.asked.some(({ method }) => method === 'DELETE')).toBe(false);
	await press(document.querySelector<HTMLElement>('[role=alertdialog] .dialog-actions button:not(.button-main)')!);
	await settle(() => text().includes('没有只在本机的内容'));
	const asked = page.there.asked.find(({ method }) => method === 'DELETE')!;
	expect([asked.path, asked.query.get('rec')]).toEqual([`/v1/files/${SHA}`, 'doc-1']);
});

it('counts what is left of cases that were taken away, and does not say that nothing waits', async () => {
	files = [];
	left = { left_waiting: 2, left_refused: 1 };
	await act(async () => page.data.station.changed());
	await settle(() => text().includes('2 个文件的个案已收回'));
	expect(text()).toContain('casebridge discard withdrawn');
	expect(text()).toContain('2 项只在本机');
	expect(text()).toContain('1 项中心没有接受');
	expect(text()).not.toContain('没有等待发送的内容');
	expect(text()).not.toContain('没有只在本机的内容');
	const top = document.querySelector('.delivery')!.textContent;
	expect(top).toContain('2 项只在本机');
	expect(top).toContain('1');
});

it('says, there and at the top of every page, that the trail of the centre is not what it was', async () => {
	expect(text()).not.toContain('审计');
	wrong = 2;
	await act(async () => page.data.station.changed());
	await settle(() => text().includes('被改写或回退（2 项证据'));
	expect(document.querySelector('.delivery')!.textContent).toContain('审计记录与本机保存的签名不符');
});
