// The data layer against a made-up centre: nothing typed is lost, nothing is
// sent twice as something new, nothing of one person stays for the next.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createData, type Data } from '../data';
import { momentOf, withUnsent } from '../data/casefile';
import type { Entry } from '../data/outbox';
import { CASE, CATALOGUE, caseDoc, type Centre, centre, problem, record, type Reply, SESSION, summary } from './fake';

type Route = (asked: Parameters<Parameters<typeof centre>[0]>[0]) => Reply;

let data: Data;
let there: Centre;

/** A centre whose changes are judged by `judge`; everything else works. */
function open(judge: Route, more: Route = () => problem(404, 'not_found')): void {
	there = centre((asked) => {
		if (asked.path === '/v1/changes') return judge(asked);
		if (asked.path === '/v1/session') return asked.method === 'DELETE' ? { status: 204 } : { status: 200, body: SESSION };
		if (asked.path === `/v1/cases/${CASE}`) return { body: caseDoc([]) };
		return more(asked);
	});
	data = createData(there.fetch, () => Date.UTC(2026, 10, 22));
}

const applied: Route = ({ body }) => ({
	body: { head: '', results: body.changes.map((one: any) => ({ id: one.id, rec: one.rec, status: 'applied', ver: 1, csn: 9 })) },
});

const note = (aim = 'a') => ({
	id: data.make.id(), tx: null, rec: data.make.id(), type: 'service', case: CASE, op: 'create' as const,
	set: { aim }, unset: [], seen: {}, base_ver: 0, entered_at: '2026-11-22T08:00:00+08:00', after: null,
});

