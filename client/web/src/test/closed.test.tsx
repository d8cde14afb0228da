// A restricted document: told with its case, opened with a proof, closed when the screen
// is locked or nobody is there.
import { act } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { caseDoc, CASE, CATALOGUE, problem, record, type Reply, SERVICE, SESSION } from './fake';
import { named, type Page, press, settle, show, text, type } from './page';

const NOTE = '01936000-0000-7000-8000-0000000000aa';
const about = { id: NOTE, type: 'document', class: 32, author: SESSION.reader.staff, by: SESSION.reader.staff };
const told = record({ ...about, withheld: true, body: { kind: 'transcript', made: '2026-11-20', restricted: true } });
const whole = record({ ...about, body: { ...told.body, text: '只给自己看的话' } });

const catalogue = { ...CATALOGUE, types: { ...CATALOGUE.types, document: { ...SERVICE, type: 'document', signable: false, sort: 'made', title: ['title'] } } };

describe('a restricted document', { timeout: 30_000 }, () => {
	let page: Page;
	afterEach(() => page.leave());

	async function opened(proofs: number[], mode: 'central' | 'station' = 'central'): Promise<void> {
		let proved = false;
		page = await show(
			`#/case/${CASE}/files`,
			({ path, method }): Reply | undefined => {
				if (path === `/v1/cases/${CASE}`) return { body: caseDoc([told]) };
				if (path === `/v1/records/${NOTE}`) return proved ? { body: whole } : problem(403, 'step_up', 'after_edit');
				if (path === '/v1/session/proof' && method === 'POST') {
					const status = proofs.shift() ?? 204;
					proved = status === 204;
					return proved ? { status } : problem(status, 'step_up', 'after_edit');
				}
				if (path === '/v1/session' && method === 'GET') return { body: { ...SESSION, mode } };
				if (path === '/v1/session/lock' || (path === '/v1/session' && method === 'DELETE')) return { status: 204 };
				return undefined;
			},
			catalogue,
		);
		await settle(() => named('打开'));
	}
	const prove = async (label: string) => {
		await settle(() => document.querySelector('[role=alertdialog] input'));
		expect(document.querySelector('[role=alertdialog]')!.textContent).toContain(label);
		await type(document.querySelector<HTMLInputElement>('[role=alertdialog] input')!, 'geheim');
		await press(named('继续'));
	};

	it('is opened when the person has proved who they are, and closed with the screen', async () => {
		await opened([]);
		expect(text()).not.toContain('只给自己看的话');
		expect(named('修改')).toBeUndefined();
		await press(named('打开'));
		await prove('密码');
		await settle(() => text().includes('只给自己看的话'));
		expect(page.there.sent('/v1/session/proof')).toEqual([{ password: 'geheim' }]);
		await act(async () => page.data.sessions.lock());
		expect(page.data.cases.opened.get().size).toBe(0);
	});

	it('stays closed for a wrong password, or when the person leaves it', async () => {
		await opened([403]);
		await press(named('打开'));
		await prove('密码');
		await settle(() => document.querySelector('[role=alertdialog] .notice'));
		expect(text()).not.toContain('只给自己看的话');
		await press(named('取消'));
		await settle(() => !document.querySelector('[role=alertdialog]'));
		expect(text()).not.toContain('只给自己看的话');
	});

	it('asks at a station for its passphrase', async () => {
		await opened([], 'station');
		await press(named('打开'));
		await prove('本机口令');
		await settle(() => text().includes('只给自己看的话'));
		expect(page.there.sent('/v1/session/proof')).toEqual([{ passphrase: 'geheim' }]);
	});

	it('is closed when nobody touched the page for five minutes', async () => {
		await opened([]);
		await press(named('打开'));
		await prove('密码');
		await settle(() => text().includes('只给自己看的话'));
		const now = Date.now();
		vi.spyOn(Date, 'now').mockReturnValue(now + 301_000);
		try {
			expect(page.data.sessions.leftFor()).toBeGreaterThan(300_000);
			await act(() => new Promise((resolve) => setTimeout(resolve, 5_100)));
			expect(text()).not.toContain('只给自己看的话');
		} finally {
			vi.restoreAllMocks();
		}
	});
});
