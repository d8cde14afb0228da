// door.mjs - signing in and what belongs to it, in a real browser, printed as TAP.
//
// A first password is changed, an administrator sets up the second factor and signs in
// with it and with a recovery code, by keyboard; a page that was left is locked and
// keeps what was typed; what is dangerous asks once more and then goes on; sessions are
// ended from another browser. Codes are reckoned here, from the key the page shows.
import { check, codeOf, end, enter, openBrowser } from './browser.mjs';

const { CB_URL, CB_NURSE, CB_DOCTOR, CB_DOCTOR_PASSWORD, CB_BOSS } = process.env;
if (!CB_URL || !CB_NURSE || !CB_DOCTOR || !CB_DOCTOR_PASSWORD || !CB_BOSS) {
	console.error('CB_URL, CB_NURSE, CB_DOCTOR, CB_DOCTOR_PASSWORD and CB_BOSS say where and as whom to sign in.');
	process.exit(2);
}

const zh = {
	save: '保存新密码', goOn: '继续', confirm: '确认', finish: '完成', signOut: '退出', recovery: '手机不在身边：使用恢复码', setUp: '设置',
	lock: '锁屏', unlock: '解锁', account: '我的账号', proof: '请确认是您本人', endOthers: '退出其他所有地方', locked: '已锁屏', cancel: '取消',
};

const first = await openBrowser(CB_URL, /status of (401|403|422)/);
const { page, button, lookTwice, watch } = first;
const password = () => page.locator('input[type=password]');
async function signIn({ page: at, button: press }, login, word) {
	await enter(at, login, word);
}

