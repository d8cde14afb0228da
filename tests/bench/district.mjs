// district.mjs - the caseload of one station, as the changes that make it.
//
//   node district.mjs load SITE STAFF CASES RECORDS [FIRST]   one request body a line
//   node district.mjs push SITE STAFF CASES RECORDS K   500 changes in three
//
// The bench needs one station that reaches a known number of cases and records,
// so it writes them itself, through POST /v1/changes like everybody else. The
// same arguments give the same records: ids and texts come from a seeded
// generator. A case is a person, the case, its care group, a consent, a
// screening, needs, a plan, goals, tasks, scales, follow-ups, reviews, and
// service notes for the rest. FIRST is the number of the first case (0). With fewer
// than ten RECORDS a case is a line of the caseload: a person, the case, its care
// group and a follow-up.
//
// `push K` is a week's work of a station, the K-th one after loading: 300 new
// service notes, 200 edits, ten of which were made on a value that has changed
// since and therefore end as conflicts.
import { stdout } from 'node:process';

const [verb, site, staff, casesText, recordsText, week] = process.argv.slice(2);
const caseCount = Number(casesText);
const recordCount = Number(recordsText);
const BATCH = 200;
const BATCH_BYTES = 900_000;
const DAY = 86_400_000;
const THIN = 10;
const start = Date.UTC(2025, 10, 1);