const progress = () => data.outbox.entries.get().map((entry) => entry.progress);

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('the outbox', () => {
	it('asks again with the same id and the same words until there is an answer', async () => {
		const answers: Reply[] = ['silence', problem(503, 'busy', 'later'), { status: 502, body: {} }];
		open((asked) => answers.shift() ?? applied(asked));
		await data.sessions.start();
		const done = data.outbox.add(note());
		await vi.advanceTimersByTimeAsync(1);
		expect(progress()).toEqual(['kept']);
		await vi.advanceTimersByTimeAsync(60_000);
		expect((await done).progress).toBe('confirmed');
		const sent = there.sent('/v1/changes');
		expect(sent).toHaveLength(4);
		expect(new Set(sent.map((body) => JSON.stringify(body))).size).toBe(1);
	});

	it('goes on where a page that was closed left off, under the same ids, the first first', async () => {
		open(applied);
		const one = { ...note('one'), id: '01936000-0000-7000-8000-0000000000c1' };
		const two = { ...note('two'), id: '01936000-0000-7000-8000-0000000000c2' };
		const shelf = new Map([two, one].map((value, i) => [value.id, { key: `change/${value.id}`, value, at: i }]));
		const dropped: string[] = [];
		(data.keep as unknown as { shelfOf: unknown }).shelfOf = async () => ({
			read: async () => [...shelf.values()],
			write: async (_: unknown, drop: string[]) => void dropped.push(...drop),
			clear: async () => {},
		});
		await data.sessions.start();
		await vi.advanceTimersByTimeAsync(1000);
		expect(there.sent('/v1/changes').flatMap((body) => body.changes.map((change: any) => change.id))).toEqual([one.id, two.id]);
		expect(progress()).toEqual(['confirmed', 'confirmed']);
		expect(dropped.sort()).toEqual([`change/${one.id}`, `change/${two.id}`]);
	});

	it('waits as long as the centre asks it to', async () => {
		const answers: Reply[] = [{ ...(problem(503, 'busy', 'later') as object), headers: { 'retry-after': '7' } }];
		open((asked) => answers.shift() ?? applied(asked));
		await data.sessions.start();
		void data.outbox.add(note());
		await vi.advanceTimersByTimeAsync(6900);
		expect(there.sent('/v1/changes')).toHaveLength(1);
		await vi.advanceTimersByTimeAsync(200);
		expect(there.sent('/v1/changes')).toHaveLength(2);
	});

	it('keeps everything while the session is over and goes on after signing in', async () => {
		let over = true;
		open((asked) => (over ? problem(401, 'signed_out', 'after_login') : applied(asked)));
		await data.sessions.start();
		void data.outbox.add(note('one'));
		await vi.advanceTimersByTimeAsync(1);
		expect(data.sessions.stage.get().name).toBe('expired');
		void data.outbox.add(note('two'));
		await vi.advanceTimersByTimeAsync(120_000);
		expect(there.sent('/v1/changes')).toHaveLength(1);
		over = false;
		await data.sessions.signIn('a', 'b');
		await vi.advanceTimersByTimeAsync(1);
		expect(progress()).toEqual(['confirmed', 'confirmed']);
	});

	it('keeps what was refused until a person decides, and lets its neighbours through', async () => {
		open(({ body }) => ({
			body: {
				head: '',
				results: body.changes.map((one: any, i: number) =>
					i === 0
						? { id: one.id, rec: one.rec, status: 'parked', code: 'missing', retry: 'after_edit', field: 'kind', text: { zh: '缺', en: 'missing' } }
						: { id: one.id, rec: one.rec, status: 'applied', ver: 1, csn: 3 },
				),
			},
		}));
		const [first, second] = [note('bad'), note('good')];
		void data.outbox.add(first);
		void data.outbox.add(second);
		await data.sessions.start();
		await vi.advanceTimersByTimeAsync(1);
		expect(progress()).toEqual(['refused', 'confirmed']);
		expect(data.outbox.entries.get()[0]!.why).toMatchObject({ code: 'missing', field: 'kind' });
		data.outbox.remove(second.id);
		expect(progress()).toHaveLength(2);
		data.outbox.remove(first.id);
		expect(progress()).toEqual(['confirmed']);
	});

	it('refuses a whole request that can never be taken, without trying for ever', async () => {
		open(() => problem(413, 'too_large', 'never'));
		await data.sessions.start();
		const done = data.outbox.add(note());
		await vi.advanceTimersByTimeAsync(60_000);
		expect((await done).progress).toBe('refused');
		expect(there.sent('/v1/changes')).toHaveLength(1);
	});

	it('asks again for changes the answer did not speak of, and for deferred ones', async () => {
		let turn = 0;
		open(({ body }) => {
			turn++;
			const [one, two] = body.changes;
			if (turn === 1) return { body: { head: '', results: [{ id: one.id, rec: one.rec, status: 'deferred' }] } };
			return applied({ body: { changes: [one, two] } } as never);
		});
		void data.outbox.add(note());
		void data.outbox.add(note());
		await data.sessions.start();
		await vi.advanceTimersByTimeAsync(1);
		expect(progress()).toEqual(['kept', 'kept']);
		await vi.advanceTimersByTimeAsync(1500);
		expect(progress()).toEqual(['confirmed', 'confirmed']);
	});

	it('sends at most two hundred changes and half a megabyte at a time', async () => {
		open(applied);
		for (let i = 0; i < 250; i++) void data.outbox.add(note());
		for (let i = 0; i < 4; i++) void data.outbox.add(note('长'.repeat(200_000)));
		await data.sessions.start();
		await vi.advanceTimersByTimeAsync(1);
		const sizes = there.sent('/v1/changes').map((body) => body.changes.length);
		expect(sizes.reduce((sum, n) => sum + n, 0)).toBe(254);
		expect(Math.max(...sizes)).toBe(200);
		for (const body of there.sent('/v1/changes')) expect(new TextEncoder().encode(JSON.stringify(body)).length).toBeLessThan(1024 * 1024);
	});

	it('calls stored at a station what has no number of the centre yet', async () => {
		open(({ body }) => ({ body: { head: '', results: [{ id: body.changes[0].id, rec: body.changes[0].rec, status: 'applied', ver: 1 }] } }));
		await data.sessions.start();
		data.sessions.stage.set({ name: 'in', session: { ...SESSION, mode: 'station' } });
		const done = data.outbox.add(note());
		await vi.advanceTimersByTimeAsync(1);
		expect((await done).progress).toBe('stored');
	});
});

