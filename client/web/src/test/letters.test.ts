// Letters and groups: who waits for whom, how far a letter has come, who was there.
import { describe, expect, it, vi } from 'vitest';
import { createData } from '../data';
import { together } from '../data/change';
import { byNeed, isOurs, waitingOf } from '../data/letters';
import { Lexicon } from '../data/lexicon';
import type { Change, LetterLine } from '../data/wire';
import { clockText } from '../kit/letter-clock';
import { cellKey, keysOf, markOf, rollOf, sheetsOf } from '../pages/groups/roll';
import { waitText } from '../pages/letters/stand';
import { askedFor, roadOf } from '../pages/letters/steps';
import { lettersWords } from '../pages/letters/words';
import { dictionary } from '../words';
import { CATALOGUE, centre, record, SESSION } from './fake';

const words = { ...dictionary.zh, ...lettersWords.zh } as Parameters<typeof waitText>[2];

const line = (body: { [name: string]: string }, more: Partial<LetterLine> = {}, type = 'referral'): LetterLine => ({
	letter: record({ type, site: 'a', body: { to_site: 'b', ...body } }),
	direction: 'in',
	turn: 'us',
	turn_of: 'target',
	ended: false,
	late: false,
	next: [],
	...more,
});

describe('a letter', () => {
	it('names the site whose turn it is, also to who is on neither side', () => {
		const name = (id: string) => [id, record({ id, type: 'staff', body: { name: `机构${id}` } })] as const;
		const lexicon = new Lexicon({ catalogue: CATALOGUE, directory: new Map([name('a'), name('b')]) }, 'zh', dictionary.zh);
		const said = (status: string, more: Partial<LetterLine>) => waitText(line({ status }, more), lexicon, words);
		expect(said('requested', { turn: 'them', turn_of: 'target', direction: 'along' })).toBe('待机构b答复');
		expect(said('returned', { turn: 'them', turn_of: 'sender', direction: 'along' })).toBe('已回执，待机构a确认');
		expect(said('returned', { turn: 'us', turn_of: 'sender', direction: 'out' })).toBe('已回执，待我方确认');
		expect(said('acknowledged', { turn: null, turn_of: null, ended: true })).toBe('已结束');
	});

	it('names a site in the language of the page, and as it was told where nobody knows it', () => {
		const site = record({ id: 'a', type: 'site', body: { name: '平桥街道康复站', name_en: 'Pingqiao Rehabilitation Station' } });
		const lexicon = new Lexicon({ catalogue: CATALOGUE, directory: new Map([['a', site]]) }, 'en', dictionary.en);
		expect(lexicon.site('a', '平桥街道康复站')).toBe('Pingqiao Rehabilitation Station');
		expect([lexicon.site('b', '外区医院'), lexicon.site(null, null)]).toEqual(['外区医院', '']);
	});

	it('waits in the morning by whose turn it is, and only where an answer is owed or was given', () => {
		const due = { due_at: '2026-11-25T16:00:00Z' };
		const later = { due_at: '2026-11-27T16:00:00Z' };
		const ids = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
		const lines = [
			line({ status: 'requested' }, later),
			line({ status: 'requested' }, due),
			line({ status: 'declined' }, { direction: 'out', turn_of: 'sender', next: ['acknowledged'] }),
			line({ status: 'requested' }, { ...due, direction: 'out', turn: 'them' }),
			line({ status: 'in_progress' }, { next: ['returned'] }),
			line({ status: 'requested' }, { ...due, direction: 'along', turn: 'them' }),
		].map((one, place) => ({ ...one, letter: { ...one.letter, id: ids[place]! } }));
		const waiting = waitingOf(lines);
		expect([waiting.in, waiting.back, waiting.out].map((list) => list.map(({ letter }) => letter.id))).toEqual([['b', 'a'], ['c'], ['d']]);
	});

	it('is ours only where we have a side', () => {
		expect(isOurs(line({ status: 'requested' }))).toBe(true);
		expect(isOurs(line({ status: 'requested' }, { direction: 'along' }))).toBe(false);
		expect(isOurs(line({ status: 'requested' }, { turn: 'them' }))).toBe(false);
	});

	it('says by which day, and how many working days it is late', () => {
		const now = Date.parse('2026-11-24T08:00:00+08:00');
		const due = { due_at: '2026-11-27T16:00:00Z' };
		expect(clockText(line({ deadline: '2026-11-27' }, due), now, words)).toEqual({ text: '2026-11-27 前答复', tone: 'calm' });
		expect(clockText(line({ deadline: '2026-11-24' }, { due_at: '2026-11-24T16:00:00Z' }), now, words)?.tone).toBe('warn');
		const late = clockText(line({ deadline: '2026-11-19' }, { due_at: '2026-11-19T16:00:00Z', late: true, late_by: 3 }), now, words);
		expect(late).toEqual({ text: '逾期 3 个工作日（2026-11-19）', tone: 'bad' });
		expect(clockText(line({ status: 'accepted' }), now, words)).toBeNull();
	});

	it('stands where what is owed first is, and without a clock by its age', () => {
		const soon = line({}, { due_at: '2026-11-25T16:00:00Z' });
		const later = line({}, { due_at: '2026-11-27T16:00:00Z' });
		const old = { ...line({}), letter: record({ entered_at: '2026-01-01T08:00:00+08:00' }) };
		const young = { ...line({}), letter: record({ entered_at: '2026-11-01T08:00:00+08:00' }) };
		expect([old, later, young, soon].sort(byNeed)).toEqual([soon, later, young, old]);
	});

	it('tells how far it has come, and where it turned off', () => {
		const far = (status: string, declined = false) => roadOf('referral', status, declined).map(({ name, reached }) => `${reached ? '+' : '-'}${name}`).join(' ');
		expect(far('draft')).toBe('-sent -answered -begun -returned -closed');
		expect(far('on_hold')).toBe('+sent +answered +begun -returned -closed');
		expect(far('acknowledged')).toBe('+sent +answered +begun +returned +closed');
		expect(far('declined', true)).toBe('+sent +declined -closed');
		expect(far('acknowledged', true)).toBe('+sent +declined +closed');
		expect(far('withdrawn')).toBe('+sent +withdrawn');
		expect(roadOf('request', 'unmet', false).map(({ name }) => name)).toEqual(['asked', 'unmet']);
	});

	it('asks with a refusal for its reason and with a return for its letter', () => {
		expect(askedFor('referral', 'declined').filter(({ needed }) => needed)).toEqual([{ field: 'decline_reason', needed: true }]);
		expect(askedFor('referral', 'returned')[0]).toEqual({ field: 'return_letter', needed: true });
		expect(askedFor('referral', 'nothing_known')).toEqual([]);
	});
});

