// today.mjs - the first hour of a station's nurse, in a real browser, printed as TAP.
//
//   CB_URL=https://… CB_LOGIN=… CB_PASSWORD=… node tests/web/today.mjs
//
// Who is due, the latest first; the form for the first with one press.
// What the page must say is written here again and not taken from the app.
import { check, openBrowser } from './browser.mjs';

const { CB_URL, CB_LOGIN, CB_PASSWORD } = process.env;
if (!CB_URL || !CB_LOGIN || !CB_PASSWORD) {
	console.error('CB_URL, CB_LOGIN and CB_PASSWORD say where and as whom to sign in.');
	process.exit(2);
}

const zh = { signIn: '登录', begin: /填写/, today: '今天' };
const { page, button, lookTwice, run } = await openBrowser(CB_URL);
const lines = page.locator('.owed-line');

await run(async () => {
	await page.goto(CB_URL);
	await page.getByLabel('账号').fill(CB_LOGIN);
	await page.locator('input[type=password]').fill(CB_PASSWORD);
	await button(zh.signIn).click();
	await lines.first().waitFor();
	await page.locator('.beside').waitFor();
	// The same reckoned here from the lines of the caseload.
	const owed = await page.evaluate(async () => {
		const { rows } = await (await fetch('/v1/caseload?limit=5000')).json();
		const day = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10);
		const end = new Date(Date.now() + (8 + 7 * 24) * 3600e3).toISOString().slice(0, 10);
		return rows.filter((one) => one.next_due && one.next_due <= end).map((one) => ({ ...one, late: one.next_due < day })).sort((a, b) => (a.next_due < b.next_due ? -1 : 1));
	});
	check('the day begins with who is due the longest', owed.length > 0 && (await lines.first().getAttribute('data-case')) !== null && (await lines.first().innerText()).includes(owed[0].next_due), owed[0]?.next_due);
	check('everybody due within a week is there', (await page.locator('.owed .kind-n').first().innerText()) === String(owed.length), owed.length);
	await lookTwice('today');
	await page.setViewportSize({ width: 683, height: 384 });
	await lookTwice('today-200');
	check('at 200 % nothing is wider than the window', await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
	await page.setViewportSize({ width: 1366, height: 768 });
	await lines.first().getByRole('button').click();
	await page.locator('form.record-form').waitFor();
	check('one press opens a form', /#\/case\/[0-9a-f-]{36}\/(add|edit)\//.test(page.url()), page.url());
	await page.goBack();
	await lines.first().waitFor();
	check('one press back is the day again', true);
});
