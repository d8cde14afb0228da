// The door, the locked screen and one's own account, over a made-up centre: what must
// not be lost there, and what must be said.
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useLoad } from '../kit/use-load';
import { CASE, problem, type Reply, SESSION } from './fake';
import { named, type Page, press, settle, show, text, type } from './page';

const ACCOUNT = { login: 'shenyt', factor: { on: true, required: false, since: '2026-01-02T09:00:00+08:00', codes: 3 }, sessions: [], devices: [] };
const CODES = ['AAAA-BBBB-CCCC-DDDD', 'EEEE-FFFF-GGGG-HHHH'];

let page: Page | undefined;
beforeEach(() => vi.spyOn(Selection.prototype, 'collapse').mockImplementation(() => {}));
afterEach(async () => {
	await page?.leave();
	page = undefined;
});
const lock = () => act(async () => page!.data.sessions.stage.set({ name: 'locked', at: 'central' }));

describe('a locked screen', () => {
	beforeEach(async () => {
		page = await show('#/account', ({ path }) => (path === '/v1/account' ? { body: ACCOUNT } : undefined));
		await settle(() => text().includes('shenyt'));
	});

	it('asks before somebody leaves with work that was not sent', async () => {
		await act(async () => page!.data.drafts.keep('k', { case: CASE, type: 'service', rec: 'r', values: { aim: 'x' } }));
		await lock();
		await settle(() => named('退出登录'));
		await press(named('退出登录'));
		await settle(() => text().includes('还有内容没有送达'));
		expect(page!.there.asked.some(({ method }) => method === 'DELETE')).toBe(false);
		await press(named('留在本页'));
		expect(page!.data.drafts.all.get().size).toBe(1);
	});

	it('lets go at once where nothing would be lost', async () => {
		await lock();
		await settle(() => named('退出登录'));
		await press(named('退出登录'));
		await settle(() => page!.there.asked.some(({ method, path }) => method === 'DELETE' && path === '/v1/session'));
	});

	it('goes on keeping what is on its way; a station’s store is closed', async () => {
		const paused = vi.spyOn(page!.data.keep, 'pause');
		await lock();
		expect(paused).not.toHaveBeenCalled();
		await act(async () => page!.data.sessions.stage.set({ name: 'locked', at: 'station' }));
		expect(paused).toHaveBeenCalled();
	});

	it('takes a code as the app shows it, with a blank', async () => {
		await lock();
		await settle(() => named('改用验证码'));
		await press(named('改用验证码'));
		const box = document.querySelector<HTMLInputElement>('input.code')!;
		await type(box, '123 456');
		expect(box.value).toBe('123456');
		expect(box.maxLength).toBe(-1);
	});
});

describe('recovery codes', () => {
	const open = async () => {
		let loads = 0;
		page = await show('#/account', ({ path, method }) => {
			if (path === '/v1/account' && method === 'GET') return loads++ === 0 ? { body: ACCOUNT } : 'silence';
			return path === '/v1/account/codes' ? { body: { codes: CODES } } : undefined;
		});
		await settle(() => named('生成新的恢复码'));
		await press(named('生成新的恢复码'));
		await settle(() => text().includes(CODES[1]!));
	};

	it('stay when what comes after them fails, and when the screen locks', async () => {
		await open();
		await settle(() => text().includes('连接不上'));
		expect(text()).toContain(CODES[0]);
		await lock();
		expect(text()).not.toContain(CODES[0]);
		await act(async () => page!.data.sessions.stage.set({ name: 'in', session: SESSION }));
		await settle(() => text().includes(CODES[0]!));
	});

	it('go when they are said to be kept, and not before', async () => {
		await open();
		expect(named('取消')).toBeUndefined();
		await press(named('完成'));
		expect(text()).toContain('请先保存恢复码');
		await press(document.querySelector<HTMLElement>('.recovery input[type=checkbox]')!);
		await press(named('完成'));
		await settle(() => !text().includes(CODES[0]!));
	});

	it('are not the next person’s', async () => {
		await open();
		await act(async () => void (await page!.data.sessions.signOut()));
		expect(page!.data.account.codes.get()).toBeNull();
	});
});

describe('signing in', () => {
	const open = async (answer: (path: string) => Reply | undefined) => {
		page = await show('', ({ path, method }) => {
			if (path === '/v1/session' && method === 'GET') return problem(401, 'signed_out', 'never');
			return answer(path);
		});
		await settle(() => document.querySelector('input[type=password]'));
		await type(document.querySelector('input[autocomplete=username]')!, 'shenyt');
		await type(document.querySelector('input[type=password]')!, 'x');
		await press(named('登录'));
	};

	it('that took too long is back at its beginning and says why', async () => {
		await open((path) => (path === '/v1/session' ? { body: { step: 'factor' } } : path === '/v1/session/factor' ? problem(401, 'signed_out', 'never') : undefined));
		await settle(() => document.querySelector('input.code'));
		await type(document.querySelector('input.code')!, '123456');
		await press(named('继续'));
		await settle(() => document.querySelector('input[type=password]'));
		expect(text()).toContain('错误 signed_out');
	});

	it('says when the line is down at the last step, with the codes still there', async () => {
		await open((path) => {
			if (path === '/v1/session') return { body: { step: 'enrol' } };
			if (path === '/v1/account/factor') return { body: { secret: 'ABCDEFGH', uri: 'x', qr: [] } };
			return path === '/v1/account/factor/confirm' ? { body: { codes: CODES } } : undefined;
		});
		await settle(() => document.querySelector('input.code'));
		await type(document.querySelector('input.code')!, '123456');
		await press(named('确认'));
		await settle(() => text().includes(CODES[0]!));
		expect(named('换一个账号登录')).toBeUndefined();
		await press(document.querySelector<HTMLElement>('.recovery input[type=checkbox]')!);
		vi.spyOn(page!.data.sessions, 'look').mockResolvedValue({ kind: 'unreachable' });
		await press(named('完成'));
		await settle(() => text().includes('连接不上'));
		expect(text()).toContain(CODES[0]);
	});

	it('offers another try where the second factor could not be offered', async () => {
		let tries = 0;
		await open((path) => {
			if (path === '/v1/session') return { body: { step: 'enrol' } };
			return path === '/v1/account/factor' ? (tries++ === 0 ? 'silence' : { body: { secret: 'ABCDEFGH', uri: 'x', qr: [] } }) : undefined;
		});
		await settle(() => named('重试'));
		await press(named('重试'));
		await settle(() => text().includes('ABCD EFGH'));
	});
});

it('of two questions under way the answer to the newer one stands', async () => {
	const answers: ((value: string) => void)[] = [];
	const asks = [0, 1].map(() => () => new Promise<string>((resolve) => answers.push(resolve)));
	function Box({ ask }: { ask: () => Promise<string> }) {
		return <p>{useLoad(ask).value}</p>;
	}
	const place = document.createElement('div');
	document.body.append(place);
	const root = createRoot(place);
	for (const ask of asks) await act(async () => root.render(<Box ask={ask} />));
	await act(async () => answers[1]!('newer'));
	await act(async () => answers[0]!('older'));
	expect(place.textContent).toBe('newer');
	await act(async () => root.unmount());
});
