// letters.mjs - two social workers of two sites and the letters between them,
// printed as TAP (letters.t starts it).
//
// A referral is written, seen before it leaves, sent, declined and seen; another
// accepted, begun, answered with a return letter and acknowledged. A service is
// asked for from the menu and cannot be met. Drafts outlive leaving the page and
// a session that ended; markup and 300 characters do no harm.
//
// What the page must say is written here again and not taken from the app.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, enter, openBrowser } from './browser.mjs';

const { CB_URL, CB_CASE, CB_BACK, CB_OWN_NAME, CB_SITE_NAME, CB_SENDER, CB_SENDER_PASSWORD, CB_TAKER, CB_TAKER_PASSWORD, CB_CLIENT } = process.env;
const { page, context, button, look, lookTwice, run } = await openBrowser(CB_URL, /status of 40[14]|net::ERR_FAILED/);

const MARKUP = `<img src=x onerror=alert(1)>&amp;"${'长'.repeat(300)}`;
const passwords = { [CB_SENDER]: CB_SENDER_PASSWORD, [CB_TAKER]: CB_TAKER_PASSWORD };
const field = (name) => page.locator(`[data-field=${name}] :is(input:not([type=radio], [type=checkbox]), textarea, select)`).first();
const lines = page.locator('.letter-lines tbody tr');
let now = '';

/** What a printer would get, sheet by sheet, without the blanks. */
async function onPaper(name) {
	const dir = process.env.CB_PDF ?? mkdtempSync(join(tmpdir(), 'letters-'));
	const file = join(dir, `${name}.pdf`);
	await page.pdf({ path: file, format: 'A4', preferCSSPageSize: true });
	const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
	if (!process.env.CB_PDF) rmSync(dir, { recursive: true });
	return text.split('\f').map((sheet) => sheet.replace(/\s/g, '')).filter(Boolean);
}

async function signIn(login) {
	if (now) {
		await button('退出').click();
		// What was begun and not sent asks first.
		await page.getByLabel('账号', { exact: true }).or(button('仍然退出')).first().waitFor();
		if (await button('仍然退出').isVisible()) await button('仍然退出').click();
	}
	await enter(page, login, passwords[login]);
	await page.locator('.top nav a').first().waitFor();
	now = login;
}

const goTo = (hash) => page.evaluate((to) => (location.hash = to), hash);

async function chooseSite(name) {
	await page.locator('[data-field=to_site] input').fill(name);
	await page.getByRole('option', { name, exact: true }).first().click();
}

async function tick(group, ...labels) {
	for (const label of labels) await page.locator(`[data-field=${group}] label`, { hasText: label }).locator('input').check();
}

/** Opens the newest letter of the list's box. */
async function openFirst(box) {
	await goTo('#/letters');
	await button('全部').or(page.locator('.boxes')).first().waitFor();
	await page.locator('.boxes button', { hasText: box }).click();
	await lines.first().waitFor();
	await lines.first().locator('a').click();
	await page.locator('.letter-stand').waitFor();
}

const step = (name) => page.locator('.step-buttons').getByRole('button', { name, exact: true });
const takeIt = (name) => page.locator('.step-form').getByRole('button', { name, exact: true }).click();
/** The letter stands so, and the centre has it. */
async function reaches(words) {
	await page.locator('.letter-stand', { hasText: words }).waitFor({ timeout: 15000 });
	await page.waitForFunction(() => !/尚未确认/.test(document.querySelector('.delivery')?.textContent ?? ''), null, { timeout: 15000 });
}

async function writeReferral(reason, letter, about = CB_CASE, to = CB_SITE_NAME) {
	await goTo(`#/letters/refer/${about}`);
	await page.getByRole('heading', { name: '新转介' }).waitFor();
	await chooseSite(to);
	await field('reason').fill(reason);
	await field('letter').fill(letter);
	await tick('sends', '身份', '评估', '计划');
}

