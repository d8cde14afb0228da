// day_auditor.mjs - an auditor answers "who saw my record?", printed as TAP (day.t
// starts it): a search by case number, the list for paper, the emergencies.
import { check } from './browser.mjs';
import { openDay } from './day.mjs';

const { CB_URL, CB_LOGIN, CB_PASSWORD, CB_SECRET, CB_NUMBER, CB_WHO } = process.env;
const { page, button, scene, signIn, run } = await openDay(CB_URL);
const rows = page.locator('.trail-table tbody tr');
const part = (name) => page.locator('.admin-parts a', { hasText: name });
const record = page.getByLabel('记录、个案或人的记录号，或个案编号');

await run(async () => {
	await page.goto(CB_URL);
	await signIn(CB_LOGIN, CB_PASSWORD, CB_SECRET);
	await record.fill(CB_NUMBER);
	await button('检索').click();
	await rows.first().waitFor();
	check('a case number finds who did what', (await rows.filter({ hasText: CB_WHO }).count()) > 0, await rows.first().innerText());
	await scene('auditor-search');
	await part('谁看过').click();
	await record.fill(CB_NUMBER);
	await button('列出').click();
	const sheet = page.locator('.readers-sheet');
	await sheet.waitFor();
	check('the list says who saw it and how often', (await sheet.locator('tbody tr').filter({ hasText: CB_WHO }).count()) > 0);
	await scene('auditor-readers');
	await part('紧急查看复核').click();
	await page.locator('.review-list > li').first().waitFor();
	await scene('auditor-emergencies', { height: 480 });
	check('emergencies wait with their clock', (await page.locator('.review-list').innerText()).includes('复核'));
});
