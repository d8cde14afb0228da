// Rules without a server: ids, days, searching, checking, changes, masking.
import { describe, expect, it } from 'vitest';
import { changedFields, createChange, patchChange, resolveChange, same } from '../data/change';
import { canDraw, check, checkField, HALF_TYPED } from '../data/check';
import { Lexicon } from '../data/lexicon';
import { fenOf, yuanOf } from '../data/money';
import { EVERYTHING, matcher, pick, row } from '../data/search';
import { ageOn, clockOf, dayOf, daysBetween, isDay, isPartialDay, joinTime, stamp, today } from '../data/time';
import { UuidMaker } from '../data/uuid';
import type { Body, Field } from '../data/wire';
import { makeMask, maskName } from '../kit/mask';
import { arrange } from '../data/record-form';
import { routeOf } from '../route';
import { dictionary } from '../words';
import { CATALOGUE, record, SERVICE, summary } from './fake';

describe('ids', () => {
	const ones = (bytes: Uint8Array) => bytes.fill(0xff);

	it('carry the time, version and variant of RFC 9562 (example A.6)', () => {
		const made = new UuidMaker(() => 0x017f22e279b0, ones).next();
		expect(made).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
	});

	it('sort in the order they were made, also within a millisecond and when the clock steps back', () => {
		let now = 1_000_000;
		const make = new UuidMaker(() => now, ones);
		const made: string[] = [];
		for (let i = 0; i < 5000; i++) {
			if (i === 2500) now -= 60_000;
			made.push(make.next());
		}
		expect([...made].sort()).toEqual(made);
		expect(new Set(made).size).toBe(5000);
	});
});

describe('money', () => {
	const asked: Field = { name: 'asked', kind: 'int', min: 0, max: 1_000_000, unit: 'fen', label: { zh: '申请金额', en: 'Amount asked' } };

	it('is fen in a record and yuan for people, to the fen', () => {
		// 1.15 * 100 is 114.99999999999999 in binary; no such product may be taken.
		for (const [yuan, fen] of [['0', 0], ['1.15', 115], ['1200', 120000], ['1200.5', 120050], ['0.05', 5], ['8,000,000.01', 800000001]] as const) expect(fenOf(yuan)).toBe(fen);
		expect([0, 5, 115, 120000, 120050].map(yuanOf)).toEqual(['0', '0.05', '1.15', '1200', '1200.50']);
		expect(['1.234', '-1', '.5', '12元', '1,2', '99999999999999999', ''].map(fenOf)).toEqual([null, null, null, null, null, null, null]);
	});

	it('is taken as typed, and as the record has it when nobody typed', () => {
		expect(checkField(asked, '１２００．５０')).toEqual({ value: 120050 });
		expect(checkField(asked, 120050)).toEqual({ value: 120050 });
		const high = checkField(asked, '10000.01');
		expect('fault' in high && high.fault(dictionary.zh)).toBe('不能大于 10000。');
		const none = checkField(asked, '很多');
		expect('fault' in none && none.fault(dictionary.zh)).toContain('1200.50');
	});

	const lexicon = new Lexicon({ catalogue: { ...CATALOGUE, types: { ...CATALOGUE.types, application: { ...SERVICE, type: 'application', fields: [asked] } } }, directory: new Map() }, 'zh', dictionary.zh);

	it('is shown in yuan', () => expect(lexicon.value(asked, 800050)).toBe('8000.50 元'));

	it('and what a newer centre describes otherwise is shown and not dropped', () => {
		const strange = { name: 'x', kind: 'shape', label: { zh: '某', en: 'X' } } as unknown as Field;
		expect(lexicon.value(strange, { a: [1, true] })).toBe('a 1、是');
		expect(lexicon.title(record({ type: 'nobody_knows' }))).toBe('nobody_knows');
		expect(lexicon.fieldLabel('application', 'asked.rest')).toBe('申请金额 · rest');
		expect(lexicon.fieldLabel('application', 'other.rest')).toBe('other.rest');
	});
});

