// web.mjs - the web app on a slow computer and a poor line, row by row.
//
//   CB_URL=… CB_PASSWORD_FILE=… CB_RUNS=5 CB_LINES=5000 node tests/bench/web.mjs ROW…
//
// Prints one JSON object a row, in the shape of tests/bench/results. Times are taken
// in the page, from the event a person causes to the second frame after what they
// wait for stands there, so that nothing of the remote control is in them. Every run
// is a new browser context: nothing is in its cache. A first run is thrown away.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { CB_URL, CB_PASSWORD_FILE, CB_RUNS = '5', CB_LINES = '5000', CB_CHROMIUM = '/usr/bin/chromium' } = process.env;
const { chromium } = createRequire(new URL('../../client/web/package.json', import.meta.url))('playwright-core');
const password = readFileSync(CB_PASSWORD_FILE, 'utf8').trim();
const runs = Number(CB_RUNS);
const lines = Number(CB_LINES);

const SLOWER = 4;
const LINE = { offline: false, latency: 40, downloadThroughput: (10 * 1024 * 1024) / 8, uploadThroughput: (10 * 1024 * 1024) / 8 };
const ROWS = '[role=grid] [role=row][data-index]';
/** Of the design; null: none is set. */
const GOALS = { script_first_page: 150, caseload_first_rows: 2000, caseload_sort: 100, caseload_filter: 100, case_open: 400, figures_first: null, caseload_twice: null };

/** In the page: since(name) starts a clock, until(test) ends it two frames after the
 * test holds; a timer looks too, because a busy page has no frames. */
function clocks() {
	const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
	let began = 0;
	window.benchSince = () => (began = performance.now());
	window.benchUntil = async (test) => {
		const holds = new Function(`return (${test})`);
		const end = performance.now() + 60_000;
		while (!holds()) {
			if (performance.now() > end) throw new Error(`waited in vain for ${test}`);
			await new Promise((done) => requestAnimationFrame(done));
		}
		await painted();
		return performance.now() - began;
	};
	window.benchFrame = async () => {
		const at = performance.now();
		await painted();
		return performance.now() - at;
	};
}

const browser = await chromium.launch({ executablePath: CB_CHROMIUM, headless: true, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'] });

/** Kilobytes of script, as packed, that were asked for before the first page of lines
 * was there; what is fetched ahead, while a person reads them, is not among them. */
const scriptBytes = (page) =>
	page.evaluate(() => {
		const all = performance.getEntriesByType('resource');
		const lines = all.find((one) => one.name.includes('/v1/caseload')).responseEnd;
		return all.filter((one) => one.initiatorType !== 'fetch' && /\.js$/.test(one.name) && one.startTime < lines).reduce((sum, one) => sum + one.encodedBodySize, 0) / 1024;
	});

/** A fresh page, slow as asked. */
async function open() {
	const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1366, height: 768 } });
	const page = await context.newPage();
	const line = await context.newCDPSession(page);
	await line.send('Network.enable');
	await line.send('Network.emulateNetworkConditions', LINE);
	await line.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
	await page.addInitScript(clocks);
	return { context, page };
}

/** An empty page of the same daemon, over the same line. */
async function emptyPage(page) {
	await page.goto(`${CB_URL}icon.svg`, { waitUntil: 'load' });
	return page.evaluate(() => performance.getEntriesByType('navigation')[0].duration);
}

async function signIn(page, login, hash, shown) {
	await page.goto(`${CB_URL}${hash}`);
	await page.locator('input[type=password]').fill(password);
	await page.getByLabel('账号', { exact: true }).fill(login);
	await page.evaluate(() => document.querySelector('form').addEventListener('submit', window.benchSince, { capture: true, once: true }));
	const took = page.evaluate((test) => window.benchUntil(test), shown);
	await page.getByRole('button', { name: '登录', exact: true }).click();
	return took;
}

const caseload = (page) => signIn(page, 'bench', '#/cases', `document.querySelectorAll('${ROWS}').length > 5`);
/** Every line is there: what is sorted and searched is all of them. */
const whole = (page, n) => page.getByText(`共 ${n} 个个案`).waitFor({ timeout: 120_000 });

const measure = {
	async script_first_page({ page }) {
		const reference = await emptyPage(page);
		await caseload(page);
		return { ours: await scriptBytes(page), reference };
	},
	async caseload_first_rows({ page }) {
		return { reference: await emptyPage(page), ours: await caseload(page) };
	},
	async caseload_sort({ page }) {
		await caseload(page);
		await whole(page, lines);
		const reference = await page.evaluate(() => window.benchFrame());
		const before = await page.locator(ROWS).first().innerText();
		const ours = await page.evaluate(([rows, was]) => {
			const button = [...document.querySelectorAll('[role=columnheader] button')].find((one) => one.textContent.includes('姓名'));
			window.benchSince();
			button.click();
			window.benchWas = was;
			return window.benchUntil(`document.querySelector('[role=columnheader][aria-sort] button')?.textContent.includes('姓名') && document.querySelector('${rows}').innerText !== window.benchWas`);
		}, [ROWS, before]);
		return { ours, reference };
	},
	async caseload_filter({ page }) {
		await caseload(page);
		await whole(page, lines);
		const reference = await page.evaluate(() => window.benchFrame());
		const ours = await page.evaluate(([rows, number]) => {
			const box = document.querySelector('[role=search] input[type=text]');
			window.benchSince();
			Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(box, number);
			box.dispatchEvent(new Event('input', { bubbles: true }));
			return window.benchUntil(`document.querySelectorAll('${rows}').length === 1`);
		}, [ROWS, `B${String(Math.floor(lines * 0.9)).padStart(6, '0')}`]);
		return { ours, reference };
	},
	async case_open({ page }) {
		await caseload(page);
		await whole(page, lines);
		await page.locator('[role=search] input[type=text]').fill(`B${String(lines - 1).padStart(6, '0')}`);
		await page.waitForFunction((rows) => document.querySelectorAll(rows).length === 1, ROWS);
		await page.waitForTimeout(1500);
		const reference = await page.evaluate(() => window.benchFrame());
		const ours = await page.evaluate((rows) => {
			window.benchSince();
			document.querySelector(`${rows} a`).click();
			return window.benchUntil("document.querySelectorAll('.timeline article').length > 3");
		}, ROWS);
		return { ours, reference };
	},
	async figures_first({ page }) {
		const reference = await emptyPage(page);
		const ours = await signIn(page, 'area', '', "document.querySelector('.figure-tile strong') && /[0-9—＜]/.test(document.querySelector('.figure-tile strong').textContent)");
		return { ours, reference };
	},
	async caseload_twice({ page }) {
		const reference = await emptyPage(page);
		const ours = await caseload(page);
		await whole(page, 2 * lines);
		return { ours, reference };
	},
};

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const rounded = (value) => Number(value.toPrecision(4));

for (const row of process.argv.slice(2)) {
	const found = [];
	for (let run = 0; run <= runs; run++) {
		const place = await open();
		const one = await measure[row](place);
		await place.context.close();
		if (run > 0) found.push(one);
	}
	const side = (name) => found.map((one) => rounded(one[name]));
	const [ours, reference] = [median(side('ours')), median(side('reference'))];
	console.log(JSON.stringify({
		row, unit: row === 'script_first_page' ? 'KB' : 'ms', ours, reference, ratio: rounded(ours / reference), better: 'lower', goal: GOALS[row], runs,
		detail: { ours: { values: side('ours') }, reference: { values: side('reference') } },
	}));
}
await browser.close();
