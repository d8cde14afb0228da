// What a review becomes, and where a sitting stands: the parts without a page.
import { describe, expect, it } from 'vitest';
import type { Entry } from '../data/outbox';
import { canonical, isDone, madeHere, nextOpen, reviewChanges, seenOf } from '../data/reviews';
import { askable, check } from '../data/check';
import type { Field, RecordType, ReviewRow } from '../data/wire';
import { changedSince } from '../pages/care/changes';
import { actOf } from '../pages/care/keys';
import { CASE, record, summary } from './fake';

const make = () => {
	let n = 0;
	return { id: () => `id-${++n}`, now: () => Date.parse('2026-11-22T09:00:00+08:00') };
};

const row = (more: Partial<ReviewRow> = {}): ReviewRow => ({
	case: CASE, line: summary(), why: [], done: false, last: null, changed: { n: 0, at: null, what: [] }, medication: null, decisions: { open: 0, late: 0, answered: 0 }, ...more,
});

const written = { rec: 'r1', findings: ' 病情平稳\n继续 ', next: '2026-12-06', decisions: [{ rec: 't1', title: '家访', who: 'staff/s2', due: '2026-11-29' }, { rec: 't2', title: '督促服药', who: 'site/h1', due: null }] };
const at = { case: CASE, staff: 'me', day: '2026-11-22', seen: 41, siteOf: (staff: string) => (staff === 's2' ? 'h2' : null) };

describe('a review', () => {
	it('goes with its tasks and its signature in one group, signed over the text the centre stores', async () => {
		const changes = await reviewChanges(make(), at, written);
		expect(changes.map(({ op, type }) => `${op} ${type}`)).toEqual(['create review', 'create task', 'create task', 'sign review']);
		expect(new Set(changes.map(({ tx }) => tx)).size).toBe(1);
		expect(changes[0]!.set).toEqual({ held: '2026-11-22', kind: 'case_review', lead: 'me', seen: 41, findings: '病情平稳\n继续', next_review: '2026-12-06' });
		expect(changes[1]!.set).toMatchObject({ site: 'h2', assignee: 's2', due: '2026-11-29', review: 'r1', response_owed_to: 'me', status: 'open' });
		expect(changes[2]!.set).not.toHaveProperty('assignee');
		expect(changes[2]!.set).toMatchObject({ site: 'h1' });
		// printf '%s' '{"findings":"病情平稳\n继续","held":"2026-11-22","kind":"case_review","lead":"me","next_review":"2026-12-06","seen":41}' | sha256sum
		expect(changes[3]).toMatchObject({ rec: 'r1', base_ver: 1, sha: 'cce92a7fc7bcc4fc7227fc27692cfaa4663bea68ad04352bdd1c51fbf5a18ea9' });
	});

	it('has looked at the newest commit on the page, and no later', () => {
		expect(seenOf([record({ csn: 7 }), record({ csn: 12 }), record({ csn: null })])).toBe(12);
		expect(seenOf([])).toBe(0);
	});

	it('asks nobody for the number of a commit', () => {
		const field = (name: string) => ({ name, kind: 'int', label: { zh: name, en: name } }) as Field;
		const type = { type: 'review', fields: [field('held'), field('seen')] } as RecordType;
		expect(askable(type).map(({ name }) => name)).toEqual(['held']);
		expect(check(type, { held: 2 }, { held: 1, seen: 41 }).body).toEqual({ held: 2, seen: 41 });
	});

	it('is written as the centre writes it', () => {
		expect(canonical({ b: [1, null, true], a: { z: '引“号”"', y: '\n' } })).toBe('{"a":{"y":"\\n","z":"引“号”\\""},"b":[1,null,true]}');
	});
});

describe('a sitting', () => {
	const entries = (progress: Entry['progress']) =>
		reviewChanges(make(), at, written).then((changes) => changes.map((change): Entry => ({ change, progress, ver: null, conflict: null, why: null, failure: null })));

	it('counts what was signed here before the answer knows of it', async () => {
		const made = madeHere(await entries('kept'));
		expect(made.get(CASE)).toMatchObject({ rec: 'r1', findings: '病情平稳\n继续', standing: 'kept', decided: [{ title: '家访', site: 'h2', assignee: 's2' }, { title: '督促服药', site: 'h1', assignee: null }] });
		expect(isDone(row(), made)).toBe(true);
		expect(isDone(row(), new Map())).toBe(false);
	});

	it('does not count what was refused, nor what others changed since', async () => {
		expect(isDone(row(), madeHere(await entries('refused')))).toBe(false);
		const last = { rec: 'r1', csn: 42, held: '2026-11-22', next: null, seen: 41, findings: null, decided: [] };
		expect(isDone(row({ last, done: false }), madeHere(await entries('confirmed')))).toBe(false);
	});

	it('goes on to what is open, round the end', () => {
		const done = (id: string) => ['b', 'c'].includes(id);
		expect(nextOpen(['a', 'b', 'c', 'd'], 'a', done)).toBe('d');
		expect(nextOpen(['a', 'b', 'c', 'd'], 'd', done)).toBe('a');
		expect(nextOpen(['a', 'b'], 'a', () => true)).toBe(null);
	});

	it('shows what others wrote after what was looked at, and nothing else', () => {
		const last = { rec: 'r1', csn: 42, held: '2026-11-01', next: null, seen: 20, findings: null, decided: [] };
		const records = [
			record({ id: 'old', csn: 20, by: 'other' }),
			record({ id: 'new', csn: 21, by: 'other' }),
			record({ id: 'mine', csn: 22, by: 'me' }),
			record({ id: 'draft', csn: 23, by: 'other', state: 'draft' }),
			record({ id: 'gone', csn: 24, by: 'other', state: 'retracted' }),
			record({ id: 'who', csn: 25, by: 'other', type: 'person' }),
			record({ id: 'two', csn: 26, by: 'other', type: 'conflict' }),
		];
		expect(changedSince(records, row({ last }), 'me').map(({ id }) => id)).toEqual(['gone', 'new']);
		expect(changedSince(records, row(), 'me').map(({ id }) => id)).toEqual(['gone', 'new', 'old']);
		expect(changedSince(records, row({ last: { ...last, seen: null } }), 'me')).toEqual([]);
	});

	it('takes keys as they are typed, with Chinese marks too', () => {
		expect([actOf('N'), actOf('ArrowLeft'), actOf('？'), actOf('x')]).toEqual(['next', 'previous', 'help', undefined]);
	});
});
