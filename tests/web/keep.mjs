// keep.mjs - nothing that was typed is lost, whatever happens to the page: the
// browser is killed, the tab is closed with work unsent, the network and the session
// end, two tabs are open, somebody else signs in between. Printed as TAP.
//
//   CB_URL=… CB_LOGIN=… CB_PASSWORD=… CB_OTHER=… CB_OTHER_PASSWORD=… CB_PROFILE=DIR node tests/web/keep.mjs
//
// What was typed must be there as typed, on no page of anybody else, and nowhere on
// the disk in clear.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, end, enter, openBrowser } from './browser.mjs';

const { CB_URL, CB_LOGIN, CB_PASSWORD, CB_OTHER, CB_OTHER_PASSWORD, CB_PROFILE } = process.env;
if (!CB_URL || !CB_LOGIN || !CB_PASSWORD || !CB_OTHER || !CB_OTHER_PASSWORD || !CB_PROFILE) {
	console.error('CB_URL, CB_LOGIN, CB_PASSWORD, CB_OTHER, CB_OTHER_PASSWORD and CB_PROFILE say where, as whom, and where the browser keeps its things.');
	process.exit(2);
}

const zh = {
	signOut: '退出', keepAndLeave: '退出，内容留在这台电脑', clearAndLeave: '退出并清除', kept: '草稿已加密保存在这台电脑', begun: '未完成的草稿', save: '保存', now: '现在',
	keptHere: '暂存在这台电脑', confirmed: '中心已确认', left: '项未送达的内容加密留在这台电脑上', expired: '登录已过期',
	otherEntered: '另一位工作人员在这个浏览器登录了', leftElsewhere: '您已在另一个窗口退出', goOnHere: '进入现在登录的账号',
};
// 300 characters, markup, script, quotes, a template, another script's direction.
const MARK = `留痕${Date.now().toString(36)}`;
const NASTY = `${MARK} <img src=x onerror=alert(1)> <script>window.hit=1</script> {{7*7}} '";-- \u202eabc \u{20bb7}`.padEnd(300, '长');
const TOLERATED = /status of 40[139]|ERR_INTERNET_DISCONNECTED|Failed to load resource/;

async function signIn({ page, button }, login = CB_LOGIN, password = CB_PASSWORD) {
	await enter(page, login, password);
	await page.locator('header.top').waitFor();
}
const aimOf = (page) => page.locator('[data-field=aim] textarea');
async function openNote(page, id) {
	await page.evaluate((hash) => (location.hash = hash), `#/case/${id}/add/service`);
	await aimOf(page).waitFor();
}
async function fillRest({ page, button }) {
	await button(zh.now).click();
	for (const [field, code] of [['kind', 'home_visit'], ['status', 'completed']]) {
		const box = page.locator(`[data-field=${field}]`);
		if (await box.locator('select').count()) await box.locator('select').selectOption(code);
		else await box.locator(`input[value="${code}"]`).check();
	}
}
const noteOf = (page, text) => page.locator('article').filter({ hasText: text }).first();

let caseId;
const first = await openBrowser(CB_URL, TOLERATED, CB_PROFILE);
await first.watch(async () => {
	const { page } = first;
	await page.goto(CB_URL);
	await signIn(first);
	caseId = await page.evaluate(async () => (await (await fetch('/v1/caseload?limit=5000')).json()).rows.find((one) => one.name && one.phase === 'intervention').case);
	await openNote(page, caseId);
	await aimOf(page).fill(NASTY);
	await page.getByText(zh.kept).waitFor({ timeout: 5000 });
	check('the form says that its draft is kept', true);
	await first.lookTwice('draft-kept');
	check('markup that was typed is text', (await page.evaluate(() => window.hit)) === undefined && (await page.locator('article img').count()) === 0);
});
await first.kill();
/** Files of the profile in which a text stands, in either way a browser writes it. */
function filesWith(text, dir = CB_PROFILE) {
	const ways = [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')];
	return readdirSync(dir, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath ?? entry.path, entry.name))
		.filter((path) => ways.some((bytes) => readFileSync(path).includes(bytes)));
}
check('what is kept lies on the disk', filesWith('casebridge').some((path) => path.includes('IndexedDB')), 'no IndexedDB there');
check('and nothing of it in clear', filesWith(MARK).length === 0 && filesWith(caseId).filter((path) => path.includes('IndexedDB')).length === 0, filesWith(MARK).join(' '));

