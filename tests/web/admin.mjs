// admin.mjs - a morning of administration, in a real browser, printed as TAP.
//
// A site's administrator takes on somebody, gives them an account and a code for a
// new computer; the system's grants what that computer asks, closes a forgotten
// account, and hides more of the small numbers. What the pages must say is written
// here again and not taken from the app.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { check, enter, openBrowser } from './browser.mjs';

const { CB_URL, CB_SITE, CB_CODE, CB_OLD, CB_CHECK, CB_ENDED, CB_FIRST, CB_FIRST_PASSWORD, CB_FIRST_SECRET, CB_SECOND, CB_SECOND_PASSWORD, CB_SECOND_SECRET } = process.env;
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
	await enter(page, login, password, secret);
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
	const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
	check(`${name}: at 200 % nothing is wider than the window`, await fits());
	await button('English').click();
	check(`${name}: nor in English`, await fits());
	await button('中文').click();
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
	await page.getByText('为周<b>海燕</b>开通账号').waitFor();
	check('an account is asked for, and whoever asked does not grant it', (await page.getByText('是您申请的').count()) === 1 && (await page.getByRole('button', { name: /^核准/ }).count()) === 0);
	await inDialog('关闭').click();
	const self = row('本人');
	const firstName = (await self.locator('th').innerText()).replace('本人', '').trim();
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
	const digits = () => /\d{4}-\d{4}-\d{4}-\d{4}/.exec(existsSync(CB_CHECK) ? readFileSync(CB_CHECK, 'utf8') : '')?.[0];
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
	await button('核准：为周<b>海燕</b>开通账号').click();
	await look('grant-account', 'zh');
	await inDialog('核准').click();
	await dialog.locator('.once').waitFor();
	const once = await dialog.locator('.once').innerText();
	check('the password is shown once, to who granted it', /^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/.test(once), once);
	await look('once', 'zh');
	await page.keyboard.press('Escape');
	check('and does not vanish by a slip', (await dialog.locator('.once').count()) === 1);
	await inDialog('我已转告').click();
	await dialog.waitFor({ state: 'detached' });
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
	await button(`管理${firstName}`).click();
	await inDialog('申请重置第二步验证').click();
	await inDialog('申请重置第二步验证').click();
	await page.getByText(`重置${firstName}的第二步验证`).waitFor();
	check('what is done to somebody with a password of their own waits a day', (await page.getByText('本人可以提出异议').count()) === 1 && (await page.getByText('是您申请的').count()) === 1);
	await inDialog('关闭').click();
	await lookTwice('requests');
	await at200('requests');
	await part('工作站').click();
	await button('核准').click();
	await dialog.locator('input').fill('0000000000000000');
	await inDialog('核准').click();
	await dialog.locator('.notice-bad').waitFor();
	check('a wrong number grants nothing', (await dialog.locator('input').inputValue()) === '0000000000000000');
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

	// ---- the register ----
	await page.locator('.top nav a', { hasText: '登记簿' }).click();
	await page.getByText('没有待办理的事项').waitFor();
	check('an administrator enters assessments and incidents, no requests', (await button('登记安全事件').count()) === 1 && (await button('登记影响评估').count()) === 1 && (await button('登记个人请求').count()) === 0);
	await lookTwice('register-empty');
	await button('登记安全事件').click();
	await inDialog('登记').click();
	check('what is missing is told', (await dialog.locator('.fault').filter({ hasText: /./ }).count()) === 2);
	await dialog.locator('select').selectOption('lost_device');
	await dialog.locator('textarea').fill('工作站在公交车上丢失<script>window.hit=1</script>');
	await page.keyboard.press('Escape');
	await dialog.waitFor({ state: 'detached' });
	await button('登记安全事件').click();
	check('a key too many costs nothing', (await dialog.locator('textarea').inputValue()).startsWith('工作站在公交车上丢失'));
	await look('register-new', 'zh');
	await inDialog('登记').click();
	await page.locator('.review-list > li').waitFor();
	await button('添加步骤').click();
	await dialog.locator('select').selectOption('told_authority');
	await dialog.locator('textarea').fill('已报告区卫生健康局');
	await inDialog('登记').click();
	await page.getByText('已报告主管部门').waitFor();
	await lookTwice('register');
	await page.setViewportSize({ width: 683, height: 384 });
	check('register: at 200 % nothing is wider than the window', await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
	await page.setViewportSize({ width: 1366, height: 768 });
	await button('添加步骤').click();
	await dialog.locator('select').selectOption('closed');
	await dialog.locator('textarea').fill('设备已找回并重新登记');
	await inDialog('登记').click();
	await page.getByText('没有待办理的事项').waitFor();
	await page.getByLabel('包括已办结的').check();
	await page.locator('.review-list > li').waitFor();
	check('closed it stays, and nothing can be added', (await page.getByText('已办结', { exact: true }).count()) === 1 && (await button('添加步骤').count()) === 0);

	// ---- what is kept, held and destroyed ----
	const [first, second] = CB_OLD.split(' ');
	const line = (id) => page.locator('.kept li', { hasText: id });
	await line(first).waitFor();
	check('an administrator sees a case by its id and days alone', (await line(second).innerText()).includes('保存至 2011-02-03') && !(await page.locator('.kept').innerText()).includes('QQ-'), await line(second).innerText());
	check('and where the spans come from', (await page.locator('.kept').innerText()).includes('《精神卫生法》第四十七条'));
	await lookTwice('register-kept');
	await button('保全个案').click();
	await inDialog('登记').click();
	check('a hold wants case, reference and reason', (await dialog.locator('.fault').filter({ hasText: /./ }).count()) === 3);
	await dialog.getByLabel('个案编号或标识').fill(second);
	await dialog.getByLabel('文号').fill('(2026) 民初 12 号');
	await dialog.getByLabel('原因').fill('诉讼未结<script>window.hit=1</script>');
	await look('hold', 'zh');
	await inDialog('登记').click();
	await line(second).getByText('保全中').waitFor();
	check('held, it cannot be proposed', (await button(`提出销毁：个案 ${second}`).count()) === 0);
	await button(`解除保全：个案 ${second}`).click();
	await dialog.locator('input').fill('已判决');
	await inDialog('解除保全').click();
	await button(`提出销毁：个案 ${second}`).click();
	await inDialog('提出销毁').click();
	await line(second).getByText('须另一名管理员核准').waitFor();
	check('who proposed does not grant', (await button(`核准并销毁：个案 ${second}`).count()) === 0);
	await at200('register-proposed');
	await button(`核准并销毁：个案 ${first}`).click();
	check('what it means is said before', (await dialog.innerText()).includes('不能恢复'));
	await look('destroy', 'zh');
	await inDialog('核准并销毁').click();
	await button(`查看证明：${first}`).click();
	await page.getByRole('heading', { name: '个案销毁证明' }).waitFor();
	check('the certificate says which case, and how much', (await page.locator('.certificate').innerText()).includes(first) && /销毁记录数：[1-9]/.test(await page.locator('.certificate').innerText()));
	await lookTwice('certificate');
	await button('返回登记簿').click();
	await line(first).waitFor();
	await page.locator('.top nav a', { hasText: '系统管理' }).click();
	await part('设置').click();
	await small.waitFor();

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
	await inDialog('Close').click();

	// ---- whom it is done to ----
	await button('中文').click();
	await button('退出').click();
	await page.locator('input[type=password]').waitFor();
	await signIn(CB_FIRST, CB_FIRST_PASSWORD, CB_FIRST_SECRET);
	const notice = page.locator('.notices .notice');
	check('whose second step is to be reset is told on every page, and until when', (await notice.innerText()).includes('申请重置您的第二步验证') && /\d\d-\d\d .*之后可由另一位管理员核准/.test(await notice.innerText()), await notice.allInnerTexts());
	check('and when they were here before', (await page.locator('.notices .before').innerText()).startsWith('上次登录：'));
	await lookTwice('notices');
	await at200('notices');
	await page.locator('.notices .before button').click();
	await part('机构').click();
	check('it stays on the next page', (await notice.count()) === 1 && (await page.locator('.notices .before').count()) === 0);
	await button('提出异议').click();
	await notice.waitFor({ state: 'detached' });
	const asked = await page.evaluate(async () => (await (await fetch('/v1/admin/accounts')).json()).requests);
	check('and their objection ends it', asked.length === 0, JSON.stringify(asked));
});
