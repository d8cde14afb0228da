// groups.mjs - a group from its template to the report, printed as TAP
// (groups.t starts it).
//
// With CB_URL at the centre: the group is made, members join, attendance is
// noted with one key a state, corrected and taken back, two are measured. With
// CB_OPEN at a station's own pages that have no centre: the same grid.
//
// What the page must say is written here again and not taken from the app.
import { readFileSync, writeFileSync } from 'node:fs';
import { check, enter, openBrowser } from './browser.mjs';

const { CB_URL, CB_WORKER, CB_WORKER_PASSWORD, CB_OUT, CB_OPENED, CB_OPEN, CB_GROUP } = process.env;
const { page, context, button, look, lookTwice, run } = await openBrowser(CB_OPEN ?? CB_URL, /status of 40[14]/);

const goTo = (hash) => page.evaluate((to) => (location.hash = to), hash);
const field = (name) => page.locator(`form [data-field=${name}] :is(input:not([type=radio], [type=checkbox]), textarea, select)`).first();
const cell = (row, column) => page.locator(`[data-cell="${row}/${column}"]`);
const marks = () => page.locator('[data-cell]').evaluateAll((all) => all.map((one) => one.dataset.mark).join(' '));
const focused = () => page.evaluate(() => document.activeElement?.dataset.cell);
const arrived = () => page.waitForFunction(() => !document.querySelector('[data-typed]') && !/尚未确认|暂存/.test(document.querySelector('.delivery')?.textContent ?? ''), null, { timeout: 15000 });
const records = (id, type) => page.evaluate(async ([of, kind]) => (await (await fetch(`/v1/cases/${of}`)).json()).records.filter((one) => one.type === kind && one.state !== 'retracted').map((one) => one.body), [id, type]);

/** Types a date into the parts of a date box. */
async function typeDay(name, day) {
	await page.locator(`form [data-field=${name}] [role=spinbutton]`).first().click();
	await page.keyboard.type(day.replaceAll('-', ''));
}

async function addMember(id, name) {
	await goTo(`#/groups/${id}/add/participant`);
	await field('joined').or(page.locator('form [data-field=joined]')).first().waitFor();
	const more = page.locator('form details.more:not([open]) > summary');
	if (await more.count()) await more.click();
	await field('name').fill(name);
	await typeDay('joined', CB_OPENED);
	await button('保存').click();
	await page.locator('.case-form').waitFor({ state: 'detached' });
	await page.locator('.roll-grid tbody th, .group-part tbody th', { hasText: name.slice(0, 5) }).first().waitFor();
}