const second = await openBrowser(CB_URL, TOLERATED, CB_PROFILE);
await second.watch(async () => {
	const { page, button, context } = second;
	const begun = () => page.locator('.beside-part').filter({ hasText: zh.begun });
	await page.goto(CB_URL);
	await page.locator('input[type=password], .today').first().waitFor();
	if (await page.locator('input[type=password]').count()) await signIn(second);
	await begun().waitFor({ timeout: 5000 });
	await second.lookTwice('draft-found');
	await begun().getByRole('link').first().click();
	await aimOf(page).waitFor();
	check('a killed browser has lost nothing: it is there as typed', (await aimOf(page).inputValue()) === NASTY, await aimOf(page).inputValue());

	await button(zh.signOut).click();
	await second.look('sign-out-asks', 'zh');
	await button(zh.keepAndLeave).click();
	await page.getByText(zh.left).waitFor();
	check('signing out tells what stays', true);
	await signIn(second, CB_OTHER, CB_OTHER_PASSWORD);
	await page.waitForTimeout(500);
	check('somebody else at the same computer sees nothing of it', (await begun().count()) === 0 && !(await page.content()).includes(MARK));
	await button(zh.signOut).click();
	await page.locator('input[type=password]').waitFor();
	await signIn(second);
	await begun().waitFor({ timeout: 5000 });
	check('and leaves it where it was', true);

	// Two tabs with the same form.
	await openNote(page, caseId);
	const tab = await context.newPage();
	await tab.goto(`${CB_URL}#/case/${caseId}/add/service`);
	await aimOf(tab).waitFor();
	check('another tab has the same draft', (await aimOf(tab).inputValue()) === NASTY);
	await aimOf(page).fill('第一个窗口写的');
	await tab.waitForFunction(() => document.querySelector('[data-field=aim] textarea').value === '第一个窗口写的', null, { timeout: 5000 });
	await tab.locator('[data-field=process] textarea').fill('第二个窗口写的');
	await page.waitForFunction(() => document.querySelector('[data-field=process] textarea').value === '第二个窗口写的', null, { timeout: 5000 });
	check('what is typed in either stands in both', (await aimOf(page).inputValue()) === '第一个窗口写的' && (await aimOf(tab).inputValue()) === '第一个窗口写的');
	await tab.close();

	// Another person, in another window of the same browser.
	const mine = await context.newPage();
	await mine.goto(`${CB_URL}#/case/${caseId}`);
	await mine.locator('.face').waitFor();
	await context.clearCookies({ name: /session/ });
	const theirs = await context.newPage();
	await theirs.goto(CB_URL);
	const other = { page: theirs, button: (name) => theirs.getByRole('button', { name, exact: true }) };
	await signIn(other, CB_OTHER, CB_OTHER_PASSWORD);
	await mine.getByText(zh.otherEntered).waitFor({ timeout: 5000 });
	await page.getByText(zh.otherEntered).waitFor({ timeout: 5000 });
	check('when somebody else signs in, every other window puts away what it showed', !(await mine.content()).includes(caseId) && !(await page.content()).includes('第一个窗口写的'));
	await second.lookTwice('somebody-else-signed-in');
	const cookie = await theirs.evaluate(async (named) => (await fetch('/v1/session', { headers: { 'Casebridge-Staff': named } })).status, '01890000-0000-7000-8000-000000000000');
	check('and the server answers no page but theirs', cookie === 401, cookie);
	await mine.close();
	await signIn(second);
	await theirs.getByText(zh.otherEntered).waitFor({ timeout: 5000 });
	check('the first comes back, and the second’s window is put away in turn', true);
	await theirs.getByRole('button', { name: zh.goOnHere }).click();
	await theirs.locator('header.top').getByText(await page.locator('.who strong').innerText()).waitFor();
	check('a window goes on as whoever is signed in', true);
	await button(zh.signOut).click();
	await button(zh.keepAndLeave).click();
	await theirs.getByText(zh.leftElsewhere).waitFor({ timeout: 5000 });
	check('leaving in one window leaves in the other', true);
	await theirs.close();
	await signIn(second);
	await openNote(page, caseId);
	check('and all that was typed is there when its author is', (await aimOf(page).inputValue()) === '第一个窗口写的', await aimOf(page).inputValue());

	// The session ends, and the page is loaded again before anybody signs in.
	await context.clearCookies({ name: /session/ });
	await aimOf(page).fill(`${MARK} 过期以后写的`);
	await page.waitForTimeout(600);
	await page.reload();
	await page.locator('input[type=password]').waitFor();
	check('without a session nothing of it shows', !(await page.content()).includes(MARK));
	await enter(page, CB_LOGIN, CB_PASSWORD);
	await aimOf(page).waitFor();
	check('what was typed after the session had ended is there after signing in', (await aimOf(page).inputValue()) === `${MARK} 过期以后写的`, await aimOf(page).inputValue());

	// The network goes; what is saved waits here, also when its tab is closed: then
	// another that is still open sends it.
	await fillRest(second);
	const next = await context.newPage();
	await next.goto(`${CB_URL}#/cases`);
	await next.locator('.grid-line').nth(1).waitFor();
	await context.setOffline(true);
	await button(zh.save).click();
	await noteOf(page, `${MARK} 过期以后写的`).getByText(zh.keptHere).waitFor({ timeout: 5000 });
	check('without a network a saved note says that it waits on this computer', true);
	await second.look('kept-offline', 'zh');
	await page.close({ runBeforeUnload: false });
	await context.setOffline(false);
	await next.evaluate((hash) => (location.hash = hash), `#/case/${caseId}`);
	await noteOf(next, `${MARK} 过期以后写的`).getByText(zh.confirmed).waitFor({ timeout: 15000 });
	const times = await next.evaluate(async ({ id, mark }) => (await (await fetch(`/v1/cases/${id}`)).json()).records.filter((one) => String(one.body.aim ?? '').startsWith(mark)).length, { id: caseId, mark: MARK });
	check('the tab was closed, the network is back: it arrives, once', times === 1, times);

	// Refused, in conflict, without a server: the text stays.
	await next.evaluate((hash) => (location.hash = hash), `#/case/${caseId}/add/service`);
	await aimOf(next).waitFor();
	const third = { page: next, button: (name) => next.getByRole('button', { name, exact: true }) };
	await fillRest(third);
	await next.locator('[data-field=started_at] [role=spinbutton]').first().click();
	await next.keyboard.type('209901010900');
	await aimOf(next).fill(`${MARK} 被拒绝`);
	await third.button(zh.save).click();
	await next.locator('[data-field=started_at] .fault').waitFor({ timeout: 10000 });
	check('a field the centre refuses is marked, and the text stays', (await aimOf(next).inputValue()) === `${MARK} 被拒绝`);
	await next.route('**/v1/**', (route) => route.abort());
	await third.button(zh.now).click();
	await third.button(zh.save).click();
	await noteOf(next, `${MARK} 被拒绝`).getByText(zh.keptHere).waitFor({ timeout: 10000 });
	check('with the server gone it waits', true);
	await next.unroute('**/v1/**');
	await noteOf(next, `${MARK} 被拒绝`).getByText(zh.confirmed).waitFor({ timeout: 40000 });
	check('and arrives when it is back', true);

	const rec = await next.evaluate(async ({ id, mark }) => (await (await fetch(`/v1/cases/${id}`)).json()).records.find((one) => String(one.body.aim ?? '') === `${mark} 被拒绝`), { id: caseId, mark: MARK });
	await next.evaluate((hash) => (location.hash = hash), `#/case/${caseId}/edit/${rec.id}`);
	await aimOf(next).waitFor();
	await aimOf(next).fill(`${MARK} 我改的`);
	// The same field, elsewhere, before this is saved.
	await next.evaluate(
		async ({ rec, mark }) =>
			fetch('/v1/changes', {
				method: 'POST',
				headers: { 'Content-Type': 'application/json', 'X-Casebridge': 'web' },
				body: JSON.stringify({ changes: [{ id: crypto.randomUUID().replace(/^(.{14})4/, '$17'), tx: null, rec: rec.id, type: 'service', case: rec.case, op: 'patch', set: { aim: `${mark} 别人改的` }, unset: [], seen: { aim: rec.body.aim }, base_ver: rec.ver, entered_at: new Date().toISOString(), after: null }] }),
			}),
		{ rec, mark: MARK },
	);
	await next.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
	await third.button(zh.save).click();
	await next.locator('.conflicts').waitFor({ timeout: 15000 });
	const sides = await next.locator('.conflicts').innerText();
	check('two edits of one field stand side by side', sides.length > 0, sides);
	const both = await next.evaluate(async (id) => JSON.stringify((await (await fetch(`/v1/cases/${id}`)).json()).records.filter((one) => one.type === 'conflict' && !one.body.settled).map((one) => [one.body.mine, one.body.theirs])), caseId);
	check('neither is lost', both.includes('我改的') && both.includes('别人改的'), both);
});
await second.context.close();
end();
