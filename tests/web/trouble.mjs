// trouble.mjs - what nobody tidied, on every page it can reach: very many lines, very
// long names, script and markup in every field, and nothing at all. Printed as TAP.
//
//   CB_URL=… CB_LOGIN=… CB_PASSWORD=… CB_CASE=ID node tests/web/trouble.mjs
//
// Text is text, wherever it came from; nothing runs over the edge of the page; and a
// long list answers a key at once.
import { check, enter, openBrowser } from './browser.mjs';
import { fillCase } from './fill.mjs';

const { CB_URL, CB_LOGIN, CB_PASSWORD, CB_CASE } = process.env;
if (!CB_URL || !CB_LOGIN || !CB_PASSWORD || !CB_CASE) {
	console.error('CB_URL, CB_LOGIN, CB_PASSWORD and CB_CASE say where, as whom, and which case.');
	process.exit(2);
}
const LINES = 10_000;
/** Milliseconds on a machine that does other things as well. */
const AT_ONCE = 3000;
const NASTY = `<img src=x onerror="window.hit=1"><script>window.hit=1</script></textarea><svg onload=window.hit=1>{{7*7}}\${7*7}'";--\u202e反写\u202c𠮷${'很长的一段没有空格的文字'.repeat(30)}`;

const browser = await openBrowser(CB_URL, /status of 40[1349]/);
const { page, button } = browser;
const go = (hash) => page.evaluate((to) => (location.hash = to), hash);

/** Nothing ran, nothing became an element, nothing stands over the edge. */
async function isTame(where) {
	const found = await page.evaluate(() => ({
		hit: window.hit,
		strange: document.querySelectorAll('#app img[src=x], #app svg[onload], #app script').length,
		wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
	}));
	check(`${where}: text stays text, and on the page`, found.hit === undefined && found.strange === 0 && found.wide <= 0, JSON.stringify(found));
}