async function atTheCentre() {
	await page.goto(CB_URL);
	await enter(page, CB_WORKER, CB_WORKER_PASSWORD);
	await page.locator('.top nav a', { hasText: '小组' }).click();
	await page.getByRole('heading', { name: '小组', level: 1 }).waitFor();
	await page.waitForFunction(() => !document.querySelector('.waiting'));
	await lookTwice('groups');

	await page.getByRole('link', { name: '新建小组' }).click();
	await page.getByRole('heading', { name: '新建小组', level: 1 }).waitFor();
	await button('建立小组').click();
	check('a group needs a name', (await page.locator('.fault').count()) === 1);
	await page.getByLabel('小组模板').selectOption('all_the_way');
	await typeDay('opened', CB_OPENED);
	await page.locator('.plan-sessions li').nth(5).waitFor();
	check('the plan lists the six sessions of the template, a week apart', (await page.locator('.plan-sessions li').first().innerText()).includes(`${CB_OPENED} 14:00`), await page.locator('.plan-sessions').innerText());
	await field('name').fill(`<b>${'长'.repeat(300)}`);
	await button('建立小组').click();
	check('a name that is too long is told at its field', (await page.locator('[data-field=name] .fault').innerText()).includes('最多 120 字'));
	await field('name').fill('<b>周三照顾者小组</b>');
	await goTo('#/groups');
	await page.getByRole('heading', { name: '小组', level: 1 }).waitFor();
	await goTo('#/groups/new');
	check('what was begun is there when one comes back', (await field('name').inputValue()) === '<b>周三照顾者小组</b>');
	await page.locator('.plan-sessions li').nth(5).waitFor();
	await lookTwice('new-group');
	await button('建立小组').click();
	await page.locator('.group-head h1', { hasText: '<b>周三照顾者小组</b>' }).waitFor();
	const id = /#\/groups\/([0-9a-f-]{36})/.exec(page.url())[1];
	writeFileSync(CB_OUT, id);
	check('its name is text, whatever stands in it', (await page.locator('.group-head h1 b').count()) === 0);
	await arrived();
	check('the centre has the group with its sessions', (await records(id, 'session')).length === 6);
	check('a group without members says so', (await page.getByText('还没有组员。').count()) >= 1);

	for (const name of ['王芳', '李强', '赵敏']) await addMember(id, name);
	await arrived();
	const names = await page.locator('.roll-grid tbody th').allInnerTexts();
	const rows = Object.fromEntries(names.map((name, row) => [name.trim(), row]));
	check('three members stand in the grid', names.length === 3 && rows['王芳'] !== undefined, names.join());

	// ---- attendance, without the mouse: sessions 1, 2 were, 3 to 6 are to come
	await cell(0, 0).focus();
	await page.keyboard.press('ArrowDown');
	check('arrow keys move through the grid', (await focused()) === '1/0', await focused());
	await page.keyboard.press('End');
	check('End goes to the last session', (await focused()) === '1/5', await focused());
	await page.keyboard.press('1');
	check('nobody was at what is still to come', !(await marks()).includes('present'));
	await cell(rows['王芳'], 0).focus();
	await page.keyboard.press('1');
	await cell(rows['李强'], 0).focus();
	await page.keyboard.press('2');
	await cell(rows['赵敏'], 0).focus();
	await page.keyboard.press('1');
	check('a key notes a state at once', (await cell(rows['李强'], 0).getAttribute('aria-label')) === '生病');
	await look('attendance-typed', 'zh');
	await arrived();
	check('every cell is a record', (await records(id, 'attendance')).length === 3);
	check('who notes attendance says the session was held', (await records(id, 'session')).find((one) => one.number === 1).status === 'held');
	await page.keyboard.press('0');
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('9');
	await arrived();
	check('a correction makes no second record', (await records(id, 'attendance')).length === 4);
	await page.keyboard.press('Delete');
	await arrived();
	check('what was noted by mistake is taken back', (await records(id, 'attendance')).length === 3);
	// Typed, and the page left in the same moment.
	await cell(rows['王芳'], 1).focus();
	await page.keyboard.press('1');
	await goTo('#/groups');
	await page.getByRole('heading', { name: '小组', level: 1 }).waitFor();
	await goTo(`#/groups/${id}`);
	await cell(rows['王芳'], 1).waitFor();
	check('nothing typed is lost by leaving', (await cell(rows['王芳'], 1).getAttribute('data-mark')) === 'present');
	await arrived();
	// The session ends between two keys.
	await context.clearCookies({ name: /session/ });
	await cell(rows['李强'], 1).focus();
	await page.keyboard.press('1');
	await page.getByRole('alertdialog').waitFor();
	await page.locator('[role=alertdialog] input[autocomplete=username]').fill(CB_WORKER);
	await page.locator('[role=alertdialog] input[type=password]').fill(CB_WORKER_PASSWORD);
	await page.getByRole('alertdialog').getByRole('button', { name: '登录', exact: true }).click();
	await page.getByRole('alertdialog').waitFor({ state: 'detached' });
	await arrived();
	check('nor by a session that ended', (await records(id, 'attendance')).length === 5);
	// The group is read anew when they have arrived.
	await page.locator('.group-head .figures', { hasText: /人次\s*3/ }).waitFor({ timeout: 15000 }).catch(() => {});
	const figures = await page.locator('.group-head .figures').innerText();
	check('attendances and persons are told apart', /人次\s*3[\s\S]*人数\s*2/.test(figures), figures);
	await lookTwice('group');

	// ---- before and after
	const apgar = page.locator('.measures table', { hasText: '家庭关怀' }).or(page.locator('.measures table', { hasText: 'APGAR' })).first();
	for (const [link, digit] of [['王芳: 填写前测', '0'], ['王芳: 填写后测', '2']]) {
		await apgar.getByRole('link', { name: link }).click();
		await page.locator('.scale-items li').first().waitFor();
		if (digit === '0') {
			await button('保存').click();
			check('a sheet with open questions is not saved', (await page.locator('[data-open]').count()) === 5);
		}
		await page.locator('.scale-items input').first().focus();
		for (let i = 0; i < 5; i++) await page.keyboard.press(digit);
		if (digit === '2') await look('measure', 'zh');
		await button('保存').click();
		await page.locator('.scale-form').waitFor({ state: 'detached' });
		await arrived();
	}
	const line = apgar.locator('tr', { hasText: '王芳' });
	await page.waitForFunction(() => [...document.querySelectorAll('.measures tr')].some((one) => /王芳\s*0\s*10/.test(one.innerText)));
	check('what changed stands beside both scores', /\+10/.test(await line.innerText()), await line.innerText());

	// ---- the report, and paper
	await goTo(`#/groups/${id}/edit/${id}`);
	await field('report').waitFor();
	await field('report').fill('六节都已开展，组员愿意保持联系。');
	await button('保存').click();
	await page.locator('.prose', { hasText: '愿意保持联系' }).waitFor();
	check('the report stands on the page', true);
	await arrived();
	await page.keyboard.press('F9');
	check('one key hides the names of members', !(await page.locator('.group').innerText()).includes('王芳'));
	await page.keyboard.press('F9');
	await page.emulateMedia({ media: 'print' });
	check('a PDF is a station’s to make', (await button('存为 PDF').count()) === 0);
	check('on paper there are no keys to press', await page.evaluate(() => getComputedStyle(document.querySelector('.roll-keys')).display === 'none' && getComputedStyle(document.querySelector('.roll-grid')).display !== 'none'));
	await look('group-on-paper', 'zh');
	if (process.env.CB_PDF) await page.pdf({ path: `${process.env.CB_PDF}/group.pdf`, format: 'A4', preferCSSPageSize: true });
	await page.emulateMedia({ media: null });
	await page.setViewportSize({ width: 683, height: 384 });
	const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
	check('at 200 % zoom nothing but the grid itself has to be scrolled sideways', overflow <= 0, overflow);
	await look('group-at-200-percent', 'zh');
	await page.setViewportSize({ width: 1366, height: 768 });
	await goTo('#/groups/01936000-0000-7000-8000-0000000000ff');
	await page.getByText('没有这个小组').waitFor();
	check('a group that is none is told as that', true);
}

