// Conditions and sheets. What a condition must say is docs/packs.md "Conditions";
// the cases are those of tests/unit/proto/test_rule.c, written down again here.
import { describe, expect, it } from 'vitest';
import { canDraw, check } from '../data/check';
import { Lexicon } from '../data/lexicon';
import { freshValues } from '../data/record-form';
import { holds, missing } from '../data/rule';
import { type About, asked, judgeSheet, previousAnswers, type Sheet } from '../data/sheet';
import type { Body, Json } from '../data/wire';
import { dictionary } from '../words';
import { CATALOGUE, record, SERVICE } from './fake';

const FACTS = { danger: 3, insight: 'absent', symptoms: ['a', 'b'], none: [], empty: '', day: '2020-05-01', year: '2020', previous: { stability: 'stable' }, yes: true, early: '2026-01-01T08:00:00+08:00', late: '2026-01-01T01:00:00Z' };

describe('a condition', () => {
	it.each<[Json, string]>([
		[{ field: 'danger', ge: 3 }, 'yes'], [{ field: 'danger', gt: 3 }, 'no'], [{ field: 'danger', le: 3, ge: 2 }, 'yes'], [{ field: 'danger', lt: 3 }, 'no'],
		[{ field: 'insight', is: 'absent' }, 'yes'], [{ field: 'insight', is: ['partial', 'absent'] }, 'yes'], [{ field: 'insight', is: 'full' }, 'no'],
		[{ field: 'symptoms', has: 'b' }, 'yes'], [{ field: 'symptoms', has: ['x', 'y'] }, 'no'], [{ field: 'none', has: 'a' }, 'no'],
		[{ field: 'unknown', is: 'x' }, 'unsure'], [{ field: 'empty', is: 'x' }, 'unsure'],
		[{ field: 'unknown', present: true }, 'no'], [{ field: 'unknown', present: false }, 'yes'], [{ field: 'none', present: true }, 'no'], [{ field: 'danger', present: true }, 'yes'],
		[{ field: 'previous.stability', is: 'stable' }, 'yes'], [{ field: 'previous.other', is: 'x' }, 'unsure'],
		[{ field: 'day', gt: '2020-04-30' }, 'yes'], [{ field: 'year', lt: { field: 'day' } }, 'unsure'], [{ field: 'year', lt: '2021-01-01' }, 'yes'],
		[{ field: 'early', lt: { field: 'late' } }, 'yes'], [{ field: 'danger', gt: 'text' }, 'no'],
		[{ all: [{ field: 'danger', ge: 3 }, { field: 'unknown', is: 1 }] }, 'unsure'], [{ all: [{ field: 'danger', ge: 4 }, { field: 'unknown', is: 1 }] }, 'no'],
		[{ any: [{ field: 'danger', ge: 3 }, { field: 'unknown', is: 1 }] }, 'yes'], [{ any: [{ field: 'danger', ge: 4 }, { field: 'unknown', is: 1 }] }, 'unsure'],
		[{ not: { field: 'unknown', is: 1 } }, 'unsure'], [{ not: { field: 'yes', is: true } }, 'no'],
		[{ count: ['insight', 'unknown', 'x'], is: 'absent', ge: 1 }, 'yes'], [{ count: ['insight', 'unknown'], is: 'absent', ge: 2 }, 'unsure'], [{ count: ['insight', 'danger'], is: 'absent', ge: 2 }, 'no'],
		[{ nonsense: 1 }, 'no'],
	])('%j is %s', (condition, wanted) => expect(holds(condition, FACTS)).toBe(wanted));

	it('names what is missing, once', () => {
		expect(missing({ all: [{ field: 'unknown', is: 1 }, { field: 'unknown', ge: 2 }, { field: 'danger', lt: { field: 'other' } }] }, FACTS)).toEqual(['unknown', 'other']);
		expect(missing({ field: 'danger', ge: 1 }, FACTS)).toEqual([]);
	});
});

