// What is kept of what was typed: sealed, each person their own, the newest stands,
// and nothing goes because a write failed.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Drafts } from '../data/drafts';
import { Keep, type Kept, type Shelf } from '../data/keep';
import { type Row, type Rows, Vault } from '../data/vault';
import { SESSION } from './fake';

const KEY_A = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const KEY_B = 'BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA';
const DAY = 86400_000;

function memory(): Rows & { held: Map<string, Row> } {
	const held = new Map<string, Row>();
	return {
		held,
		all: async () => [...held.values()],
		change: async (put, drop) => {
			for (const row of put) held.set(row.id, row);
			for (const id of drop) held.delete(id);
		},
		sweep: async (judge) => {
			for (const row of [...held.values()]) {
				const next = judge(row);
				if (next === null) held.delete(row.id);
				else held.set(row.id, next);
			}
		},
	};
}
const text = (bytes: ArrayBuffer | Uint8Array) => new TextDecoder('latin1').decode(bytes);

describe('the vault', () => {
	const secret = { key: 'draft/case-1/service/new', value: { aim: '王小明说：“<b>hi</b>”' }, at: 100 };

	it('gives back what was written, to the same person only', async () => {
		const rows = memory();
		await (await Vault.open(KEY_A, rows, 0)).write([secret], []);
		expect(await (await Vault.open(KEY_A, rows, 0)).read()).toEqual([secret]);
		expect(await (await Vault.open(KEY_B, rows, 0)).read()).toEqual([]);
	});

	it('leaves nothing in clear: no word, no name, no id, and no exact length', async () => {
		const rows = memory();
		const vault = await Vault.open(KEY_A, rows, 0);
		await vault.write([secret, { ...secret, key: 'b', value: 'x' }], []);
		const [one, two] = [...rows.held.values()];
		for (const word of ['case-1', 'service', 'aim', 'draft', '王']) {
			expect(one!.id + one!.owner).not.toContain(word);
			expect(text(one!.sealed)).not.toContain(word);
		}
		expect(one!.sealed.byteLength).toBe(256 + 16);
		expect(two!.sealed.byteLength).toBe(one!.sealed.byteLength);
	});

	it('seals the same text differently every time, under a passing nonce', async () => {
		const rows = memory();
		const vault = await Vault.open(KEY_A, rows, 0);
		await vault.write([secret], []);
		const before = [...rows.held.values()][0]!;
		await vault.write([secret], []);
		const after = [...rows.held.values()][0]!;
		expect(after.id).toBe(before.id);
		expect(text(after.iv)).not.toBe(text(before.iv));
		expect(text(after.sealed)).not.toBe(text(before.sealed));
	});

	it('is not taken in by an entry that was damaged or put in another’s place', async () => {
		const rows = memory();
		const vault = await Vault.open(KEY_A, rows, 0);
		await vault.write([secret, { key: 'other', value: 1, at: 5 }], []);
		const [one, two] = [...rows.held.values()];
		rows.held.set(two!.id, { ...two!, iv: one!.iv, sealed: one!.sealed });
		new Uint8Array(one!.sealed)[3]! ^= 1;
		expect(await vault.read()).toEqual([]);
	});

	it('clears up without a moment in which another tab’s writing is undone', async () => {
		const rows = memory();
		const now = 1000 * DAY;
		const other = await Vault.open(KEY_A, rows, now - 30 * DAY);
		await other.write([{ key: 'a', value: '旧', at: now - 30 * DAY }], []);
		// Whatever is read to be cleared up is at once another tab's to write over.
		let between = false;
		const all = rows.all;
		rows.all = async () => {
			const found = await all();
			await other.write([{ key: 'a', value: '新', at: now }], []);
			between = true;
			return found;
		};
		await Vault.open(KEY_A, rows, now);
		rows.all = all;
		expect((await other.read()).map((one) => one.value)).toEqual([between ? '新' : '旧']);
		expect([...rows.held.values()].map((row) => row.at)).toEqual([now]);
	});

	it('drops one, clears one’s own, and what nobody came back for in ninety days', async () => {
		const rows = memory();
		const now = 1000 * DAY;
		const mine = await Vault.open(KEY_A, rows, now);
		const theirs = await Vault.open(KEY_B, rows, now);
		await mine.write([{ key: 'a', value: 1, at: now }, { key: 'b', value: 2, at: now }], []);
		await theirs.write([{ key: 'a', value: 3, at: now - 91 * DAY }, { key: 'c', value: 4, at: now - 89 * DAY }], []);
		await mine.write([], ['a']);
		expect((await mine.read()).map((one) => one.key)).toEqual(['b']);
		await Vault.open(KEY_A, rows, now);
		expect((await theirs.read()).map((one) => one.key)).toEqual(['c']);
		// Who comes back finds their own, however old, and has it for another ninety days.
		await Vault.open(KEY_A, rows, now + 80 * DAY);
		await Vault.open(KEY_B, rows, now + 160 * DAY);
		expect((await mine.read()).map((one) => one.key)).toEqual(['b']);
		await theirs.write([{ key: 'd', value: 5, at: now + 160 * DAY }], []);
		await mine.clear();
		expect(await mine.read()).toEqual([]);
		expect(await theirs.read()).toHaveLength(1);
	});
});