describe('a group', () => {
	const member = (id: string, body: { [name: string]: string }) => record({ id, type: 'participant', case: 'g', body });
	const there = (id: string, session: string, participant: string, more: { [name: string]: string | boolean }, state: 'live' | 'retracted' = 'live') =>
		record({ id, type: 'attendance', case: 'g', state, body: { session, participant, ...more } });

	it('lists those who stay before those who left, and sessions by their number', () => {
		const roll = rollOf([
			member('m1', { name: '退', joined: '2026-01-01', left: '2026-02-01' }),
			member('m3', { name: '后', joined: '2026-01-02' }),
			member('m2', { name: '先', joined: '2026-01-01' }),
			record({ id: 's2', type: 'session', body: { number: 10 } }),
			record({ id: 's1', type: 'session', body: { number: 9 } }),
			record({ id: 's0', type: 'session', state: 'retracted', body: { number: 1 } }),
		]);
		expect(roll.members.map(({ id }) => id)).toEqual(['m2', 'm3', 'm1']);
		expect(roll.sessions.map(({ id }) => id)).toEqual(['s1', 's2']);
	});

	it('knows who was there, who was not and why, and what was taken back', () => {
		const { noted } = rollOf([there('1', 's', 'a', { present: true }), there('2', 's', 'b', { present: false, reason: 'illness' }), there('3', 's', 'c', { present: false }), there('4', 's', 'd', { present: true }, 'retracted')]);
		expect(['a', 'b', 'c', 'd'].map((one) => noted.get(cellKey('s', one))?.mark)).toEqual(['present', 'absent:illness', 'absent', undefined]);
		expect(markOf(true, 'illness')).toBe('present');
	});

	it('has a key for each state: 1 there, 0 not, then the reasons', () => {
		const keys = keysOf([{ code: 'illness', label: '生病' }, { code: 'work', label: '工作' }]);
		expect(keys.map(({ key, mark }) => `${key} ${mark}`)).toEqual(['1 present', '0 absent', '2 absent:illness', '3 absent:work']);
		expect(keysOf(Array.from({ length: 12 }, (_, n) => ({ code: `r${n}`, label: '' })))).toHaveLength(10);
	});

	it('compares the sheet before with the last one after', () => {
		const sheet = (id: string, assessed: string, timepoint: string) => record({ id, type: 'group_assessment', body: { participant: 'm', instrument: 'apgar', assessed, timepoint } });
		const all = [sheet('3', '2026-11-20', 'end'), sheet('1', '2026-10-01', 'baseline'), sheet('2', '2026-10-20', 'mid')];
		expect([sheetsOf(all, 'm', 'apgar').first?.id, sheetsOf(all, 'm', 'apgar').last?.id]).toEqual(['1', '3']);
		const only = sheetsOf([sheet('3', '2026-11-20', 'end')], 'm', 'apgar');
		expect([only.first, only.last?.id]).toEqual([null, '3']);
	});
});

