// Two windows of one browser share one session: what one person wrote is never sent
// as the next, nobody sees what another left open, and nothing of it is lost.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createData, type Data } from '../data';
import type { Kept } from '../data/keep';
import type { Session } from '../data/wire';
import { CASE, caseDoc, centre, problem, SESSION } from './fake';

const of = (staff: string): Session => ({ ...SESSION, reader: { ...SESSION.reader, staff } });

/** One browser: its cookie, what it keeps for each person, and the centre behind it. */
function browser() {
	const written: { by: string; named: string | null; change: { set: { aim: string } } }[] = [];
	const shelves = new Map<string, Map<string, Kept>>();
	const state = { cookie: null as string | null, away: false, full: false };
	const there = centre(({ method, path, body, headers }) => {
		if (path === '/v1/session' && method === 'POST') return { status: 201, body: of((state.cookie = body.login)) };
		if (state.away) return 'silence';
		if (!state.cookie) return problem(401, 'signed_out', 'after_login');
		const named = headers.get('casebridge-staff');
		if (named && named !== state.cookie) return problem(401, 'other_reader', 'after_login');
		if (path === '/v1/session' && method === 'DELETE') return ((state.cookie = null), { status: 204 });
		if (path === '/v1/session') return { body: of(state.cookie) };
		if (path === `/v1/cases/${CASE}`) return { body: caseDoc([]) };
		if (path !== '/v1/changes') return problem(404, 'not_found');
		for (const change of body.changes) written.push({ by: state.cookie, named, change });
		return { body: { head: '', results: body.changes.map((one: any) => ({ id: one.id, rec: one.rec, status: 'applied', ver: 1, csn: 9 })) } };
	});
	const tab = (): Data => {
		const data = createData(there.fetch);
		(data.keep as unknown as { shelfOf: unknown }).shelfOf = async ({ reader }: Session) => {
			const shelf = shelves.get(reader.staff) ?? new Map<string, Kept>();
			shelves.set(reader.staff, shelf);
			return {
				read: async () => [...shelf.values()],
				write: async (put: Kept[], drop: string[]) => {
					if (state.full) throw new Error('full');
					for (const one of put) shelf.set(one.key, one);
					for (const key of drop) shelf.delete(key);
				},
				clear: async () => {
					if (state.full) throw new Error('gone');
					shelf.clear();
				},
			};
		};
		return data;
	};
	return { written, shelves, state, tab, asked: there.asked };
}

const note = (data: Data, aim: string) => ({
	id: data.make.id(), tx: null, rec: data.make.id(), type: 'service', case: CASE, op: 'create' as const,
	set: { aim }, unset: [], seen: {}, base_ver: 0, entered_at: '2026-11-22T08:00:00+08:00', after: null,
});
const draft = (aim: string) => ({ case: CASE, type: 'service', rec: 'r', values: { aim } });
const stage = (data: Data) => data.sessions.stage.get();
const soon = (check: () => void) => vi.waitFor(check, { timeout: 3000 });

describe('two windows', () => {
	afterEach(() => vi.unstubAllGlobals());

	it.each(['with', 'without'])('%s word of each other never send what one person wrote as the next', async (how) => {
		if (how === 'without') vi.stubGlobal('BroadcastChannel', undefined);
		const { written, shelves, state, tab } = browser();
		const [a, b] = [tab(), tab()];
		await a.sessions.signIn('first', '');
		await b.sessions.start();
		state.away = true;
		void a.outbox.add(note(a, '甲写的'));
		a.drafts.keep('k', draft('甲的草稿'));
		state.away = false;
		state.cookie = null;
		await b.sessions.signIn('second', '');
		await a.outbox.send();
		await soon(() => expect(stage(a)).toMatchObject({ name: 'out', by: 'entered' }));
		await soon(() => expect(a.drafts.all.get().size).toBe(0));
		expect(a.outbox.entries.get()).toEqual([]);
		expect(written).toEqual([]);
		expect([...shelves.get('first')!.keys()].map((key) => key.split('/')[0]).sort()).toEqual(['change', 'draft']);
		// The second goes on, and writes as the second.
		void b.outbox.add(note(b, '乙写的'));
		await soon(() => expect(written.map(({ by, named, change }) => [by, named, change.set.aim])).toEqual([['second', 'second', '乙写的']]));
		// The first comes back: it is all there, and goes out as theirs.
		await a.sessions.signIn('first', '');
		await soon(() => expect(written.map(({ by, change }) => [by, change.set.aim])).toContainEqual(['first', '甲写的']));
		expect(a.drafts.all.get().get('k')!.values).toEqual({ aim: '甲的草稿' });
	});

	it('shows nobody in the other window once a person has left, and keeps what was typed there', async () => {
		const { shelves, state, tab } = browser();
		const [a, b] = [tab(), tab()];
		await a.sessions.signIn('first', '');
		await b.sessions.start();
		a.drafts.keep('k', draft('写到一半'));
		await b.sessions.signOut();
		await soon(() => expect(stage(a)).toMatchObject({ name: 'out', left: true, by: 'left' }));
		await soon(() => expect(a.drafts.all.get().size).toBe(0));
		expect(state.cookie).toBeNull();
		expect(shelves.get('first')!.get('draft/k')!.value).toMatchObject({ values: { aim: '写到一半' } });
	});

	it('clears in every window what was to be cleared', async () => {
		const { shelves, tab } = browser();
		const [a, b] = [tab(), tab()];
		await a.sessions.signIn('first', '');
		await b.sessions.start();
		await b.keep.begin(of('first'));
		a.drafts.keep('k', draft('一'));
		await soon(() => expect(b.drafts.all.get().size).toBe(1));
		await b.sessions.signOut({ clear: true });
		await soon(() => expect(stage(a).name).toBe('out'));
		await soon(() => expect(a.drafts.all.get().size).toBe(0));
		await new Promise((resolve) => setTimeout(resolve, 250));
		expect(shelves.get('first')!.size).toBe(0);
	});

	it('goes on where it was when the same person signs in again in the other window', async () => {
		const { state, tab } = browser();
		const [a, b] = [tab(), tab()];
		await a.sessions.signIn('first', '');
		a.drafts.keep('k', draft('写到一半'));
		state.cookie = null;
		void a.outbox.add(note(a, 'x'));
		await soon(() => expect(stage(a).name).toBe('expired'));
		await b.sessions.signIn('first', '');
		await soon(() => expect(stage(a).name).toBe('in'));
		expect(a.drafts.all.get().get('k')!.values).toEqual({ aim: '写到一半' });
	});

	it('does not end the session of who came after', async () => {
		vi.stubGlobal('BroadcastChannel', undefined);
		const { state, tab } = browser();
		const [a, b] = [tab(), tab()];
		await a.sessions.signIn('first', '');
		await b.sessions.signIn('second', '');
		await a.sessions.signOut();
		expect(state.cookie).toBe('second');
		expect(stage(a)).toMatchObject({ name: 'out', told: true });
	});

	it('tells whom it is of with every request', async () => {
		const { tab, asked } = browser();
		const a = tab();
		await a.sessions.signIn('first', '');
		await a.outbox.add(note(a, 'x'));
		await a.cases.load(CASE);
		const after = asked.slice(1);
		expect(after.length).toBeGreaterThan(1);
		for (const one of after) expect(one.headers.get('casebridge-staff')).toBe('first');
	});
});