describe('days', () => {
	it('exist or do not', () => {
		expect(isDay('2024-02-29')).toBe(true);
		expect(['2026-02-29', '2026-13-01', '2026-1-1', '2026-04-31', ''].filter(isDay)).toEqual([]);
		expect(['1985', '1985-03', '1985-03-08'].filter(isPartialDay)).toHaveLength(3);
		expect(['85', '1985-', '1985-13', '1985-02-30'].filter(isPartialDay)).toEqual([]);
	});

	it('are read eight hours east of Greenwich wherever the computer is', () => {
		const ms = Date.UTC(2026, 10, 21, 16, 30);
		expect(stamp(ms)).toBe('2026-11-22T00:30:00+08:00');
		expect(today(ms)).toBe('2026-11-22');
		expect([dayOf('2026-11-21T16:30:00Z'), clockOf('2026-11-21T16:30:00Z')]).toEqual(['2026-11-22', '00:30']);
		expect(Date.parse(joinTime('2026-11-22', '00:30'))).toBe(ms);
		expect([dayOf('not a time'), clockOf('not a time')]).toEqual(['', '']);
	});

	it('are counted across months and years', () => {
		expect(daysBetween('2026-02-27', '2026-03-01')).toBe(2);
		expect(daysBetween('2024-02-27', '2024-03-01')).toBe(3);
		expect(daysBetween('2026-11-22', '2026-11-20')).toBe(-2);
	});

	it('give the age of people born on a known day, month or year', () => {
		expect(ageOn('2026-03-07', '1985-03-08')).toEqual({ years: 40, months: null });
		expect(ageOn('2026-03-08', '1985-03-08')).toEqual({ years: 41, months: null });
		expect(ageOn('2026-02-28', '2024-02-29')).toEqual({ years: 1, months: 23 });
		expect(ageOn('2026-11-22', '1985')).toEqual({ years: 41, months: null });
		expect(ageOn('2026-11-22', '2027-01-01')).toBeNull();
	});
});

describe('searching', () => {
	const rows = [
		summary({ case: 'a', name: '王小明', pinyin: 'wangxiaoming', initials: 'wxm', number: 'GH-2026-00001' }),
		summary({ case: 'b', name: '吕布', pinyin: 'lvbu lyubu', initials: 'lb', number: 'GH-2026-00102' }),
		summary({ case: 'c', name: '欧阳明', pinyin: 'ouyangming', initials: 'oym', number: 'GH-2026-00203', next_due: null }),
		summary({ case: 'd', name: '张伟', pinyin: 'zhang wei', initials: 'zw', number: 'GH-2026-00304', next_due: '2026-12-31', danger: 3 }),
		summary({ case: 'e', name: '阿依古丽·买买提', pinyin: 'ayiguli maimaiti', initials: 'aygl', number: null, stability: 'unstable' }),
	].map(row);
	const setting = { today: '2026-11-22', reader: 'staff-1', ranks: { programme: new Map(), phase: new Map() } };
	const found = (query: string) => rows.filter(matcher(query)).map((one) => one.line.case).join('');

	it('finds by any part of the name and the number', () => {
		expect(found('小明')).toBe('a');
		expect(found('明')).toBe('ac');
		expect(found('0102')).toBe('b');
		expect(found('gh-2026')).toBe('abcd');
		expect(found('买买提')).toBe('e');
	});

	it('finds by pinyin from any syllable, in each reading, divided or not', () => {
		expect(found('wangxiao')).toBe('a');
		expect(found('xiaoming')).toBe('a');
		expect(found('ming')).toBe('ac');
		expect(found('yangming')).toBe('c');
		expect(found('lyu')).toBe('b');
		expect(found('lvbu')).toBe('b');
		expect(found('zhangwei')).toBe('d');
		expect(found('zhang wei')).toBe('d');
	});

	it('divides any name at its syllables', () => {
		const names: [string, string, string[]][] = [
			['zhuangjiaxiong', 'zjx', ['jiaxiong', 'xiong']],
			['xianer', 'xe', ['er']],
			['fangan', 'fa', ['an']],
			['lvyueqin', 'lyq', ['yueqin', 'qin']],
			['shangguanchunhua', 'sgch', ['guanchunhua', 'chunhua', 'hua']],
			['zhuguoqiang', 'zgq', ['guoqiang', 'qiang']],
			['nieshuai', 'ns', ['shuai']],
		];
		for (const [pinyin, initials, tails] of names) {
			const one = row(summary({ name: '甲', pinyin, initials, number: '1' }));
			for (const tail of tails) expect(matcher(tail)(one), `${tail} in ${pinyin}`).toBe(true);
		}
	});

	it('does not find in the middle of a syllable', () => {
		expect(found('ang')).toBe('');
		expect(found('ing')).toBe('');
	});

	it('finds by initials, in full-width letters and capitals too', () => {
		expect(found('wxm')).toBe('a');
		expect(found('xm')).toBe('a');
		expect(found('ＷＸ')).toBe('a');
	});

	it('asks every word to match, and nothing of an empty query', () => {
		expect(found('wang 00001')).toBe('a');
		expect(found('wang 00102')).toBe('');
		expect(found('  ')).toBe('abcde');
	});

	it('puts what is due first and what has no date last, whichever way it runs', () => {
		const cases = (down: boolean) => pick(rows, { ...EVERYTHING, order: 'due', down }, setting).map((one) => one.line.case);
		expect(cases(false).slice(-2)).toEqual(['d', 'c']);
		expect(cases(true)[0]).toBe('d');
		expect(cases(true)[4]).toBe('c');
	});

	it('puts danger before instability before the rest', () => {
		expect(pick(rows, { ...EVERYTHING, order: 'danger' }, setting).map((one) => one.line.case).slice(0, 2)).toEqual(['d', 'e']);
	});

	it('keeps an order only with its own list and its own ranks', () => {
		const by = (list: typeof rows, more: Partial<typeof EVERYTHING>, ranks = setting.ranks) =>
			pick(list, { ...EVERYTHING, ...more }, { ...setting, ranks }).map((one) => one.line.case).join('');
		const first = by(rows, { order: 'name' });
		expect(by(rows, { order: 'name' })).toBe(first);
		expect(by(rows, { order: 'name', down: true })).toBe([...first].reverse().join(''));
		// One line less is another list.
		const fewer = rows.filter((one) => one.line.case !== 'a');
		expect(by(fewer, { order: 'name' })).toBe(first.replace('a', ''));
		// Codes placed anew are another order of the same list.
		const two = ['assessment', 'intake'].map((phase, place) => row(summary({ case: String(place), phase })));
		const ranked = (list: string[]) => ({ programme: new Map<string, number>(), phase: new Map(list.map((code, place) => [code, place])) });
		expect(by(two, { order: 'phase' }, ranked(['intake', 'assessment']))).toBe('10');
		expect(by(two, { order: 'phase' }, ranked(['assessment', 'intake']))).toBe('01');
	});

	it('filters by how a due date lies to today', () => {
		const due = (kind: 'overdue' | 'week' | 'none') => pick(rows, { ...EVERYTHING, due: kind }, setting).map((one) => one.line.case).join('');
		expect(due('none')).toBe('c');
		expect(due('overdue')).toHaveLength(3);
		expect(due('week')).toBe('');
	});
});