await run(async () => {
	await page.goto(CB_URL);
	await signIn(CB_SENDER);
	await page.locator('.top nav a', { hasText: '转介与请求' }).click();
	await page.getByRole('heading', { name: '转介与请求', level: 1 }).waitFor();
	await page.locator('.boxes button', { hasText: '发出的' }).click();
	await lookTwice('letters');
	await page.getByLabel('查找转介与请求').fill('nobody-at-all');
	await page.getByText('没有找到').waitFor();
	check('searching for nothing says so', (await lines.count()) === 0);
	await page.getByLabel('查找转介与请求').fill('');

	// ---- writing
	await goTo(`#/case/${CB_CASE}`);
	await page.getByRole('link', { name: '写转介信' }).click();
	await page.getByRole('heading', { name: '新转介' }).waitFor();
	await lookTwice('refer-empty');
	await button('预览发送内容').click();
	check('what is missing is told at each field', (await page.locator('.refer-form .fault').count()) >= 3, await page.locator('.refer-form .fault').allInnerTexts());
	check('the first of them has the focus', await page.evaluate(() => document.activeElement?.closest('[data-field]')?.dataset.field === 'to_site'));
	await page.keyboard.press('Escape');
	await writeReferral(MARKUP, '请协助安排社区康复。\n每周两次。');
	// Left and found again.
	await goTo('#/letters');
	await page.getByRole('heading', { name: '转介与请求', level: 1 }).waitFor();
	await goTo(`#/letters/refer/${CB_CASE}`);
	check('a letter that was begun is there when one comes back', (await field('reason').inputValue()) === MARKUP);
	const site = page.locator('[data-field=to_site] input');
	const [inChinese, inEnglish] = [await site.inputValue(), await page.evaluate(async (name) => (await (await fetch('/v1/directory')).json()).records.find((one) => one.body.name === name).body.name_en, await site.inputValue())];
	await button('English').click();
	await page.waitForFunction((name) => document.querySelector('[data-field=to_site] input').value === name, inEnglish, { timeout: 5000 }).catch(() => {});
	check('the chosen site is named in the language of the page', inEnglish && (await site.inputValue()) === inEnglish, `${await site.inputValue()}, ${inEnglish}`);
	await button('中文').click();
	check('and in the other one again', (await site.inputValue()) === inChinese, await site.inputValue());
	await page.locator('summary', { hasText: '服务清单（2 项）' }).click();
	await page.locator('.menu-item').first().waitFor();
	const clinical = await page.locator('.menu').innerText();
	await button('患者版').click();
	const patient = await page.locator('.menu').innerText();
	check('the menu of the site is there in clinical wording', clinical.includes('夜间情绪陪护') && !clinical.includes('陪您说说话'), clinical);
	check('and in that of patients', patient.includes('陪您说说话') && !patient.includes('夜间情绪陪护'), patient);
	await page.locator('.menu-item', { hasText: '教您做康复' }).click();
	check('a service is taken into the reason', (await field('reason').inputValue()).endsWith('康复训练指导'));
	check('nothing can be sent that was not shown', (await button('发出').count()) === 0);

	// The session ends in the middle of it.
	await context.clearCookies({ name: /session/ });
	await button('预览发送内容').click();
	await page.getByRole('alertdialog').waitFor();
	await page.locator('[role=alertdialog] input[autocomplete=username]').fill(CB_SENDER);
	await page.locator('[role=alertdialog] input[type=password]').fill(CB_SENDER_PASSWORD);
	await page.getByRole('alertdialog').getByRole('button', { name: '登录', exact: true }).click();
	await page.getByRole('alertdialog').waitFor({ state: 'detached' });
	check('what was typed outlives the end of a session', (await field('letter').inputValue()).includes('每周两次'));
	await button('预览发送内容').click();
	await button('发出').waitFor();
	const sending = page.locator('.sending');
	const shown = await sending.innerText();
	check('who gets it, the whole letter and the name are shown', [CB_SITE_NAME, '每周两次', CB_CLIENT].every((part) => shown.includes(part)), shown);
	check('what opens and what stays closed is told apart', /可以看到[\s\S]*身份与家庭信息[\s\S]*评估信息[\s\S]*没有涵盖[\s\S]*服务计划/.test(shown), shown);
	check('with the day an answer is owed by', /答复期限\s*20\d\d-\d\d-\d\d/.test(shown), shown);
	check('markup is text', (await page.locator('.sending img').count()) === 0);
	await lookTwice('refer');
	await page.getByLabel('不写姓名和电话').check();
	await sending.getByText('（没有写明）').waitFor();
	check('nameless it is shown without the name', !(await sending.innerText()).includes(CB_CLIENT));
	await page.getByLabel('不写姓名和电话').uncheck();
	await sending.getByText(CB_CLIENT).waitFor();
	await field('reason').fill('需要社区康复训练');
	await page.getByText('内容有改动').waitFor();
	check('what was changed since has to be seen again', (await button('发出').count()) === 0);
	await button('预览发送内容').click();
	await button('发出').click();
	await reaches(`待${CB_SITE_NAME}答复`);
	check('the sender waits for the other site', true);
	const first = page.url();

	// ---- declined
	await signIn(CB_TAKER);
	const badge = page.locator('.nav-count');
	await badge.waitFor();
	check('the bar counts what waits', /件待我方办理/.test(await badge.innerText()), await badge.innerText());
	await goTo('#/letters');
	await lines.first().waitFor();
	await look('letters-waiting', 'zh');
	await goTo(first.slice(first.indexOf('#')));
	await reaches('待我方答复');
	check('the receiver reads the letter', (await page.locator('.paper').first().innerText()).includes('每周两次'));
	check('and not the case', (await page.locator('.letter-head a[href*="#/case/"]').count()) === 0);
	await lookTwice('letter-received');
	await step('不予接收').click();
	await takeIt('不予接收');
	check('a refusal needs its reason', (await page.locator('.step-form .fault').count()) === 1);
	await page.locator('[data-field=decline_reason] select').selectOption('no_capacity');
	await field('decision_note').fill('下月有名额');
	await goTo('#/letters');
	await page.getByRole('heading', { name: '转介与请求', level: 1 }).waitFor();
	await goTo(first.slice(first.indexOf('#')));
	await page.locator('.step-form').waitFor();
	check('a step that was begun is open again with what was typed', (await field('decision_note').inputValue()) === '下月有名额');
	await look('step', 'zh');
	await takeIt('不予接收');
	await reaches('不予接收');
	await signIn(CB_SENDER);
	await openFirst('待我方办理');
	await reaches('待我方确认');
	check('the sender is told why', (await page.locator('.letter-side').innerText()).includes('暂无服务能力'));
	await step('确认回执，结束').click();
	await takeIt('确认回执，结束');
	await reaches('已结束');
	check('and the loop is closed', (await step('撤回').count()) === 0);

	// ---- accepted, answered, acknowledged
	await writeReferral('再次请求社区康复', '上次没有名额，现再请协助。');
	await button('预览发送内容').click();
	await button('发出').click();
	await reaches(`待${CB_SITE_NAME}答复`);
	const second = page.url();
	await signIn(CB_TAKER);
	await goTo(second.slice(second.indexOf('#')));
	await step('接收').click();
	await field('decision_note').fill('周三上午来站评估');
	await takeIt('接收');
	await reaches('我方已接收');
	await step('开始服务').click();
	await takeIt('开始服务');
	await reaches('我方服务中');
	await step('写回执').click();
	await takeIt('写回执');
	check('an empty return letter is none', (await page.locator('.step-form .fault').count()) === 1);
	await field('return_letter').fill('已完成六次训练，情绪和作息好转。');
	await field('outcome').fill('情况好转');
	await takeIt('写回执');
	await reaches('已回执');
	await signIn(CB_SENDER);
	await goTo(second.slice(second.indexOf('#')));
	await reaches('待我方确认');
	check('the return letter is read where the letter is', (await page.locator('.paper-return').innerText()).includes('六次训练'));
	await lookTwice('letter-returned');
	await page.keyboard.press('F9');
	check('one key hides the name', !(await page.locator('.letter').innerText()).includes(CB_CLIENT));
	await page.keyboard.press('F9');
	await page.emulateMedia({ media: 'print' });
	const paper = await page.evaluate(() => ({ steps: getComputedStyle(document.querySelector('.steps')).display, paper: getComputedStyle(document.querySelector('.paper')).display }));
	check('on paper there is the letter and nothing to press', paper.steps === 'none' && paper.paper !== 'none', JSON.stringify(paper));
	await look('letter-on-paper', 'zh');
	const sheets = await onPaper('letter');
	check('the letter and the one that came back are two sheets', sheets.length === 2 && sheets[0].includes('转介信') && sheets[0].includes(CB_CLIENT) && sheets[1].includes('六次训练') && sheets[1].includes(CB_CLIENT) && sheets[1].includes('签名') && !/打印|历史版本|遮蔽/.test(sheets.join('')), sheets.join('\n---\n'));
	await page.emulateMedia({ media: null });
	await step('确认回执，结束').click();
	await page.locator('[data-field=client_confirmed] label', { hasText: '是' }).click();
	await takeIt('确认回执，结束');
	await reaches('已结束');
	check('the road shows it whole', (await page.locator('.road li[data-reached]').count()) === 5);

	// ---- a draft stays with the one who wrote it
	await writeReferral('试行同伴小组', '草稿');
	await button('存为草稿').click();
	await reaches('待我方发出');
	const third = page.url();
	await signIn(CB_TAKER);
	await goTo(third.slice(third.indexOf('#')));
	await page.getByText('没有这份转介或请求').waitFor();
	check('a draft is not the other side’s to read', true);

	// ---- the other way
	await writeReferral('家属在贵站辖区', '请协助家访。', CB_BACK, CB_OWN_NAME);
	await button('预览发送内容').click();
	await button('发出').click();
	await reaches(`待${CB_OWN_NAME}答复`);
	const back = page.url();
	await signIn(CB_SENDER);
	await goTo(back.slice(back.indexOf('#')));
	await step('接收').click();
	await takeIt('接收');
	await reaches('我方已接收');
	check('a letter goes the other way as well', true);

	// ---- what was a draft is shown before it leaves like any other
	await goTo(third.slice(third.indexOf('#')));
	await page.getByRole('link', { name: '核对并发出' }).click();
	await page.getByRole('heading', { name: '新转介' }).waitFor();
	check('a draft is gone on with as it was', (await field('reason').inputValue()) === '试行同伴小组');
	await button('预览发送内容').click();
	await button('发出').click();
	await reaches(`待${CB_SITE_NAME}答复`);
	await step('撤回').click();
	await field('cancel_reason').fill('服务对象暂不参加');
	await takeIt('撤回');
	await reaches('已结束');
	check('what was sent can be taken back, with a reason', (await page.locator('.letter-side').innerText()).includes('服务对象暂不参加'));

	// ---- a request from the menu
	await goTo('#/letters/ask');
	await page.locator('.menu-item', { hasText: '夜间情绪陪护' }).waitFor();
	const offered = await page.locator('.menu-item').allInnerTexts();
	const forStaff = (await onPaper('menu')).join('');
	await button('患者版').click();
	const forClients = (await onPaper('menu-patient')).join('');
	const nameOf = (item) => item.split('\n')[0].replace(/\s/g, '');
	check('the whole menu is on paper, in the words of clinicians', offered.every((one) => forStaff.includes(nameOf(one))) && forStaff.includes('每天6次') && !/请先从清单|查找服务/.test(forStaff), forStaff);
	check('and in those of patients, without what is the staff’s', forClients.includes('陪您说说话') && !forClients.includes('夜间情绪陪护') && !forClients.includes('每天6次'), forClients);
	await button('临床版').click();
	await page.locator('.menu-item', { hasText: '夜间情绪陪护' }).click();
	await field('ward').fill('抢救室');
	await field('client_label').fill('3床');
	await page.locator('[data-field=urgency] label, [data-field=urgency] select').first().waitFor();
	await field('need').fill('家属情绪激动，需要陪伴');
	await lookTwice('ask');
	// The line breaks while it is sent: it stands on the page, and goes when the line is back.
	await page.route('**/v1/**', (route) => route.abort());
	await button('提出请求').click();
	await page.locator('.letter-stand', { hasText: '暂存' }).waitFor({ timeout: 15000 });
	check('what cannot be sent stands on the page and says where it is', (await page.locator('.paper').innerText()).includes('家属情绪激动'));
	await look('letter-kept', 'zh');
	await page.unroute('**/v1/**');
	await button('立即发送').first().click();
	await reaches(`待${CB_SITE_NAME}承接`);
	const asked = page.url();
	await signIn(CB_TAKER);
	await goTo(asked.slice(asked.indexOf('#')));
	await reaches('待我方承接');
	await step('承接').click();
	await page.locator('.proposals button').first().waitFor();
	check('those who could take it are proposed', (await page.locator('.proposals button').count()) >= 1);
	await look('request-proposal', 'zh');
	await page.locator('.step-form').getByRole('button', { name: '取消' }).click();
	await step('不能满足').click();
	await page.locator('[data-field=unmet_reason] select').selectOption('no_provider');
	await takeIt('不能满足');
	await reaches('已结束');
	check('a request that could not be met says why', (await page.locator('.paper-return').innerText()).includes('没有可派人员'));

	await goTo('#/letters');
	await page.locator('.boxes button', { hasText: '全部' }).click();
	await page.getByLabel('包括已结束的').check();
	await lines.nth(2).waitFor();
	check('what is over is listed when asked for', /已结束/.test(await lines.allInnerTexts().then((all) => all.join(' '))));
	await lookTwice('letters-all');

	await goTo('#/letters/refer/01936000-0000-7000-8000-0000000000ff');
	await page.getByText('没有这个个案').waitFor();
	check('of a case one does not reach nothing is written', (await page.locator('.refer-form').count()) === 0);

	await page.setViewportSize({ width: 683, height: 384 });
	for (const [name, hash] of [['letter', asked.slice(asked.indexOf('#'))], ['letters', '#/letters'], ['refer', `#/letters/refer/${CB_BACK}`]]) {
		await goTo(hash);
		await page.waitForTimeout(400);
		const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
		check(`at 200 % zoom nothing of ${name} has to be scrolled sideways`, overflow <= 0, overflow);
		await look(`${name}-at-200-percent`, 'zh');
	}
});