await browser.run(async () => {
	await page.goto(CB_URL);
	await enter(page, CB_LOGIN, CB_PASSWORD);
	await page.locator('header.top').waitFor();

	// Script and markup in every field that takes text, on every side of the case.
	// What turns the direction of writing the centre refuses.
	const nasty = Array.from(NASTY.replace(/[\u202a-\u202e]/g, ''));
	const told = await fillCase(page, CB_CASE, (max) => nasty.slice(0, Math.min(max, 600)).join(''));
	const taken = Object.values(told).filter((status) => status === 'applied').length;
	check('records of most types take it', taken >= 8, JSON.stringify(told));
	for (const side of ['', 'plan', 'scales', 'people', 'map', 'files']) {
		await go(`#/case/${CB_CASE}${side ? `/${side}` : ''}`);
		await page.locator('.case-main section').first().waitFor();
		await page.waitForTimeout(300);
		if (!side) for (const line of (await page.locator('.record-line').all()).slice(0, 4)) await line.click();
		await isTame(side || 'timeline');
		await browser.look(`nasty-${side || 'timeline'}`, 'zh');
	}
	await go('#/today');
	await page.locator('.today').waitFor();
	await page.waitForTimeout(300);
	await isTame('today');
	await browser.look('nasty-today', 'zh');

	// At twice the size of everything, which leaves half the room.
	await page.setViewportSize({ width: 683, height: 384 });
	for (const hash of ['#/today', '#/cases', `#/case/${CB_CASE}`, '#/letters']) {
		await go(hash);
		await page.waitForTimeout(600);
		await isTame(`at 200 %: ${hash.split('/')[1]}`);
	}
	await browser.look('at-200-percent', 'zh');
	await page.setViewportSize({ width: 1366, height: 768 });

	// Rows of a record, drawn from the catalogue.
	await go(`#/case/${CB_CASE}/add/review`);
	const attendance = page.locator('[data-field=attendance]');
	await attendance.waitFor({ state: 'attached' });
	await page.locator('details.more').evaluate((more) => (more.open = true));
	await attendance.getByRole('button', { name: /添加一行/ }).click();
	await button('保存').click();
	await attendance.locator('[data-field="attendance[0].name"] .fault').waitFor();
	check('a row that lacks its name says so at the field', true);
	await attendance.locator('[data-field="attendance[0].name"] input').fill(NASTY.slice(0, 80));
	await isTame('a row');
	await browser.lookTwice('rows');

	// Very many lines with very long names.
	const real = await page.evaluate(async () => (await (await fetch('/v1/caseload?limit=5000')).json()).rows.filter((row) => row.name));
	const many = Array.from({ length: LINES }, (_, i) => {
		const number = `XX-${String(i).padStart(5, '0')}`;
		const name = i % 3 === 0 ? `${i}${NASTY}`.slice(0, 300) : `${real[i % real.length].name}${i}`;
		return { ...real[i % real.length], case: `01936000-0000-7000-8000-${String(i).padStart(12, '0')}`, number, name };
	});
	await page.route('**/v1/caseload?**', (route) => {
		const query = new URL(route.request().url()).searchParams;
		const from = Number(query.get('after') ?? 0);
		const to = Math.min(from + Number(query.get('limit')), LINES);
		return route.fulfill({ json: { rows: many.slice(from, to), total: LINES - from, next: to < LINES ? String(to) : null } });
	});
	await page.goto(`${CB_URL}#/cases`);
	await page.reload();
	await page.getByText(`共 ${LINES} 个个案`).waitFor({ timeout: 20000 });
	check('ten thousand lines are all there', true);
	check('of which only those in view are drawn', (await page.locator('.grid-body [role=row]').count()) < 100, await page.locator('.grid-body [role=row]').count());
	await isTame('ten thousand lines');
	await browser.look('ten-thousand', 'zh');
	const timed = async (what, act, until) => {
		const began = Date.now();
		await act();
		await until();
		const ms = Date.now() - began;
		check(`${what} at once`, ms < AT_ONCE, `${ms} ms`);
	};
	await timed('a search among them answers', () => page.getByRole('textbox', { name: '查找' }).fill('XX-09876'), () => page.getByText(`1 / ${LINES} 个个案`).waitFor());
	await page.getByRole('textbox', { name: '查找' }).fill('');
	await page.getByText(`共 ${LINES} 个个案`).waitFor();
	await timed('sorting them answers', () => page.getByRole('columnheader').first().getByRole('button').click(), () => page.locator('[aria-sort]').first().waitFor());
	await page.locator('.grid-body [role=row]').first().focus();
	await page.keyboard.press('End');
	await page.locator(`[aria-rowindex="${LINES + 1}"]`).waitFor({ timeout: 5000 });
	check('one key goes to the last of them', true);
	await go('#/today');
	await page.locator('.owed-line').first().waitFor();
	await isTame('a day with very many');
	await browser.look('today-of-ten-thousand', 'zh');
	await page.unroute('**/v1/caseload?**');

	// Nothing at all.
	await page.route('**/v1/caseload?**', (route) => route.fulfill({ json: { rows: [], total: 0, next: null } }));
	await page.route('**/v1/letters?**', (route) => route.fulfill({ json: { letters: [], more: false } }));
	await page.route('**/v1/groups', (route) => route.fulfill({ json: { groups: [] } }));
	await page.route('**/v1/today', (route) => route.fulfill({ json: { on: '2026-11-22', visits: [], tasks: [], unsigned: [], shared: [] } }));
	await page.reload();
	for (const [hash, name, said] of [['#/cases', 'cases', '还没有您可见的个案'], ['#/letters', 'letters', '没有待我方办理的'], ['#/groups', 'groups', '还没有小组'], ['#/today', 'today', '7 天内没有到期的工作']]) {
		await go(hash);
		await page.getByText(said).first().waitFor({ timeout: 10000 });
		check(`an empty list says that it is, and what to do: ${name}`, (await page.locator('.empty').count()) >= 1);
		await browser.lookTwice(`empty-${name}`);
	}
});