describe('checking a form', () => {
	const field = (more: Partial<Field>): Field => ({ name: 'f', kind: 'text', label: { zh: '', en: '' }, ...more });
	const valueOf = (f: Field, raw: Body[string]) => {
		const outcome = checkField(f, raw);
		return 'value' in outcome ? outcome.value : outcome.fault(dictionary.en);
	};

	it('counts characters, not code units', () => {
		expect(valueOf(field({ max: 2 }), '𠮷𠮷')).toBe('𠮷𠮷');
		expect(valueOf(field({ max: 2 }), '𠮷𠮷𠮷')).toMatch(/At most 2.*has 3/);
	});

	it('reads the digits Chinese keyboards give and refuses what is no number', () => {
		const minutes = field({ kind: 'int', min: 0, max: 1440 });
		expect(valueOf(minutes, '４５')).toBe(45);
		expect(valueOf(minutes, '1440')).toBe(1440);
		expect(valueOf(minutes, '1441')).toMatch(/1440/);
		expect(valueOf(minutes, '-1')).toMatch(/0/);
		expect(valueOf(minutes, '4.5')).toMatch(/whole/);
		expect(valueOf(minutes, '1e3')).toMatch(/number/);
		expect(valueOf(minutes, 'forty')).toMatch(/number/);
	});

	it('takes a date begun and not finished for a fault, not for nothing', () => {
		const due = field({ kind: 'date', min: 1900, max: 2100 });
		expect(valueOf(due, null)).toBeNull();
		expect(valueOf(due, HALF_TYPED)).toMatch(/complete date/);
		expect(valueOf(due, '2101-01-01')).toMatch(/between 1900 and 2100/);
	});

	it('reports every fault by field and keeps fields no form asks for', () => {
		const { body, faults } = check(SERVICE, { minutes: '9999', topics: ['a', 'b', 'c'] }, { score: { a: 1 }, unknown: 7 });
		expect([...faults.keys()]).toEqual(['started_at', 'minutes', 'kind', 'topics']);
		expect(body).toEqual({ score: { a: 1 }, unknown: 7 });
	});

	it('drops what was emptied', () => {
		const { body } = check(SERVICE, { started_at: '2026-11-22T09:00:00+08:00', kind: 'phone', aim: '  ' }, { aim: 'old' });
		expect(body).toEqual({ started_at: '2026-11-22T09:00:00+08:00', kind: 'phone' });
	});

	it('draws no form for a type it could never complete', () => {
		expect(canDraw(SERVICE)).toBe(true);
		expect(canDraw({ ...SERVICE, fields: [field({ kind: 'json', required: true })] })).toBe(false);
	});

	it('puts required fields with their atoms first and folds the rest away', () => {
		const { main, more } = arrange(SERVICE);
		expect(main.map((one) => one.name)).toEqual(['started_at', 'minutes', 'kind', 'aim', 'process']);
		expect(more.map((one) => one.name)).toEqual(['topics', 'next_due']);
	});
});

