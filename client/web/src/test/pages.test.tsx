// Pages as a person meets them, over a made-up centre.
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '../app';
import { createData } from '../data';
import type { CaseDoc } from '../data/wire';
import { CASE, CATALOGUE, caseDoc, type Centre, centre, problem, record, type Reply, SESSION, summary } from './fake';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

let root: Root | null = null;
let there: Centre;
let signedIn = true;
let onChanges: (body: any) => Reply;
let records = [record()];
let more: Partial<CaseDoc> = {};

async function show(hash = '', lang = 'zh'): Promise<void> {
	document.cookie = `lang=${lang}; path=/`;
	window.location.hash = hash;
	there = centre(({ method, path, body }) => {
		if (path === '/v1/session' && method === 'POST') {
			if (body.password !== 'right') return problem(401, 'bad_login');
			signedIn = true;
			return { status: 201, body: SESSION };
		}
		if (!signedIn) return problem(401, 'signed_out', 'after_login');
		if (path === '/v1/session') return { body: SESSION };
		if (path === '/v1/catalogue') return { body: CATALOGUE };
		if (path === '/v1/directory') return { body: { head: '', records: [record({ id: 'staff-1', type: 'staff', body: { name: '沈雨桐' } })] } };
		if (path === '/v1/caseload') return { body: { rows: [summary(), summary({ case: 'x', name: '李芳', pinyin: 'lifang', initials: 'lf', number: 'GH-2' })], total: 2, next: null } };
		if (path === '/v1/today') return { body: { on: '2026-11-22', visits: [], letters: [], tasks: [], unsigned: [], shared: [] } };
		if (path === `/v1/cases/${CASE}`) return { body: { ...caseDoc(records), ...more } };
		if (path === '/v1/changes') return onChanges(body);
		return problem(404, 'not_found', 'never');
	});
	const place = document.createElement('div');
	document.body.append(place);
	root = createRoot(place);
	await act(async () => root!.render(<App data={createData(there.fetch)} />));
}

const text = () => document.body.textContent ?? '';
/** Lets React work in turns until `look` holds: pages arrive in pieces. */
async function settle(look: () => unknown): Promise<void> {
	const end = Date.now() + 10_000;
	while (!look()) {
		if (Date.now() > end) throw new Error(`waited in vain; the page says: ${text()}`);
		await act(() => new Promise((resolve) => setTimeout(resolve, 5)));
	}
}
const named = (name: string) => [...document.querySelectorAll<HTMLElement>('button')].find((one) => (one.textContent ?? '').trim() === name || one.getAttribute('aria-label') === name)!;
const press = (element: HTMLElement) => act(async () => element.click());

async function type(box: HTMLInputElement | HTMLTextAreaElement, value: string): Promise<void> {
	await act(async () => {
		const proto = box instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
		Object.getOwnPropertyDescriptor(proto, 'value')!.set!.call(box, value);
		box.dispatchEvent(new Event('input', { bubbles: true }));
	});
}

beforeEach(() => {
	// happy-dom tells of a selection change within the change itself, a browser
	// afterwards; a date's parts select themselves when told, and would for ever.
	vi.spyOn(Selection.prototype, 'collapse').mockImplementation(() => {});
	signedIn = true;
	more = {};
	records = [record({ body: { started_at: '2026-11-20T09:00:00+08:00', kind: 'phone', aim: '了解近况' } })];
	onChanges = ({ changes }) => ({ body: { head: '', results: changes.map((one: any) => ({ id: one.id, rec: one.rec, status: 'applied', ver: 1, csn: 7 })) } });
});

afterEach(async () => {
	await act(async () => root?.unmount());
	document.body.replaceChildren();
});

describe('signing in', () => {
	it('tells a wrong password in the page’s language and keeps the account', async () => {
		signedIn = false;
		await show('', 'en');
		await settle(() => document.querySelector('form'));
		const [login, password] = document.querySelectorAll('input');
		await type(login!, 'shen');
		await type(password!, 'wrong');
		await press(named('Sign in'));
		await settle(() => document.querySelector('[role=alert]'));
		expect(document.querySelector('[role=alert]')!.textContent).toContain('error bad_login');
		expect(login!.value).toBe('shen');
		await press(named('中文'));
		expect(document.querySelector('[role=alert]')!.textContent).toContain('错误 bad_login');
		expect(document.documentElement.lang).toBe('zh-CN');
	});

	it('asks for what is missing before asking the centre', async () => {
		signedIn = false;
		await show();
		await settle(() => document.querySelector('form'));
		await press(named('登录'));
		expect(text()).toContain('请输入账号');
		expect(there.sent('/v1/session')).toEqual([]);
	});
});

