// A stand-in for the daemon: the calls of docs/wire.md over made-up data, and
// the built app under the very content policy the daemon sends.
//
//   node tests/web/mock/server.mjs [--port 8099] [--cases 400] [--app build/web]
//
// For developing pages and for testing them alone; it checks little and keeps
// nothing. Sign in as `demo`, password `demo`. POST /mock/next makes the next
// call to a path fail: {"path":"/v1/changes","status":503} or {"path":…,"drop":true};
// POST /mock/expire ends every session.
import { createServer } from 'node:http';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join, normalize, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHash, randomBytes } from 'node:crypto';
import { score } from './scoring.mjs';
import { makeWorld, timeText } from './world.mjs';

const repo = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

export const POLICY =
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const KINDS = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.md': 'text/plain; charset=utf-8' };

function readCatalogue() {
	// A kind of which there is nothing yet has no folder in a fresh clone.
	const files = (name) => (existsSync(join(repo, 'proto', name)) ? readdirSync(join(repo, 'proto', name)) : []);
	const folder = (name) =>
		Object.fromEntries(
			files(name)
				.filter((file) => file.endsWith('.json'))
				.map((file) => [basename(file, '.json'), JSON.parse(readFileSync(join(repo, 'proto', name, file), 'utf8'))]),
		);
	const read = { types: folder('catalogue'), codes: folder('codes'), scales: folder('scales'), forms: folder('forms'), packs: folder('programmes') };
	// As the centre does it: these lists are what there is, by name.
	const listed = (codes, label, of) => {
		read.codes[codes] ??= { codes, label, items: Object.keys(of).filter((name) => !name.includes('@')).sort().map((code) => ({ code, ...of[code].label })) };
	};
	listed('programme', { zh: '服务项目', en: 'Programme' }, read.packs);
	listed('form', { zh: '表单', en: 'Form' }, read.forms);
	listed('instrument', { zh: '量表', en: 'Instrument' }, read.scales);
	return read;
}

const problem = (status, code, zh, en, more = {}) => ({
	status,
	body: { type: 'about:blank', title: code, status, code, retry: status >= 500 ? 'later' : 'after_edit', text: { zh, en }, ...more },
});
const ok = (body, status = 200) => ({ status, body });
const REFUSED = problem(401, 'signed_out', '请重新登录。', 'Please sign in again.');
REFUSED.body.retry = 'after_login';
const MISSING = problem(404, 'not_found', '没有找到。', 'Not found.');

