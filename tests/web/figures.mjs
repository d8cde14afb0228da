// figures.mjs - a coordinator's look at the district, in a real browser, printed as
// TAP.
//
//   CB_URL=https://… CB_LOGIN=… CB_PASSWORD=… CB_STAFF=… CB_STAFF_PASSWORD=… node tests/web/figures.mjs
//
// The first page answers three questions; every number on it is set against what
// the centre answers, asked once more and reckoned here. Then an indicator, told
// apart in every way it offers; periods that are none; nothing to show; numbers that
// are withheld; the network gone; paper; 200 %; keys alone. At last a social worker,
// whose own site is shown as it is.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, end, enter, openBrowser } from './browser.mjs';

const { CB_URL, CB_LOGIN, CB_PASSWORD, CB_STAFF, CB_STAFF_PASSWORD } = process.env;
if (!CB_URL || !CB_LOGIN || !CB_PASSWORD || !CB_STAFF || !CB_STAFF_PASSWORD) {
	console.error('CB_URL, CB_LOGIN, CB_PASSWORD, CB_STAFF and CB_STAFF_PASSWORD say where and as whom to sign in.');
	process.exit(2);
}

const year = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 4);
const quarter = `${year}-Q${Math.ceil(Number(new Date(Date.now() + 8 * 3600e3).toISOString().slice(5, 7)) / 3)}`;
const sevenBefore = quarter.endsWith('Q4') ? `${year - 1}-Q1` : `${year - 2}-Q${Number(quarter.slice(-1)) + 1}`;
const { page, button, look, lookTwice, watch, context } = await openBrowser(CB_URL, /status of (400|401|403)|ERR_|Failed to load/);
const tile = (name) => page.locator('.figure-tile').filter({ has: page.locator('.figure-name', { hasText: name }) });
const go = async (hash) => {
	await page.evaluate((to) => (location.hash = to), hash);
	await page.waitForFunction((to) => location.hash === to, hash);
};
const settled = () => page.waitForFunction(() => document.querySelector('.figure-rule') && !document.querySelector('.figure-main .waiting') && ![...document.querySelectorAll('.figure-tile strong')].some((one) => one.textContent === '…'));
const ask = (path) => page.evaluate(async (to) => (await fetch(to)).json(), path);
const signIn = async (login, password) => {
	await page.goto(CB_URL);
	await enter(page, login, password);
	await page.locator('.figures-page, .today').first().waitFor();
};
/** Each format as a download, in both languages; `path` is the same question. */
const taken = async (name, path) => {
	for (const [lang, group] of [['zh', '带走'], ['en', 'Take along']]) {
		if (lang === 'en') await button('English').click();
		for (const format of ['csv', 'xlsx', 'json']) {
			const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('group', { name: group }).getByRole('button', { name: format.toUpperCase() }).click()]);
			const got = readFileSync(await download.path());
			const want = Buffer.from(await page.evaluate(async (to) => [...new Uint8Array(await (await fetch(to)).arrayBuffer())], `${path}&format=${format}&lang=${lang}`));
			const same = format === 'xlsx' ? got.subarray(0, 2).toString() === 'PK' && Math.abs(got.length - want.length) < 64 : format === 'json' ? alike(JSON.parse(got), JSON.parse(want)) : got.equals(want);
			check(`${name} is kept as ${format}, in ${lang}`, download.suggestedFilename() === `${name}.${format}` && same && got.length > 100, `${download.suggestedFilename()} ${got.length} ${want.length}`);
		}
		await page.getByText(lang === 'zh' ? `已保存 ${name}.json` : `${name}.json saved`).waitFor();
	}
	await button('中文').click();
};
/** Counted at another moment. */
const alike = (a, b) => JSON.stringify({ ...a, counted: 0 }) === JSON.stringify({ ...b, counted: 0 });
/** Rounded as people are told: a count whole, a share to one place. */
const told = (value, places) => value.toFixed(places).replace(/\B(?=(\d{3})+(?!\d))/g, (comma, at, all) => (all.slice(0, at).includes('.') ? '' : ','));