describe('changes', () => {
	const make = { id: () => 'id', now: () => Date.UTC(2026, 10, 22, 1, 2, 3) };
	const rec = record({ ver: 3, body: { started_at: 't1', minutes: 30, kind: 'phone', aim: 'a' } });

	it('create with the whole body and the time it was entered', () => {
		expect(createChange(make, 'service', 'case', { kind: 'phone' }, 'rec')).toEqual({
			id: 'id', tx: null, rec: 'rec', type: 'service', case: 'case', op: 'create', set: { kind: 'phone' },
			unset: [], seen: {}, base_ver: 0, entered_at: '2026-11-22T09:02:03+08:00', after: null,
		});
	});

	it('say what was seen of every field that belongs with a touched one', () => {
		const change = patchChange(make, SERVICE, rec, { ...rec.body, minutes: 45 })!;
		expect(change.set).toEqual({ minutes: 45 });
		expect(change.seen).toEqual({ started_at: 't1', minutes: 30 });
		expect(change.base_ver).toBe(3);
	});

	it('name what was emptied, and absent fields as null', () => {
		const after: Body = { ...rec.body, process: 'new' };
		delete after['aim'];
		const change = patchChange(make, SERVICE, rec, after)!;
		expect(change).toMatchObject({ set: { process: 'new' }, unset: ['aim'], seen: { aim: 'a', process: null } });
	});

	it('are none when nothing changed, in whatever order', () => {
		expect(patchChange(make, SERVICE, rec, { aim: 'a', kind: 'phone', minutes: 30, started_at: 't1' })).toBeNull();
		expect(changedFields(SERVICE, { score: { a: 1, b: [1, 2] } }, { score: { b: [1, 2], a: 1 } })).toEqual([]);
		expect(same([1, 2], [2, 1])).toBe(false);
		expect(same({ a: null }, {})).toBe(false);
	});

	it('settle a conflict by the value that stands and the value that shall', () => {
		const conflict = record({ id: 'conflict', type: 'conflict', ver: 1 });
		const change = resolveChange(make, conflict, { minutes: 30 }, { minutes: 45 }, '');
		expect(change).toMatchObject({ op: 'resolve', rec: 'conflict', type: 'conflict', set: { value: { minutes: 45 } }, seen: { minutes: 30 } });
		expect(change.set).not.toHaveProperty('note');
	});
});

describe('masking', () => {
	it('shows the first character and never how long the name is', () => {
		expect([maskName('张伟'), maskName('王小明'), maskName('阿依古丽·买买提'), maskName('𠮷田')]).toEqual(['张*', '王**', '阿**', '𠮷*']);
	});

	it('hides the known names in free text, the longest first', () => {
		const mask = makeMask(true, ['王小', '王小明']);
		expect(mask.prose('王小明与母亲同来，王小明说……')).toBe('王**与母亲同来，王**说……');
		expect(mask.detail('19900001234')).toBe('***');
		expect(makeMask(false, ['王小明']).prose('王小明')).toBe('王小明');
	});
});

describe('addresses', () => {
	const id = '01936000-0000-7000-8000-000000000001';
	it('name pages and refuse anything else', () => {
		expect(routeOf('')).toEqual({ page: 'first' });
		expect(routeOf(`#/case/${id}`)).toEqual({ page: 'case', id, part: 'timeline', form: null });
		expect(routeOf(`#/case/${id}/add/service`)).toEqual({ page: 'case', id, part: 'timeline', form: { type: 'service', of: null } });
		expect(routeOf(`#/case/${id}/add/response/smd_follow_up`)).toEqual({ page: 'case', id, part: 'timeline', form: { type: 'response', of: 'smd_follow_up' } });
		expect(routeOf(`#/case/${id}/next`)).toEqual({ page: 'case', id, part: 'timeline', form: { next: true } });
		expect(routeOf(`#/case/${id}/edit/${id}`)).toEqual({ page: 'case', id, part: 'timeline', form: { edit: id } });
		expect(routeOf(`#/case/${id}/plan/add/goal`)).toEqual({ page: 'case', id, part: 'plan', form: { type: 'goal', of: null } });
		expect(routeOf(`#/case/${id}/nothing`)).toEqual({ page: 'none' });
		for (const hash of ['#/case/1', `#/case/${id}/x`, `#/case/${id}/add/../..`, '#/other']) expect(routeOf(hash)).toEqual({ page: 'none' });
	});
});
