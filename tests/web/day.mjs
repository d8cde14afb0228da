// day.mjs - what the working days of the roles (day_*.mjs) share: signing in, going
// about, and the pictures of the manual, which are taken on the way.
//
// CB_PICTURES names a directory: every scene is then kept there as zh/NAME.png and
// en/NAME.png. Without it a scene is only looked at by axe-core, in both languages.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { enter, openBrowser } from './browser.mjs';

const { CB_PICTURES, CB_ORDERS } = process.env;
/** A window narrow enough to be read where a page of the manual shows it. */
export const SIZE = { width: 1200, height: 720 };

/** Asks whoever runs the day to do something beside the browser: take the centre
 * away, bring it back. */
export async function order(what) {
	writeFileSync(join(CB_ORDERS, what), '');
	while (existsSync(join(CB_ORDERS, what))) await sleep(50);
}

export async function openDay(url, tolerated) {
	const day = await openBrowser(url, tolerated);
	const { page, button, look } = day;
	await page.setViewportSize(SIZE);
	const settle = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
	/** The switch is behind an open dialog, where no mouse reaches it. */
	const language = async (tag) => {
		await page.evaluate((to) => document.querySelector(`.top-right button[lang="${to}"], .lock-page button[lang="${to}"]`)?.click(), tag);
		await page.waitForFunction((to) => document.documentElement.lang === to, tag);
		await settle();
	};

	async function picture(name, lang, height, at) {
		if (!CB_PICTURES) return look(name, lang);
		mkdirSync(join(CB_PICTURES, lang), { recursive: true });
		// No caret, no hover: the same scene is the same picture.
		await page.mouse.move(0, 0);
		if (at) {
			// Below the bar at the top, and once more when what was not drawn before is.
			for (let i = 0; i < 2; i++) {
				await page.locator(at).first().evaluate((one) => window.scrollBy(0, one.getBoundingClientRect().top - 76));
				await settle();
			}
		}
		await page.screenshot({ path: join(CB_PICTURES, lang, `${name}.png`), clip: { x: 0, y: 0, width: SIZE.width, height }, animations: 'disabled', caret: 'hide' });
	}
	/** A scene of the manual, in both languages; ends in the one it began with. `at` is
	 * what stands at the top. */
	async function scene(name, { height = SIZE.height, at = null } = {}) {
		await settle();
		if (!at) await page.evaluate(() => window.scrollTo(0, 0));
		await picture(name, 'zh', height, at);
		await language('en');
		if (!at) await page.evaluate(() => window.scrollTo(0, 0));
		await picture(name, 'en', height, at);
		await language('zh-CN');
	}

	async function signIn(login, password, secret) {
		await enter(page, login, password, secret);
		await page.locator('.top nav a').first().waitFor();
	}
	const goTo = (hash) => page.evaluate((to) => (location.hash = to), hash);
	const place = (name) => page.locator('.top nav a', { hasText: name });
	const field = (name) => page.locator(`[data-field="${name}"] :is(input:not([type=radio], [type=checkbox]), textarea, select)`).first();
	const tick = (name, code) => page.locator(`[data-field="${name}"] input[value="${code}"]`).check();
	/** By a list or by marks, however many there are to choose from. */
	async function choose(name, code) {
		const box = page.locator(`[data-field="${name}"]`);
		await box.locator('select, input').first().waitFor();
		if (await box.locator('select').count()) await box.locator('select').selectOption(code);
		else await tick(name, code);
	}
	async function typeDay(name, value) {
		await page.locator(`[data-field="${name}"] [role=spinbutton]`).first().click();
		await page.keyboard.type(value.replaceAll('-', ''));
	}
	/** Everything written here is the centre's, too. */
	const arrived = () => page.waitForFunction(() => !document.querySelector('[data-typed]') && !/尚未确认|暂存|只在本机/.test(document.querySelector('.delivery')?.textContent ?? ''), null, { timeout: 30000 });
	return { ...day, scene, signIn, goTo, place, field, tick, choose, typeDay, arrived };
}

/** Days from now, in the district's zone. */
export const dayFrom = (n) => new Date(Date.now() + (8 + 24 * n) * 3600e3).toISOString().slice(0, 10);