// mulberry32: a small generator whose whole state is its seed.
function random(seed) {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

function hex(next, digits) {
	let out = '';
	while (out.length < digits)
		out += Math.floor(next() * 0x10000).toString(16).padStart(4, '0');
	return out.slice(0, digits);
}

// A version 7 UUID (RFC 9562) of a given time.
function uuid(next, at) {
	const time = at.toString(16).padStart(12, '0');
	const variant = '89ab'[Math.floor(next() * 4)];
	return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(next, 3)}-${variant}${hex(next, 3)}-${hex(next, 12)}`;
}

const pick = (next, list) => list[Math.floor(next() * list.length)];
const day = at => new Date(at).toISOString().slice(0, 10);

const surnames = [...'王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹'];
const given = [...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建文玉兰云飞'];
const sentences = [
	'按约定时间到家中探访，案主情绪平稳，能主动谈起近一周的作息与服药情况。',
	'家属反映近期睡眠改善，夜间醒来次数减少，白天愿意到社区活动室坐坐。',
	'与案主一起复习了服药时间表，把药盒按早晚分好，约定由其姐姐协助提醒。',
	'讨论了复诊安排，案主担心路程，决定由站点工作人员陪同前往门诊。',
	'案主谈到想恢复手工编织，社工联系了康复站的手工小组，下周试参加一次。',
	'家庭成员之间就照料分工有不同意见，社工引导各自表达，达成轮流照看的安排。',
	'观察到案主与邻居交流增多，能够应对简单的问候，自我评价有所提高。',
	'核对了低保与残疾补贴材料，还缺一份户口本复印件，家属答应本周补交。',
	'评估自伤风险，案主否认相关想法，家属知晓紧急联系电话与处理步骤。',
	'与精神科医生电话沟通，反馈近期副作用表现，医生建议继续观察两周。',
];
const prose = (next, n) =>
	Array.from({ length: n }, () => pick(next, sentences)).join('');

function makeCase(index) {
	const next = random(index * 2654435761 + 7);
	const opened = start + Math.floor(next() * 90) * DAY;
	const id = uuid(next, opened);
	const person = uuid(next, opened);
	const out = [];
	let clock = opened;
	// However many there are, they lie within a year.
	const pace = Math.min(1, 50 / recordCount);

	function add(type, set, rec, unit) {
		clock += 3_600_000 + Math.floor(next() * DAY * 6 * pace);
		const change = {
			id: uuid(next, clock), tx: null, rec: rec ?? uuid(next, clock), type,
			case: unit === undefined ? id : unit, op: 'create', set, unset: [],
			seen: {}, base_ver: 0, entered_at: new Date(clock).toISOString(),
		};
		out.push(change);
		return change.rec;
	}

	add('person', {
		name: pick(next, surnames) + pick(next, given) + pick(next, given),
		sex: pick(next, ['1', '2']), birth: day(start - (20 + next() * 50) * 365 * DAY),
		phone: `138${Math.floor(1e7 + next() * 9e7)}`, diagnosis: 'SCZ',
		address: `和平街道${1 + Math.floor(next() * 80)}号${1 + Math.floor(next() * 30)}室`,
	}, person, null);
	add('case', {
		number: `B${String(index).padStart(6, '0')}`, person, programme: 'smd_kinship_care',
		phase: 'intake', home_site: site, manager: staff, opened: day(opened),
		main_problem: pick(next, sentences), expected_services: 24,
	}, id);
	add('member', { staff, site, role: 'social_worker', lead: true, from: day(opened) });
	if (recordCount < THIN) {
		add('response', {
			form: 'smd_follow_up', version: '2018.1', responded: day(clock), danger: Math.floor(next() * 4),
			stability: pick(next, ['stable', 'basically_stable', 'unstable']), next_due: day(clock + 200 * DAY),
		});
		return { id, out };
	}
	add('member', { name: pick(next, surnames) + pick(next, given), role: 'family_member', from: day(opened) });
	add('consent', {
		purpose: 'sharing', classes: ['identity', 'assessment', 'plan', 'note'],
		given_by: '本人', from: day(opened), basis: 'consent',
	});
	add('screening', { programme: 'smd_kinship_care', result: 'eligible', screener: staff, screened: day(opened) });
	const needs = [0, 1, 2].map(i => add('need', {
		domain: pick(next, ['economic', 'medical', 'psychological_behavioural', 'social_support']), severity: 1 + i,
		priority: i + 1, main: i === 0, client_view: pick(next, sentences), worker_view: pick(next, sentences),
	}));
	const plan = add('plan', { version: 1, status: 'approved', aims: prose(next, 3), review_date: day(clock + 90 * DAY) });
	const goals = [0, 1].map(i => add('goal', {
		need: needs[i], plan, title: pick(next, sentences).slice(0, 20), indicator: '每周记录', weight: 2,
		target: pick(next, sentences), due: day(clock + 120 * DAY), responsible: staff,
	}));
	for (let i = 0; i < 3; i++)
		add('task', {
			title: pick(next, sentences).slice(0, 18), due: day(clock + (7 + next() * 60) * DAY),
			assignee: staff, site, status: pick(next, ['open', 'done']),
		});
	for (let i = 0; i < 4; i++)
		add('assessment', {
			instrument: 'phq9', version: '2001', respondent: 'self', timepoint: i < 2 ? 'baseline' : 'follow_up',
			assessed: day(clock), answers: Array.from({ length: 9 }, () => Math.floor(next() * 4)),
		});
	for (let i = 0; i < 4; i++)
		add('response', {
			form: 'smd_follow_up', version: '2018.1', responded: day(clock),
			stability: pick(next, ['stable', 'basically_stable', 'unstable']),
			danger: Math.floor(next() * 3), next_due: day(clock + 30 * DAY),
		});
	for (let i = 0; i < 2; i++)
		add('review', { held: day(clock), kind: 'care_group_review', findings: prose(next, 4), decisions: prose(next, 2), lead: staff });
	add('flag', { kind: 'relapse', level: 2, text: pick(next, sentences), from: day(clock) });
	const services = [];
	while (out.length < recordCount) {
		const rec = add('service', {
			started_at: new Date(clock).toISOString(), minutes: 30 + Math.floor(next() * 60),
			kind: pick(next, ['home_visit', 'phone_contact', 'interview', 'station_activity']),
			status: 'completed', goal: pick(next, goals), aim: pick(next, sentences),
			process: prose(next, 2 + Math.floor(next() * 3)), client_response: pick(next, sentences),
			next_step: pick(next, sentences), next_due: day(clock + 14 * DAY),
		});
		services.push({ rec, set: out[out.length - 1].set });
	}
	return { id, out, services, goals, clock };
}

function bodies(changes, print) {
	let batch = [];
	let bytes = 0;
	for (const change of changes) {
		const text = JSON.stringify(change);
		if (batch.length === BATCH || bytes + text.length * 2 > BATCH_BYTES) {
			print(`{"changes":[${batch.join(',')}]}\n`);
			batch = [];
			bytes = 0;
		}
		batch.push(text);
		bytes += text.length * 2;
	}
	if (batch.length)
		print(`{"changes":[${batch.join(',')}]}\n`);
}

function* load() {
	const first = Number(week ?? 0);
	for (let i = first; i < first + caseCount; i++)
		yield* makeCase(i).out;
}

// A hundred cases, five changes each; every week takes other notes of them.
function* push(k) {
	const next = random(k * 40503 + 11);
	const at = Date.UTC(2026, 10, 1) + k * 60_000;
	const first = (k * 100) % caseCount;
	for (let i = 0; i < 100; i++) {
		const it = makeCase((first + i) % caseCount);
		const change = (rec, op, set, seen, base) => ({
			id: uuid(next, at), tx: null, rec, type: 'service', case: it.id, op, set, unset: [],
			seen, base_ver: base, entered_at: new Date(at).toISOString(),
		});
		for (let s = 0; s < 3; s++)
			yield change(uuid(next, at), 'create', {
				started_at: new Date(at).toISOString(), minutes: 45, kind: 'home_visit', status: 'completed',
				goal: it.goals[0], aim: pick(next, sentences), process: prose(next, 3),
				client_response: pick(next, sentences), next_step: pick(next, sentences),
			}, {}, 0);
		for (let s = 0; s < 2; s++) {
			const old = it.services[(k * 2 + s) % it.services.length];
			const stale = s === 0 && i % 10 === 0;
			yield change(old.rec, 'patch', { next_step: `${pick(next, sentences)}（第${k}周）` },
				{ next_step: stale ? '另一次记录' : old.set.next_step, next_due: old.set.next_due }, 1);
		}
	}
}

const write = text => stdout.write(text);
if (verb === 'load')
	bodies(load(), write);
else if (verb === 'push')
	bodies(push(Number(week)), write);
else
	throw new Error('load or push');
