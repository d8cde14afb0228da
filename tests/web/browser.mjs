// browser.mjs - a real browser for a flow test, printed as TAP.
//
// On every page looked at: nothing axe-core holds against WCAG 2.2 A and AA, and
// the language the page says it is in. At the end: nothing the content policy or
// Trusted Types had to stop, no request to another host, no error reported.
//
// CB_SHOTS names a directory for screenshots, CB_GALLERY one where every run makes its
// own (tools/gallery.sh lists them), CB_CHROMIUM another browser.
import { createHmac } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const repo = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const web = createRequire(join(repo, 'client/web/package.json'));
const { chromium } = web('playwright-core');
const axe = readFileSync(web.resolve('axe-core/axe.min.js'), 'utf8');

/** Not used by an earlier run of the same steps. */
function ownOf(gallery) {
	const name = join(gallery, basename(process.argv[1], '.mjs'));
	for (let n = 1; ; n++) if (!existsSync(n === 1 ? name : `${name}-${n}`)) return n === 1 ? name : `${name}-${n}`;
}
const { CB_GALLERY, CB_SHOTS = CB_GALLERY && ownOf(CB_GALLERY), CB_CHROMIUM = '/usr/bin/chromium' } = process.env;
if (CB_SHOTS) mkdirSync(CB_SHOTS, { recursive: true });

const TAGS = { zh: { tag: 'zh-CN', switch: '中文' }, en: { tag: 'en', switch: 'English' } };

let count = 0;
let failed = 0;
export function check(sentence, good, remark = '') {
	count++;
	if (!good) failed++;
	console.log(`${good ? 'ok' : 'not ok'} ${count} - ${sentence}`);
	if (!good && remark) for (const line of String(remark).split('\n').slice(0, 20)) console.log(`# ${line}`);
}

/** What an authenticator app shows now for a key in base 32 (RFC 6238), reckoned apart
 * from the server's. */
export function codeOf(secret) {
	const bits = [...secret.replace(/\s/g, '')].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
	const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
	const mac = createHmac('sha1', key).update(counter).digest();
	return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** Signs in at the door, in Chinese; `secret` is the key of a second factor. */
export async function enter(page, login, password, secret) {
	await page.getByLabel('账号', { exact: true }).fill(login);
	await page.locator('input[type=password]').fill(password);
	await page.getByRole('button', { name: '登录', exact: true }).click();
	if (!secret) return;
	await page.locator('input.code').fill(codeOf(secret));
	await page.keyboard.press('Enter');
}

/** The browser, at no page yet; `tolerated` are console errors that belong;
 * `profile` is a directory it keeps its things in, to come back to. */
export async function openBrowser(url, tolerated = /status of 401/, profile = null) {
	if (!existsSync(CB_CHROMIUM)) {
		console.log(`1..0 # SKIP no browser at ${CB_CHROMIUM}`);
		process.exit(0);
	}
	const origin = new URL(url).origin;
	const launch = {
		executablePath: CB_CHROMIUM,
		headless: true,
		args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
	};
	// The demo's certificate comes from its own authority, which Chromium does not know.
	const settings = { ignoreHTTPSErrors: true, viewport: { width: 1366, height: 768 } };
	const browser = profile ? null : await chromium.launch(launch);
	const context = profile ? await chromium.launchPersistentContext(profile, { ...launch, ...settings }) : await browser.newContext(settings);
	const page = profile ? context.pages()[0] : await context.newPage();
	const strangers = [];
	const faults = [];
	const violations = [];
	page.on('request', (request) => {
		const to = new URL(request.url());
		if (to.origin !== origin && to.protocol !== 'data:') strangers.push(to.origin);
	});
	page.on('pageerror', (error) => faults.push(error.message));
	page.on('console', (message) => {
		if (message.type() === 'error' && !tolerated.test(message.text())) faults.push(`${message.text()} ${message.location().url}`);
	});
	await page.exposeFunction('cbViolation', (text) => violations.push(text));
	await page.addInitScript(() =>
		document.addEventListener('securitypolicyviolation', (event) => {
			if (!window.cbAxe) window.cbViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
		}),
	);
	const button = (name) => page.getByRole('button', { name, exact: true });

	let shots = 0;
	async function look(name, lang, except = []) {
		if (CB_SHOTS) await page.screenshot({ path: join(CB_SHOTS, `${String(++shots).padStart(2, '0')}-${name.replaceAll('/', '-')}-${lang}.png`) });
		await page.evaluate(() => (window.cbAxe = true));
		await page.evaluate(axe);
		const found = await page.evaluate(async (rules) => {
			// What has been scrolled under a bar that stays can be scrolled out again: to
			// axe-core, which measures where the page stands, it would be too small to hit.
			const stay = [...document.querySelectorAll('*')].filter((one) => getComputedStyle(one).position === 'sticky');
			for (const one of stay) Object.assign(one.style, { position: 'relative', inset: 'auto' });
			const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
			const { violations: all } = await window.axe.run(document, {
				runOnly: { type: 'tag', values: tags },
				rules: Object.fromEntries(rules.map((rule) => [rule, { enabled: false }])),
			});
			for (const one of stay) Object.assign(one.style, { position: '', inset: '' });
			return all.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')} ${node.failureSummary}`));
		}, except);
		await page.evaluate(() => (window.cbAxe = false));
		check(`${name} (${lang}): axe-core finds nothing`, found.length === 0, found.join('\n'));
		const tag = await page.evaluate(() => document.documentElement.lang);
		check(`${name} (${lang}): the page says it is ${TAGS[lang].tag}`, tag === TAGS[lang].tag, tag);
	}

	/** Looks at the page as it is in both languages; ends in the one it began with. */
	async function lookTwice(name) {
		await look(name, 'zh');
		await button(TAGS.en.switch).click();
		await look(name, 'en');
		await button(TAGS.zh.switch).click();
	}

	/** Ends the browser as a power cut would: nothing is asked, nothing is written. */
	async function kill() {
		for (const entry of readdirSync('/proc')) {
			if (!/^\d+$/.test(entry)) continue;
			try {
				if (readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes(`--user-data-dir=${profile}`)) process.kill(Number(entry), 'SIGKILL');
			} catch {
				// It ended meanwhile.
			}
		}
		await context.close().catch(() => {});
	}

	/** Runs the steps, and says in the end what no page may have done. */
	async function run(steps) {
		await watch(steps);
		await (browser ?? context).close();
		end();
	}

	/** The same, for one of several browsers in a row. */
	async function watch(steps) {
		try {
			await steps();
		} catch (error) {
			check('the flow reaches its end', false, error.stack);
			if (CB_SHOTS) await page.screenshot({ path: join(CB_SHOTS, '99-where-it-stopped.png') });
		}
		check('the content policy and Trusted Types had nothing to stop', violations.length === 0, violations.join('\n'));
		check('no request went to another host', strangers.length === 0, strangers.join('\n'));
		check('the page reported no error', faults.length === 0, faults.join('\n'));
	}
	return { page, context, button, look, lookTwice, run, watch, kill };
}

/** The plan, and the exit code that goes with it. */
export function end() {
	console.log(`1..${count}`);
	process.exit(failed > 0 ? 1 : 0);
}
