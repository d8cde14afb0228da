// flow.mjs - one person's morning in a real browser, printed as TAP.
//
//   CB_URL=https://127.0.0.1:8443/ CB_LOGIN=… CB_PASSWORD=… node tests/web/flow.mjs
//
// Wrong password, sign in, find a case four ways, open it by keyboard, add a
// service note, load the page again, lose the session in the middle of another,
// switch the language, hide names, type an amount of money, sign out.
// On every page, in both languages: nothing the content policy or Trusted Types
// had to stop, nothing axe-core holds against WCAG 2.2 A and AA, no request to
// another host, nothing left in the browser's storage.
//
// What the page must say is written here again and not taken from the app.
import { check, openBrowser } from './browser.mjs';

const { CB_URL, CB_LOGIN, CB_PASSWORD } = process.env;
if (!CB_URL || !CB_LOGIN || !CB_PASSWORD) {
	console.error('CB_URL, CB_LOGIN and CB_PASSWORD say where and as whom to sign in.');
	process.exit(2);
}

const zh = { signIn: '登录', wrong: '账号或密码不正确', add: '添加服务记录', save: '保存', now: '现在', confirmed: '中心已确认', history: '历史版本', signOut: '退出', left: '已退出', cases: '个案' };

// A refused sign-in is a 401, which Chromium reports as an error.
const { page, context, button, look, lookTwice, run } = await openBrowser(CB_URL);
const rows = page.locator('[role=grid] [role=row][data-index]');
const searchBox = page.locator('[role=search] input[type=text]');

/** Chooses a code of a field, be its list short and laid out or a menu. */
async function choose(field, code) {
	const box = page.locator(`[data-field=${field}]`);
	if (await box.locator('select').count()) await box.locator('select').selectOption(code);
	else await box.locator(`input[type=radio][value="${code}"]`).check();
}

async function find(query) {
	await searchBox.fill(query);
	await page.waitForTimeout(300);
	return rows.allInnerTexts();
}

async function signIn(password) {
	await page.getByLabel('账号', { exact: true }).or(page.getByLabel('Account', { exact: true })).fill(CB_LOGIN);
	await page.locator('input[type=password]').fill(password);
	await button(zh.signIn).click();
}

