// care.mjs - a psychiatrist's sitting in a real browser, printed as TAP.
//
//   CB_URL=https://…/ CB_LOGIN=… CB_PASSWORD=… CB_CASES=26 CB_STAFF=FILE CB_WEB=https://…/ CB_ORDERS=DIR node tests/web/care.mjs
//   CB_URL=http://127.…/#key=… CB_PASSPHRASE=… …the same…        at a station
//
// From the first page to the summary without a mouse: every case is signed, some
// with findings, some with decisions. In the middle the session is lost (online)
// or the network (at a station), and the page is loaded anew over a draft. Then
// who was given something finds it on their day.
//
// What the page must say is written here again and not taken from the app.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { check, enter, openBrowser } from './browser.mjs';

const { CB_URL, CB_LOGIN, CB_PASSWORD, CB_PASSPHRASE, CB_CASES, CB_STAFF, CB_ORDERS, CB_WEB } = process.env;
if (!CB_URL || !CB_CASES || !CB_STAFF || !CB_ORDERS || !CB_WEB) {
	console.error('CB_URL, CB_CASES, CB_STAFF, CB_ORDERS and CB_WEB say where, how many, and who is who.');
	process.exit(2);
}
const atStation = CB_PASSPHRASE !== undefined;
const cases = Number(CB_CASES);
const name = atStation ? 'station-' : '';

const zh = {
	signIn: '登录', care: '关爱帮扶小组', begin: '开始复核', keys: '快捷键', draftKept: /草稿已(加密)?保存在/, summary: '本次复核小结', onlyHere: /项只在本机/, synced: '已同步', confirmed: '全部已由中心确认', site: '由该机构安排', again: '重新登录',
	signOut: '退出', tasks: '交给我的任务', kept: '已复核，保存在本机', shown: '已签名这次复核',
};

async function order(what) {
	writeFileSync(join(CB_ORDERS, what), '');
	while (existsSync(join(CB_ORDERS, what))) await sleep(50);
}

// A lost session is a 401; history and the centre itself cannot be asked while the
// network is away.
const { page, context, button, look, lookTwice, run } = await openBrowser(CB_URL, /status of (401|503)/);
const { keyboard } = page;
const heading = page.locator('.review h1');
const hash = () => page.evaluate(() => location.hash);
const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
const queue = () => page.evaluate(async () => (await fetch('/v1/review?limit=200')).json());

/** As a person without a mouse finds a button. */
async function tabTo(text) {
	for (let i = 0; i < 60 && !(await focused()).trim().startsWith(text); i++) await keyboard.press('Tab');
	check(`the keyboard reaches ${text}`, (await focused()).trim().startsWith(text), await focused());
}

/** The page of the case after the one at `was`, its heading under the keys. */
async function arrived(was) {
	await page.waitForFunction(
		(before) => location.hash !== before && location.hash === `#/review/${document.querySelector('.review')?.dataset.case}` && document.activeElement?.tagName === 'H1',
		was,
		{ timeout: 15000 },
	);
}

const decisions = [];
async function decide(title, toSite) {
	await keyboard.press('Escape');
	await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
	await keyboard.press('d');
	await page.locator('.decision').last().waitFor();
	await page.waitForFunction(() => document.activeElement?.id.endsWith('-what'));
	await keyboard.type(title);
	if (toSite) {
		await keyboard.press('Tab');
		await keyboard.press('Control+a');
		await keyboard.type(zh.site);
		await page.getByRole('option').first().waitFor();
		await keyboard.press('ArrowDown');
		await keyboard.press('Enter');
	}
	decisions.push(title);
}

