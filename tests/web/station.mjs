// station.mjs - a day at a station without a network, in a real browser, printed
// as TAP.
//
//   CB_OPEN=http://127.70.1.2:40001/#key=… CB_PASSPHRASE=… CB_ORDERS=DIR node tests/web/station.mjs
//
// Opened with the one-time key; a note while the centre is there, one while it
// is not; the screen locked in the middle of a third, and opened again; then the
// network is back and everything arrives. `stop` and `start` in CB_ORDERS ask
// whoever runs this to take the centre away and bring it back.
//
// What the page must say is written here again and not taken from the app.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { check, openBrowser } from './browser.mjs';

const { CB_OPEN, CB_PASSPHRASE, CB_ORDERS } = process.env;
if (!CB_OPEN || !CB_PASSPHRASE || !CB_ORDERS) {
	console.error('CB_OPEN, CB_PASSPHRASE and CB_ORDERS say which page, how it is unlocked, and where orders are put.');
	process.exit(2);
}

const zh = {
	add: '添加服务记录', save: '保存', now: '现在', stored: '已保存在本机', draftKept: '草稿已保存在本机', onlyHere: /项只在本机/, synced: '已同步', syncNow: '立即同步', lock: '锁屏',
	locked: '已锁屏', unlock: '解锁', wrong: '口令不正确', away: '连接不上中心', safe: '没有只在本机的内容', nothing: '没有等待发送的内容', cases: '个案',
	sign: '签名', signNow: '确认签名', signed: '已签名', addTo: '补充',
};

async function order(what) {
	writeFileSync(join(CB_ORDERS, what), '');
	while (existsSync(join(CB_ORDERS, what))) await sleep(50);
}

// While the screen is locked, and for a wrong passphrase, the answer is a 401;
// history without a network, which nobody asks for here, would be a 503.
const { page, context, button, look, lookTwice, run } = await openBrowser(CB_OPEN);
const rows = page.locator('[role=grid] [role=row][data-index]');
const delivery = page.locator('.delivery');

async function choose(field, code) {
	const box = page.locator(`[data-field=${field}]`);
	if (await box.locator('select').count()) await box.locator('select').selectOption(code);
	else await box.locator(`input[type=radio][value="${code}"]`).check();
}

async function beginNote(aim) {
	await button(zh.add).click();
	await button(zh.now).click();
	await choose('kind', 'home_visit');
	await choose('status', 'completed');
	await page.locator('[data-field=aim] textarea').fill(aim);
}

const noteOf = (aim) => page.locator('article').filter({ hasText: aim }).first();

/** Signed and added to, both without a network. */
async function signsAndAdds(aim) {
	const dialog = page.getByRole('alertdialog');
	await noteOf(aim).locator('.record-line').click();
	await noteOf(aim).getByRole('button', { name: zh.sign, exact: true }).click();
	await dialog.getByRole('button', { name: zh.signNow, exact: true }).click();
	await noteOf(aim).getByText(zh.signed).first().waitFor();
	await noteOf(aim).getByRole('button', { name: zh.addTo, exact: true }).click();
	await dialog.locator('textarea').fill('当晚家属来电，已按约定服药。');
	await dialog.getByRole('button', { name: zh.save, exact: true }).click();
	await noteOf(aim).locator('.addition').waitFor();
	check('what is added to a signed note stands beneath it at once', (await noteOf(aim).locator('.addition').innerText()).includes('当晚家属来电'));
}