await run(async () => {
	await page.goto(CB_URL);
	await button(zh.signIn).waitFor();
	await lookTwice('sign-in');
	await signIn(`${CB_PASSWORD}-not`);
	await page.getByRole('alert').waitFor();
	check('a wrong password is told in a sentence', (await page.getByRole('alert').innerText()).includes(zh.wrong));
	await look('sign-in-refused', 'zh');

	await signIn(CB_PASSWORD);
	await page.locator('nav').getByRole('link', { name: zh.cases, exact: true }).click();
	await rows.first().waitFor();
	const total = await page.evaluate(async () => (await (await fetch('/v1/caseload?limit=1')).json()).total);
	await page.waitForFunction((n) => document.querySelector('.count')?.textContent.includes(String(n)), total);
	check('the caseload shows how many cases there are', total > 0, total);
	await lookTwice('caseload');

	await searchBox.press('ArrowDown');
	for (let i = 0; i < 25; i++) await page.keyboard.press('ArrowDown');
	for (let i = 0; i < 18; i++) await page.keyboard.press('ArrowUp');
	await page.waitForTimeout(300);
	const hidden = await page.evaluate(() => {
		const line = document.activeElement.getBoundingClientRect();
		const above = document.querySelector('[role=columnheader]').parentElement.getBoundingClientRect();
		return { line: line.top, head: above.bottom, role: document.activeElement.getAttribute('role') };
	});
	check('the line in focus is never under the column heads', hidden.role === 'row' && hidden.line >= hidden.head - 1, JSON.stringify(hidden));

	// A case in the middle of things, with what it can be found by.
	const line = await page.evaluate(async () => {
		const { rows: all } = await (await fetch('/v1/caseload?limit=5000')).json();
		return all.find((one) => one.pinyin && one.initials?.length > 1 && one.phase === 'intervention') ?? all[0];
	});
	const pinyin = line.pinyin.split(' ')[0];
	for (const [what, query] of [['name', line.name], ['pinyin', pinyin], ['initials', line.initials.split(' ')[0]], ['number', line.number]]) {
		const found = await find(query);
		check(`searching by ${what} finds the case`, found.some((text) => text.includes(line.number)), found.join(' | '));
	}
	check('searching for nobody says so', (await find('nobody-at-all')).length === 0 && (await page.getByText('没有符合条件的个案').count()) === 1);
	await find(line.number);
	await page.keyboard.press('ArrowDown');
	await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'row');
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: line.name, level: 1 }).waitFor();
	await button(zh.add).waitFor();
	check('the address holds the case’s id and nothing about the person', page.url().endsWith(`#/case/${line.case}`) && !(await page.title()).includes(line.name));
	check('risk and consent stand beside the timeline', (await page.getByRole('heading', { name: '风险标记' }).count()) === 1 && (await page.getByRole('heading', { name: '知情同意' }).count()) === 1);
	const owed = await page.evaluate(async (id) => (await (await fetch(`/v1/cases/${id}`)).json()).due, line.case);
	const openPart = page.locator('.face-part').filter({ has: page.getByRole('heading', { name: '待办与到期' }) });
	check('what stands open in the case is listed as the centre reckons it', owed.length > 0 && (await openPart.locator('li').count()) === owed.length && (await openPart.innerText()).includes(owed[0].zh), owed.length);
	await lookTwice('case');

	await page.locator('article button[aria-expanded]').first().click();
	await button(zh.history).first().click();
	await page.locator('.history li').first().waitFor();
	check('a record tells its history', (await page.locator('.history li').count()) >= 1);
	await lookTwice('record');

	await button(zh.add).click();
	await button(zh.save).waitFor();
	await button(zh.save).click();
	check('an empty note is refused at each required field', (await page.locator('form .fault').count()) === 3, await page.locator('form .fault').allInnerTexts());
	check('the first faulty field has the focus', await page.evaluate(() => document.activeElement?.closest('[data-field]')?.dataset.field === 'started_at'));
	await lookTwice('form');
	const mark = `flow ${Date.now().toString(36)}`;
	await button(zh.now).click();
	// A date begun and left is no empty date.
	await page.locator('[data-field=next_due] [role=spinbutton]').first().click();
	await page.keyboard.type('2026');
	await page.locator('[data-field=minutes] input').fill('４５');
	check('a date typed in part is refused, not dropped', (await page.locator('[data-field=next_due] .fault').count()) === 1);
	await page.locator('[data-field=next_due] button').click();
	await page.getByRole('grid').waitFor();
	await look('calendar', 'zh');
	await page.keyboard.press('Enter');
	await page.locator('form details summary').click();
	const readers = page.locator('[data-field=readers] input');
	await readers.click();
	await readers.press('ArrowDown');
	await page.getByRole('listbox').getByRole('option').first().waitFor();
	// While its list is open React Aria hides the rest from screen readers; it can
	// still be reached by Tab, but that closes the list first.
	await look('combo-box', 'zh', ['aria-hidden-focus']);
	await page.keyboard.press('Escape');
	await choose('kind', 'home_visit');
	await choose('status', 'completed');
	await page.locator('[data-field=aim] textarea').fill(mark);
	await page.locator('[data-field=process] textarea').fill('与家属面谈，服务对象参加。');
	await button(zh.save).click();
	const note = page.locator('article').filter({ hasText: mark }).first();
	await note.waitFor({ timeout: 5000 });
	check('the saved note stands in the timeline', (await note.count()) === 1);
	await note.getByText(zh.confirmed).waitFor({ timeout: 15000 });
	check('the centre confirms it', true);
	// What has half gone under the bar above would be judged by the half in sight.
	await page.evaluate(() => window.scrollTo(0, 0));
	await look('saved', 'zh');

	await page.reload();
	await note.waitFor();
	check('after loading the page again it is still there', (await note.count()) === 1);
	await note.locator('button').first().click();
	check('with the minutes as typed', (await note.innerText()).includes('45'), await note.innerText());

	// The session ends in the middle of writing; the server just stops knowing it.
	await button(zh.add).click();
	await button(zh.now).click();
	await choose('kind', 'phone_contact');
	await choose('status', 'completed');
	await page.locator('[data-field=aim] textarea').fill(`${mark} again`);
	await context.clearCookies({ name: /session/ });
	await button(zh.save).click();
	await page.getByRole('alertdialog').waitFor();
	await look('session-ended', 'zh');
	await page.locator('[role=alertdialog] input[autocomplete=username]').fill(CB_LOGIN);
	await page.locator('[role=alertdialog] input[type=password]').fill(CB_PASSWORD);
	await page.getByRole('alertdialog').getByRole('button', { name: zh.signIn, exact: true }).click();
	const second = page.locator('article').filter({ hasText: `${mark} again` });
	await second.getByText(zh.confirmed).waitFor({ timeout: 15000 });
	check('a note written when the session ended arrives after signing in again', (await second.count()) === 1);

	await page.keyboard.press('F9');
	check('one key hides the name', (await page.getByText(line.name).count()) === 0);
	await look('masked', 'zh');
	await page.keyboard.press('F9');
	check('and shows it again', (await page.getByText(line.name).count()) > 0);

	// Money is typed and shown in yuan; the record has whole fen.
	await page.evaluate((hash) => (location.hash = hash), `#/case/${line.case}/add/application`);
	await page.locator('form details summary').click();
	await page.locator('[data-field=asked] input').fill('8000.505');
	await choose('status', 'submitted');
	await page.locator('[data-field=fund_name] input').fill(mark);
	await button(zh.save).click();
	check('an amount below a fen is refused', (await page.locator('[data-field=asked] .fault').count()) === 1);
	await look('money', 'zh');
	await page.locator('[data-field=asked] input').fill('８,000.50');
	await button(zh.save).click();
	const asked = page.locator('article').filter({ hasText: mark }).filter({ hasText: '已提交' }).first();
	await asked.getByText(zh.confirmed).waitFor({ timeout: 15000 });
	await asked.locator('button').first().click();
	check('an amount is shown in yuan', (await asked.innerText()).includes('8000.50 元'), await asked.innerText());
	const fen = await page.evaluate(async ([id, name]) => (await (await fetch(`/v1/cases/${id}`)).json()).records.find((one) => one.body.fund_name === name)?.body.asked, [line.case, mark]);
	check('and kept in fen', fen === 800050, fen);

	await page.setViewportSize({ width: 683, height: 384 });
	const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
	check('at 200 % zoom nothing has to be scrolled sideways', overflow <= 0, overflow);
	await look('case-at-200-percent', 'zh');
	await page.goBack();
	await page.setViewportSize({ width: 1366, height: 768 });

	await button(zh.signOut).click();
	await button(zh.signIn).waitFor();
	check('signing out says that nothing is kept', (await page.getByText(zh.left).count()) === 1);
	await page.goBack();
	await page.waitForTimeout(500);
	check('going back shows no case', (await page.getByText(line.number).count()) === 0 && (await button(zh.signIn).count()) === 1);
	const kept = await page.evaluate(async () => {
		// Opening a database that is not there would make it, and find no table in it.
		const there = (await indexedDB.databases()).some((one) => one.name === 'casebridge');
		const rows = !there
			? 0
			: await new Promise((resolve, reject) => {
					const open = indexedDB.open('casebridge');
					open.onerror = () => reject(open.error);
					open.onsuccess = () => {
						const counted = open.result.transaction('kept').objectStore('kept').count();
						counted.onsuccess = () => resolve(counted.result);
					};
				});
		return [localStorage.length, sessionStorage.length, rows];
	});
	check('nothing is left in the browser’s storage', kept.every((n) => n === 0), kept);
	const cookies = (await context.cookies()).filter((one) => !one.httpOnly).map((one) => `${one.name}=${one.value}`);
	check('the only readable cookie names the language', cookies.every((one) => /^lang=(zh|en)$/.test(one)), cookies);
});
