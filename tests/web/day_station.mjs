// day_station.mjs - the day of a social worker of a rehabilitation station, printed as
// TAP (day.t starts it).
//
//   CB_PART=desk      in the morning: who is due, a follow-up, a letter received and
//                     answered, one sent, a group in the afternoon
//   CB_PART=colleague meanwhile, at another site: the same need is judged otherwise
//   CB_PART=away      at the station's own pages, the network cut: a visit, the need; then
//                     the network is back, the conflict is settled, everything is sent
//
// What the pages must say is written here again and not taken from the app.
import { readFileSync, writeFileSync } from 'node:fs';
import { check } from './browser.mjs';
import { dayFrom, openDay, order } from './day.mjs';

const { CB_PART, CB_URL, CB_LOGIN, CB_PASSWORD, CB_OTHER, CB_OTHER_PASSWORD, CB_OTHER_NAME, CB_OWN_NAME, CB_CASE, CB_THEIRS, CB_NEED, CB_PASSPHRASE, CB_NOTES, CB_HERE, CB_THERE } = process.env;
const day = await openDay(CB_URL, /status of (401|404|503)|ERR_|Failed to load/);
const { page, button, scene, signIn, goTo, place, field, tick, choose, typeDay, arrived, run } = day;

const owed = page.locator('.owed-line');
const form = page.locator('form.record-form');
const step = (name) => page.locator('.step-buttons').getByRole('button', { name, exact: true });
const takeIt = (name) => page.locator('.step-form').getByRole('button', { name, exact: true }).click();
const stands = (words) => page.locator('.letter-stand', { hasText: words }).waitFor({ timeout: 15000 });
const cell = (row, column) => page.locator(`[data-cell="${row}/${column}"]`);

async function change(login, password) {
	await button('退出').click();
	await page.locator('input[autocomplete=username]').or(button('仍然退出')).first().waitFor();
	if (await button('仍然退出').isVisible()) await button('仍然退出').click();
	await signIn(login, password);
}

async function writeReferral(about, to, reason, letter) {
	await goTo(`#/case/${about}`);
	await page.getByRole('link', { name: '写转介信' }).click();
	await page.getByRole('heading', { name: '新转介' }).waitFor();
	await page.locator('[data-field=to_site] input').fill(to);
	await page.getByRole('option', { name: to, exact: true }).first().click();
	await field('reason').fill(reason);
	await field('letter').fill(letter);
	for (const label of ['身份', '评估', '计划']) await page.locator('[data-field=sends] label', { hasText: label }).locator('input').check();
	await button('预览发送内容').click();
	await button('发出').waitFor();
}

/** What is due next in the case: the follow-up sheet of its programme. */
async function followUp(line) {
	// On some days of the year nobody's is due; then one is written all the same.
	const due = (await line.count()) > 0;
	const name = due ? (await line.locator('a').first().innerText()).trim() : '';
	if (due) await line.getByRole('button', { name: '填写' }).click();
	else await goTo(`#/case/${CB_CASE}/add/response/smd_follow_up`);
	await form.waitFor();
	await tick('answers.visit_result', 'reached');
	await choose('answers.mode', 'home_visit');
	await field('answers.danger').fill('0');
	await page.locator('[data-field="answers.symptoms"]').getByText('以上都没有').click();
	await choose('answers.insight', 'full');
	await choose('answers.adherence', 'regular');
	await choose('answers.stability', 'stable');
	await page.getByText(/草稿已/).first().waitFor({ timeout: 10000 });
	await page.locator('[data-field="answers.visit_result"]').scrollIntoViewIfNeeded();
	await scene('station-form');
	await button('保存').click();
	await form.waitFor({ state: 'detached', timeout: 15000 });
	await arrived();
	return name;
}

