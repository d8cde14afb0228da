// today.mjs - the first hour of a station's nurse, in a real browser, printed as TAP.
//
//   CB_URL=https://… CB_LOGIN=… CB_PASSWORD=… node tests/web/today.mjs
//
// Who is due, the latest first; the form for the first with one press. Every form
// the role may fill in opens; the follow-up sheet asks what the answers call for,
// and is saved with Ctrl+Enter; a note is written by keyboard alone.
// What the page must say is written here again and not taken from the app.
import { check, openBrowser } from './browser.mjs';

const { CB_URL, CB_LOGIN, CB_PASSWORD } = process.env;
if (!CB_URL || !CB_LOGIN || !CB_PASSWORD) {
	console.error('CB_URL, CB_LOGIN and CB_PASSWORD say where and as whom to sign in.');
	process.exit(2);
}

const zh = { signIn: '登录', confirmed: '中心已确认', proposed: '建议：不稳定', willFlag: '保存后将登记风险标记' };
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

	const line = await page.evaluate(async () => {
		const { rows } = await (await fetch('/v1/caseload?limit=5000')).json();
		return rows.find((one) => one.programme === 'smd_kinship_care' && one.name && one.phase === 'intervention');
	});
	const form = page.locator('form.record-form');
	const open = async (part) => {
		await page.evaluate((hash) => (location.hash = hash), `#/case/${line.case}/${part}`);
		await form.waitFor();
	};

	// Everything the role may write has a form; what it may, the session says.
	const wanted = await page.evaluate(async () => {
		const [{ reader }, { types, forms }] = await Promise.all([fetch('/v1/session'), fetch('/v1/catalogue')].map(async (one) => (await one).json()));
		const drawn = (type) => type.scope === 'case' && type.fields.every((field) => !field.required || (!field.server && field.kind !== 'json'));
		const plain = reader.may.create.filter((name) => drawn(types[name]) && name !== 'response' && name !== 'case');
		return [...plain, ...Object.keys(forms).filter((name) => !name.includes('@')).map((name) => `response/${name}`)];
	});
	await page.evaluate((hash) => (location.hash = hash), `#/case/${line.case}`);
	await page.locator('.add-other input').click();
	await page.keyboard.press('ArrowDown');
	await page.getByRole('listbox').getByRole('option').first().waitFor();
	await page.locator('.add-other input').fill('随访');
	check('a form is found by a part of its name', (await page.getByRole('option').allInnerTexts()).some((text) => text.includes('随访服务记录表')));
	await page.keyboard.press('Escape');
	const unopened = [];
	for (const one of wanted) {
		await open(`add/${one}`);
		await page.waitForFunction((name) => location.hash.endsWith(name) && document.querySelector('form.record-form .field'), one, { timeout: 5000 }).catch(() => unopened.push(one));
	}
	check(`every one of ${wanted.length} forms and types the role may write opens`, wanted.length > 30 && unopened.length === 0, unopened.join(' '));

	// The follow-up: a question appears when an answer calls for it.
	await open('add/response/smd_follow_up');
	const question = (name) => page.locator(`[data-field="answers.${name}"]`);
	const pick = (name, code) => question(name).locator(`input[value="${code}"]`).check();
	check('what no answer calls for is not asked', (await question('danger').count()) === 0);
	await pick('visit_result', 'lost');
	check('one who was not reached has a reason', (await question('lost_reason').count()) === 1 && (await question('danger').count()) === 0);
	await pick('visit_result', 'reached');
	await question('danger').locator('input').fill('3');
	await page.getByText(zh.proposed).waitFor({ timeout: 5000 });
	check('the form proposes a class with its reason, and says that a flag will follow', (await page.getByText(zh.willFlag).count()) === 1);
	await page.keyboard.press('Control+Enter');
	const faulty = await form.locator('.fault').evaluateAll((all) => all.map((one) => one.closest('[data-field]').dataset.field));
	check('what is missing is marked where it is', ['answers.mode', 'answers.insight', 'answers.adherence', 'answers.stability'].every((name) => faulty.includes(name)) && !faulty.includes('answers.lost_reason'), faulty.join(' '));
	check('and the first has the focus', await page.evaluate(() => document.activeElement?.closest('[data-field]')?.dataset.field === 'answers.mode'));
	await pick('mode', 'home_visit');
	await pick('insight', 'absent');
	await question('symptoms').getByText('以上都没有').click();
	await question('adherence').locator('input, select').first().waitFor();
	if (await question('adherence').locator('select').count()) await question('adherence').locator('select').selectOption('intermittent');
	else await pick('adherence', 'intermittent');
	await question('stability').getByRole('button', { name: '采用' }).click();
	await page.getByRole('button', { name: /添加一行用药情况/ }).click();
	await question('medication[0].drug').locator('input').fill('氯氮平');
	await page.waitForTimeout(800);
	await lookTwice('sheet');
	await question('stability').locator('input').first().focus();
	await page.keyboard.press('Control+Enter');
	await form.waitFor({ state: 'detached', timeout: 10000 }).catch(() => {});
	const stored = await page.evaluate(async (id) => {
		const { records } = await (await fetch(`/v1/cases/${id}`)).json();
		const newest = records.filter((one) => one.type === 'response').sort((a, b) => b.csn - a.csn)[0];
		return { body: newest.body, flags: records.filter((one) => one.type === 'flag' && one.csn === newest.csn).map((one) => one.body.kind) };
	}, line.case);
	check('the centre has the answers as given, no more', JSON.stringify(stored.body.answers) === JSON.stringify({ adherence: 'intermittent', danger: 3, insight: 'absent', medication: [{ drug: '氯氮平' }], mode: 'home_visit', stability: 'unstable', symptoms: [], visit_result: 'reached' }), JSON.stringify(stored.body));
	check('what lists show of it was taken over, and the flag raised', stored.body.danger === 3 && stored.body.stability === 'unstable' && stored.flags.includes('danger'), JSON.stringify(stored));

	// A note by keyboard alone.
	await open('add/service');
	const to = async (place) => {
		for (let i = 0; i < 60; i++) {
			if (await page.evaluate((name) => document.activeElement?.closest('[data-field]')?.dataset.field === name, place)) return;
			await page.keyboard.press('Tab');
		}
		throw new Error(`Tab does not reach ${place}`);
	};
	const mark = `keys ${Date.now().toString(36)}`;
	await to('started_at');
	await page.keyboard.type('202611200930');
	const down = async (place, code) => {
		await to(place);
		for (let i = 0; i < 40 && (await page.evaluate(() => document.activeElement.value)) !== code; i++) await page.keyboard.press('ArrowDown');
	};
	await down('kind', 'home_visit');
	await down('status', 'completed');
	await to('aim');
	await page.keyboard.type(mark);
	await page.keyboard.press('Control+Enter');
	const note = page.locator('article').filter({ hasText: mark }).first();
	await note.getByText(zh.confirmed).waitFor({ timeout: 10000 });
	check('a note is written and saved by keyboard alone', true);
});