class FakeShelf implements Shelf {
	held = new Map<string, Kept>();
	fails = 0;
	writes = 0;
	async read(): Promise<Kept[]> {
		return [...this.held.values()];
	}
	async write(put: readonly Kept[], drop: readonly string[]): Promise<void> {
		this.writes++;
		if (this.fails-- > 0) throw new Error('full');
		for (const one of put) this.held.set(one.key, one);
		for (const key of drop) this.held.delete(key);
	}
	async clear(): Promise<void> {
		this.held.clear();
	}
}

describe('keeping', () => {
	afterEach(() => vi.useRealTimers());
	const page = (shelf: Shelf | null, now = () => 1000) => {
		const keep = new Keep(async () => shelf, now);
		return { keep, drafts: new Drafts(keep) };
	};
	const draft = (aim: string) => ({ case: 'c', type: 'service', rec: 'r', values: { aim } });
	const SESSION_B = { ...SESSION, reader: { ...SESSION.reader, staff: 'other' } };

	it('has on the next page what was typed on this one', async () => {
		const shelf = new FakeShelf();
		const first = page(shelf);
		await first.keep.begin(SESSION);
		first.drafts.keep('k', draft('写到一半'));
		await first.keep.flush();
		const second = page(shelf);
		expect(second.keep.ready.get()).toBe(false);
		await second.keep.begin(SESSION);
		expect(second.keep.ready.get()).toBe(true);
		expect(second.drafts.all.get().get('k')!.values).toEqual({ aim: '写到一半' });
	});

	it('writes many keys at once, and once more what failed', async () => {
		vi.useFakeTimers();
		const shelf = new FakeShelf();
		const { keep, drafts } = page(shelf);
		await keep.begin(SESSION);
		shelf.fails = 1;
		for (const aim of ['a', 'ab', 'abc']) drafts.keep('k', draft(aim));
		expect(keep.unwritten.get()).toBe(1);
		await vi.advanceTimersByTimeAsync(200);
		expect([shelf.writes, shelf.held.size, keep.unwritten.get()]).toEqual([1, 0, 1]);
		await vi.advanceTimersByTimeAsync(4000);
		expect([shelf.writes, keep.unwritten.get()]).toEqual([2, 0]);
		expect(shelf.held.get('draft/k')!.value).toMatchObject({ values: { aim: 'abc' } });
	});

	it('shows in another tab what is typed in this one, and what is typed there here', async () => {
		const shelf = new FakeShelf();
		const [a, b] = [page(shelf), page(shelf)];
		await Promise.all([a.keep.begin(SESSION), b.keep.begin(SESSION)]);
		a.drafts.keep('k', draft('一'));
		await vi.waitFor(() => expect(b.drafts.all.get().get('k')?.values).toEqual({ aim: '一' }));
		b.drafts.keep('k', draft('一二'));
		await vi.waitFor(() => expect(a.drafts.all.get().get('k')?.values).toEqual({ aim: '一二' }));
		a.drafts.drop('k');
		await vi.waitFor(() => expect(b.drafts.all.get().size).toBe(0));
	});

	it('keeps what another tab said it typed, when that one is closed before it wrote it', async () => {
		const shelf = new FakeShelf();
		const [a, b] = [page(null), page(shelf)];
		await Promise.all([a.keep.begin(SESSION), b.keep.begin(SESSION)]);
		a.drafts.keep('k', draft('来不及写'));
		await vi.waitFor(() => expect(b.drafts.all.get().size).toBe(1));
		expect(await b.keep.flush()).toBe(true);
		expect(shelf.held.get('draft/k')!.value).toMatchObject({ values: { aim: '来不及写' } });
	});

	it('tells no tab of another person', async () => {
		const [a, b] = [page(new FakeShelf()), page(new FakeShelf())];
		await Promise.all([a.keep.begin(SESSION), b.keep.begin(SESSION_B)]);
		a.drafts.keep('k', draft('秘密'));
		await new Promise((resolve) => setTimeout(resolve, 30));
		expect(b.drafts.all.get().size).toBe(0);
	});

	it('reads what was typed elsewhere while it slept, and keeps what is newer here', async () => {
		const shelf = new FakeShelf();
		let now = 1000;
		const { keep, drafts } = page(shelf, () => now);
		await keep.begin(SESSION);
		shelf.held.set('draft/k', { key: 'draft/k', value: { ...draft('那边'), at: '#/x' }, at: 5000 });
		now = 4000;
		drafts.keep('mine', draft('这边'));
		shelf.held.set('draft/mine', { key: 'draft/mine', value: draft('旧的'), at: 3000 });
		await keep.look();
		expect(drafts.all.get().get('k')!.values).toEqual({ aim: '那边' });
		expect(drafts.all.get().get('mine')!.values).toEqual({ aim: '这边' });
	});

	it('does not take up again what was dropped while it was being read', async () => {
		const shelf = new FakeShelf();
		const { keep, drafts } = page(shelf);
		await keep.begin(SESSION);
		drafts.keep('k', draft('发出去了'));
		await keep.flush();
		const read = shelf.read.bind(shelf);
		shelf.read = async () => {
			const found = await read();
			drafts.drop('k');
			return found;
		};
		await keep.look();
		await keep.flush();
		expect(drafts.all.get().size).toBe(0);
		expect(shelf.held.size).toBe(0);
		// What is typed anew under that name is no ghost.
		drafts.keep('k', draft('新的'));
		await keep.flush();
		expect(shelf.held.get('draft/k')!.value).toMatchObject({ values: { aim: '新的' } });
	});

	it('nor what another tab dropped, however late an old copy of it is read', async () => {
		const shelf = new FakeShelf();
		const [a, b] = [page(shelf, () => 1000), page(shelf, () => 2000)];
		await Promise.all([a.keep.begin(SESSION), b.keep.begin(SESSION)]);
		a.drafts.keep('k', draft('一'));
		await vi.waitFor(() => expect(b.drafts.all.get().size).toBe(1));
		const old = new Map(shelf.held.set('draft/k', { key: 'draft/k', value: { ...draft('一'), at: '' }, at: 1001 }));
		b.drafts.drop('k');
		await vi.waitFor(() => expect(a.drafts.all.get().size).toBe(0));
		shelf.held = old;
		await a.keep.look();
		expect(a.drafts.all.get().size).toBe(0);
	});

	it('keeps what was typed while the store was closed or nobody was signed in', async () => {
		const shelf = new FakeShelf();
		const { keep, drafts } = page(shelf);
		await keep.begin(SESSION);
		keep.pause();
		drafts.keep('k', draft('锁屏之后'));
		await keep.flush();
		expect(shelf.held.size).toBe(0);
		await keep.begin(SESSION);
		await keep.flush();
		expect(shelf.held.size).toBe(1);
	});

	it('says when it has no place but the page', async () => {
		const { keep, drafts } = page(null);
		await keep.begin(SESSION);
		drafts.keep('k', draft('x'));
		expect([keep.where.get(), keep.ready.get(), keep.unwritten.get()]).toEqual(['page', true, 1]);
	});

	it('forgets in memory, and clears where it was when asked to', async () => {
		const shelf = new FakeShelf();
		const { keep, drafts } = page(shelf);
		await keep.begin(SESSION);
		drafts.keep('k', draft('x'));
		await keep.flush();
		keep.forget();
		expect(shelf.held.size).toBe(1);
		await keep.begin(SESSION);
		await keep.clear();
		expect(shelf.held.size).toBe(0);
	});
});