describe('the caseload', () => {
	it('shows who, and finds while typing', async () => {
		await show('#/cases');
		await settle(() => text().includes('共 2 个个案'));
		await type(document.querySelector('[role=search] input')!, 'lf');
		await settle(() => text().includes('1 / 2'));
		await type(document.querySelector('[role=search] input')!, 'nobody');
		await settle(() => text().includes('没有符合条件的个案'));
	});

	it('keeps a search under a name, and goes back to it with one press', async () => {
		await show('#/cases');
		await settle(() => text().includes('共 2 个个案'));
		expect(named('保存为视图')).toBeUndefined();
		await type(document.querySelector('[role=search] input')!, 'lf');
		await settle(() => text().includes('1 / 2'));
		await press(named('保存为视图'));
		await settle(() => document.querySelector('[role=alertdialog]'));
		await press([...document.querySelectorAll<HTMLElement>('[role=alertdialog] button')].find((one) => one.textContent === '保存')!);
		expect(document.querySelector('[role=alertdialog] .fault')!.textContent).toBe('请填写名称。');
		await type(document.querySelector('[role=alertdialog] input')!, '李家');
		await press([...document.querySelectorAll<HTMLElement>('[role=alertdialog] button')].find((one) => one.textContent === '保存')!);
		await press(named('全部'));
		await settle(() => text().includes('共 2 个个案'));
		await press(named('李家'));
		await settle(() => text().includes('1 / 2'));
		expect(named('李家').getAttribute('aria-pressed')).toBe('true');
		await press(named('移除视图“李家”'));
		expect(named('李家')).toBeUndefined();
	});
});

