// restricted.mjs - a restricted document as its author meets it, printed as TAP.
//
//   CB_URL=… CB_LOGIN=… CB_PASSWORD=… CB_CASE=ID CB_ORDERS=DIR node tests/web/restricted.mjs
//
// With its case it is told of and nothing more, to the page and to its script. Opened,
// it asks who is there when the last proof is old; a wrong password opens nothing; when
// the screen is locked it is closed. An order `stale` in CB_ORDERS has the test make
// every proof old.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, enter, openBrowser } from './browser.mjs';

const { CB_URL, CB_LOGIN, CB_PASSWORD, CB_CASE, CB_ORDERS } = process.env;
if (!CB_URL || !CB_LOGIN || !CB_PASSWORD || !CB_CASE || !CB_ORDERS) {
	console.error('CB_URL, CB_LOGIN, CB_PASSWORD, CB_CASE and CB_ORDERS say where, as whom, which case, and where orders are left.');
	process.exit(2);
}
const SECRET = '只给自己看的话：家属不愿意别人知道';

const { page, button, look, lookTwice, run } = await openBrowser(CB_URL, /status of 40[13]/);
const card = page.locator('article.card').filter({ hasText: /限制阅读|Restricted/ }).first();
const dialog = page.locator('[role=alertdialog]');
const go = (hash) => page.evaluate((to) => (location.hash = to), hash);

async function proofsAreOld() {
	writeFileSync(join(CB_ORDERS, 'stale'), '');
	while (existsSync(join(CB_ORDERS, 'stale'))) await page.waitForTimeout(50);
}

async function prove(password) {
	await dialog.locator('input[type=password]').fill(password);
	await dialog.getByRole('button', { name: '继续', exact: true }).click();
}

/** The text stands nowhere in the page, nor in what its script was given of the case. */
async function isClosed(what) {
	const given = await page.evaluate(async (id) => (await fetch(`/v1/cases/${id}`)).text(), CB_CASE);
	check(what, !(await page.content()).includes(SECRET) && !given.includes(SECRET));
}

await run(async () => {
	await page.goto(CB_URL);
	await enter(page, CB_LOGIN, CB_PASSWORD);
	await page.locator('header.top').waitFor();
	const status = await page.evaluate(
		async ([id, text]) => {
			const hex = () => Math.floor(Math.random() * 65536).toString(16).padStart(4, '0');
			const time = Date.now().toString(16).padStart(12, '0');
			const uuid = () => `${time.slice(0, 8)}-${time.slice(8)}-7${hex().slice(1)}-8${hex().slice(1)}-${hex()}${hex()}${hex()}`;
			const set = { title: '谈话逐字稿', kind: 'transcript', status: 'final', made: '2026-11-20', restricted: true, text };
			const change = { id: uuid(), tx: null, rec: uuid(), type: 'document', case: id, op: 'create', set, unset: [], seen: {}, base_ver: 0, after: null, entered_at: '2026-11-22T10:00:00+08:00' };
			const answer = await fetch('/v1/changes', { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Casebridge': 'web' }, body: JSON.stringify({ changes: [change] }) });
			return (await answer.json()).results[0].status;
		},
		[CB_CASE, SECRET],
	);
	check('a restricted document is written', status === 'applied', status);

	await go(`#/case/${CB_CASE}/files`);
	await card.getByRole('button', { name: '打开', exact: true }).waitFor();
	await isClosed('with its case it is told of, and nothing it says');
	await lookTwice('restricted-closed');
	await go(`#/case/${CB_CASE}`);
	await page.locator('.timeline article').first().waitFor();
	await lookTwice('restricted-timeline');

	await go(`#/case/${CB_CASE}/files`);
	await proofsAreOld();
	await card.getByRole('button', { name: '打开', exact: true }).click();
	await dialog.waitFor();
	await look('restricted-proof', 'zh');
	await prove(`${CB_PASSWORD}-not`);
	await dialog.locator('[role=alert], .fault').first().waitFor();
	await isClosed('a wrong password opens nothing');
	await look('restricted-proof-refused', 'zh');
	await prove(CB_PASSWORD);
	await card.getByText(SECRET).waitFor({ timeout: 15000 });
	check('with the right one it is open', true);
	await lookTwice('restricted-open');

	await button('锁屏').click();
	await page.getByRole('heading', { name: '已锁屏' }).waitFor();
	await isClosed('behind a locked screen nothing of it is there');
	await page.locator('input[type=password]').fill(CB_PASSWORD);
	await button('解锁').click();
	await card.getByRole('button', { name: '打开', exact: true }).waitFor();
	await isClosed('nor after it, until it is opened again');

	// In English, from the beginning.
	await button('English').click();
	await proofsAreOld();
	await card.locator('.closed button').click();
	await dialog.waitFor();
	await look('restricted-proof', 'en');
	await dialog.locator('input[type=password]').fill(CB_PASSWORD);
	await dialog.getByRole('button', { name: 'Continue', exact: true }).click();
	await page.getByText(SECRET).waitFor({ timeout: 15000 });
	await look('restricted-open', 'en');
});
