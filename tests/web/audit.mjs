// audit.mjs - the audit in a real browser, printed as TAP: an auditor searches the
// trail, makes the list of who saw a record and looks at emergencies; a supervisor
// reviews one. What the pages must say is written here again.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, enter, openBrowser } from './browser.mjs';

const { CB_ORDERS, CB_URL, CB_LOGIN, CB_PASSWORD, CB_SECRET, CB_BOSS, CB_BOSS_PASSWORD, CB_BOSS_NAME, CB_BOSS_STAFF, CB_WORKER_NAME, CB_NURSE_NAME, CB_CASE, CB_NUMBER, CB_CLIENT } = process.env;
if (!CB_URL || !CB_LOGIN || !CB_CASE) {
	console.error('CB_URL, CB_LOGIN and CB_CASE say where, as whom and about what.');
	process.exit(2);
}

const { page, button, look, lookTwice, run } = await openBrowser(CB_URL, /status of (401|404)/);
const dialog = page.getByRole('alertdialog');
const rows = page.locator('.trail-table tbody tr');
const part = (name) => page.locator('.admin-parts a', { hasText: name });
const record = page.getByLabel('记录、个案或人的记录号，或个案编号');

async function signIn(login, password) {
	await enter(page, login, password, CB_SECRET);
	await page.locator('.admin h1').waitFor();
}

/** Has something done to the trail, by whoever runs this. */
async function order(what) {
	writeFileSync(join(CB_ORDERS, what), '');
	while (existsSync(join(CB_ORDERS, what))) await page.waitForTimeout(100);
}

/** The page asks when it is opened. */
async function again() {
	await part('检索').click();
	await part('防篡改校验').click();
}

