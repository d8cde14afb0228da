// day_administrator.mjs - a morning of administration, printed as TAP (day.t starts
// it): a new colleague whose account one asks for and another grants, a computer let in by two people, a
// setting made stricter. What the pages must say is written here again.
import { readFileSync, existsSync, writeFileSync } from 'node:fs';
import { check } from './browser.mjs';
import { openDay, order } from './day.mjs';

const { CB_URL, CB_LOGIN, CB_PASSWORD, CB_SECRET, CB_SECOND, CB_SECOND_PASSWORD, CB_SECOND_SECRET, CB_CODE, CB_CHECK, CB_ENDED } = process.env;
const { page, button, scene, signIn, run } = await openDay(CB_URL, /status of (401|403)/);
const dialog = page.getByRole('alertdialog');
const inDialog = (name) => dialog.getByRole('button', { name, exact: true });
const part = (name) => page.locator('.admin-parts a', { hasText: name });
const row = (text) => page.locator('.admin-table tbody tr', { hasText: text });
async function until(what) {
	for (let i = 0; i < 200; i++) {
		if (what()) return what();
		await page.waitForTimeout(100);
	}
	return null;
}

await run(async () => {
	await page.goto(CB_URL);
	await signIn(CB_LOGIN, CB_PASSWORD, CB_SECRET);
	await page.locator('.admin-table').first().waitFor();
	await scene('administrator-staff');
	await button('新增人员').click();
	await dialog.locator('[data-field=name] input').fill('周海燕');
	await dialog.locator('[data-field=role] select').selectOption('nurse');
	await inDialog('保存').click();
	await inDialog('开通账号').click();
	await dialog.locator('input').fill('zhouhaiyan');
	await inDialog('开通账号').click();
	await dialog.locator('.notice-good').waitFor();
	check('it is said that another administrator has to grant it', (await inDialog('开通账号').count()) === 0);
	await inDialog('关闭').click();
	await page.getByText('为周海燕开通账号').waitFor();
	await scene('administrator-request', { height: 560 });

	await part('工作站').click();
	await button('发登记码').first().click();
	await inDialog('发登记码').click();
	await dialog.locator('.once').waitFor();
	writeFileSync(CB_CODE, `${await dialog.locator('.once').innerText()}\n`, { mode: 0o600 });
	await inDialog('我已转告').click();
	await order('enrol');
	const digits = await until(() => /\d{4}(?:-\d{4}){3}/.exec(existsSync(CB_CHECK) ? readFileSync(CB_CHECK, 'utf8') : '')?.[0]);
	check('the computer shows a check number', Boolean(digits));
	await button('退出').click();
	await signIn(CB_SECOND, CB_SECOND_PASSWORD, CB_SECOND_SECRET);
	await button('核准：为周海燕开通账号').click();
	await inDialog('核准').click();
	await dialog.locator('.once').waitFor();
	// A password in a picture is nobody's: it is covered before.
	if (process.env.CB_PICTURES) await dialog.locator('.once').evaluate((one) => (one.textContent = '7K2M-4XQD-9PTW-3HJC'));
	await scene('administrator-password', { height: 560 });
	await inDialog('我已转告').click();
	await dialog.waitFor({ state: 'detached' });
	await row('zhouhaiyan').waitFor();
	check('the new colleague has an account', true);
	await part('工作站').click();
	await button('核准').click();
	await dialog.locator('input').fill(digits.replaceAll('-', ''));
	await scene('administrator-grant', { height: 560 });
	await inDialog('核准').click();
	await dialog.waitFor({ state: 'detached' });
	check('another administrator lets it in', (await until(() => existsSync(CB_ENDED))) && readFileSync(CB_ENDED, 'utf8').trim() === '0');

	await part('设置').click();
	const small = row('区级统计：小于几的数字隐去');
	await small.waitFor();
	await scene('administrator-settings');
	await small.getByRole('button').click();
	await dialog.locator('input').fill('7');
	await inDialog('修改').click();
	await dialog.waitFor({ state: 'detached' });
	await small.getByText('7', { exact: true }).waitFor();
	check('a setting is made stricter', true);
});