const label = (zh: string) => ({ zh, en: zh });
const SHEET: Sheet = {
	form: 'visit', version: '1', label: label('随访'),
	fields: [
		{ name: 'head', kind: 'heading', label: label('一') },
		{ name: 'result', kind: 'code', required: true, label: label('结果'), options: [{ code: 'reached', ...label('已随访') }, { code: 'lost', ...label('失访') }] },
		{ name: 'danger', kind: 'int', min: 0, max: 5, required: true, when: { field: 'result', is: 'reached' }, label: label('危险性') },
		{ name: 'symptoms', kind: 'codes', max: 3, when: { field: 'result', is: 'reached' }, label: label('症状'), options: [{ code: 'a', ...label('甲') }] },
		{ name: 'reason', kind: 'text', max: 10, required: true, when: { field: 'danger', ge: 3 }, label: label('原因') },
		{ name: 'child', kind: 'bool', required: true, when: { field: 'person.birth', gt: '2010-01-01' }, label: label('儿童') },
		{ name: 'drugs', kind: 'rows', max: 2, when: { field: 'result', is: 'reached' }, label: label('用药'), fields: [{ name: 'drug', kind: 'text', max: 5, required: true, label: label('药') }, { name: 'dose', kind: 'number', min: 0, max: 9, when: { field: 'drug', present: true }, label: label('剂量') }] },
	],
};
const ABOUT: About = { responded: '2026-11-22', previous: null, person: null, case: null };
const at = (typed: { [name: string]: Json }, about = ABOUT) => {
	const judged = judgeSheet(SHEET, typed, about);
	return { answers: judged.answers, faults: [...judged.faults.keys()], shown: [...judged.shown].filter(([, must]) => must !== 'no').map(([name]) => name) };
};

describe('a sheet', () => {
	it('asks what the answers call for, one after the other', () => {
		expect(at({}).shown).toEqual(['result', 'child']);
		expect(at({ result: 'reached' }).shown).toEqual(['result', 'danger', 'symptoms', 'child', 'drugs']);
		expect(at({ result: 'reached', danger: '４' }).shown).toContain('reason');
		expect(at({ result: 'reached', danger: '4', reason: '打砸' }).answers).toEqual({ result: 'reached', danger: 4, reason: '打砸' });
	});

	it('neither sends nor faults an answer to a question that is not asked any more', () => {
		expect(at({ result: 'lost', danger: '4', reason: '打砸物品打砸物品打砸物品' })).toEqual({ answers: { result: 'lost' }, faults: [], shown: ['result', 'child'] });
	});

	it('may be answered and need not where the person’s record does not say', () => {
		expect(asked(SHEET.fields[5]!, {})).toBe('may');
		expect(at({ result: 'lost' }).faults).toEqual([]);
		expect(at({ result: 'lost' }, { ...ABOUT, person: { birth: '2015-02-03' } }).faults).toEqual(['answers.child']);
		expect(at({ result: 'lost' }, { ...ABOUT, person: { birth: '1980-02-03' } }).shown).toEqual(['result']);
	});

	it('keeps a set that was confirmed to be empty', () => {
		expect(at({ result: 'reached', danger: '0', symptoms: [] }).answers).toEqual({ result: 'reached', danger: 0, symptoms: [] });
		expect(at({ result: 'reached', danger: '0', symptoms: null }).answers).toEqual({ result: 'reached', danger: 0 });
	});

	it('names the place in a table as the centre does', () => {
		const { faults } = at({ result: 'reached', danger: '1', drugs: [{ drug: '氯氮平', dose: '12' }, { dose: '3' }, {}] });
		expect(faults).toEqual(['answers.drugs', 'answers.drugs[0].dose', 'answers.drugs[1].drug', 'answers.drugs[2].drug']);
		expect(judgeSheet(SHEET, { result: 'reached', drugs: [{}, {}, {}] }, ABOUT).faults.get('answers.drugs')!(dictionary.zh)).toBe('最多填写 2 行。');
	});

	it('knows the last earlier response of the same form about the same person', () => {
		const response = (id: string, form: string, subject: string, responded: string) => record({ id, type: 'response', body: { form, subject, responded, answers: { of: id } } });
		const records = [response('a', 'visit', 'p', '2026-01-01'), response('b', 'visit', 'p', '2026-06-01'), response('c', 'visit', 'q', '2026-07-01'), response('d', 'other', 'p', '2026-08-01'), response('e', 'visit', 'p', '2026-12-01')];
		expect(previousAnswers(records, 'me', 'visit', 'p', '2026-11-22')).toEqual({ of: 'b' });
		expect(previousAnswers(records, 'b', 'visit', 'p', '2026-11-22')).toEqual({ of: 'a' });
	});
});

