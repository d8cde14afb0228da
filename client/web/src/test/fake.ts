// A made-up centre for tests: answers by a function, remembers what was asked.
import type { CaseDoc, CatalogueDoc, Rec, RecordType, Session, Summary } from '../data/wire';

export interface Asked {
	method: string;
	path: string;
	query: URLSearchParams;
	body: any;
	headers: Headers;
}

export type Reply = { status?: number; body?: unknown; headers?: Record<string, string> } | 'silence';

export interface Centre {
	fetch: typeof fetch;
	asked: Asked[];
	/** The bodies sent to a path. */
	sent: (path: string) => any[];
}

export function centre(answer: (asked: Asked) => Reply): Centre {
	const asked: Asked[] = [];
	const fake = async (path: string, init: RequestInit = {}): Promise<Response> => {
		const url = new URL(path, 'https://centre.test');
		const one: Asked = {
			method: init.method ?? 'GET',
			path: url.pathname,
			query: url.searchParams,
			body: init.body ? JSON.parse(String(init.body)) : null,
			headers: new Headers(init.headers),
		};
		asked.push(one);
		const reply = answer(one);
		if (reply === 'silence') throw new TypeError('network');
		const { status = 200, body, headers = {} } = reply;
		const kind = status >= 400 ? 'application/problem+json' : 'application/json';
		return new Response(body === undefined ? null : JSON.stringify(body), { status, headers: { 'content-type': kind, ...headers } });
	};
	return {
		fetch: fake as typeof fetch,
		asked,
		sent: (path) => asked.filter((one) => one.path === path && one.method === 'POST').map((one) => one.body),
	};
}

export const problem = (status: number, code: string, retry = 'after_edit', more = {}): Reply => ({
	status,
	body: { type: 'about:blank', title: code, status, code, retry, text: { zh: `错误 ${code}`, en: `error ${code}` }, ...more },
});

export const SESSION: Session = {
	mode: 'central',
	reader: { staff: 'staff-1', name: '沈雨桐', site: 'site-1', site_name: '平桥街道康复站', role: 'social_worker', district: 'd' },
	expires: '2026-11-22T18:00:00+08:00',
	must_change: false,
};

const label = (zh: string, en: string) => ({ zh, en });

export const SERVICE: RecordType = {
	type: 'service',
	no: 16,
	scope: 'case',
	class: 'note',
	signable: true,
	sort: 'started_at',
	label: label('服务记录', 'Service note'),
	title: ['kind', 'aim'],
	fields: [
		{ name: 'started_at', kind: 'time', required: true, atom: 'length', label: label('开始时间', 'Start') },
		{ name: 'minutes', kind: 'int', min: 0, max: 1440, atom: 'length', label: label('时长', 'Minutes') },
		{ name: 'kind', kind: 'code', codes: 'service_kind', required: true, label: label('服务形式', 'Kind') },
		{ name: 'aim', kind: 'text', max: 10, label: label('目的', 'Aim') },
		{ name: 'process', kind: 'text', max: 20000, append: true, label: label('过程', 'Process') },
		{ name: 'topics', kind: 'codes', codes: 'service_kind', max: 2, label: label('主题', 'Topics') },
		{ name: 'next_due', kind: 'date', min: 1900, max: 2100, label: label('下次', 'Next') },
		{ name: 'score', kind: 'json', label: label('分', 'Score') },
	],
};

export const CATALOGUE: CatalogueDoc = {
	types: {
		service: SERVICE,
		staff: { ...SERVICE, type: 'staff', scope: 'directory', title: ['name'], fields: [{ name: 'name', kind: 'text', label: label('姓名', 'Name') }] },
		referral: {
			...SERVICE, type: 'referral', scope: 'letter', label: label('转介', 'Referral'), title: ['kind'],
			fields: [
				{ name: 'kind', kind: 'code', codes: 'service_kind', required: true, label: label('类别', 'Kind') },
				{ name: 'to_site', kind: 'ref', to: ['site'], label: label('转至', 'To') },
			],
		},
	},
	codes: {
		service_kind: { codes: 'service_kind', label: label('形式', 'Kind'), items: [{ code: 'home_visit', zh: '家访', en: 'Home visit' }, { code: 'phone', zh: '电访', en: 'Phone' }] },
		sex: { codes: 'sex', label: label('性别', 'Sex'), items: [{ code: '1', zh: '男', en: 'Male' }, { code: '2', zh: '女', en: 'Female' }] },
		programme: { codes: 'programme', label: label('项目', 'Programme'), items: [{ code: 'smd', zh: '亲情关怀', en: 'Kinship care' }] },
		case_phase: { codes: 'case_phase', label: label('阶段', 'Phase'), items: [{ code: 'intake', zh: '接案', en: 'Intake' }, { code: 'assessment', zh: '预估', en: 'Assessment' }] },
	},
	scales: {},
	forms: {},
	packs: {},
};

export const CASE = '01936000-0000-7000-8000-000000000001';

export function summary(more: Partial<Summary> = {}): Summary {
	return {
		case: CASE, number: 'GH-2026-00001', person: 'person-1', name: '王小明', pinyin: 'wangxiaoming', initials: 'wxm', sex: '1', birth: '1985-03-08',
		programme: 'smd', phase: 'intake', main_problem: null, practice_model: null, home_site: 'site-1', manager: 'staff-1', manager_name: '沈雨桐',
		danger: 0, stability: 'stable', last_contact: '2026-11-01', next_due: '2026-11-20', next_what: 'service', next_label: { zh: '下次服务', en: 'Next service' }, open_flags: 0, open_conflicts: 0,
		open_tasks: 0, open_referrals: 0, referral_due: null, records: 1, opened: '2026-01-01', closed: null, changed_at: null, scores: [], ...more,
	};
}

export function record(more: Partial<Rec> = {}): Rec {
	return {
		id: '01936000-0000-7000-8000-00000000000a', type: 'service', case: CASE, site: 'site-1', ver: 1, state: 'live', class: 16, author: 'staff-1', by: 'staff-1',
		device: null, at: '2026-11-20T10:00:00+08:00', entered_at: '2026-11-20T10:00:00+08:00', csn: 5, sha: 'ab', body: {}, ...more,
	};
}

export function caseDoc(records: Rec[]): CaseDoc {
	return { case: CASE, summary: summary(), digest: '', records };
}
