// day_coordinator.mjs - the coordinator's three questions and a sheet of paper, printed
// as TAP (day.t starts it): who falls behind, what helps, where letters get stuck.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { check } from './browser.mjs';
import { openDay } from './day.mjs';

const { CB_URL, CB_LOGIN, CB_PASSWORD, CB_PAPER } = process.env;
const { page, scene, signIn, run } = await openDay(CB_URL, /status of (401|403)/);
const settled = () => page.waitForFunction(() => document.querySelector('.figure-rule') && !document.querySelector('.figure-main .waiting') && ![...document.querySelectorAll('.figure-tile strong')].some((one) => one.textContent === '…'));

await run(async () => {
	await page.goto(CB_URL);
	await signIn(CB_LOGIN, CB_PASSWORD);
	await settled();
	const heads = await page.locator('.figure-panel h2').allInnerTexts();
	check('three questions are answered on the first page', heads.length === 3 && ['落后', '帮助', '卡'].every((word, at) => heads[at].includes(word)), heads.join());
	await scene('coordinator-overview');
	await page.locator('.figure-tile').filter({ hasText: '面访比例' }).click();
	await page.locator('.figure-detail').waitFor();
	await settled();
	await page.evaluate(() => window.scrollTo(0, 0));
	check('a number says how it is made', (await page.locator('.figure-definition').innerText()).length > 10);
	await scene('coordinator-figure');
	await page.getByRole('link', { name: '前后测变化', exact: true }).click();
	await page.locator('.figure-forest').first().waitFor();
	await page.evaluate(() => window.scrollTo(0, 0));
	await scene('coordinator-outcomes');
	await page.getByRole('link', { name: '概览', exact: true }).click();
	await settled();
	const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true });
	writeFileSync(CB_PAPER, pdf);
	const text = execFileSync('pdftotext', ['-layout', CB_PAPER, '-'], { encoding: 'utf8' });
	check('the sheet of paper has the three answers and no button', ['落后', '帮助', '打印于'].every((word) => text.replace(/\s/g, '').includes(word)) && !/查找指标/.test(text), text.slice(0, 400));
});