describe('a new record', () => {
	it('starts with its kind, the client and the day, where its type has them', () => {
		const type = { ...SERVICE, type: 'response', fields: [{ name: 'form', kind: 'code' as const, label: label('表单') }, { name: 'subject', kind: 'ref' as const, to: ['person'], label: label('对象') }, { name: 'responded', kind: 'date' as const, label: label('日期') }] };
		expect(freshValues(type, 'visit', 'client', '2026-11-22')).toEqual({ form: 'visit', subject: 'client', responded: '2026-11-22' });
		expect(freshValues(SERVICE, 'phone', 'client', '2026-11-22')).toEqual({ kind: 'phone' });
	});
});

describe('rows of a record', () => {
	const label = (zh: string) => ({ zh, en: zh });
	const payments = { name: 'payments', kind: 'json' as const, max: 8000, label: label('拨付记录'), rows: [
		{ name: 'date', kind: 'date' as const, required: true, min: 1900, max: 2100, label: label('拨付日期') },
		{ name: 'amount', kind: 'int' as const, unit: 'fen', required: true, min: 1, max: 1_000_000, label: label('金额') },
		{ name: 'paid', kind: 'bool' as const, label: label('到账') },
	] };
	const type = { ...SERVICE, fields: [payments] };

	it('are asked for, checked field by field and named by their place', () => {
		expect(canDraw(type)).toBe(true);
		const typed: Body = { payments: [{ date: '2026-11-20', amount: '1200.50', paid: true }, { amount: '零' }] };
		const { body, faults } = check(type, typed, {});
		expect([...faults.keys()]).toEqual(['payments[1].date', 'payments[1].amount']);
		expect(body['payments']).toEqual([{ date: '2026-11-20', amount: 120050, paid: true }, {}]);
		expect(check(type, { payments: [] }, {}).body).toEqual({});
	});

	it('read as sentences, never as names of the wire', () => {
		const lexicon = new Lexicon({ catalogue: CATALOGUE, directory: new Map() }, 'zh', dictionary.zh);
		expect(lexicon.value(payments, [{ date: '2026-11-20', amount: 120050, paid: true }, { date: '2026-11-21', amount: 100 }])).toBe('2026-11-20 1200.50 元 到账：是；2026-11-21 1 元');
	});

	it('so are the levels of a goal', () => {
		const lexicon = new Lexicon({ catalogue: CATALOGUE, directory: new Map() }, 'zh', dictionary.zh);
		const field = (name: string) => ({ name, kind: 'json' as const, max: 8000, label: label(name) });
		expect(lexicon.value(field('reached'), [{ level: 0, on: '2026-04-25', note: '复评' }, { level: -1, on: '2026-01-10' }])).toBe('−1 2026-01-10；0 2026-04-25 复评');
		expect(lexicon.value(field('levels'), { '0': '每周一次', '2': '每周四次', '-2': '不愿意' })).toBe('+2 每周四次；0 每周一次；−2 不愿意');
	});

	it('and what a form said of a flag it raised is read in one language', () => {
		const in_ = (lang: 'zh' | 'en') => new Lexicon({ catalogue: CATALOGUE, directory: new Map() }, lang, dictionary[lang]);
		const text = '随访危险性评估达到3级及以上 / Danger of 3 or more at follow-up';
		expect([in_('zh').raised(text), in_('en').raised(text)]).toEqual(['随访危险性评估达到3级及以上', 'Danger of 3 or more at follow-up']);
		for (const own of ['母亲 / 父亲轮流照看', '睡眠 1/2', 'a / b']) expect(in_('en').raised(own)).toBe(own);
	});

	it('follow what the programme of the case lists', () => {
		const criteria = { name: 'criteria', kind: 'json' as const, max: 20000, from: 'screening.criteria', label: label('标准'), rows: [{ name: 'code', kind: 'text' as const, label: label('标准') }, { name: 'met', kind: 'bool' as const, label: label('符合') }] };
		const packs = { smd: { screening: { criteria: [{ code: 'agrees', kind: 'include', ...label('本人同意') }, { code: 'other', kind: 'exclude', ...label('参加其他项目') }] } } };
		const lexicon = new Lexicon({ catalogue: { ...CATALOGUE, packs }, directory: new Map() }, 'zh', dictionary.zh).within(new Map([['c', record({ id: 'c', type: 'case', body: { programme: 'smd' } })]]));
		expect(lexicon.listed('screening.criteria')).toEqual([{ code: 'agrees', label: '本人同意', exclude: false }, { code: 'other', label: '参加其他项目', exclude: true }]);
		expect(lexicon.value(criteria, [{ code: 'agrees', met: true }, { code: 'gone', met: false }])).toBe('本人同意 符合：是；gone 符合：否');
	});
});