describe('a case', () => {
	const open = async (more = '') => {
		await show(`#/case/${CASE}${more}`);
		await settle(() => document.querySelector('article'));
	};

	it('shows titles, labels and names from the catalogue and the directory', async () => {
		await open();
		expect(document.querySelector('article')!.textContent).toContain('服务记录');
		expect(document.querySelector('article')!.textContent).toContain('电访 · 了解近况');
		expect(document.querySelector('article')!.textContent).toContain('沈雨桐');
	});

	const part = (title: string) => [...document.querySelectorAll('.face-part')].find((one) => one.querySelector('h2')?.textContent === title);

	it('says what is open, what is missing, and which letters went out', async () => {
		more = {
			due: [
				{ kind: 'task', code: 'task', zh: '任务', en: 'Task', due: '2020-01-03', text: '联系志愿者' },
				...[1, 2, 3, 4, 5].map((n) => ({ kind: 'schedule', code: `s${n}`, zh: `检查${n}`, en: `Check ${n}`, due: null })),
			],
			gaps: [{ code: 'professions', zh: '至少两个专业参与', en: 'Two professions' }],
		};
		records = [...records, record({ id: 'letter-1', type: 'referral', site: 'site-1', body: { kind: 'phone', to_site: 'staff-1', deadline: '2026-12-01' } })];
		await open();
		const due = part('待办与到期')!;
		expect(due.querySelector('li')!.textContent).toMatch(/^任务 联系志愿者2020-01-03 · 逾期 \d+ 天$/);
		expect([...due.querySelectorAll(':scope > ul > li')]).toHaveLength(5);
		expect(due.querySelector('details')!.textContent).toBe('另有 1 项检查5日期未定');
		expect(part('项目要求尚缺')!.textContent).toContain('至少两个专业参与');
		expect(part('转介与往来')!.textContent).toContain('转介 电访');
		expect(part('转介与往来')!.textContent).toContain('发往 沈雨桐 · 请于 2026-12-01 前答复');
		expect(document.querySelectorAll('article')).toHaveLength(2);
	});

	it('has no such parts when a centre says nothing of them, and shows a record of a type it does not know', async () => {
		more = { due: null, gaps: null };
		records = [record({ type: 'nobody_knows', body: { text: 'x' } })];
		await open();
		expect(['待办与到期', '项目要求尚缺'].map(part)).toEqual([undefined, undefined]);
		expect(part('转介与往来')!.textContent).toBe('转介与往来写转介信');
		expect(document.querySelector('article')!.textContent).toContain('nobody_knows');
		await press(document.querySelector<HTMLElement>('article button')!);
		expect(document.querySelector('article')!.textContent).toContain('录入');
	});

	it('hides the name with one key, and never has it in the title', async () => {
		await open();
		expect(document.querySelector('h1')!.textContent).toBe('王小明');
		await act(async () => window.dispatchEvent(new KeyboardEvent('keydown', { key: 'F9', bubbles: true })));
		expect(document.querySelector('h1')!.textContent).toBe('王**');
		expect(document.title).not.toContain('王');
	});

	it('refuses an empty note at each required field and sends nothing', async () => {
		await open('/add/service');
		await settle(() => named('保存'));
		await press(named('保存'));
		expect([...document.querySelectorAll('.fault')].map((one) => one.closest('[data-field]')!.getAttribute('data-field'))).toEqual(['started_at', 'kind']);
		expect(there.sent('/v1/changes')).toEqual([]);
	});

	const fill = async (aim: string) => {
		await settle(() => named('保存'));
		await press(named('现在'));
		await press(document.querySelector<HTMLElement>('[data-field=kind] input')!);
		await type(document.querySelector('[data-field=aim] input, [data-field=aim] textarea')!, aim);
		await press(named('保存'));
	};

	it('has a saved note in the timeline with where it is', async () => {
		await open('/add/service');
		await fill('家庭情况');
		await settle(() => [...document.querySelectorAll('article')].some((one) => one.textContent!.includes('家庭情况') && one.textContent!.includes('中心已确认')));
		const [{ changes }] = there.sent('/v1/changes');
		expect(changes[0]).toMatchObject({ op: 'create', type: 'service', case: CASE, set: { kind: 'home_visit', aim: '家庭情况' }, base_ver: 0, seen: {} });
		expect(changes[0].set.started_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00\+08:00$/);
	});

	it('puts the centre’s refusal at the field, by the field’s name in the page', async () => {
		onChanges = ({ changes }) => ({
			body: { head: '', results: [{ id: changes[0].id, rec: changes[0].rec, status: 'parked', code: 'bad_input', retry: 'after_edit', field: 'aim', text: { zh: '“aim”的值不能接受。', en: "'aim' cannot be accepted." } }] },
		});
		await open('/add/service');
		await fill('不行');
		await settle(() => document.querySelector('[data-field=aim] .fault'));
		expect(document.querySelector('[data-field=aim] .fault')!.textContent).toBe('“目的”的值不能接受。');
		const [first] = there.sent('/v1/changes');
		await type(document.querySelector('[data-field=aim] input, [data-field=aim] textarea')!, '行');
		expect(document.querySelector('[data-field=aim] .fault')).toBeNull();
		await press(named('保存'));
		await settle(() => there.sent('/v1/changes').length === 2);
		const [, second] = there.sent('/v1/changes');
		expect(second.changes[0].rec).toBe(first.changes[0].rec);
		expect(second.changes[0].id).not.toBe(first.changes[0].id);
	});

	it('keeps a draft when the form is left', async () => {
		await open('/add/service');
		await settle(() => named('保存'));
		await type(document.querySelector('[data-field=aim] input, [data-field=aim] textarea')!, '写到一半');
		await press(document.querySelectorAll<HTMLElement>('form button[aria-label="关闭"]')[0]!);
		await settle(() => text().includes('继续：服务记录'));
		await act(async () => {
			window.location.hash = `#/case/${CASE}/add/service`;
		});
		await settle(() => named('保存'));
		expect(document.querySelector<HTMLInputElement>('[data-field=aim] input, [data-field=aim] textarea')!.value).toBe('写到一半');
	});

	it('stays as it is when the session ends, and goes on after signing in', async () => {
		await open('/add/service');
		signedIn = false;
		await fill('没丢');
		await settle(() => text().includes('登录已过期'));
		const dialog = document.querySelector('[role=alertdialog]')!;
		const [login, password] = dialog.querySelectorAll('input');
		await type(login!, 'shen');
		await type(password!, 'right');
		await press([...dialog.querySelectorAll('button')].find((one) => one.textContent === '登录')!);
		await settle(() => [...document.querySelectorAll('article')].some((one) => one.textContent!.includes('没丢') && one.textContent!.includes('中心已确认')));
	});
});