await watch(async () => {
	// ---- a first password
	await page.goto(CB_URL);
	await signIn(first, CB_NURSE, 'a temporary one, said by phone');
	await page.getByRole('heading', { name: '请设置自己的密码' }).waitFor();
	check('whose password others chose gets no further', (await page.locator('header.top').count()) === 0);
	check('and the page has no data of theirs', await page.evaluate(async () => (await fetch('/v1/caseload')).status) === 401);
	await lookTwice('first-password');
	await button(zh.save).click();
	check('an empty box is told', (await page.locator('.fault').count()) > 0);
	await password().nth(0).fill('Password12345678');
	await password().nth(1).fill('Password12345678');
	await button(zh.save).click();
	check('a password many people use is told', (await page.getByRole('alert').innerText()).includes('很多人用'));
	await password().nth(0).fill('three herons by the river');
	await password().nth(1).fill('three herons by the lake');
	await button(zh.save).click();
	check('two that differ are told', (await page.locator('.fault').innerText()).includes('不一样'));
	await password().nth(1).fill('three herons by the river');
	await page.keyboard.press('Enter');
	await page.locator('header.top').waitFor();
	check('with one of her own she is in', true);

	// ---- a page that was left
	await page.clock.install();
	await page.reload();
	await page.locator('header.top').waitFor();
	const [{ case: at }] = await page.evaluate(async () => (await (await fetch('/v1/caseload?limit=1')).json()).rows);
	await page.evaluate((to) => (location.hash = to), `#/case/${at}/add/service`);
	const box = page.locator('form.record-form textarea').first();
	await box.waitFor();
	await box.fill('写到一半，被叫走了');
	const where = page.url();
	// As with a lid that was shut: what is due happens once, and no request runs out of time.
	await page.clock.fastForward(16 * 60_000);
	await page.getByRole('heading', { name: zh.locked }).waitFor();
	check('a page nobody touched is locked', (await page.locator('header.top').count()) === 0);
	check('and shows nothing of anybody', !(await page.locator('body').innerText()).includes('写到一半'));
	// The page goes dark first and tells the centre then.
	let status = 0;
	for (let i = 0; i < 50 && status !== 401; i++) status = await page.evaluate(async () => (await fetch('/v1/caseload')).status);
	check('the centre gives it nothing either', status === 401, status);
	await lookTwice('locked-online');
	await password().fill('wrong herons by the river');
	await page.keyboard.press('Enter');
	await page.getByRole('alert').waitFor();
	await password().fill('three herons by the river');
	await page.keyboard.press('Enter');
	await page.locator('header.top').waitFor();
	check('the password opens it where it was', page.url() === where, page.url());
	check('with what was typed', (await page.locator('form.record-form textarea').first().inputValue()) === '写到一半，被叫走了');
	await button(zh.lock).click();
	await page.getByRole('heading', { name: zh.locked }).waitFor();
	await page.reload();
	await page.getByRole('heading', { name: zh.locked }).waitFor();
	check('a locked page stays locked when it is loaded anew', true);
	await button('退出登录').click();
	await page.getByLabel('账号', { exact: true }).waitFor();

	// ---- an administrator sets up the second factor
	await signIn(first, CB_BOSS, 'correct horse battery');
	await page.getByRole('heading', { name: '设置第二步验证' }).waitFor();
	await page.locator('svg.qr path').waitFor();
	const secret = await page.locator('.factor-key code').innerText();
	check('the picture is a picture', (await page.locator('svg.qr path').getAttribute('d')).length > 1000);
	await lookTwice('second-factor');
	await page.setViewportSize({ width: 683, height: 384 });
	check('at 200 % nothing is wider than the window', await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
	await page.setViewportSize({ width: 1366, height: 768 });
	const key = (await page.locator('.factor-key code').innerText()).replace(/\s/g, '');
	check('a change of language keeps the key', key === secret.replace(/\s/g, ''));
	await page.locator('input.code').fill('000000');
	await page.keyboard.press('Enter');
	await page.getByRole('alert').waitFor();
	await page.locator('input.code').fill(codeOf(key));
	await page.keyboard.press('Enter');
	await page.locator('.recovery').waitFor();
	const codes = await page.locator('.recovery li').allInnerTexts();
	check('ten recovery codes are shown', codes.length === 10 && codes.every((code) => /^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/.test(code)), codes.join(' '));
	await lookTwice('recovery-codes');
	await button(zh.finish).click();
	check('nobody goes on who did not keep them', (await page.locator('.recovery .fault').count()) === 1);
	await page.keyboard.press('Space');
	await button(zh.finish).click();
	await page.locator('header.top').waitFor();
	check('then the administrator is in', true);

	// ---- and signs in with it, by keyboard alone
	await button(zh.signOut).click();
	await page.getByLabel('账号', { exact: true }).waitFor();
	await page.getByLabel('账号', { exact: true }).focus();
	await page.keyboard.type(CB_BOSS);
	await page.keyboard.press('Tab');
	await page.keyboard.type('correct horse battery');
	await page.keyboard.press('Enter');
	await page.locator('input.code').waitFor();
	check('the box of the code has the focus', await page.evaluate(() => document.activeElement?.classList.contains('code')));
	await lookTwice('code');
	await page.locator('input.code').focus();
	await page.keyboard.type(codeOf(key));
	await page.keyboard.press('Enter');
	await page.getByRole('alert').waitFor();
	check('the code that confirmed it is not taken again', (await page.getByRole('alert').innerText()).includes('已经用过'));
	await page.reload();
	await page.locator('input.code').waitFor();
	check('a page loaded anew goes on at the second step', true);
	await button(zh.recovery).click();
	await page.getByLabel('恢复码').fill(codes[0].toLowerCase());
	await page.keyboard.press('Enter');
	await page.locator('header.top').waitFor();
	check('a recovery code lets in', true);
	await button(zh.signOut).click();
	await page.getByLabel('账号', { exact: true }).waitFor();

	// ---- what is dangerous asks once more
	await signIn(first, CB_DOCTOR, CB_DOCTOR_PASSWORD);
	await page.locator('a.who').click();
	await page.getByRole('heading', { name: zh.account, level: 1 }).waitFor();
	await page.locator('.account .card').nth(4).waitFor();
	await lookTwice('account');
	await page.setViewportSize({ width: 683, height: 384 });
	check('at 200 % the account is no wider than the window', await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
	await page.setViewportSize({ width: 1366, height: 768 });
	await button(zh.setUp).click();
	const dialog = page.getByRole('alertdialog');
	await dialog.waitFor();
	check('setting up a factor asks for the password', (await dialog.innerText()).includes(zh.proof));
	await first.look('step-up', 'zh');
	await dialog.locator('input[type=password]').fill('wrong herons by the river');
	await page.keyboard.press('Enter');
	await dialog.getByRole('alert').waitFor();
	await dialog.locator('input[type=password]').fill(CB_DOCTOR_PASSWORD);
	await page.keyboard.press('Enter');
	await page.locator('svg.qr path').waitFor();
	check('and goes on with what was asked', (await dialog.count()) === 0);
	await button(zh.cancel).click();
});

// ---- two browsers of one person
const second = await openBrowser(CB_URL, /status of (401|403|422)/);
await second.watch(async () => {
	await second.page.goto(CB_URL);
	await signIn(second, CB_DOCTOR, CB_DOCTOR_PASSWORD);
	await second.page.locator('a.who').click();
	await second.page.locator('.account table').first().waitFor();
	const rows = second.page.locator('.account table').first().locator('tbody tr');
	check('both are listed', (await rows.count()) === 2 && (await rows.first().innerText()).includes('Chrome · Linux'), await rows.allInnerTexts());
	await second.button(zh.endOthers).click();
	await second.page.waitForFunction(() => document.querySelectorAll('.account table')[0]?.querySelectorAll('tbody tr').length === 1);
	check('the other is ended', (await first.page.evaluate(async () => (await fetch('/v1/session')).status)) === 401);
});
await first.context.close();
await second.context.close();
end();