await watch(async () => {
	await signIn(CB_LOGIN, CB_PASSWORD);
	await settled();
	check('figures are what a coordinator sees first', (await page.locator('h1').innerText()).includes('统计') && (await page.locator('.figure-panel').count()) === 3);
	check('and no caseload is offered to who sees no case', (await page.locator('.top nav a').allInnerTexts()).join() === '统计');
	await lookTwice('figures');

	// The numbers are the centre's.
	const goals = await ask(`/v1/figures/goals_attained?from=${year}&to=${year}&by=year,programme`);
	const shown = goals.rows.filter((row) => row.hidden === null && row.value !== null);
	check('the district and programmes are large enough to be told', goals.totals[0].hidden === null && shown.length > 1, JSON.stringify(goals.totals));
	check('a tile says what the centre says', (await tile('目标达成率').locator('strong').innerText()).startsWith(told(goals.totals[0].value, 1)), await tile('目标达成率').innerText());
	const before = await ask(`/v1/figures/goals_attained?from=${year - 1}&to=${year - 1}&by=year`);
	const step = goals.totals[0].value - before.totals[0].value;
	check('and how it differs from the year before, in points, with a word', (await tile('目标达成率').innerText()).includes(`${step < 0 ? '−' : '+'}${told(Math.abs(step), 1)} 个百分点，${step < 0 ? '变差' : '好转'}`), `${step} ${await tile('目标达成率').innerText()}`);

	// Which programme helps: reckoned here from four answers.
	const asked = ['goals_attained', 'gas_change', 'closed_goals_met', 'closed_early'];
	const answers = await Promise.all(asked.map((id) => ask(`/v1/figures/${id}?from=${year}&to=${year}&by=year,programme`)));
	const ahead = new Map();
	for (const answer of answers)
		for (const row of answer.rows) {
			// What looks the same is the same: all of them are told with one place.
			const [own, whole] = [row, answer.totals[0]].map(({ hidden, value }) => (hidden || value === null ? null : Number(value.toFixed(1))));
			if (own === null || whole === null || row.key === '') continue;
			const [n, of] = ahead.get(row.key) ?? [0, 0];
			ahead.set(row.key, [n + Number(answer.good === 'up' ? own > whole : own < whole), of + 1]);
		}
	const most = Math.max(...[...ahead.values()].map(([n]) => n));
	const least = Math.min(...[...ahead.values()].filter(([n]) => n === most).map(([, of]) => of));
	const best = [...ahead].filter(([, [n, of]]) => n === most && of === least).map(([key]) => key);
	const labels = Object.assign({}, ...answers.map((answer) => answer.labels));
	const said = await page.locator('.figure-panel').nth(1).locator('.figure-answer').innerText();
	check('the programmes that help most are named, as often as they are ahead', said.endsWith(`：${least} 项中有 ${most} 项好于全区`) && (best.length > 3 ? said.includes(`等 ${best.length} 个项目`) : best.every((key) => said.includes(labels[key].zh))), `${said} ${JSON.stringify(best)}`);

	// Where referrals get stuck: the largest step down of the way.
	const way = await Promise.all(['referrals_sent', 'referral_answered', 'referral_returned', 'referral_closed_loop'].map((id) => ask(`/v1/figures/${id}?from=${year}&to=${year}&by=year`)));
	const steps = [way[0].totals[0].num, way[1].totals[0].num, way[2].totals[0].den, way[2].totals[0].num, way[3].totals[0].num];
	// The last one is withheld where few letters wait to be acknowledged.
	check('referrals of the district can be followed', steps.slice(0, 4).every((n) => typeof n === 'number' && n > 0) && (steps[4] !== null || way[3].totals[0].hidden), JSON.stringify(steps));
	check('each step says how many came so far', JSON.stringify((await page.locator('.figure-path .figure-cell').allInnerTexts()).map((n) => Number(n.replace(/,/g, '')))) === JSON.stringify(steps), JSON.stringify(steps));
	const drops = steps.slice(1).map((n, at) => steps[at] - n);
	const worst = drops.indexOf(Math.max(...drops));
	const stop = ['等待答复', '不予接收', '等待回执', '等待确认回执'][worst];
	check('and where most stop is said', (await page.locator('.figure-panel').nth(2).locator('.figure-answer').first().innerText()) === `停下最多的一步：${stop}（${drops[worst]} 件，占 ${((drops[worst] / steps[0]) * 100).toFixed(0)} %）`, await page.locator('.figure-panel').nth(2).innerText());

	// One indicator.
	await tile('目标达成率').click();
	await page.locator('.figure-detail').waitFor();
	await settled();
	check('a tile leads to its indicator, by programme', page.url().endsWith(`#/figures/${year}/goals_attained/programme`) || page.url().endsWith('#/figures/now/goals_attained/programme'), page.url());
	const facts = await page.locator('.figure-facts').innerText();
	check('its definition is in place', [goals.numerator.zh, goals.denominator.zh, '越高越好', 'goals_attained · 第 2 版'].every((one) => facts.includes(one)) && (await page.locator('.figure-definition').innerText()) === goals.definition.zh, facts);
	const rank = [...shown].sort((a, b) => a.value - b.value).map((row) => told(row.value, 1));
	check('programmes stand in the order of their numbers, the worst first', JSON.stringify((await page.locator('.figure-detail section:first-of-type tbody .figure-cell:nth-child(3)').allInnerTexts()).map((one) => one.replace(' %', ''))) === JSON.stringify(rank), rank.join(' '));
	check('every one has a bar with the line of the district', (await page.locator('.figure-detail .figure-bar line').count()) === shown.length && shown.length > 0);
	check('the difference to the district is told in points', (await page.locator('.figure-detail tbody tr').first().innerText()).includes('个百分点'));
	const hidden = goals.rows.filter((row) => row.hidden !== null).length;
	if (hidden > 8) await page.locator('.figure-panel').first().locator('.figure-more summary').first().click();
	check('withheld ones are listed with their sign and no number', hidden === 0 || ((await page.locator('.figure-without li').count()) === goals.rows.length - shown.length && !/\d/.test((await page.locator('.figure-without').innerText()).replace(/.*型糖尿病.*|.*“1\+1\+1”.*/g, ''))), await page.locator('.figure-without').allInnerTexts());
	check('the rule stands below in words', (await page.locator('.figure-rule').innerText()).includes(goals.rule.zh));
	await page.locator('.figure-more summary', { hasText: '用表格看' }).click();
	const quarters = await ask(`/v1/figures/goals_attained?from=${sevenBefore}&to=${quarter}&by=quarter,programme`);
	const line = await page.locator('.figure-detail section').last().locator('table tbody tr').first().locator('td').allInnerTexts();
	check('the course over time is a table, too, number by number', JSON.stringify(line) === JSON.stringify(quarters.totals.map((row) => (row.hidden ? '—\n不显示' : row.value === null ? '无' : told(row.value, 1)))), JSON.stringify(line));
	await lookTwice('figure');
	const offered = goals.offers.filter((by) => !['month', 'quarter', 'year'].includes(by));
	for (const by of offered) {
		await page.getByLabel('分开看').selectOption(by);
		await page.waitForFunction((to) => location.hash.endsWith(`/${to}`), by);
		await settled();
	}
	check(`it is told apart by all ${offered.length} it offers`, (await page.locator('.figure-detail .notice-bad').count()) === 0 && offered.length > 5);

	// Taken along: what the browser keeps is what the centre gives, byte by byte.
	await page.getByLabel('分开看').selectOption('programme');
	await page.waitForFunction(() => location.hash.endsWith('/programme'));
	await settled();
	await taken('casebridge-goals_attained', `/v1/figures/goals_attained?from=${year - 4}&to=${year}&by=year,programme`);

	// One site; one programme.
	const one = shown.find((row) => row.key !== '');
	const single = one.key;
	await page.getByLabel('只看').selectOption(single);
	await settled();
	check('of one programme its own number is told, beside the district’s', (await page.locator('.figure-headline').innerText()).startsWith(told(one.value, 1)) && (await page.locator('.figure-headline').innerText()).includes(`全区 ${told(goals.totals[0].value, 1)}`), await page.locator('.figure-headline').innerText());
	await page.getByRole('link', { name: '概览', exact: true }).click();
	await settled();
	check('the overview is of that programme, and says why sites are not told apart', (await tile('目标达成率').locator('strong').innerText()).startsWith(told(one.value, 1)) && (await page.getByText('机构与项目交叉的数太小').count()) > 0);
	await page.getByLabel('只看').selectOption('');
	await settled();

	// Scores before and after: change, and never effect.
	await page.getByRole('link', { name: '看量表前后测的变化' }).click();
	await page.locator('.figure-forest').first().waitFor();
	const outcomes = await ask(`/v1/outcomes?year=${year}&by=programme`);
	const pairs = outcomes.totals.filter((row) => !row.hidden && row.pairs > 0);
	check('every instrument with pairs that may be told is there, with the centre’s sentence', pairs.length > 3 && JSON.stringify(await page.locator('.figure-detail .figure-panel > p:first-of-type').allInnerTexts()) === JSON.stringify(pairs.map((row) => row.text.zh)), pairs.length);
	const few = [...outcomes.rows, ...pairs].filter((row) => row.few && row.pairs > 0 && pairs.some((total) => total.instrument === row.instrument && total.version === row.version && total.respondent === row.respondent)).length;
	check('of fewer than ten pairs none is called better or worse', (await page.getByText('不足 10 对，不判断').count()) === few && few > 0, few);
	const who5 = pairs.find((row) => row.instrument === 'who5');
	const told5 = await page.locator('.figure-panel').filter({ hasText: 'WHO-5' }).locator('table').first().locator('tr').last().innerText();
	check('means, change and interval are those of the answer', [who5.before.mean.toFixed(2), who5.after.mean.toFixed(2), `[+${who5.change.low.toFixed(2)}, +${who5.change.high.toFixed(2)}]`].every((one) => told5.includes(one)) && told5.includes('好转'), told5);
	const reliable = pairs.filter((row) => row.reliable !== null);
	const classes = (row) => ['recovered', 'improved', 'unchanged', 'deteriorated'].map((one) => String(row.reliable[one]));
	const classesShown = await page.locator('.figure-classes tr.figure-whole').evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)));
	check('reliable change is told in classes, of those of whom it may be', reliable.length > 0 && JSON.stringify(classesShown) === JSON.stringify(reliable.map(classes)), JSON.stringify(classesShown));
	check('and of the others it says that it is not shown', (await page.getByText('可靠变化的人数太少，不显示。').count()) === pairs.length - reliable.length);
	const cut = reliable.filter((row) => row.reliable.cutoff !== null);
	check('a cut-off is told with its source, and that nobody here signed it', (await page.getByText('临界值未经本地临床签字确认').count()) === cut.length && (await page.getByText('没有已发表的临界值').count()) === reliable.length - cut.length);
	await lookTwice('outcomes');
	await taken('casebridge-outcomes-' + year, `/v1/outcomes?year=${year}&by=programme`);
	await page.getByLabel('分开看').selectOption('site');
	await page.waitForFunction(() => location.hash.endsWith('/outcomes/site') && !document.querySelector('.figure-detail > .waiting'));
	check('they are told apart by site, too', (await page.locator('.figure-detail .notice-bad').count()) === 0);
	await page.getByRole('link', { name: '概览', exact: true }).click();
	await settled();

	// For others more is hidden, never less.
	await page.getByLabel('给谁看').selectOption('outside');
	await settled();
	check('what is given to others hides below eleven, and the address keeps it', (await page.locator('.figure-rule').innerText()).includes('＜11') && page.url().endsWith('/for-others'));
	await page.getByLabel('给谁看').selectOption('sites');
	await settled();

	// Periods.
	await page.getByLabel('时期').selectOption('own');
	const box = page.getByLabel('年、季或月');
	for (const [typed, want] of [['2026-13', '请写成'], ['去年', '请写成'], ['2101', '请写成'], [`${Number(year) + 1}`, '还没有开始']]) {
		await box.fill(typed);
		await button('确定').click();
		await page.locator('.figure-period .fault').filter({ hasText: want }).waitFor({ timeout: 5000 });
	}
	check('no period that there is not, is taken; what would do is said at the box', (await box.inputValue()) === `${Number(year) + 1}` && (await box.getAttribute('aria-invalid')) === 'true');
	await look('period', 'zh');
	await box.fill(`${year}年第1季度`);
	await page.keyboard.press('Enter');
	await page.waitForFunction((to) => location.hash.startsWith(`#/figures/${to}`), `${year}-Q1`);
	await settled();
	check('a quarter is taken as people write it', (await page.locator('h1').innerText()).includes(`${year} 年第 1 季度`));
	await go('#/figures/2026-99/services');
	await page.locator('.figure-period .fault').waitFor();
	check('nor is one from the address', (await box.inputValue()) === '2026-99');

	// Nothing there, and numbers that are withheld altogether.
	await go('#/figures/1995');
	await settled();
	check('a year without anything says so and shows no 0 % of nothing', (await page.getByText('这一时期没有发出转介。').count()) === 1 && (await tile('目标达成率').locator('strong').innerText()) === '无', await tile('目标达成率').innerText());
	await lookTwice('figures-empty');
	await go(`#/figures/${year}/consents_withdrawn/site`);
	await settled();
	const withheld = await ask(`/v1/figures/consents_withdrawn?from=${year}&to=${year}&by=year,site`);
	check('one of which everything is hidden says so in words', withheld.rows.every((row) => row.hidden) && (await page.getByText('按机构分开后的数都太小').count()) === 1 && (await page.locator('.figure-headline strong').innerText()).includes(withheld.totals[0].hidden === 'small' ? '＜5' : '—'), await page.locator('.figure-main').innerText());
	await lookTwice('figure-withheld');
	await go(`#/figures/${year}/weather`);
	await page.getByText('没有“weather”这个指标').waitFor();
	check('an indicator there is not is told by name', true);

	// The network goes and comes back.
	await go(`#/figures/${year}`);
	await settled();
	await context.setOffline(true);
	await button('更新').click();
	await page.locator('.figure-main .notice-bad').waitFor({ timeout: 15000 });
	check('without a network it says so, and what was counted stays', (await tile('目标达成率').locator('strong').innerText()).startsWith(told(goals.totals[0].value, 1)));
	await context.setOffline(false);
	await button('重试').click();
	await page.locator('.figure-main .notice-bad').waitFor({ state: 'detached', timeout: 15000 });
	check('and goes on when it is back', true);

	// Keys alone: from the top of the page to an indicator.
	await page.locator('body').press('Tab');
	const reach = async (test) => {
		for (let i = 0; i < 60; i++) {
			if (await page.evaluate(test)) return true;
			await page.keyboard.press('Tab');
		}
		return false;
	};
	check('the search is reached by keyboard', await reach(() => document.activeElement?.matches('.figure-finder input')));
	await page.keyboard.type('按时答复率');
	check('and an indicator found there is', await reach(() => document.activeElement?.matches('.figure-finder li a')));
	await page.keyboard.press('Enter');
	await page.locator('.figure-detail h2', { hasText: '转介按时答复率' }).waitFor();
	await settled();
	await lookTwice('figure-site');

	// Paper.
	await go(`#/figures/${year}`);
	await settled();
	const dir = mkdtempSync(join(tmpdir(), 'figures-'));
	await page.pdf({ path: join(dir, 'overview.pdf'), preferCSSPageSize: true });
	const info = execFileSync('pdfinfo', [join(dir, 'overview.pdf')], { encoding: 'utf8' });
	const paper = execFileSync('pdftotext', ['-layout', join(dir, 'overview.pdf'), '-'], { encoding: 'utf8' });
	check('it prints on one sheet of A4', /Pages:\s+1\n/.test(info) && /A4/.test(info), info);
	check('with the three questions, the rule, the day and for whom, and no button', ['哪些机构落后', '哪个项目有帮助', '转介卡在哪里', '打印于', '本区机构之间', '不显示'].every((one) => paper.replace(/\s/g, '').includes(one)) && !/更新|查找指标|遮蔽/.test(paper), paper);
	await go(`#/figures/${year}/goals_attained/programme`);
	await settled();
	await page.pdf({ path: join(dir, 'one.pdf'), preferCSSPageSize: true });
	const sheet = execFileSync('pdftotext', ['-layout', join(dir, 'one.pdf'), '-'], { encoding: 'utf8' });
	check('so does an indicator, with its definition', sheet.includes(goals.definition.zh) && sheet.includes('分子'), sheet);
	if (process.env.CB_SHOTS) for (const name of ['overview', 'one']) execFileSync('pdftoppm', ['-png', '-r', '70', join(dir, `${name}.pdf`), join(process.env.CB_SHOTS, `paper-${name}`)]);
	rmSync(dir, { recursive: true });

	// 200 %.
	await page.setViewportSize({ width: 683, height: 384 });
	for (const [name, hash] of [['figures-200', `#/figures/${year}`], ['figure-200', `#/figures/${year}/goals_attained/programme`]]) {
		await go(hash);
		await settled();
		await look(name, 'zh');
		check(`${name}: nothing is wider than the window`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
	}
	await page.setViewportSize({ width: 1366, height: 768 });
	await button('退出').click();
	await page.getByLabel('账号', { exact: true }).waitFor();

	// A social worker: the own site, nothing hidden, no other site.
	await signIn(CB_STAFF, CB_STAFF_PASSWORD);
	await page.locator('.top nav a', { hasText: '统计' }).click();
	await settled();
	check('staff find their own site, and no site to compare it with', (await page.locator('h1').innerText()).includes('本机构统计') && (await page.locator('.figure-main table:not(.figure-path)').count()) === 0 && (await page.getByLabel('只看').count()) === 0);
	await lookTwice('figures-own');
	await go(`#/figures/${year}/services`);
	await settled();
	const own = await ask(`/v1/figures/services?from=${year}&to=${year}&by=year`);
	check('as it is, however small', (await page.locator('.figure-headline strong').innerText()) === `${told(own.totals[0].value, 0)} 次` && own.below === null && (await page.locator('.figure-rule').innerText()).includes('不隐去'), await page.locator('.figure-headline').innerText());
});
await context.close();
end();