async function atAStation() {
	await page.goto(CB_OPEN);
	await page.locator('.top nav a', { hasText: '小组' }).click();
	await page.locator(`tr[data-group="${CB_GROUP}"] a`).click();
	await cell(0, 0).waitFor();
	const names = (await page.locator('.roll-grid tbody th').allInnerTexts()).map((name) => name.trim());
	check('the station has the whole group', names.length === 3 && (await page.locator('.session-list > li').count()) === 6);
	await cell(names.indexOf('赵敏'), 1).focus();
	await page.keyboard.press('4');
	await cell(names.indexOf('王芳'), 1).focus();
	await page.keyboard.press('2');
	await page.locator('.delivery', { hasText: '只在本机' }).waitFor({ timeout: 15000 });
	await page.waitForFunction(() => !document.querySelector('[data-typed]'));
	check('without a centre it is kept at the station, and the page says where', true);
	await page.reload();
	await cell(0, 0).waitFor();
	check('and there again when the page is', (await cell(names.indexOf('赵敏'), 1).getAttribute('aria-label')) === '需照顾家人');
	await lookTwice('group-at-a-station');
	const [download] = await Promise.all([page.waitForEvent('download'), button('存为 PDF').click()]);
	const pdf = readFileSync(await download.path());
	check('the station makes a PDF of it', pdf.subarray(0, 5).toString() === '%PDF-' && /^casebridge-\d{8}-\d{6}\.pdf$/.test(download.suggestedFilename()), download.suggestedFilename());
	await goTo('#/letters');
	await page.getByRole('heading', { name: '转介与请求', level: 1 }).waitFor();
	await page.waitForFunction(() => !document.querySelector('.waiting'));
	await look('letters-at-a-station', 'zh');
}

await run(CB_OPEN ? atAStation : atTheCentre);