await run(async () => {
	await page.goto(CB_URL);
	if (!atStation) {
		await button(zh.signIn).waitFor();
		await page.getByLabel('账号', { exact: true }).focus();
		await keyboard.type(CB_LOGIN);
		await keyboard.press('Tab');
		await page.locator('input[type=password]').focus();
		await keyboard.type(CB_PASSWORD);
		await keyboard.press('Enter');
	}
	await page.locator('.queue tbody tr').first().waitFor();
	check('the care group is the first thing a psychiatrist sees', (await page.locator('h1').innerText()).startsWith(zh.care), await page.locator('h1').innerText());
	check(`all ${cases} cases stand there`, (await page.locator('.queue tbody tr').count()) === cases, await page.locator('.queue tbody tr').count());
	const first = await queue();
	check('in the order of the answer', JSON.stringify(await page.locator('.queue tbody tr').evaluateAll((rows) => rows.map((row) => row.dataset.case))) === JSON.stringify(first.rows.map((row) => row.case)));
	check('each says why it is there', (await page.locator('.queue tbody tr .why').evaluateAll((all) => all.filter((one) => one.textContent.trim() === '').length)) === 0);
	await page.locator('.order summary').focus();
	await keyboard.press('Enter');
	check('and where the order is from', (await page.locator('.order li').count()) === first.order.length);
	await lookTwice(`${name}care`);

	await page.locator('.page-head h1').evaluate((one) => one.scrollIntoView());
	await page.locator('a.skip').focus();
	await tabTo(zh.begin);
	await keyboard.press('Enter');
	await heading.waitFor();
	await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
	check('the first case of the queue is opened', (await hash()) === `#/review/${first.rows[0].case}`, await hash());
	await look(`${name}review`, 'zh');
	await keyboard.press('?');
	await page.getByRole('heading', { name: zh.keys }).waitFor();
	await look(`${name}review-keys`, 'zh');
	await keyboard.press('Escape');
	await page.getByRole('heading', { name: zh.keys }).waitFor({ state: 'detached' });
	await heading.focus();
	let was = await hash();
	await keyboard.press('n');
	await arrived(was);
	check('n is the next case', (await hash()) === `#/review/${first.rows[1].case}`, await hash());
	was = await hash();
	await keyboard.press('p');
	await arrived(was);
	check('p the one before', (await hash()) === `#/review/${first.rows[0].case}`, await hash());

	const began = Date.now();
	const shown = [];
	for (let i = 0; i < cases; i++) {
		was = await hash();
		shown.push(was);
		if (i === 10 && atStation) await order('stop');
		if (i % 5 === 0) {
			await decide(`第${i}例：每日督促服药`, false);
			if (i === 0) {
				await decide('第0例：安排一次家访', true);
				await look(`${name}review-decide`, 'zh');
			}
		}
		if (i === 4) {
			// A page that goes away in the middle of a sentence.
			await keyboard.press('c');
			await page.waitForFunction(() => document.activeElement?.id.endsWith('-findings'));
			await keyboard.type('睡眠好转，继续现有方案');
			await page.getByText(zh.draftKept).waitFor({ timeout: 10000 });
			await page.reload();
			await page.locator('.review-form textarea').waitFor();
			check('a draft outlives the page', (await page.locator('.review-form textarea').inputValue()) === '睡眠好转，继续现有方案', await page.locator('.review-form textarea').inputValue());
			await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
		} else if (i % 3 === 0) {
			await page.keyboard.press('Escape');
			await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
			await keyboard.press('c');
			await page.waitForFunction(() => document.activeElement?.id.endsWith('-findings'));
			await keyboard.type(`第${i}例复核：病情平稳`);
			await keyboard.press('Escape');
			await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
		}
		if (i === 12 && !atStation) {
			await context.clearCookies();
			await keyboard.press('Control+Enter');
			await page.locator('input[type=password]').waitFor();
			// The page was loaded anew since, and keeps no account name.
			await page.waitForFunction(() => document.activeElement?.getAttribute('autocomplete') === 'username');
			check('a lost session asks who it is, and keeps what was signed', true);
			await keyboard.type(CB_LOGIN);
			await keyboard.press('Tab');
			await keyboard.type(CB_PASSWORD);
			await keyboard.press('Enter');
			await page.locator('input[type=password]').waitFor({ state: 'detached' });
			await arrived(was);
			continue;
		}
		// Both ways to sign: the key outside of a box, the chord anywhere.
		await keyboard.press(i % 5 === 0 ? 'Control+Enter' : 's');
		if (i < cases - 1) await arrived(was).catch(async () => check(`case ${i} is signed`, false, `${await hash()} ${await page.locator('.review-form-box').innerText()} ${await page.locator('.notice').allInnerTexts()} ${await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 300))}`));
		if (i === 12 && atStation) check('without a network it says that it is only here', await page.locator('.delivery').getByText(zh.onlyHere).isVisible());
	}
	await page.getByRole('heading', { name: zh.summary }).waitFor();
	const seconds = Math.round((Date.now() - began) / 1000);
	check(`every case was opened once, in ${seconds} s`, new Set(shown).size === cases, shown.join('\n'));
	check('the sitting ends with a summary of all of them', (await page.locator('.sitting tbody tr').count()) === cases, await page.locator('.sitting tbody tr').count());
	for (const title of decisions) check(`the summary has “${title}”`, (await page.locator('.sitting tbody').innerText()).includes(title));
	await lookTwice(`${name}sitting`);
	await page.emulateMedia({ media: 'print' });
	check('on paper nothing is left to press', (await page.locator('.sitting .button:visible, .top:visible').count()) === 0);
	check('and who signs', await page.locator('.sitting-sign').isVisible());
	await look(`${name}sitting-print`, 'zh');
	await page.emulateMedia({ media: null });
	if (atStation) {
		check('at the station it is said where it is', (await page.locator('.sitting tbody').getByText(zh.kept).count()) > 0);
		await order('start');
		await page.locator('.delivery').getByText(zh.synced).waitFor({ timeout: 60000 });
		check('with the network back everything arrives', true);
	} else {
		await page.locator('.delivery').getByText(zh.confirmed).waitFor({ timeout: 30000 });
	}
	const after = await queue();
	check('by the answer all are done', after.waiting === 0 && after.rows.every((row) => row.done && row.last.held === after.on), JSON.stringify(after.rows.filter((row) => !row.done).map((row) => row.why)));
	const decided = after.rows.flatMap((row) => row.last.decided.map((one) => ({ ...one, case: row.case })));
	check('and every decision is there', decided.length === decisions.length && decisions.every((title) => decided.some((one) => one.title === title)), JSON.stringify(decided));

	// ---- who was given something

	const staff = JSON.parse(readFileSync(CB_STAFF, 'utf8'));
	const person = decided.find((one) => one.assignee && staff[one.assignee]?.password && staff[one.assignee].role !== 'psychiatrist');
	const site = decided.find((one) => !one.assignee);
	const ofSite = Object.values(staff).find((one) => one.site === site?.site && ['social_worker', 'rehab_worker', 'prevention_doctor', 'nurse', 'case_worker'].includes(one.role));
	for (const [what, who, task] of [['who was named', staff[person?.assignee], person], ['somebody of the site', ofSite, site]]) {
		const tab = await context.browser().newContext({ ignoreHTTPSErrors: true, viewport: { width: 1366, height: 768 } });
		const other = await tab.newPage();
		await other.goto(CB_WEB);
		await enter(other, who.login, who.password);
		const part = other.locator('.beside-part').filter({ hasText: zh.tasks });
		await part.waitFor();
		check(`${what} finds it on their day`, (await part.innerText()).includes(task.title) || (await other.evaluate(async () => (await (await fetch('/v1/today')).json()).tasks.map((one) => one.body.title))).includes(task.title), await part.innerText());
		const answered = await other.evaluate(async ({ rec, kase, id }) => {
			const doc = await (await fetch(`/v1/cases/${kase}`)).json();
			const task = doc.records.find((one) => one.id === rec);
			const change = { id, op: 'patch', type: 'task', rec, case: kase, set: { status: 'done', response: '已落实', responded: task.body.due }, seen: { status: 'open', response: null, responded: null }, base_ver: task.ver, entered_at: new Date().toISOString() };
			const reply = await fetch('/v1/changes', { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Casebridge': 'web' }, body: JSON.stringify({ changes: [change] }) });
			return (await reply.json()).results[0].status;
		}, { rec: task.rec, kase: task.case, id: `0192f000-0000-7000-8000-${String(Date.now()).padStart(12, '0').slice(-12)}` });
		check('and answers', answered === 'applied', answered);
		await tab.close();
	}
	if (atStation) {
		await page.evaluate(() => (location.hash = '#/sync'));
		await page.locator('.delivery').getByText(zh.synced).waitFor({ timeout: 60000 });
		await button('立即同步').click();
		let came = false;
		for (let i = 0; i < 120 && !came; i++) {
			came = (await queue()).rows.some((row) => row.case === person.case && row.decisions.answered > 0 && row.changed.n > 0);
			if (!came) await sleep(500);
		}
		check('the answers come with the next round', came);
	}
	await page.evaluate(() => (location.hash = '#/care'));
	await page.locator(`tr[data-case="${person.case}"]`).getByText(/决定已有答复/).waitFor({ timeout: 20000 });
	check('the psychiatrist is told of the answer', true);
	await page.evaluate((id) => (location.hash = `#/review/${id}`), person.case);
	const mine = page.locator(`.my-decisions [data-rec="${person.rec}"]`);
	await mine.waitFor();
	check('with what was answered', (await mine.innerText()).includes('已落实'), await mine.innerText());
	await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
	await page.locator('.change').first().waitFor();
	if (!atStation) {
		await page.locator(`.change[data-rec="${person.rec}"] ins`).first().waitFor();
		check('and what changed, beside what it was before', (await page.locator(`.change[data-rec="${person.rec}"]`).innerText()).includes('已完成'), await page.locator(`.change[data-rec="${person.rec}"]`).innerText());
	}
	await lookTwice(`${name}review-answered`);
	await heading.focus();
	const answered = await page.locator('.my-decisions button').count();
	await keyboard.press('v');
	await page.waitForFunction((n) => document.querySelectorAll('.my-decisions button').length < n, answered);
	check('v closes the loop', true);
	await page.setViewportSize({ width: 683, height: 384 });
	await look(`${name}review-zoomed`, 'zh');
	check('at twice the size nothing runs out of the page', await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), await page.evaluate(() => document.documentElement.scrollWidth));
	await page.evaluate(() => (location.hash = '#/care'));
	await page.locator('.queue tbody tr').first().waitFor();
	await look(`${name}care-zoomed`, 'zh');
	check('nor of the list', await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), await page.evaluate(() => document.documentElement.scrollWidth));
});
