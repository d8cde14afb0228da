// today.mjs - the first hour of a station's nurse, in a real browser, printed as TAP.
//
//   CB_URL=https://… CB_LOGIN=… CB_PASSWORD=… node tests/web/today.mjs
//
// Who is due, the latest first; the form for the first with one press. Every form
// the role may fill in opens; the follow-up sheet asks what the answers call for,
// and is saved with Ctrl+Enter; a note is written by keyboard alone.
// What the page must say is written here again and not taken from the app.
import { check, enter, openBrowser } from './browser.mjs';

const { CB_URL, CB_LOGIN, CB_PASSWORD } = process.env;
if (!CB_URL || !CB_LOGIN || !CB_PASSWORD) {
	console.error('CB_URL, CB_LOGIN and CB_PASSWORD say where and as whom to sign in.');
	process.exit(2);
}

const zh = { confirmed: '中心已确认', proposed: '建议：不稳定', willFlag: '保存后将登记风险标记' };
const { page, button, look, lookTwice, run } = await openBrowser(CB_URL);
const lines = page.locator('.owed-line');

await run(async () => {
	await page.goto(CB_URL);
	await enter(page, CB_LOGIN, CB_PASSWORD);
	await lines.first().waitFor();
	await page.locator('.beside').waitFor();
	// The same reckoned here from the lines of the caseload.
	const owed = await page.evaluate(async () => {
		const { rows } = await (await fetch('/v1/caseload?limit=5000')).json();
		const day = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10);
		const end = new Date(Date.now() + (8 + 7 * 24) * 3600e3).toISOString().slice(0, 10);
		return rows.filter((one) => one.next_due && one.next_due <= end).map((one) => ({ ...one, late: one.next_due < day })).sort((a, b) => Number(a.name === null) - Number(b.name === null) || (a.next_due < b.next_due ? -1 : 1));
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

	// A view is kept with the page closed.
	const searchBox = page.locator('[role=search] input[type=text]');
	await page.evaluate(() => (location.hash = '#/cases'));
	await searchBox.fill('QQ');
	await button('保存为视图').click();
	await page.getByRole('alertdialog').locator('input').fill('本站的');
	await page.getByRole('alertdialog').getByRole('button', { name: '保存', exact: true }).click();
	await page.waitForTimeout(600);
	await lookTwice('views');
	await page.reload();
	await button('本站的').click();
	check('a saved view is there after the page was closed', (await searchBox.inputValue()) === 'QQ');
	await button('全部').click();

	// Ten thousand lines, one with a name of 300 characters, one of markup.
	const LINES = 10000;
	const sample = await page.evaluate(async () => (await (await fetch('/v1/caseload?limit=1')).json()).rows[0]);
	const long = '很长的名字'.repeat(60);
	const all = Array.from({ length: LINES }, (_, i) => ({
		...sample, case: `00000000-0000-7000-8000-${String(i).padStart(12, '0')}`, number: `T-${String(i).padStart(5, '0')}`,
		name: i === 0 ? long : i === 1 ? '<img src=x onerror="window.hit=1">' : `王${i}`, pinyin: `wang${i}`, initials: 'w', next_due: `2026-01-${String(1 + (i % 28)).padStart(2, '0')}`,
	}));
	await page.route('**/v1/caseload?**', (route) => {
		const query = new URL(route.request().url()).searchParams;
		const from = Number(query.get('after') ?? 0);
		const to = from + Number(query.get('limit') ?? 50);
		return route.fulfill({ json: { rows: all.slice(from, to), total: LINES - from, next: to < LINES ? String(to) : null } });
	});
	await page.reload();
	await page.getByText(`共 ${LINES} 个个案`).waitFor({ timeout: 20000 });
	check('of ten thousand lines few are drawn', (await page.locator('[role=grid] [role=row][data-index]').count()) < 80);
	const took = async (act, done) => {
		const start = await page.evaluate(() => performance.now());
		await act();
		await page.waitForFunction(done, null, { polling: 'raf', timeout: 20000 });
		return Math.round((await page.evaluate(() => performance.now())) - start);
	};
	const searching = await took(() => searchBox.fill('T-09999'), () => document.querySelectorAll('[role=grid] [role=row][data-index]').length === 1);
	await searchBox.fill('');
	await page.getByText(`共 ${LINES} 个个案`).waitFor();
	const sorting = await took(() => page.getByRole('columnheader').getByRole('button', { name: '姓名' }).click(), () => document.querySelector('[role=columnheader][aria-sort] button')?.textContent.includes('姓名'));
	const scrolling = await page.evaluate(async () => {
		const gaps = [];
		let last = performance.now();
		for (let i = 0; i < 60; i++) {
			window.scrollBy(0, 900);
			await new Promise((resolve) => requestAnimationFrame(resolve));
			gaps.push(performance.now() - last);
			last = performance.now();
		}
		return Math.round(gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)]);
	});
	console.log(`# 10,000 lines: search ${searching} ms, sort ${sorting} ms, a frame of scrolling ${scrolling} ms`);
	check('a search among them is there while one types, and an order at once', searching < 2000 && sorting < 2000, `${searching} ${sorting}`);
	// Drawn all at once they take seconds a frame; a busy machine does not.
	check('scrolling them stays smooth', scrolling < 400, scrolling);
	await page.evaluate(() => window.scrollTo(0, 0));
	await searchBox.fill('T-00000');
	await page.getByText(long).first().waitFor();
	check('a name of 300 characters breaks no page, and takes two lines', await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth && document.querySelector('[role=row][data-index]').offsetHeight < 140), await page.evaluate(() => document.querySelector('[role=row][data-index]').offsetHeight));
	await look('long-name', 'zh');
	await page.evaluate(() => (location.hash = '#/today'));
	await lines.first().waitFor();
	check('nor the page of the day, and markup is text there', await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth && window.hit === undefined));
	await page.unroute('**/v1/caseload?**');

	// Nothing at all.
	await page.route('**/v1/caseload?**', (route) => route.fulfill({ json: { rows: [], total: 0, next: null } }));
	await page.route('**/v1/today', (route) => route.fulfill({ json: { on: '2026-11-22', visits: [], tasks: [], unsigned: [], shared: [] } }));
	await page.reload();
	await page.getByText('7 天内没有到期的工作').waitFor();
	await lookTwice('today-empty');
	check('an empty day says so, and what to do', (await page.getByText('没有其他待办理的事项').count()) === 1 && (await page.getByRole('link', { name: '查看全部个案' }).count()) === 1);
});
