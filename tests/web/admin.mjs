// admin.mjs - a morning of administration, in a real browser, printed as TAP.
//
// A site's administrator takes on somebody, gives them an account and a code for a
// new computer; the system's grants what that computer asks, closes a forgotten
// account, and hides more of the small numbers. What the pages must say is written
// here again and not taken from the app.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { check, codeOf, openBrowser } from './browser.mjs';

const { CB_URL, CB_SITE, CB_CODE, CB_CHECK, CB_ENDED, CB_FIRST, CB_FIRST_PASSWORD, CB_FIRST_SECRET, CB_SECOND, CB_SECOND_PASSWORD, CB_SECOND_SECRET } = process.env;
if (!CB_URL || !CB_FIRST || !CB_SECOND) {
	console.error('CB_URL, CB_FIRST and CB_SECOND say where and as whom to sign in.');
	process.exit(2);
}

const { page, button, look, lookTwice, run } = await openBrowser(CB_URL, /status of (401|403|422)/);
const dialog = page.getByRole('alertdialog');
const inDialog = (name) => dialog.getByRole('button', { name, exact: true });
const row = (text) => page.locator('.admin-table tbody tr', { hasText: text });
const part = (name) => page.locator('.admin-parts a', { hasText: name });

async function signIn(login, password, secret) {
	await page.getByLabel('账号').fill(login);
	await page.locator('input[type=password]').fill(password);
	await button('登录').click();
	await page.locator('input.code').fill(codeOf(secret));
	await page.keyboard.press('Enter');
	await page.locator('.admin-table').first().waitFor();
}
async function until(what, ms = 20000) {
	const end = Date.now() + ms;
	while (Date.now() < end) {
		if (what()) return true;
		await page.waitForTimeout(100);
	}
	return false;
}
const at200 = async (name) => {
	await page.setViewportSize({ width: 683, height: 384 });
	await lookTwice(`${name}-200`);
	check(`${name}: at 200 % nothing is wider than the window`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
	await page.setViewportSize({ width: 1366, height: 768 });
};

await run(async () => {
	await page.goto(CB_URL);
	await signIn(CB_FIRST, CB_FIRST_PASSWORD, CB_FIRST_SECRET);

	// ---- staff ----
	check('an administrator begins with people and accounts', (await page.locator('h1').innerText()) === '系统管理' && (await part('人员与账号').getAttribute('aria-current')) === 'page');
	check('and has no caseload', (await page.locator('.top nav a', { hasText: '个案' }).count()) === 0);
	check('nor settings, which are the system’s', (await part('设置').count()) === 0);
	const shown = await page.evaluate(async () => (await (await fetch('/v1/admin/accounts')).json()).rows);
	check('everybody of the site is there, with login', (await row(shown[0].login).count()) === 1 && shown.length > 0);
	await lookTwice('staff');
	await at200('staff');
	await button('新增人员').click();
	await dialog.waitFor();
	await dialog.locator('[data-field=name] input').fill('周<b>海燕</b>');
	await dialog.locator('[data-field=role] select').selectOption('nurse');
	check('a site gives no role that looks beyond it', (await dialog.locator('[data-field=role] option').allInnerTexts()).every((text) => !/系统管理员|审计员|区级/.test(text)));
	await look('new-staff', 'zh');
	await inDialog('保存').click();
	await inDialog('开通账号').waitFor();
	check('the new person is there, markup and all, and harmless', (await dialog.getByRole('heading').innerText()) === '周<b>海燕</b>');
	await inDialog('开通账号').click();
	await dialog.locator('input').fill('Zhou Haiyan');
	await inDialog('开通账号').click();
	check('a login that cannot be one is told at the field', (await dialog.locator('input').getAttribute('aria-invalid')) === 'true' && (await dialog.locator('.fault').count()) === 1);
	await dialog.locator('input').fill(shown[0].login);
	await inDialog('开通账号').click();
	await dialog.locator('.notice-bad').waitFor();
	check('one that is taken is told, and what was typed stays', (await dialog.locator('input').inputValue()) === shown[0].login);
	await dialog.locator('input').fill('zhou.haiyan');
	await inDialog('开通账号').click();
	await dialog.locator('.once').waitFor();
	const once = await dialog.locator('.once').innerText();
	check('the password is shown once', /^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/.test(once), once);
	await look('once', 'zh');
	await page.keyboard.press('Escape');
	check('and does not vanish by a slip', (await dialog.locator('.once').count()) === 1);
	await inDialog('我已转告').click();
	await inDialog('关闭').click();
	check('the page does not keep it', !(await page.content()).includes(once));
	const works = await page.evaluate(
		async ([login, password]) => (await fetch('/v1/session', { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Casebridge': 'web' }, body: JSON.stringify({ login, password }), credentials: 'omit' })).status,
		['zhou.haiyan', once],
	);
	check('it signs in', works === 201, works);
	await button('管理周<b>海燕</b>').click();
	await inDialog('停用账号').click();
	await inDialog('停用账号').click();
	await row('zhou.haiyan').locator('.chip', { hasText: '已停用' }).waitFor();
	await inDialog('关闭').click();
	check('suspended is said in words', true);
	const self = row('本人');
	await self.getByRole('button').click();
	check('one does not administer oneself', (await dialog.getByText('由另一位管理员管理').count()) === 1 && (await dialog.locator('.admin-acts').count()) === 0);
	await page.keyboard.press('Escape');

	// ---- a station, first half ----
	await part('工作站').click();
	await button('发登记码').first().waitFor();
	await lookTwice('stations');
	await button('发登记码').click();
	await inDialog('发登记码').click();
	await dialog.locator('.once').waitFor();
	writeFileSync(CB_CODE, `${await dialog.locator('.once').innerText()}\n`, { mode: 0o600 });
	await inDialog('我已转告').click();
	const digits = () => /\d{4}-\d{4}-\d{4}/.exec(existsSync(CB_CHECK) ? readFileSync(CB_CHECK, 'utf8') : '')?.[0];
	check('the station asks and shows a check number', await until(digits), existsSync(CB_CHECK) && readFileSync(CB_CHECK, 'utf8'));
	await page.reload();
	await page.getByText(`${CB_SITE}的一台电脑申请接入`).waitFor();
	check('who made the code is told that another grants it', (await page.getByText('须由另一位管理员核准').count()) === 1 && (await button('核准').count()) === 0);
	await part('机构').click();
	await row(CB_SITE).waitFor();
	check('of the sites an own one only is changed', (await page.locator('.admin-table .act button').count()) === 1);
	await row(CB_SITE).getByRole('button').click();
	await dialog.locator('[data-field=hours] input').fill('周一至周五 8:30–17:00');
	await inDialog('保存').click();
	await row('周一至周五 8:30–17:00').waitFor();
	check('opening hours are kept', true);
	await lookTwice('sites');
	await button('退出').click();

	// ---- the second administrator ----
	await signIn(CB_SECOND, CB_SECOND_PASSWORD, CB_SECOND_SECRET);
	await part('工作站').click();
	await button('核准').click();
	await dialog.locator('input').fill('000000000000');
	await inDialog('核准').click();
	await dialog.locator('.notice-bad').waitFor();
	check('a wrong number grants nothing', (await dialog.locator('input').inputValue()) === '000000000000');
	await look('grant', 'zh');
	await dialog.locator('input').fill(digits().replaceAll('-', ''));
	await page.keyboard.press('Enter');
	await dialog.waitFor({ state: 'detached' });
	check('the right one lets the station in', (await until(() => existsSync(CB_ENDED))) && readFileSync(CB_ENDED, 'utf8').trim() === '0');
	await page.reload();
	await page.locator('.admin-table').waitFor();
	const before = await page.evaluate(async () => (await (await fetch('/v1/admin/devices')).json()).devices);
	const mine = before.find((one) => one.granted_by);
	check('it stands in the list with who granted it', Boolean(mine) && (await row(mine.id.slice(-8)).count()) === 1, JSON.stringify(mine));
	await row(mine.id.slice(-8)).getByRole('button').click();
	await look('station', 'zh');
	await inDialog('锁定').click();
	await inDialog('锁定').click();
	check('a lock wants its reason', (await dialog.locator('input').getAttribute('aria-invalid')) === 'true');
	await dialog.locator('input').fill('电脑丢失');
	await inDialog('锁定').click();
	await row(mine.id.slice(-8)).getByText('已下令锁定').waitFor();
	check('and is ordered', true);
	await lookTwice('stations-all');
	await at200('stations');

	// ---- packs and settings ----
	await part('项目包').click();
	await row('PHQ-9').first().waitFor();
	const inForce = await page.evaluate(async () => {
		const { packs, forms, scales } = await (await fetch('/v1/catalogue')).json();
		return [packs, forms, scales].reduce((n, all) => n + Object.keys(all).length, 0);
	});
	check('every programme, form and scale is listed', (await page.locator('.admin-table tbody tr').count()) === inForce, inForce);
	await lookTwice('packs');
	await part('设置').click();
	const small = row('区级统计：小于几的数字隐去');
	await small.waitFor();
	await lookTwice('settings');
	await small.getByRole('button').click();
	await dialog.locator('input').fill('4');
	await inDialog('修改').click();
	check('hiding less than the file says is refused at the field', (await dialog.locator('.fault').innerText()).includes('5'));
	await dialog.locator('input').fill('8');
	await inDialog('修改').click();
	await dialog.waitFor({ state: 'detached' });
	await small.getByText('8', { exact: true }).waitFor();
	const now = await page.evaluate(async () => (await (await fetch('/v1/admin/settings')).json()).settings.find((one) => one.key === 'figures-below-sites'));
	check('hiding more is taken at once', now.value === 8 && now.set === true, JSON.stringify(now));
	check('with who did it', (await small.innerText()).includes('设定'));
	await at200('settings');

	// ---- the questions in English ----
	await button('English').click();
	await small.or(row('District figures hide counts below')).getByRole('button').click();
	await look('setting', 'en');
	await inDialog('Cancel').click();
	await part('Sites').click();
	await button('New site').click();
	await look('new-site', 'en');
	await inDialog('Cancel').click();
	await part('Stations').click();
	await button('Make a code').click();
	await look('new-code', 'en');
	await inDialog('Cancel').click();
	await row(mine.id.slice(-8)).getByRole('button').click();
	await inDialog('Wipe').click();
	await look('wipe', 'en');
	await inDialog('Cancel').click();
	await part('Staff and accounts').click();
	await button('Manage 周<b>海燕</b>').click();
	await look('person', 'en');
});
