// What the sides of a case are made of, without a page.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Shown } from '../data/casefile';
import { Files, sha256Of } from '../data/files';
import { Http } from '../data/http';
import { KINDS, kindOfFile } from '../data/media';
import { differences } from '../kit/diff';
import { cut, lineTo, place, saw, type Tie } from '../pages/case/map/draw';
import { mayAdd, mayEdit, mayRetract, maySign } from '../pages/case/may';
import { reachedOf } from '../pages/case/plan/goal';
import { placesOf } from '../pages/case/scales/line';
import { seriesOf, sheetBefore } from '../pages/case/scales/sheets';
import { daysBefore, filtered, type Item, linesOf, matchesText, NO_FILTER, peopleIn } from '../pages/case/timeline-filter';
import { record, SERVICE, SESSION } from './fake';

describe('the marks above the timeline', () => {
	const item = (id: string, day: string, more = {}): Item => ({ ...({ rec: record({ id, ...more }), entry: null } as Shown), day, clock: '' });
	const items = [
		item('a', '2026-11-20', { author: 'x', by: 'x' }),
		item('b', '2026-10-01', { author: 'x', by: 'y', state: 'signed' }),
		item('c', '2025-10-01', { type: 'task', author: 'z', by: 'z' }),
	];
	const reading = { textOf: ({ rec }: Item) => `家访 ${rec.id} 睡眠`, signable: (type: string) => type === 'service', today: '2026-11-22' };
	const ids = (filter: Partial<typeof NO_FILTER>) => filtered(items, { ...NO_FILTER, ...filter }, reading).map(({ rec }) => rec.id);

	it('narrow by kind, person, period, signature and words, and only together', () => {
		expect(ids({})).toEqual(['a', 'b', 'c']);
		expect(ids({ kind: 'task' })).toEqual(['c']);
		expect(ids({ person: 'y' })).toEqual(['b']);
		expect(ids({ person: 'x' })).toEqual(['a', 'b']);
		expect(ids({ unsigned: true })).toEqual(['a']);
		expect(ids({ period: 'month' })).toEqual(['a']);
		expect(ids({ period: 'year' })).toEqual(['a', 'b']);
		expect(ids({ period: 'own', from: '2025-10-01', to: '2026-10-01' })).toEqual(['b', 'c']);
		expect(ids({ text: '睡眠 ｂ' })).toEqual(['b']);
		expect(ids({ text: 'b', unsigned: true })).toEqual([]);
	});

	it('count days over months and leap years', () => {
		expect(daysBefore('2024-03-01', 1)).toBe('2024-02-29');
		expect(daysBefore('2026-01-01', 30)).toBe('2025-12-02');
	});

	it('want every word, in any order and either width', () => {
		expect(matchesText('睡眠  家访', '家访，了解睡眠')).toBe(true);
		expect(matchesText('睡眠 用药', '家访，了解睡眠')).toBe(false);
	});

	it('put what lies ahead first, the nearest on top, then month by month', () => {
		const ahead = [item('f', '2027-02-01'), item('e', '2026-12-01'), ...items];
		expect(linesOf(ahead, '2026-11-22').map((line) => line.head ?? line.item!.rec.id)).toEqual(['ahead', 'e', 'f', '2026-11', 'a', '2026-10', 'b', '2025-10', 'c']);
		expect(peopleIn(items)[0]).toBe('x');
	});
});

describe('what changed in a text', () => {
	const told = (a: string, b: string) => differences(a, b).map(({ kind, text }) => ({ same: text, gone: `[-${text}]`, new: `[+${text}]` })[kind]).join('');

	it('is said by the character in Chinese and by the word in English', () => {
		expect(told('服药规律，睡眠差', '服药不规律，睡眠好')).toBe('服药[+不]规律，睡眠[-差][+好]');
		expect(told('sleeps well', 'sleeps badly')).toBe('sleeps [-well][+badly]');
		expect(told('', '新的')).toBe('[+新的]');
		expect(told('旧的', '')).toBe('[-旧的]');
	});

	it('loses nothing of either, whatever the texts', () => {
		for (const [a, b] of [['甲乙丙丁', '丁丙乙甲'], ['aaa', 'aa'], ['x'.repeat(5000), 'y'.repeat(5000)]] as const) {
			const pieces = differences(a, b);
			expect(pieces.filter(({ kind }) => kind !== 'new').map(({ text }) => text).join('')).toBe(a);
			expect(pieces.filter(({ kind }) => kind !== 'gone').map(({ text }) => text).join('')).toBe(b);
		}
	});
});

