// Where the file of a document is: said before anybody asks for it, at the centre's pages
// and at a station's, and while and after it is fetched.
import { afterEach, describe, expect, it } from 'vitest';
import type { FileState } from '../data/wire';
import { caseDoc, CASE, CATALOGUE, problem, record, type Reply, SERVICE, SESSION } from './fake';
import { named, type Page, press, settle, show, text } from './page';

const DOC = '01936000-0000-7000-8000-0000000000bb';
const SHA = 'ab'.repeat(32);
const doc = record({ id: DOC, type: 'document', body: { title: '评估报告', kind: 'other', status: 'final', sha256: SHA, size: 2048, file_name: 'report.pdf' } });
const catalogue = { ...CATALOGUE, types: { ...CATALOGUE.types, document: { ...SERVICE, type: 'document', signable: false, sort: 'made', title: ['title'] } } };

describe('the file of a document', () => {
	let page: Page;
	afterEach(() => page.leave());

	async function at(mode: 'central' | 'station', state: FileState | null, fetched: Reply = problem(404, 'not_found', 'never')): Promise<void> {
		page = await show(
			`#/case/${CASE}/files`,
			({ path }) => {
				if (path === `/v1/cases/${CASE}`) return { body: { ...caseDoc([doc]), files: state ? { [DOC]: { state } } : {} } };
				if (path === '/v1/session') return { body: { ...SESSION, mode } };
				if (path === `/v1/files/${SHA}`) return fetched;
				return undefined;
			},
			catalogue,
		);
		await settle(() => text().includes('评估报告'));
	}

	it.each([
		['central', 'centre', '已在中心，可以下载', '下载文件'],
		['central', null, '文件内容还没有送达中心', '再试下载'],
		['station', 'here', '已在本机，没有网络也能查看', '查看文件'],
		['station', 'waiting', '在本机，还没有送到中心', '查看文件'],
		['station', 'refused', '中心没有接收，只在本机', '查看文件'],
		['station', 'part', '只下载了一部分', '继续下载'],
		['station', null, '不在本机，下载需要网络', '下载文件'],
	] as const)('%s, %s: %s', async (mode, state, said, button) => {
		await at(mode, state);
		expect(text()).toContain(said);
		expect(named(button)).toBeDefined();
		expect(page.there.asked.some(({ path }) => path.startsWith('/v1/files/'))).toBe(false);
	});

	it('says that it did not come, why, and offers it again', async () => {
		await at('station', null, problem(503, 'busy', 'later'));
		await press(named('下载文件'));
		await settle(() => text().includes('没有下载成功'));
		expect(text()).toContain('错误 busy');
		expect(named('下载文件')).toBeDefined();
	});

	it('asks its author for the same file when the centre never got it', async () => {
		await at('central', null);
		expect(text()).toContain('重新选择原文件，继续上传');
	});

	it('tells nothing of one that is restricted', async () => {
		const whole = { ...doc, class: 32 };
		page = await show(`#/case/${CASE}/files`, ({ path }) => (path === `/v1/cases/${CASE}` ? { body: { ...caseDoc([whole]), files: {} } } : undefined), catalogue);
		await settle(() => named('下载文件'));
		expect(text()).not.toContain('送达中心');
	});
});