await run(async () => {
	await page.goto(CB_URL);
	await signIn(CB_LOGIN, CB_PASSWORD);
	check('an auditor begins with the audit', (await page.locator('h1').innerText()) === '审计');
	check('and has neither a caseload nor anything to administer', (await page.locator('.top nav a').allInnerTexts()).every((text) => !/个案|系统管理/.test(text)));
	await lookTwice('search');

	// ---- the search ----
	await button('检索').click();
	await rows.first().waitFor();
	check('without a condition the newest fifty are listed', (await rows.count()) === 50, await rows.count());
	check('the newest is the audit’s own sign-in or search', /登录|第二步验证|检索审计记录/.test(await rows.first().innerText()));
	await button('更早的').click();
	await page.waitForFunction(() => document.querySelectorAll('.trail-table tbody tr').length > 50);
	check('older ones follow on', (await rows.count()) > 50);
	await record.fill(CB_NUMBER);
	await page.getByLabel('类别').selectOption('read');
	await page.keyboard.press('Enter');
	await button('检索').click();
	await page.waitForFunction((name) => [...document.querySelectorAll('.trail-table tbody tr')].every((one) => /查看个案/.test(one.innerText)) && document.querySelector('.trail-table')?.innerText.includes(name), CB_BOSS_NAME);
	check('by a case number: who read the case', (await rows.filter({ hasText: CB_BOSS_NAME }).count()) === 3 && (await rows.filter({ hasText: CB_WORKER_NAME }).count()) >= 1);
	await rows.first().locator('summary').click();
	check('records are ids', /^[0-9a-f-]{36}$/.test(await rows.first().locator('code').first().innerText()));
	await lookTwice('found');
	check('no client is named', !(await page.content()).includes(CB_CLIENT));
	await page.setViewportSize({ width: 683, height: 384 });
	await lookTwice('found-200');
	check('at 200 % nothing is wider than the window', await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
	await page.setViewportSize({ width: 1366, height: 768 });
	await record.fill('');
	await page.getByRole('combobox').first().fill(CB_BOSS_NAME);
	await page.getByRole('option').first().click();
	await button('检索').click();
	await page.waitForFunction((name) => [...document.querySelectorAll('.trail-table tbody tr')].every((one) => one.innerText.includes(name)), CB_BOSS_NAME);
	const theirs = await page.evaluate(async (staff) => (await (await fetch(`/v1/audit?kind=read&staff=${staff}&limit=500`)).json()).rows.length, CB_BOSS_STAFF);
	check('by a member of staff: what they read', theirs >= 63 && (await rows.count()) === 50, theirs);
	await record.fill('QQ-1900-001');
	await button('检索').click();
	await page.locator('.notice-bad').waitFor();
	check('a number there is not is told, and what was typed stays', (await record.inputValue()) === 'QQ-1900-001');

	// ---- who saw it ----
	await part('谁看过').click();
	await button('列出').click();
	check('a list is of something', (await record.getAttribute('aria-invalid')) === 'true');
	await record.fill(CB_CASE);
	await button('列出').click();
	const sheet = page.locator('.readers-sheet');
	await sheet.waitFor();
	const told = await sheet.locator('tbody tr').filter({ hasText: CB_BOSS_NAME }).filter({ hasText: '查看个案' }).locator('.number').innerText();
	check('it says who, where and how often', told === '3', told);
	await lookTwice('readers');
	await page.emulateMedia({ media: 'print' });
	check('on paper there is the sheet and nothing around it', (await page.locator('.top, .trail-form, .admin-parts').evaluateAll((all) => all.every((one) => getComputedStyle(one).display === 'none'))) && (await sheet.isVisible()));
	await look('readers-paper', 'zh', ['color-contrast']);
	await page.emulateMedia({ media: null });

	// ---- the seal ----
	await part('防篡改校验').click();
	await page.getByText('审计记录尚未封存').waitFor();
	await lookTwice('seal-none');
	await order('seal');
	await again();
	const shown = page.locator('section[aria-label="防篡改校验"]');
	await shown.getByText(/第 1 期，\d+ 条/).first().waitFor();
	check('sealed, it says how far, and that nothing was found', (await shown.innerText()).includes('没有发现不符') && (await shown.locator('.notice-warn').count()) === 0, await shown.innerText());
	await lookTwice('seal-good');
	await order('change');
	await again();
	await shown.getByText(/发现 1 处不符/).waitFor();
	check('what was changed afterwards is found, and told in words', (await shown.locator('tbody tr').first().innerText()).includes('事后改动'), await shown.innerText());
	await lookTwice('seal-found');

	// ---- emergencies ----
	await part('紧急查看复核').click();
	const glass = page.locator('.review-list > li', { hasText: CB_NURSE_NAME });
	await glass.waitFor();
	check('one nobody reviewed in 72 hours is overdue, in words', (await glass.getByText('已逾期').count()) === 1);
	check('without its reason and the case number', !(await glass.innerText()).includes('昏迷') && !(await glass.innerText()).includes(CB_NUMBER));
	check('an auditor does not review it', (await glass.getByRole('button', { name: '复核', exact: true }).count()) === 0);
	await glass.getByRole('button', { name: '做了什么' }).click();
	await glass.locator('.review-steps li').first().waitFor();
	check('but sees what was done', (await glass.locator('.review-steps').innerText()).includes('紧急查看个案'));
	await lookTwice('emergencies');
	await button('退出').click();

	// ---- the supervisor ----
	await enter(page, CB_BOSS, CB_BOSS_PASSWORD);
	await page.locator('.top nav a', { hasText: '紧急复核' }).click();
	await glass.waitFor();
	check('a supervisor has the reviews and no trail', (await page.locator('.admin-parts').count()) === 0 && (await page.locator('h1').innerText()) === '紧急查看复核');
	check('with the reason, as it was typed', (await glass.innerText()).includes('<b>家属</b>'));
	await glass.getByRole('button', { name: '复核', exact: true }).click();
	await dialog.getByRole('button', { name: '复核', exact: true }).click();
	check('what is missing is told where it is', (await dialog.locator('.fault').count()) === 2);
	await look('review', 'zh');
	await dialog.getByText('合理', { exact: true }).click();
	await dialog.locator('textarea').fill('与急诊记录核对，确有必要。');
	await dialog.getByRole('button', { name: '复核', exact: true }).click();
	await glass.waitFor({ state: 'detached' });
	check('reviewed it is out of the list', true);
	await page.getByLabel('包括已复核的').check();
	await glass.getByText('合理', { exact: true }).waitFor();
	check('and stands among the reviewed with its finding', (await glass.innerText()).includes('确有必要'));
	await lookTwice('reviews');
});
