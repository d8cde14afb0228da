// pages.mjs - every page of every role, as somebody meets it who has no mouse, has the
// letters at twice their size, or has it read out; printed as TAP.
//
//   CB_URL=https://… CB_PEOPLE='[{"role","login","password","secret"?}]' node tests/web/pages.mjs
//   CB_PAGES=case…       only pages whose name that expression finds
//
// Each page in both languages: nothing axe-core finds; at 200 % nothing wider than
// the window. With Tab alone: every stop can be seen, and seen to be the one. Dialogs
// are opened with Enter, in both languages, and left with Esc, and the focus is where
// it was.
import { check, enter, openBrowser } from './browser.mjs';

const { CB_URL, CB_PEOPLE, CB_PAGES = '' } = process.env;
if (!CB_URL || !CB_PEOPLE) {
	console.error('CB_URL and CB_PEOPLE say where and as whom to sign in.');
	process.exit(2);
}
/** So many stops of Tab are looked at on a page; lists go on alike. */
const STOPS = 45;

const { page, button, look, run } = await openBrowser(CB_URL, /status of (401|403|404)/);
const ask = (path) => page.evaluate(async (to) => (await (await fetch(to)).json()), path);
const quiet = () =>
	page.waitForFunction(() => document.querySelector('main h1') && !document.querySelector('main .waiting') && ![...document.querySelectorAll('.figure-tile strong')].some((one) => one.textContent === '…'), null, { timeout: 60000 });

async function go(hash) {
	// Some addresses stand for what is to be done, and are gone before anybody could look.
	await page.evaluate((to) => (location.hash = to), hash);
	await quiet();
}
const inEnglish = () => button('English').click();
const inChinese = () => button('中文').click();

async function signIn({ login, password, secret }) {
	await page.goto(CB_URL);
	await enter(page, login, password, secret);
	await page.locator('header.top').waitFor();
	await quiet();
}

/** What of the page is wider than a window of half the size. */
async function tooWide() {
	await page.setViewportSize({ width: 683, height: 384 });
	await page.waitForTimeout(50);
	const found = await page.evaluate(() => {
		if (document.documentElement.scrollWidth <= innerWidth) return [];
		const held = (one) => one.parentElement && (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(one.parentElement).overflowX) || held(one.parentElement));
		return [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !held(one)).map((one) => `${one.tagName} ${one.className} ${Math.round(one.getBoundingClientRect().right)}`).slice(0, 6);
	});
	await page.setViewportSize({ width: 1366, height: 768 });
	return found;
}