/** Locks as a browser has them; a window that ends lets go of its own. */
function fakeLocks() {
	const waiting = new Map<string, (() => void)[]>();
	const held: string[] = [];
	const request = (name: string, run: () => unknown) => {
		const start = () => {
			held.push(name);
			void Promise.resolve(run()).then(() => end(name));
		};
		if (held.includes(name)) waiting.set(name, [...(waiting.get(name) ?? []), start]);
		else start();
	};
	const end = (name: string) => {
		held.splice(held.indexOf(name), 1);
		waiting.get(name)?.shift()?.();
	};
	return { request, end, held };
}

describe('a window that was closed', () => {
	afterEach(() => vi.unstubAllGlobals());

	it('leaves what it could not send to one that is still there', async () => {
		const locks = fakeLocks();
		vi.stubGlobal('navigator', { locks });
		const { written, state, tab, asked } = browser();
		const a = tab();
		const [lockOfA] = locks.held;
		const b = tab();
		await a.sessions.signIn('first', '');
		await b.sessions.start();
		await soon(() => expect(b.keep.ready.get()).toBe(true));
		state.away = true;
		void a.outbox.add(note(a, '断网时写的'));
		await a.keep.flush();
		await soon(() => expect(a.outbox.entries.get()[0]!.failure).not.toBeNull());
		// While it is there, sending is its own business.
		expect(b.outbox.entries.get()).toEqual([]);
		a.outbox.forget();
		locks.end(lockOfA!);
		await soon(() => expect(b.outbox.entries.get().map((entry) => entry.change.set)).toEqual([{ aim: '断网时写的' }]));
		state.away = false;
		await b.outbox.send();
		await soon(() => expect(written.map(({ change }) => change.set.aim)).toEqual(['断网时写的']));
		expect(asked.filter(({ path }) => path === '/v1/changes').every(({ body }) => body.changes.length === 1)).toBe(true);
	});
});

describe('leaving', () => {
	it('does not happen when what was typed could not be kept', async () => {
		const { state, tab } = browser();
		const a = tab();
		await a.sessions.signIn('first', '');
		await soon(() => expect(a.keep.ready.get()).toBe(true));
		state.full = true;
		a.drafts.keep('k', draft('写到一半'));
		expect(await a.sessions.signOut({ stays: 1 })).toBe('unwritten');
		expect([stage(a).name, a.drafts.all.get().size, state.cookie]).toEqual(['in', 1, 'first']);
		state.full = false;
		expect(await a.sessions.signOut({ stays: 1 })).toBe('out');
	});

	it('nor when it could not be cleared, and nothing is gone then', async () => {
		const { shelves, state, tab } = browser();
		const a = tab();
		await a.sessions.signIn('first', '');
		await soon(() => expect(a.keep.ready.get()).toBe(true));
		a.drafts.keep('k', draft('写到一半'));
		await a.keep.flush();
		state.full = true;
		expect(await a.sessions.signOut({ clear: true })).toBe('uncleared');
		expect([stage(a).name, a.drafts.all.get().size]).toEqual(['in', 1]);
		state.full = false;
		// Neither does a write that is under way bring it back.
		a.drafts.keep('k', draft('写完了'));
		const writing = a.keep.flush();
		expect(await a.sessions.signOut({ clear: true })).toBe('out');
		await writing;
		expect(shelves.get('first')!.size).toBe(0);
	});
});
