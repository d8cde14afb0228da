// What is saved is what was typed: over what was seen, once, and nothing typed
// meanwhile is lost.
import { act } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { patchChange } from '../data/change';
import { CASE, caseDoc, record, SERVICE } from './fake';
import { applied, boxOf, named, type Page, press, settle, show } from './page';

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