/** Goes round with Tab; what cannot be seen, or not be seen to have the focus. */
async function unseen() {
	await page.evaluate(() => {
		window.scrollTo(0, 0);
		document.activeElement?.blur();
		document.body.tabIndex = -1;
		document.body.focus();
		document.body.removeAttribute('tabindex');
	});
	const wrong = [];
	let stops = 0;
	for (; stops < STOPS; stops++) {
		await page.keyboard.press('Tab');
		const told = await page.evaluate(() => {
			const one = document.activeElement;
			if (!one || one === document.body) return null;
			const told = `${one.tagName.toLowerCase()}.${one.className} “${(one.getAttribute('aria-label') ?? one.textContent ?? '').trim().slice(0, 30)}”`;
			const shows = (style) => (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
			let ring = one instanceof SVGElement && [...one.querySelectorAll('rect, circle')].some((shape) => parseFloat(getComputedStyle(shape).strokeWidth) >= 3);
			for (let at = one, up = 0; at && up < 4 && !ring; at = at.parentElement, up++) ring = shows(getComputedStyle(at)) && at.matches(':focus, :focus-within, [data-focus-visible], [data-focus-within]');
			if (!ring) return `no ring: ${told}`;
			const { left, top, width, height } = one.getBoundingClientRect();
			if (width < 2 || height < 2) return `no size: ${told}`;
			const [x, y] = [Math.min(Math.max(left + width / 2, 1), innerWidth - 1), Math.min(Math.max(top + height / 2, 1), innerHeight - 1)];
			const there = document.elementFromPoint(x, y);
			if (top >= innerHeight || top + height <= 0) return `out of sight: ${told}`;
			return there && (one.contains(there) || there.contains(one) || one.closest('label')?.contains(there) || (one.labels && [...one.labels].some((label) => label.contains(there)))) ? 'seen' : `under ${there?.tagName}.${there?.className} at ${Math.round(top)}+${Math.round(height)}: ${told}`;
		});
		if (told === null) break;
		if (told !== 'seen') wrong.push(told);
	}
	return { wrong, stops };
}

async function visit(name, hash) {
	if (!new RegExp(CB_PAGES).test(name)) return;
	await go(hash);
	const wide = await tooWide();
	check(`${name}: at 200 % nothing is wider than the window`, wide.length === 0, wide.join('\n'));
	const { wrong, stops } = await unseen();
	check(`${name}: every stop of Tab is seen to be one`, wrong.length === 0 && stops > 3, wrong.slice(0, 8).join('\n') || stops);
	await look(name, 'zh');
	await inEnglish();
	await look(name, 'en');
	await inChinese();
}

/** A dialog of the page, opened by keys: in both languages, and back. */
async function question(name, hash, trigger, prepare = async () => {}) {
	if (!new RegExp(CB_PAGES).test(name)) return;
	await go(hash);
	await prepare();
	for (const lang of ['zh', 'en']) {
		if (lang === 'en') await inEnglish();
		const opener = page.locator(trigger).first();
		await opener.focus();
		await page.keyboard.press('Enter');
		const dialog = page.locator('[role=alertdialog], [role=dialog]').first();
		await dialog.waitFor({ timeout: 10000 });
		const inside = () => page.waitForFunction(() => document.activeElement?.closest('[role=alertdialog], [role=dialog]'), null, { timeout: 5000 });
		check(`${name} (${lang}): the focus is in it`, await inside().then(() => true, () => false));
		await look(`${name}-dialog`, lang);
		await page.keyboard.press('Escape');
		await dialog.waitFor({ state: 'detached', timeout: 10000 });
		const back = async () => opener.evaluate((one) => document.activeElement === one);
		for (let i = 0; i < 20 && !(await back()); i++) await page.waitForTimeout(100);
		check(`${name} (${lang}): Esc closes it, and the focus is back`, await back(), await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200)));
	}
	await inChinese();
}

const WALKS = {
	async social_worker() {
		const [{ case: id }] = (await ask('/v1/caseload?limit=1')).rows;
		const { letters } = await ask('/v1/letters');
		const [group] = (await ask('/v1/groups')).groups ?? [];
		await visit('today', '#/today');
		await visit('caseload', '#/cases');
		for (const side of ['', '/plan', '/scales', '/people', '/map', '/files']) await visit(`case${side}`, `#/case/${id}${side}`);
		await visit('form', `#/case/${id}/add/service`);
		await visit('next', `#/case/${id}/next`);
		await visit('letters', '#/letters');
		if (letters?.[0]) await visit('letter', `#/letters/${letters[0].letter.id}`);
		await visit('refer', `#/letters/refer/${id}`);
		await visit('ask', '#/letters/ask');
		await visit('groups', '#/groups');
		if (group) await visit('group', `#/groups/${group.group.id}`);
		await visit('new-group', '#/groups/new');
		await visit('emergency', '#/emergency');
		await visit('account', '#/account');
		await question('view', '#/cases', '.views > button:has(svg)', () => page.locator('.tools input').first().fill('q'));
	},
	async psychiatrist() {
		const { rows } = await ask('/v1/review?limit=200');
		await visit('care', '#/care');
		await visit('review', `#/review/${rows[0].case}`);
		await visit('sitting', '#/care/sitting');
	},
	async supervisor() {
		await visit('emergency-reviews', '#/audit/reviews');
		await visit('salvage', '#/salvage');
	},
	async district_coordinator() {
		await visit('figures', '#/figures');
		await visit('figure', '#/figures/now/services/site');
		await visit('outcomes', '#/figures/now/outcomes');
	},
	async system_admin() {
		for (const part of ['', '/stations', '/sites', '/packs', '/settings']) await visit(`admin${part}`, `#/admin${part}`);
		await question('new-site', '#/admin/sites', '.admin-head .button-main');
		await question('setting', '#/admin/settings', '.admin-table .act button, .admin-table td button');
	},
	async auditor() {
		await visit('register', '#/register');
		for (const part of ['', '/readers', '/reviews']) await visit(`audit${part}`, `#/audit${part}`);
	},
};

await run(async () => {
	for (const one of JSON.parse(CB_PEOPLE)) {
		await signIn(one);
		await WALKS[one.role]();
		await button('退出').click();
		await page.getByLabel('账号', { exact: true }).waitFor();
	}
});