describe('what is laid over a case', () => {
	const entry = (more: Partial<Entry> = {}): Entry => ({ change: { ...note('new'), rec: 'r' }, progress: 'kept', ver: null, conflict: null, why: null, failure: null, ...more });

	beforeEach(() => open(applied));

	it('shows a new record before anyone answered, and the centre’s once it is there', () => {
		const before = withUnsent([], [entry()], CASE, SESSION.reader);
		expect(before).toHaveLength(1);
		expect(before[0]!.rec).toMatchObject({ id: 'r', ver: 0, body: { aim: 'new' }, author: SESSION.reader.staff });
		const after = withUnsent([record({ id: 'r', ver: 1, body: { aim: 'from the centre' } })], [entry({ progress: 'confirmed', ver: 1 })], CASE, SESSION.reader);
		expect(after[0]!.rec.body).toEqual({ aim: 'from the centre' });
	});

	it('leaves a signed record as it is when something is added to it', () => {
		const held = record({ id: 'r', ver: 2, state: 'signed', body: { aim: 'signed' } });
		const change = { ...note(), rec: 'r', op: 'patch' as const, set: { aim: 'signed and more' }, conflict: 'k' };
		expect(withUnsent([held], [entry({ change })], CASE, SESSION.reader)[0]!.rec).toEqual(held);
	});

	it('shows an edit over the record, and what stands when it lost', () => {
		const held = record({ id: 'r', ver: 1, body: { aim: 'old', minutes: 5 } });
		const change = { ...note(), rec: 'r', op: 'patch' as const, set: { aim: 'mine' }, unset: ['minutes'] };
		expect(withUnsent([held], [entry({ change })], CASE, SESSION.reader)[0]!.rec.body).toEqual({ aim: 'mine' });
		expect(withUnsent([held], [entry({ change, progress: 'conflict', ver: 1 })], CASE, SESSION.reader)[0]!.rec.body).toEqual(held.body);
		expect(withUnsent([held], [entry({ change, progress: 'refused' })], CASE, SESSION.reader)[0]!.rec.body).toEqual(held.body);
	});

	it('lays nothing over what a station answered after it had stored the edit', () => {
		const change = { ...note(), rec: 'r', op: 'patch' as const, set: { aim: 'mine' }, unset: [] };
		const stored = entry({ change, progress: 'stored', at: 1000 });
		const since = record({ id: 'r', ver: 3, body: { aim: 'a colleague’s' } });
		const aim = (asked: number) => withUnsent([since], [stored], CASE, SESSION.reader, asked)[0]!.rec.body['aim'];
		expect(aim(999)).toBe('mine');
		expect(aim(1000)).toBe('a colleague’s');
		expect(withUnsent([], [stored], CASE, SESSION.reader, 1001)).toEqual([]);
	});

	it('leaves other cases alone', () => {
		expect(withUnsent([], [entry()], 'another case', SESSION.reader)).toEqual([]);
	});

	it('sorts a record by the date of the matter, or else by its entry', () => {
		expect(momentOf(record({ body: { started_at: '2026-01-01T00:00:00Z' } }), 'started_at')).toBe('2026-01-01T00:00:00Z');
		expect(momentOf(record(), 'started_at')).toBe('2026-11-20T10:00:00+08:00');
	});
});

describe('sessions', () => {
	it('forget everything of the one before when another signs in', async () => {
		open(() => problem(401, 'signed_out', 'after_login'));
		await data.sessions.start();
		data.drafts.keep('k', { case: CASE, type: 'service', of: null, rec: 'r', base: null, values: { aim: 'secret' } });
		void data.outbox.add(note());
		await vi.advanceTimersByTimeAsync(1);
		expect(data.sessions.stage.get().name).toBe('expired');
		const other = { ...SESSION, reader: { ...SESSION.reader, staff: 'someone-else' } };
		there.fetch = centre(() => ({ status: 201, body: other })).fetch;
		const again = data.sessions as unknown as { http: { fetch: typeof fetch } };
		again.http.fetch = there.fetch;
		await data.sessions.signIn('x', 'y');
		expect(data.drafts.all.get().size).toBe(0);
		expect(data.outbox.entries.get()).toEqual([]);
	});

	it('say so when the centre could not be told that a person left', async () => {
		const down = centre((asked) => (asked.method === 'DELETE' ? 'silence' : { body: SESSION }));
		const own = createData(down.fetch);
		await own.sessions.start();
		await own.sessions.signOut();
		expect(own.sessions.stage.get()).toMatchObject({ name: 'out', left: true, told: false });
	});

	it('tell not signed in from not reachable', async () => {
		const refused = createData(centre(() => problem(401, 'signed_out', 'after_login')).fetch);
		await refused.sessions.start();
		expect(refused.sessions.stage.get()).toMatchObject({ name: 'out', left: false });
		const away = createData(centre(() => 'silence').fetch);
		await away.sessions.start();
		expect(away.sessions.stage.get()).toMatchObject({ name: 'unreachable' });
		const strange = createData(centre(() => ({ status: 200, body: '<html>', headers: { 'content-type': 'text/html' } })).fetch);
		await strange.sessions.start();
		expect(strange.sessions.stage.get()).toMatchObject({ failure: { kind: 'unreadable' } });
	});
});