await run(async () => {
	await page.goto(CB_OPEN);
	await page.locator('nav').getByRole('link', { name: zh.cases, exact: true }).click();
	await rows.first().waitFor();
	check('the key is gone from the address', !page.url().includes('key='), page.url());
	await lookTwice('station-caseload');
	const line = await page.evaluate(async () => {
		const { rows: all } = await (await fetch('/v1/caseload?limit=5000')).json();
		return all.find((one) => one.name && one.phase === 'intervention') ?? all[0];
	});
	await page.evaluate((id) => (location.hash = `#/case/${id}`), line.case);
	await page.getByRole('heading', { name: line.name, level: 1 }).waitFor();
	await lookTwice('station-case');
	for (const [side, id] of [['plan', 'plans'], ['scales', 'scales'], ['people', 'members'], ['map', 'map'], ['files', 'files']]) {
		await page.evaluate((hash) => (location.hash = hash), `#/case/${line.case}/${side}`);
		await page.locator(`#${id}`).waitFor();
		await look(`station-case-${side}`, 'zh');
	}
	await page.evaluate((id) => (location.hash = `#/case/${id}`), line.case);
	await button(zh.add).waitFor();

	const mark = `station ${Date.now().toString(36)}`;
	await beginNote(`${mark} one`);
	await button(zh.save).click();
	await noteOf(`${mark} one`).waitFor();
	check('a saved note says where it is', (await noteOf(`${mark} one`).innerText()).includes(zh.stored), await noteOf(`${mark} one`).innerText());
	await delivery.getByText(zh.onlyHere).waitFor({ timeout: 5000 });
	await delivery.getByText(zh.synced).waitFor({ timeout: 20000 });
	check('with a network it is at the centre within seconds', true);

	await order('stop');
	await beginNote(`${mark} two`);
	await button(zh.save).click();
	await noteOf(`${mark} two`).waitFor();
	await delivery.getByText(zh.onlyHere).waitFor({ timeout: 20000 });
	check('without one it says that it is only here', true);
	await delivery.getByRole('link').click();
	await page.getByRole('cell', { name: /只在本机|未确认/ }).waitFor();
	check('one line for the one record that waits', (await page.getByRole('row').count()) === 2, await page.getByRole('row').allInnerTexts());
	await lookTwice('station-sync');
	await button(zh.syncNow).click();
	await page.getByText(zh.away).waitFor({ timeout: 20000 });
	check('a round without a network says why it failed', true);
	await look('station-sync-away', 'zh');

	await page.goBack();
	await signsAndAdds(`${mark} two`);
	await beginNote(`${mark} three`);
	await page.getByText(zh.draftKept).waitFor({ timeout: 5000 });
	check('a draft is kept in the store as it is typed', true);
	await button(zh.lock).click();
	await page.getByRole('heading', { name: zh.locked }).waitFor();
	check('a locked screen shows nobody', (await page.getByText(line.name).count()) === 0 && (await page.getByText(mark).count()) === 0);
	await lookTwice('station-locked');
	check('and nothing is answered behind it', (await page.evaluate(async () => (await fetch('/v1/caseload')).status)) === 401);
	await page.locator('input[type=password]').fill(`${CB_PASSPHRASE}-not`);
	await button(zh.unlock).click();
	await page.getByRole('alert').waitFor();
	check('a wrong passphrase is told in a sentence', (await page.getByRole('alert').innerText()).includes(zh.wrong));
	await page.locator('input[type=password]').fill(CB_PASSPHRASE);
	await button(zh.unlock).click();
	const aim = page.locator('[data-field=aim] textarea');
	await aim.waitFor();
	check('what was typed before is still there', (await aim.inputValue()) === `${mark} three`, await aim.inputValue());
	await button(zh.save).click();
	await noteOf(`${mark} three`).waitFor();

	await order('start');
	await delivery.getByRole('link').click();
	await button(zh.syncNow).click();
	await page.getByText(zh.safe).waitFor({ timeout: 30000 });
	check('with a network again nothing is only here', (await page.getByText(zh.nothing).count()) === 1);
	await lookTwice('station-sync-safe');
	const after = await page.evaluate(async (id) => (await fetch(`/v1/cases/${id}`)).json(), line.case);
	const added = after.records.filter((one) => one.type === 'conflict' && one.body.note === undefined && JSON.stringify(one.body.value ?? '').includes('当晚家属来电'));
	check('the addition arrived as one, and asks nobody anything', added.length === 1 && added[0].ver === 1 && added[0].body.addendum === true && added[0].body.settled === true, JSON.stringify(added));
	const kept = await page.evaluate(async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]);
	check('nothing is left in the browser’s storage', kept.every((n) => n === 0), kept);
	const cookies = (await context.cookies()).filter((one) => !one.httpOnly).map((one) => `${one.name}=${one.value}`);
	check('the only readable cookie names the language', cookies.every((one) => /^lang=(zh|en)$/.test(one)), cookies);
});