describe('changes that belong together', () => {
	const change = (data: ReturnType<typeof createData>, aim = 'a'): Change => ({
		id: data.make.id(), tx: null, rec: data.make.id(), type: 'session', case: 'g', op: 'create', set: { aim }, unset: [], seen: {}, base_ver: 0, entered_at: '2026-11-22T08:00:00+08:00', after: null,
	});

	it('go in one request, also when the one before is full', async () => {
		vi.useFakeTimers();
		const there = centre(({ path, body }) => {
			if (path === '/v1/session') return { body: SESSION };
			if (path === '/v1/changes') return { body: { head: '', results: body.changes.map((one: Change) => ({ id: one.id, rec: one.rec, status: 'applied', ver: 1, csn: 9 })) } };
			return { status: 404, body: {} };
		});
		const data = createData(there.fetch, () => Date.UTC(2026, 10, 22));
		// 198 alone, and five that must not be parted by the 200 of a request.
		for (let i = 0; i < 198; i++) void data.outbox.add(change(data));
		const five = together(data.make, Array.from({ length: 5 }, () => change(data)));
		const done = data.outbox.addTogether(five);
		expect(new Set(five.map(({ tx }) => tx)).size).toBe(1);
		await data.sessions.start();
		await vi.advanceTimersByTimeAsync(10);
		expect((await done).map(({ progress }) => progress)).toEqual(Array(5).fill('confirmed'));
		expect(there.sent('/v1/changes').map((body) => body.changes.length)).toEqual([198, 5]);
		vi.useRealTimers();
	});

	it('are too long for no request: they go alone, and whole', async () => {
		vi.useFakeTimers();
		const there = centre(({ path, body }) => {
			if (path === '/v1/session') return { body: SESSION };
			return { body: { head: '', results: body.changes.map((one: Change) => ({ id: one.id, rec: one.rec, status: 'applied', ver: 1, csn: 9 })) } };
		});
		const data = createData(there.fetch, () => Date.UTC(2026, 10, 22));
		void data.outbox.addTogether(together(data.make, Array.from({ length: 4 }, () => change(data, 'x'.repeat(100_000)))));
		await data.sessions.start();
		await vi.advanceTimersByTimeAsync(10);
		expect(there.sent('/v1/changes').map((body) => body.changes.length)).toEqual([4]);
		vi.useRealTimers();
	});
});