describe('kinds of file', () => {
	it('are those of proto/media.c, name by name and size by size', () => {
		const source = readFileSync(join(process.cwd(), '../../proto/media.c'), 'utf8');
		const prefix: { [name: string]: string } = Object.fromEntries([...source.matchAll(/#define (OOXML|ODF)\s+(?:\\\s*)?"([^"]+)"/g)].map((m) => [m[1]!, m[2]!]));
		const rows = [...source.matchAll(/\{\{(?:(OOXML|ODF) )?"([^"]+)",\s+"([^"]+)",\s+(\d+) \* MIB/g)];
		const theirs = rows.map(([, macro, name, endings, mib]) => ({ media: (macro ? prefix[macro] : '') + name!, endings: endings!.split(' '), max: Number(mib) * 1024 * 1024 }));
		expect(theirs.length).toBeGreaterThan(10);
		expect(KINDS).toEqual(theirs);
		expect(kindOfFile('扫描.JPG')?.media).toBe('image/jpeg');
		expect(kindOfFile('setup.exe')).toBeUndefined();
	});
});

describe('a file on its way', () => {
	const bytes = new Uint8Array(600_000).map((_, i) => i % 251);
	const file = new Blob([bytes]);
	const about = { sha256: 'aa', size: bytes.length, media: 'application/pdf', rec: 'rec-1' };

	/** A centre that has so much, and answers the n-th piece as told. */
	function uploads(answer: (n: number, offset: number) => 'cut' | 'moved' | 'taken') {
		let have = 0;
		let n = 0;
		const got: [number, number][] = [];
		const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status, headers: { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' } });
		const fetch = async (_path: string, init: RequestInit = {}) => {
			if (init.method === 'POST') return json({ upload: 'u', offset: have, size: bytes.length, done: have === bytes.length }, 201);
			if (init.method === 'GET') return json({ offset: have, size: bytes.length, done: false });
			const offset = Number(new Headers(init.headers).get('Upload-Offset'));
			const what = answer(++n, offset);
			if (what === 'cut') throw new TypeError('network');
			if (what === 'moved') return json({ code: 'offset', retry: 'later', accepts: String(have), status: 409, title: '', text: { zh: '', en: '' } }, 409);
			got.push([offset, (init.body as Blob).size]);
			have = offset + (init.body as Blob).size;
			return json({ offset: have, size: bytes.length, done: have === bytes.length });
		};
		return { files: new Files(new Http(fetch as typeof globalThis.fetch), async () => {}), got, lose: (to: number) => (have = to) };
	}

	it('goes on behind the last piece that arrived, each once', async () => {
		const { files, got } = uploads((n) => (n === 2 ? 'cut' : 'taken'));
		expect(await files.send(file, 'a.pdf', about)).toBe(true);
		expect(got).toEqual([[0, 262144], [262144, 262144], [524288, 75712]]);
		expect(files.uploads.get().get('rec-1')?.state).toBe('done');
	});

	it('asks where to go on when the place is another', async () => {
		const there = uploads((n) => {
			if (n !== 2) return 'taken';
			there.lose(100_000);
			return 'moved';
		});
		expect(await there.files.send(file, 'a.pdf', about)).toBe(true);
		expect(there.got[1]).toEqual([100_000, 262144]);
	});

	it('that is cancelled stops', async () => {
		const there = uploads((n) => {
			if (n === 2) there.files.cancel('rec-1');
			return 'taken';
		});
		expect(await there.files.send(file, 'a.pdf', about)).toBe(false);
		expect(there.got.length).toBe(2);
		expect(there.files.uploads.get().size).toBe(0);
	});

	/** Answers with what is asked for, but the line breaks after so many bytes of each answer. */
	const breaking = (after: (n: number) => number, asked: string[]) => async (_path: string, init: RequestInit = {}) => {
		const range = new Headers(init.headers).get('range')!;
		asked.push(range);
		const from = Number(/\d+/.exec(range)![0]);
		const end = Math.min(from + after(asked.length), bytes.length);
		const body = new ReadableStream({
			start(stream) {
				if (end > from) stream.enqueue(bytes.slice(from, end));
				if (end === bytes.length) stream.close();
			},
			pull(stream) {
				stream.error(new TypeError('network'));
			},
		});
		return new Response(body, { status: 206, headers: { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } });
	};

	it('that is fetched goes on where the line broke in the middle of an answer', async () => {
		const asked: string[] = [];
		const told: number[] = [];
		const files = new Files(new Http(breaking(() => 250_000, asked) as unknown as typeof globalThis.fetch), async () => {});
		const got = await files.fetch(await sha256Of(bytes.buffer), 'r', 'image/png', ({ done }) => told.push(done), new AbortController().signal);
		expect(got.size).toBe(bytes.length);
		expect(asked).toEqual(['bytes=0-', 'bytes=250000-', 'bytes=500000-']);
		expect(told).toEqual([250_000, 500_000, 600_000]);
	});

	it('ends, as a line that is not there does, when nothing comes any more', async () => {
		const asked: string[] = [];
		const files = new Files(new Http(breaking((n) => (n === 1 ? 250_000 : 0), asked) as unknown as typeof globalThis.fetch), async () => {});
		const fetched = files.fetch(await sha256Of(bytes.buffer), 'r', 'image/png', () => {}, new AbortController().signal);
		await expect(fetched).rejects.toMatchObject({ failure: { kind: 'unreachable' } });
		expect(new Set(asked.slice(1))).toEqual(new Set(['bytes=250000-']));
	});

	it('and when the answer stops in the middle and stays silent', async () => {
		vi.useFakeTimers();
		const silent = async (_path: string, init: RequestInit = {}) =>
			new Response(
				new ReadableStream({
					start(stream) {
						init.signal!.addEventListener('abort', () => stream.error(new DOMException('aborted', 'AbortError')));
					},
				}),
				{ headers: { 'content-type': 'application/json' } },
			);
		const asked = new Http(silent as unknown as typeof globalThis.fetch).call('GET', '/v1/x');
		const end = expect(asked).rejects.toMatchObject({ failure: { kind: 'unreachable' } });
		await vi.advanceTimersByTimeAsync(31_000);
		await end;
		vi.useRealTimers();
	});

	it('is not shown when its hash is another', async () => {
		const answer = async () => new Response(bytes, { status: 206, headers: { 'content-range': `bytes 0-${bytes.length - 1}/${bytes.length}` } });
		const files = new Files(new Http(answer as unknown as typeof globalThis.fetch));
		const right = await sha256Of(bytes.buffer);
		const signal = new AbortController().signal;
		expect((await files.fetch(right, 'r', 'image/png', () => {}, signal)).size).toBe(bytes.length);
		await expect(files.fetch('0'.repeat(64), 'r', 'image/png', () => {}, signal)).rejects.toThrow();
	});
});

describe('sheets', () => {
	const sheet = (id: string, assessed: string, more = {}) => record({ id, type: 'assessment', body: { instrument: 'phq9', version: '2001', subject: 'p', respondent: 'self', assessed, answers: [], ...more } });
	const all = [sheet('2', '2026-05-01'), sheet('1', '2026-01-01'), sheet('3', '2026-06-01', { subject: 'q' }), sheet('4', '2026-07-01', { version: '1999' })];

	it('are compared with those of the same person, instrument and way alone', () => {
		const series = seriesOf([...all, { ...sheet('5', '2026-08-01'), state: 'retracted' }]);
		expect(series.map(({ sheets }) => sheets.map(({ id }) => id))).toEqual([['4'], ['3'], ['1', '2']]);
		expect(sheetBefore(series[2], '2026-05-31', null)?.id).toBe('2');
		expect(sheetBefore(series[2], '2026-05-31', '2')?.id).toBe('1');
		expect(sheetBefore(series[2], '2025-12-31', null)).toBeUndefined();
	});

	it('lie in the line by their day and score', () => {
		const point = (day: string, value: number) => ({ key: day, day, value, reliable: false, way: 'none' as const });
		const [a, b, c] = placesOf([point('2026-01-01', 0), point('2026-01-11', 27), point('2026-01-31', 13.5)], 0, 27);
		expect(b!.x - a!.x).toBeCloseTo((c!.x - a!.x) / 3, 5);
		expect(b!.y).toBeLessThan(c!.y);
		expect(c!.y - b!.y).toBeCloseTo(a!.y - c!.y, 5);
		const same = placesOf([point('2026-01-01', 1), point('2026-01-01', 2)], 0, 27);
		expect(same[0]!.x).toBeLessThan(same[1]!.x);
	});
});

describe('the eco-map', () => {
	const tie = (key: string, more: Partial<Tie> = {}): Tie => ({ key, kind: 'family', name: key, role: '', together: false, strength: 2, supports: [], strain: '', marks: [], rec: null, from: null, ...more });

	it('keeps everybody apart and within the drawing', () => {
		const placed = place([...Array.from({ length: 12 }, (_, i) => tie(`x${i}`)), tie('a', { together: true }), tie('b', { together: true })]);
		expect(new Set(placed.map(({ x, y }) => `${Math.round(x)}/${Math.round(y)}`)).size).toBe(14);
		for (const { x, y } of placed) expect(x > 0 && x < 880 && y > 0 && y < 560).toBe(true);
	});

	it('ends every line before the words, and a saw begins and ends where the line does', () => {
		for (const one of place([tie('a'), tie('b'), tie('c', { together: true })])) {
			const line = lineTo(one);
			expect(Math.hypot(line.x2 - one.x, line.y2 - one.y)).toBeGreaterThan(15);
			const path = saw(line);
			expect(path.startsWith(`M${line.x1.toFixed(1)} ${line.y1.toFixed(1)}L`)).toBe(true);
			expect(path.endsWith(`L${line.x2.toFixed(1)} ${line.y2.toFixed(1)}`)).toBe(true);
		}
	});

	it('cuts names by the character', () => {
		expect(cut('𠮷野家社区服务中心', 5)).toBe('𠮷野家社…');
		expect(cut('王明', 5)).toBe('王明');
		// Latin letters are about half as wide.
		expect(cut('Pingqiao Station', 10)).toBe('Pingqiao Station');
		expect(cut('Pingqiao Rehabilitation Station', 10)).toBe('Pingqiao Rehabil…');
	});
});

describe('what is offered', () => {
	const reader = { ...SESSION.reader, may: { create: [], patch: ['service'], sign: ['service'], retract: ['service'], resolve: ['conflict'], own: ['sign', 'retract'] } };
	const mine = record({ author: reader.staff, by: reader.staff });
	const other = record({ author: 'somebody' });

	it('follows the policy the session brings', () => {
		const type = { ...SERVICE, fields: SERVICE.fields.filter(({ kind }) => kind !== 'json') };
		expect([mayEdit(mine, type, reader, null), maySign(mine, type, reader), mayRetract(mine, type, reader)]).toEqual([true, true, true]);
		expect([mayEdit(other, type, reader, reader.staff), maySign(other, type, reader), mayRetract(other, type, reader)]).toEqual([false, false, false]);
		const boss = { ...reader, may: { ...reader.may, own: [] } };
		// A station works on what it holds and has not sent; what only the page has waits.
		const held = { ...mine, ver: 0 };
		expect([mayEdit(held, type, reader, null), maySign(held, type, reader), mayAdd({ ...held, state: 'signed' }, reader)]).toEqual([true, true, true]);
		expect([mayEdit({ ...held, sha: '' }, type, reader, null), maySign({ ...held, sha: '' }, type, reader)]).toEqual([false, false]);
		expect([maySign(other, type, boss), mayRetract(other, type, boss)]).toEqual([true, true]);
		expect(mayEdit({ ...mine, state: 'signed' }, type, reader, null)).toBe(false);
		expect(mayAdd({ ...mine, state: 'signed' }, reader)).toBe(true);
		expect(mayAdd({ ...other, state: 'signed', by: 'somebody' }, reader)).toBe(false);
		const none = { ...reader, may: { ...reader.may, patch: [], sign: [], retract: [] } };
		expect([mayEdit(mine, type, none, null), maySign(mine, type, none), mayRetract(mine, type, none), mayAdd({ ...mine, state: 'signed' }, none)]).toEqual([false, false, false, false]);
	});
});

describe('levels reached', () => {
	it('are read in order of the day, and what is none is passed over', () => {
		const rec = record({ type: 'goal', body: { reached: [{ level: 1, on: '2026-05-01' }, { level: -1, on: '2026-01-01', note: '起点' }, 'x', { on: '2026-02-01' }] } });
		expect(reachedOf(rec)).toEqual([{ level: -1, on: '2026-01-01', note: '起点' }, { level: 1, on: '2026-05-01' }]);
	});
});
