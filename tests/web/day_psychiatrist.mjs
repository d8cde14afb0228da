// day_psychiatrist.mjs - the sitting of a psychiatrist, printed as TAP (day.t starts
// it): who is in danger first, what changed since the last time, a decision for
// another site, signed and on to the next without a mouse, the summary in the end.
// What the pages must say is written here again and not taken from the app.
import { check } from './browser.mjs';
import { openDay } from './day.mjs';

const { CB_URL, CB_LOGIN, CB_PASSWORD, CB_FIRST } = process.env;
const { page, scene, signIn, goTo, run } = await openDay(CB_URL);
const { keyboard } = page;
const rows = page.locator('.queue tbody tr');
const hash = () => page.evaluate(() => location.hash);
const atHeading = () => page.waitForFunction(() => document.activeElement?.tagName === 'H1');
/** The next case is there, or the summary. */
const on = (was) => page.waitForFunction((before) => location.hash !== before && location.hash === `#/review/${document.querySelector('.review')?.dataset.case}` && document.activeElement?.tagName === 'H1', was, { timeout: 15000 });

await run(async () => {
	await page.goto(CB_URL);
	await signIn(CB_LOGIN, CB_PASSWORD);
	await rows.first().waitFor();
	const n = await rows.count();
	const why = await rows.first().innerText();
	check('who is a danger stands first', /危险性 [3-5] 级/.test(why), why);
	await scene('psychiatrist-care');
	await goTo(`#/review/${CB_FIRST}`);
	await atHeading();
	await page.locator('.change').first().waitFor();
	await keyboard.press('c');
	await page.waitForFunction(() => document.activeElement?.id.endsWith('-findings'));
	await keyboard.type('近两周拒服药，家属夜间照看吃力。今日当面评估，恢复口服方案。');
	await keyboard.press('Escape');
	await atHeading();
	await keyboard.press('d');
	await page.waitForFunction(() => document.activeElement?.id.endsWith('-what'));
	await keyboard.type('三日内家访，核对服药');
	await keyboard.press('Tab');
	await keyboard.press('Control+a');
	await keyboard.type('平桥街道康复站（由');
	await page.getByRole('option').first().waitFor();
	await keyboard.press('ArrowDown');
	await keyboard.press('Enter');
	await keyboard.press('Escape');
	await atHeading();
	await page.getByText(/草稿已/).first().waitFor({ timeout: 10000 });
	await scene('psychiatrist-review');
	let was = await hash();
	await keyboard.press('Control+Enter');
	await on(was);
	check('signed, and the next is there', (await hash()) !== was);
	for (let i = 0; i < 3; i++) {
		was = await hash();
		await keyboard.press('s');
		await on(was);
	}
	await goTo('#/care/sitting');
	await page.getByRole('heading', { name: /本次复核小结/ }).waitFor();
	const told = await page.locator('main').innerText();
	check('the summary has what was signed and decided', told.includes('4 个个案') && told.includes('三日内家访，核对服药'), told);
	await scene('psychiatrist-summary');
	await goTo('#/care');
	await rows.first().waitFor();
	check('who was reviewed today stands last', (await rows.count()) === n && (await rows.last().innerText()).includes('今天已复核'), await rows.last().innerText());
});