export function startMock({ port = 0, cases = 400, app = join(repo, 'build/web'), now = Date.now(), mode = 'central' } = {}) {
	const catalogue = readCatalogue();
	const tag = `"${createHash('sha256').update(JSON.stringify(catalogue)).digest('hex').slice(0, 16)}"`;
	const world = makeWorld({ cases, now, catalogue });
	const sessions = new Set();
	const results = new Map();
	const planned = [];
	const me = world.staff[0];
	const session = {
		mode,
		reader: { staff: me.id, name: me.name, site: me.body.site, site_name: '平桥街道康复站', role: me.role, district: world.district },
		expires: timeText(now + 8 * 3600000),
		must_change: false,
	};

	const find = (recId) => {
		for (const line of world.lines) {
			const file = world.recordsOf(line);
			const rec = file.records.find((one) => one.id === recId);
			if (rec) return { line, file, rec };
		}
		return null;
	};

	function apply(change) {
		if (results.has(change.id)) return results.get(change.id);
		const result = { id: change.id, rec: change.rec, ...judge(change) };
		results.set(change.id, result);
		return result;
	}

	const parked = (code, field, zh, en) => ({ status: 'parked', code, retry: 'after_edit', field, text: { zh, en } });

	function judge(change) {
		const line = world.lines.find((one) => one.case === change.case);
		if (!line) return parked('not_found', undefined, '没有找到。', 'Not found.');
		const file = world.recordsOf(line);
		const rec = file.records.find((one) => one.id === change.rec);
		if (change.op === 'create') {
			const missing = catalogue.types[change.type].fields.find((field) => field.required && change.set[field.name] == null);
			if (missing) return parked('missing', missing.name, `“${missing.name}”必须填写。`, `'${missing.name}' is required.`);
			if (String(change.set.aim ?? '').includes('拒收'))
				return parked('bad_input', 'aim', '“aim”的值不能接受。可接受：不含“拒收”的文字', "'aim' cannot be accepted. Accepted: text without 拒收");
			const made = world.record(change.type, change.case, change.rec, change.set, me.id, Date.now());
			made.entered_at = change.entered_at;
			file.records.push(made);
			file.histories.set(made.id, [world.version(made, [])]);
			if (change.type === 'service') line.last_contact = String(change.set.started_at).slice(0, 10);
			return { status: 'applied', ver: 1, csn: made.csn };
		}
		if (!rec) return parked('not_found', undefined, '没有找到。', 'Not found.');
		const newer = { ...rec, ver: rec.ver + 1, by: me.id, at: timeText(Date.now()), entered_at: change.entered_at, csn: world.nextCsn() };
		let changed = [];
		if (change.op === 'sign') {
			if (change.sha !== rec.sha) return parked('sign_stale', undefined, '签名前内容已变化，请查看最新内容再签。', 'The text changed before it was signed.');
			newer.state = 'signed';
		} else if (change.op === 'resolve') {
			const target = file.records.find((one) => one.id === rec.body.record);
			target.body = { ...target.body, ...change.set.value };
			newer.body = { ...rec.body, settled: true, ...change.set, settled_by: me.id, settled_at: newer.at };
			line.open_conflicts = 0;
		} else {
			newer.body = { ...rec.body, ...change.set };
			for (const name of change.unset) delete newer.body[name];
			changed = [...Object.keys(change.set), ...change.unset];
		}
		newer.sha = world.sha(newer.body);
		file.records[file.records.indexOf(rec)] = newer;
		file.histories.get(rec.id).unshift(world.version(newer, changed));
		return { status: 'applied', ver: newer.ver, csn: newer.csn };
	}

	const byDue = (a, b) => (a.next_due ?? '9999').localeCompare(b.next_due ?? '9999') || a.case.localeCompare(b.case);
	const routes = {
		'POST /v1/session': ({ body, headers }) => {
			if (body.login !== 'demo' || body.password !== 'demo')
				return problem(401, 'bad_login', '账号或密码不正确。', 'The account or the password is not right.');
			const key = randomBytes(16).toString('hex');
			sessions.add(key);
			headers['Set-Cookie'] = `mock-session=${key}; HttpOnly; SameSite=Strict; Path=/`;
			return ok(session, 201);
		},
		'GET /v1/session': () => ok(session),
		'DELETE /v1/session': ({ key }) => {
			sessions.delete(key);
			return { status: 204 };
		},
		'GET /v1/catalogue': ({ request, headers }) => {
			headers.ETag = tag;
			return request.headers['if-none-match'] === tag ? { status: 304 } : ok(catalogue);
		},
		'GET /v1/directory': () => ok({ head: '1.1', records: world.directory }),
		'GET /v1/caseload': ({ query }) => {
			const limit = Math.min(Number(query.get('limit') ?? 50), 5000);
			const all = [...world.lines].sort(byDue);
			const from = Number(query.get('after') ?? 0);
			const rows = all.slice(from, from + limit);
			return ok({ rows, total: all.length, next: from + limit < all.length ? String(from + limit) : null });
		},
		'GET /v1/today': () => ok({ on: new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10), visits: [], tasks: [], unsigned: [], shared: [] }),
		'GET /v1/letters': () => ok({ letters: [], more: false }),
		'POST /v1/score': ({ body }) => {
			const scored = catalogue.scales[body.instrument] && score(catalogue.scales[body.instrument], body.answers);
			return scored ? ok(scored) : problem(422, 'bad_input', '不能计分。', 'Cannot be scored.', { field: 'answers' });
		},
		'POST /v1/changes': ({ body }) => ok({ head: '1.1', results: body.changes.map(apply) }),
	};

	function caseOf(id) {
		const line = world.lines.find((one) => one.case === id);
		return line ? ok({ case: id, summary: line, digest: '0', ...world.openOf(line), records: world.recordsOf(line).records }) : MISSING;
	}

	function historyOf(id) {
		const found = find(id);
		return found ? ok({ id, type: found.rec.type, versions: found.file.histories.get(id) }) : MISSING;
	}

	function answer(request, url, body, headers) {
		const plan = planned.findIndex((one) => one.path === url.pathname && one.method === request.method);
		if (plan >= 0) {
			const [{ drop, status }] = planned.splice(plan, 1);
			return drop ? null : problem(status, 'busy', '服务器繁忙，稍后自动重试。', 'The server is busy. Trying again soon.');
		}
		const key = /mock-session=([0-9a-f]+)/.exec(request.headers.cookie ?? '')?.[1];
		const signingIn = request.method === 'POST' && url.pathname === '/v1/session';
		if (request.method !== 'GET' && request.headers['x-casebridge'] !== 'web') return problem(403, 'forbidden', '缺少 X-Casebridge。', 'X-Casebridge is missing.');
		if (!signingIn && !sessions.has(key)) return REFUSED;
		const route = routes[`${request.method} ${url.pathname}`];
		if (route) return route({ request, body, query: url.searchParams, headers, key });
		const [, caseId] = /^\/v1\/cases\/([0-9a-f-]{36})$/.exec(url.pathname) ?? [];
		if (caseId && request.method === 'GET') return caseOf(caseId);
		const [, recId] = /^\/v1\/records\/([0-9a-f-]{36})\/history$/.exec(url.pathname) ?? [];
		if (recId && request.method === 'GET') return historyOf(recId);
		return MISSING;
	}

	function control(url, body) {
		if (url.pathname === '/mock/expire') sessions.clear();
		else planned.push({ method: 'POST', ...body });
		return { status: 204 };
	}

	function sendFile(url, request, response) {
		const path = join(app, normalize(url.pathname === '/' ? '/index.html' : url.pathname));
		const kind = KINDS[path.slice(path.lastIndexOf('.'))];
		if (!path.startsWith(app) || !kind || !existsSync(path)) return response.writeHead(404).end();
		const packed = (request.headers['accept-encoding'] ?? '').includes('br') && existsSync(`${path}.br`);
		response.writeHead(200, {
			'Content-Type': kind,
			'Content-Security-Policy': POLICY,
			'X-Content-Type-Options': 'nosniff',
			'Referrer-Policy': 'no-referrer',
			'Cache-Control': url.pathname.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
			...(packed && { 'Content-Encoding': 'br' }),
		});
		response.end(readFileSync(packed ? `${path}.br` : path));
	}

	const server = createServer((request, response) => {
		const url = new URL(request.url, 'http://mock');
		if (!url.pathname.startsWith('/v1/') && !url.pathname.startsWith('/mock/')) return sendFile(url, request, response);
		const parts = [];
		request.on('data', (part) => parts.push(part));
		request.on('end', () => {
			const text = Buffer.concat(parts).toString();
			const body = text ? JSON.parse(text) : {};
			const headers = {};
			const reply = url.pathname.startsWith('/mock/') ? control(url, body) : answer(request, url, body, headers);
			if (reply === null) return request.socket.destroy();
			headers['Cache-Control'] = 'no-store';
			if (reply.body) headers['Content-Type'] = reply.status >= 400 ? 'application/problem+json' : 'application/json';
			response.writeHead(reply.status, headers);
			response.end(reply.body ? JSON.stringify(reply.body) : undefined);
		});
	});
	return new Promise((done) => server.listen(port, '127.0.0.1', () => done({ server, url: `http://127.0.0.1:${server.address().port}/`, world })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const option = (name, otherwise) => {
		const at = process.argv.indexOf(`--${name}`);
		return at < 0 ? otherwise : process.argv[at + 1];
	};
	const { url } = await startMock({
		port: Number(option('port', 8099)),
		cases: Number(option('cases', 400)),
		app: resolve(option('app', join(repo, 'build/web'))),
		mode: option('mode', 'central'),
	});
	console.log(url);
}