async function desk() {
	await page.goto(CB_URL);
	// A letter came yesterday.
	await signIn(CB_OTHER, CB_OTHER_PASSWORD);
	await writeReferral(CB_THEIRS, CB_OWN_NAME, '需要社区康复训练', '各位同事：\n服务对象病情稳定，愿意参加每周两次的社区康复，请协助安排。\n谢谢。');
	await button('发出').click();
	await stands(`待${CB_OWN_NAME}答复`);
	const letter = page.url().replace(/.*#/, '#');
	await change(CB_LOGIN, CB_PASSWORD);

	// ---- who is due
	await owed.first().waitFor();
	await page.locator('.beside', { hasText: CB_OTHER_NAME }).waitFor({ timeout: 15000 });
	check('the morning begins with who is due, the letter beside it', (await page.locator('.beside').innerText()).includes(CB_OTHER_NAME), await page.locator('.beside').innerText());
	const kinds = (await owed.allInnerTexts()).map((text) => /健康体检|随访|计划复核|下次服务|任务/.exec(text)?.[0]);
	check('what is due is of several kinds, as at a station', new Set(kinds).size >= 2, kinds.join(' | '));
	await scene('station-today');
	const name = await followUp(owed.filter({ hasText: '随访' }).first());
	await goTo('#/today');
	await owed.first().waitFor();
	const still = owed.filter({ hasText: name || CB_CASE }).filter({ hasText: '随访' });
	await still.waitFor({ state: 'detached', timeout: 5000 }).catch(() => {});
	check('what was done is off the list', (await still.count()) === 0, (await still.allInnerTexts()).join());

	// ---- a letter received
	await place('转介与请求').click();
	await page.locator('.letter-lines tbody tr').first().waitFor();
	await goTo(letter);
	await stands('待我方答复');
	await scene('station-letter');
	await step('接收').click();
	await takeIt('接收');
	await arrived();
	await step('开始服务').click();
	if (await page.locator('.step-form').isVisible()) await takeIt('开始服务');
	await arrived();
	check('a letter received is accepted and begun', (await page.locator('.letter-side').innerText()).includes('服务中') || (await page.locator('.letter-stand').innerText()).includes('服务中'), await page.locator('.letter-stand').innerText());
	await step('写回执').click();
	await field('return_letter').fill('已安排每周二、周四上午的社区康复，首次评估完成，配合良好。');
	await field('outcome').fill('情况好转');
	await takeIt('写回执');
	await arrived();

	// ---- one sent
	await writeReferral(CB_CASE, CB_OTHER_NAME, '搬家后在贵站附近，希望参加日间康复', '各位同事：\n请协助安排每周两次日间康复，详情见所附计划。\n谢谢。');
	await scene('station-refer', { at: '.sending' });
	await button('发出').click();
	await stands(`待${CB_OTHER_NAME}答复`);
	await arrived();
	const mine = page.url().replace(/.*#/, '#');

	// ---- a group
	await goTo('#/groups/new');
	await page.getByRole('heading', { name: '新建小组', level: 1 }).waitFor();
	await page.getByLabel('小组模板').selectOption('all_the_way');
	await typeDay('opened', dayFrom(-22));
	await field('name').fill('周三家属支持小组');
	await page.locator('.plan-sessions li').first().waitFor();
	await button('建立小组').click();
	await page.locator('.group-head h1', { hasText: '周三家属支持小组' }).waitFor();
	const group = /groups\/([0-9a-f-]{36})/.exec(page.url())[1];
	await arrived();
	for (const who of ['陈桂珍', '冯玉兰', '王海涛', '吴建平']) {
		await goTo(`#/groups/${group}/add/participant`);
		await page.locator('form [data-field=joined]').waitFor();
		const more = page.locator('form details.more:not([open]) > summary');
		if (await more.count()) await more.click();
		await field('name').fill(who);
		await typeDay('joined', dayFrom(-22));
		await button('保存').click();
		await page.locator('.case-form').waitFor({ state: 'detached' });
		await page.locator('.roll-grid tbody th', { hasText: who }).waitFor();
	}
	await arrived();
	for (const [column, keys] of [[0, '1111'], [1, '1121'], [2, '1411']])
		for (const [row, key] of [...keys].entries()) {
			await cell(row, column).focus();
			await page.keyboard.press(key);
		}
	await arrived();
	await page.evaluate(() => window.scrollTo(0, 0));
	const apgar = page.locator('.measures table', { hasText: '家庭关怀' }).or(page.locator('.measures table', { hasText: 'APGAR' })).first();
	const first = (await apgar.locator('tbody th').first().innerText()).trim();
	for (const [when, digit] of [['前测', '0'], ['后测', '2']]) {
		await apgar.getByRole('link', { name: `${first}: 填写${when}` }).click();
		await page.locator('.scale-items input').first().focus();
		for (let i = 0; i < 5; i++) await page.keyboard.press(digit);
		await button('保存').click();
		await page.locator('.scale-form').waitFor({ state: 'detached' });
		await arrived();
	}
	await page.waitForFunction((who) => [...document.querySelectorAll('.measures tr')].some((one) => one.innerText.includes(who) && /\+10/.test(one.innerText)), first);
	check('a group has its attendance and what changed', (await page.locator('[data-mark=present]').count()) === 10, await page.locator('[data-mark=present]').count());
	await page.evaluate(() => window.scrollTo(0, 0));
	await scene('station-group', { at: '.group-part:has(.roll-grid)' });

	// ---- the other site answers, the loop is closed
	await change(CB_OTHER, CB_OTHER_PASSWORD);
	await goTo(letter);
	await stands('回执');
	await step('确认回执，结束').click();
	if (await page.locator('.step-form').isVisible()) await takeIt('确认回执，结束');
	await arrived();
	await goTo(mine);
	await stands('待我方答复');
	await step('接收').click();
	await takeIt('接收');
	await arrived();
	await step('开始服务').click();
	if (await page.locator('.step-form').isVisible()) await takeIt('开始服务');
	await arrived();
	await step('写回执').click();
	await field('return_letter').fill('已完成六次日间康复，作息规律，建议继续居家练习。');
	await field('outcome').fill('情况好转');
	await takeIt('写回执');
	await arrived();
	await change(CB_LOGIN, CB_PASSWORD);
	await goTo(mine);
	await page.locator('.paper-return').waitFor();
	await scene('station-return');
	await step('确认回执，结束').click();
	if (await page.locator('.step-form').isVisible()) await takeIt('确认回执，结束');
	await arrived();
	await page.locator('.letter-stand', { hasText: '已结束' }).waitFor();
	check('the loop of a letter sent is closed', true);
	if (CB_NOTES) writeFileSync(CB_NOTES, JSON.stringify({ letter, mine, group }));
}

async function judge(severity) {
	await goTo(`#/case/${CB_CASE}/edit/${CB_NEED}`);
	await form.waitFor();
	await page.locator('[data-field=severity] input').fill(String(severity));
	await button('保存').click();
	await form.waitFor({ state: 'detached' });
}

async function colleague() {
	await page.goto(CB_URL);
	await signIn(CB_LOGIN, CB_PASSWORD);
	await page.locator('.today, .caseload').first().waitFor();
	await judge(CB_THERE);
	await arrived();
	check('a colleague judges the need otherwise', true);
}

async function away() {
	await page.goto(CB_URL);
	await owed.first().waitFor();
	check('the station’s own pages begin with the same day', (await page.locator('h1').first().innerText()).includes('今天'));
	await order('cut');
	await goTo(`#/case/${CB_CASE}`);
	await button('添加服务记录').click();
	await form.waitFor();
	await button('现在').click();
	await choose('kind', 'home_visit');
	await choose('status', 'completed');
	await field('aim').fill('家访：核对药盒，练习乘车路线');
	await button('保存').click();
	await form.waitFor({ state: 'detached' });
	await judge(CB_HERE);
	await page.locator('.delivery').getByText(/只在本机/).waitFor({ timeout: 20000 });
	// What was saved last is brought into sight; the visit stands further up.
	await page.waitForFunction((id) => document.activeElement?.closest('[data-rec]')?.dataset.rec === id, CB_NEED, { timeout: 15000 });
	await page.evaluate(() => window.scrollTo(0, 0));
	await page.locator('article:has-text("核对药盒")').waitFor();
	await scene('station-offline', { at: 'article:has-text("核对药盒")' });
	await page.locator('.delivery').getByRole('link').click();
	await page.locator('.sync-records tbody tr').nth(1).waitFor();
	check('two things are only here', (await page.locator('.sync-records tbody tr').count()) === 2, await page.locator('.sync-records').innerText());
	await scene('station-unsent', { height: 560 });
	await order('colleague');
	await button('立即同步').click();
	await page.locator('.sync-page').getByText(/冲突/).first().waitFor({ timeout: 40000 });
	check('the sync says that somebody else changed the same', true);
	await page.locator('.sync-records a').first().click();
	const conflict = page.locator('.conflict').first();
	await conflict.waitFor();
	if (!(await conflict.evaluate((one) => one.open))) await conflict.locator('summary').first().click();
	const sides = await conflict.locator('.side').allInnerTexts();
	check('both values stand side by side', new RegExp(`严重程度\\s+${CB_THERE}\\s`).test(sides[0]) && new RegExp(`严重程度\\s+${CB_HERE}\\s`).test(sides[1]), sides.join(' | '));
	await scene('station-conflict', { at: '.conflicts' });
	await conflict.locator('input[type=radio]').nth(1).check();
	await conflict.getByLabel('处理说明（选填）').fill('今天家访所见');
	await conflict.getByRole('button', { name: '确定' }).click();
	await page.locator('.conflicts').waitFor({ state: 'detached', timeout: 15000 });
	await goTo('#/sync');
	await button('立即同步').click();
	await page.getByText('没有只在本机的内容').waitFor({ timeout: 40000 });
	check('everything is sent, and both ends hold the same', true);
	await scene('station-synced', { height: 480 });
	await button('锁屏').click();
	await page.getByRole('heading', { name: '已锁屏' }).waitFor();
	await page.locator('input[type=password]').fill(readFileSync(CB_PASSPHRASE, 'utf8').trim());
	await button('解锁').click();
	await page.locator('.sync-page').waitFor();
	check('a locked screen opens with the passphrase', true);
}

await run({ desk, colleague, away }[CB_PART]);