describe('reading', () => {
	it('marks every write as the web app’s and no read', async () => {
		open(applied);
		await data.sessions.start();
		await data.outbox.add(note());
		await data.sessions.signOut();
		for (const asked of there.asked) expect(asked.headers.get('x-casebridge')).toBe(asked.method === 'GET' ? null : 'web');
	});

	it('asks for the catalogue by its tag and keeps the one it has', async () => {
		open(applied, (asked) => {
			if (asked.path === '/v1/directory') return { body: { head: '', records: [] } };
			return asked.headers.get('if-none-match') === '"t"' ? { status: 304 } : { body: CATALOGUE, headers: { etag: '"t"' } };
		});
		await data.references.load();
		await data.references.load();
		const asked = there.asked.filter((one) => one.path === '/v1/catalogue');
		expect(asked.map((one) => one.headers.get('if-none-match'))).toEqual([null, '"t"']);
		expect(data.references.state.get()).toMatchObject({ value: { catalogue: { codes: {} } } });
	});

	it('shows the first hundred lines before the rest, and all of them in the end', async () => {
		const lines = Array.from({ length: 120 }, (_, i) => summary({ case: `c${i}`, number: `N${i}` }));
		open(applied, ({ query }) => {
			const from = Number(query.get('after') ?? 0);
			const to = from + Number(query.get('limit'));
			// The centre counts from where the page begins.
			return { body: { rows: lines.slice(from, to), total: 120 - from, next: to < 120 ? String(to) : null } };
		});
		const seen: number[] = [];
		data.caseload.state.watch(() => seen.push(data.caseload.state.get().rows.length));
		await data.caseload.load();
		expect(seen).toEqual([100, 120]);
		expect(data.caseload.state.get()).toMatchObject({ complete: true, total: 120 });
	});

	it('takes away a case that may no longer be seen, and keeps one that cannot be fetched', async () => {
		let reply: Reply = { body: caseDoc([record()]) };
		there = centre(() => reply);
		data = createData(there.fetch);
		await data.cases.load(CASE);
		reply = 'silence';
		await data.cases.load(CASE);
		expect(data.cases.cell(CASE).get()).toMatchObject({ value: { case: CASE }, failure: { kind: 'unreachable' } });
		reply = problem(404, 'not_found', 'never');
		await data.cases.load(CASE);
		expect(data.cases.cell(CASE).get().value).toBeNull();
	});

	it('opens a case of which no line may be seen', async () => {
		there = centre(() => ({ body: { ...caseDoc([record()]), summary: null } }));
		data = createData(there.fetch);
		await data.cases.load(CASE);
		expect(data.cases.cell(CASE).get().value).toMatchObject({ summary: { case: CASE, name: null, scores: null }, records: [{ type: 'service' }] });
	});

	it('scores the same sheet once', async () => {
		open(applied, () => ({ body: { instrument: 'phq9', version: '1', scores: { total: 4 }, band: null, alerts: [] } }));
		const first = data.scores.of({ instrument: 'phq9', answers: [1, 2] });
		expect(data.scores.of({ instrument: 'phq9', answers: [1, 2] })).toBe(first);
		await vi.advanceTimersByTimeAsync(1);
		expect(first.get()).toMatchObject({ scores: { total: 4 } });
		expect(there.sent('/v1/score')).toEqual([{ instrument: 'phq9', answers: [1, 2] }]);
	});
});
