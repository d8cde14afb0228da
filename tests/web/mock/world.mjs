// A made-up district for the mock server: everything follows from a seed, every
// name is invented, and a case's records are made when it is first opened, so
// that ten thousand cases cost nothing.
import { createHash } from 'node:crypto';

/** A small, seedable generator (mulberry32). */
export function dice(seed) {
	let a = seed >>> 0;
	const next = () => {
		a = (a + 0x6d2b79f5) >>> 0;
		let t = a;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
	const below = (n) => Math.floor(next() * n);
	return { next, below, one: (list) => list[below(list.length)], chance: (p) => next() < p };
}

/** A version 7 id whose bits come from its name, so that runs agree. */
export function idOf(...name) {
	const hex = createHash('sha256').update(name.join('/')).digest('hex');
	return `01936000-${hex.slice(0, 4)}-7${hex.slice(5, 8)}-8${hex.slice(9, 12)}-${hex.slice(12, 24)}`;
}

const SURNAMES = ['王wang', '李li', '张zhang', '刘liu', '陈chen', '杨yang', '赵zhao', '黄huang', '周zhou', '吴wu', '徐xu', '孙sun', '朱zhu', '高gao', '林lin', '欧阳ouyang', '单shan', '解xie'];
const GIVEN = ['伟wei', '芳fang', '秀xiu', '敏min', '静jing', '丽li', '强qiang', '磊lei', '军jun', '洋yang', '勇yong', '艳yan', '娟juan', '涛tao', '明ming', '超chao', '霞xia', '平ping', '刚gang', '桂gui', '英ying', '华hua', '玉yu', '兰lan', '建jian', '国guo', '志zhi', '文wen', '小xiao', '晓xiao'];

const split = (part) => [part.replace(/[a-z]+$/, ''), /[a-z]+$/.exec(part)[0]];

export function personName(roll) {
	if (roll.chance(0.004)) return { name: '阿依古丽·买买提', pinyin: 'ayiguli maimaiti', initials: 'agmm' };
	const [surname, first] = split(roll.one(SURNAMES));
	const parts = roll.chance(0.75) ? [split(roll.one(GIVEN)), split(roll.one(GIVEN))] : [split(roll.one(GIVEN))];
	return {
		name: surname + parts.map(([han]) => han).join(''),
		pinyin: first + parts.map(([, latin]) => latin).join(''),
		initials: first[0] + parts.map(([, latin]) => latin[0]).join(''),
	};
}

const SITES = [
	['hospital', '姑河区精神专科医院', 'Guhe Psychiatric Hospital', 'psychiatric_hospital'],
	['station', '平桥街道康复站', 'Pingqiao Rehabilitation Station', 'rehab_station'],
	['centre', '南门社区卫生服务中心', 'Nanmen Community Health Centre', 'community_health_center'],
	['children', '吴州儿童医院', 'Wuzhou Children’s Hospital', 'childrens_hospital'],
];

const STAFF = [
	['station', '沈雨桐', 'shen yutong', 'social_worker'],
	['hospital', '顾明远', 'gu mingyuan', 'psychiatrist'],
	['centre', '陆佳', 'lu jia', 'prevention_doctor'],
	['station', '钱立群', 'qian liqun', 'rehab_worker'],
	['centre', '范晓', 'fan xiao', 'nurse'],
	['hospital', '丁一', 'ding yi', 'supervisor'],
	['children', '尤可', 'you ke', 'social_worker'],
];

export const DAY_MS = 86400000;
export const dayText = (ms) => new Date(ms + 8 * 3600000).toISOString().slice(0, 10);
export const timeText = (ms) => `${new Date(ms + 8 * 3600000).toISOString().slice(0, 19)}+08:00`;
const sha = (body) => createHash('sha256').update(JSON.stringify(body)).digest('hex');

const CLASSES = { core: 1, identity: 2, assessment: 4, plan: 8, note: 16 };

export function makeWorld({ cases, now, catalogue }) {
	let csn = 1000;
	const record = (type, caseId, id, body, by, at, state = 'live') => ({
		id, type, case: caseId, site: site(by).id, ver: 1, state, class: CLASSES[catalogue.types[type].class],
		author: by, by, device: null, at: timeText(at), entered_at: timeText(at), csn: ++csn, sha: sha(body), body,
	});
	const district = idOf('district');
	const sites = SITES.map(([key, name, name_en, kind]) => ({ id: idOf('site', key), key, name, body: { name, name_en, kind, district, active: true } }));
	const siteId = (key) => sites.find((one) => one.key === key).id;
	const staff = STAFF.map(([where, name, pinyin, role], i) => ({ id: idOf('staff', i), where, name, role, body: { name, pinyin, site: siteId(where), role, active: true } }));
	const site = (staffId) => ({ id: siteId(staff.find((one) => one.id === staffId)?.where ?? 'station') });
	const began = now - 400 * DAY_MS;
	const directory = [
		record('district', null, district, { name: '姑河区', code: '329901' }, staff[0].id, began),
		...sites.map((one) => record('site', null, one.id, one.body, staff[0].id, began)),
		...staff.map((one) => record('staff', null, one.id, one.body, staff[0].id, began)),
	];

	const phases = catalogue.codes.case_phase.items.map((item) => item.code);
	const programmes = catalogue.codes.programme.items.map((item) => item.code);
	const lines = Array.from({ length: cases }, (_, i) => line(i));

	function line(i) {
		const roll = dice(7000 + i);
		const flagship = i < 26;
		const programme = flagship ? 'smd_kinship_care' : roll.one(programmes);
		const child = ['t1d_families', 'away_from_home_children', 'cleft_lip_palate'].includes(programme);
		const smd = programme === 'smd_kinship_care';
		const age = child ? 2 + roll.below(15) : 18 + roll.below(62);
		const phase = flagship ? 'intervention' : roll.one(phases);
		const ended = phase === 'ended';
		const manager = flagship ? staff[0] : roll.one(staff.filter((one) => one.role !== 'psychiatrist'));
		const danger = smd ? [0, 0, 0, 0, 0, 0, 1, 1, 2, 3][roll.below(10)] : null;
		const due = ended || roll.chance(0.1) ? null : dayText(now + (roll.below(90) - 14) * DAY_MS);
		return {
			case: idOf('case', i), number: `GH-2026-${String(i + 1).padStart(5, '0')}`, person: idOf('person', i),
			...personName(roll), sex: roll.one(['1', '2']),
			birth: roll.chance(0.05) ? String(2026 - age) : dayText(now - (age * 365.25 + roll.below(365)) * DAY_MS),
			programme, phase, main_problem: roll.one(['复发后不愿出门，家属照顾压力大', '服药不规律，与邻居有矛盾', '家庭经济困难，缺少同伴支持', '出院后社会功能下降']),
			practice_model: 'case_management', home_site: siteId(manager.where), manager: manager.id, manager_name: manager.name,
			danger, stability: smd ? roll.one(['stable', 'stable', 'stable', 'basically_stable', 'unstable']) : null,
			last_contact: roll.chance(0.05) ? null : dayText(now - roll.below(60) * DAY_MS),
			next_due: due, next_what: due && 'service', next_label: due && { zh: '下次服务', en: 'Next service' },
			open_flags: danger === 3 ? 1 : 0, open_conflicts: i === 0 ? 1 : 0, open_tasks: roll.below(3), open_referrals: 0, referral_due: null, records: 40,
			opened: dayText(began + roll.below(200) * DAY_MS), closed: ended ? dayText(now - roll.below(40) * DAY_MS) : null,
			changed_at: timeText(now - roll.below(40) * DAY_MS), scores: [],
		};
	}

	const AIMS = ['了解近期服药与睡眠情况', '缓解家属照顾压力', '陪同办理低保手续', '练习与邻居沟通', '制定复发预警计划'];
	const PROCESS = ['到家中与服务对象和母亲面谈。母亲说最近两周服务对象按时服药，夜里能睡六小时左右，但白天不愿出门。一起回顾了上次约定的散步计划，服务对象表示“外面人多，心里慌”。', '电话联系父亲，了解到周末有亲戚来访，服务对象愿意一起吃饭。提醒下周取药时间，并确认陪同人。', '在康复站参加手工小组，全程一小时，能与两位组员交谈。'];
	const RESPONSES = ['情绪平稳，愿意下次再来。', '起初沉默，后来主动谈到想找一份轻体力工作。', '表示理解，但担心坚持不了。'];

	const opened = new Map();
	function recordsOf(summary) {
		const held = opened.get(summary.case);
		if (held) return held;
		const i = lines.indexOf(summary);
		const roll = dice(90000 + i);
		const c = summary.case;
		const [worker, doctor, prevention, rehab] = staff;
		const id = (...name) => idOf(c, ...name);
		const start = Date.parse(`${summary.opened}T09:00:00+08:00`);
		const out = [];
		const add = (type, key, body, by, at, state) => out.push(record(type, c, id(type, key), body, by.id, at, state)) && out[out.length - 1];
		const person = record('person', null, summary.person, {
			name: summary.name, pinyin: summary.pinyin, initials: summary.initials, sex: summary.sex, birth: summary.birth,
			id_kind: '01', id_number: '32990119850308****', phone: '19900001234', address: '姑河区平桥街道柳巷 3 号 201 室', marital: '20', education: '60', ethnicity: '01',
		}, worker.id, start);
		out.push(person);
		out.push(record('case', c, c, {
			number: summary.number, person: summary.person, programme: summary.programme, phase: summary.phase, practice_model: summary.practice_model,
			main_problem: summary.main_problem, manager: summary.manager, opened: summary.opened, home_site: summary.home_site, expected_services: 15,
		}, worker.id, start));
		const mother = personName(roll);
		add('relation', 0, { subject: summary.person, name: mother.name, kind: '52', guardian: true, caregiver: true, lives_together: true, support_kinds: ['emotional', 'practical'], support_strength: 3, phone: '19900005678' }, worker, start);
		add('member', 0, { staff: worker.id, site: siteId('station'), role: 'social_worker', lead: true, from: summary.opened }, worker, start);
		add('member', 1, { staff: doctor.id, site: siteId('hospital'), role: 'psychiatrist', from: summary.opened }, worker, start);
		add('member', 2, { staff: prevention.id, site: siteId('centre'), role: 'psych_prev_doctor', from: summary.opened }, worker, start);
		add('member', 3, { name: '柳巷居委会 何主任', role: 'committee', from: summary.opened }, worker, start);
		add('member', 4, { staff: rehab.id, site: siteId('station'), role: 'rehab_staff', from: summary.opened, to: dayText(now - 90 * DAY_MS), reason: '岗位调整' }, worker, start);
		add('consent', 0, { purpose: 'care', given_by: mother.name, relation_to_client: '52', evidence: '纸质同意书', from: summary.opened }, worker, start);
		add('consent', 1, { purpose: 'sharing', classes: ['core', 'identity', 'assessment', 'plan', 'note'], sites: sites.map((one) => one.id), given_by: mother.name, relation_to_client: '52', from: summary.opened, to: dayText(now + 200 * DAY_MS) }, worker, start);
		add('consent', 2, { purpose: 'photo', given_by: mother.name, relation_to_client: '52', from: summary.opened, withdrawn: dayText(now - 30 * DAY_MS), withdrawn_reason: '不愿继续' }, worker, start);
		add('screening', 0, { programme: summary.programme, result: 'eligible', reason: 'criteria_met', screener: worker.id, screened: summary.opened, criteria: [{ criterion: '户籍在本区', met: true }, { criterion: '已确诊', met: true }] }, worker, start);
		if (summary.open_flags) add('flag', 0, { kind: 'danger', level: 3, text: '近一月两次与邻居争执时砸物，未伤人。', from: dayText(now - 20 * DAY_MS) }, doctor, now - 20 * DAY_MS);
		const need = add('need', 0, { domain: 'social_support', maslow: 'belonging', severity: 3, priority: 1, main: true, identified: summary.opened, client_view: '没有朋友，整天在家。', worker_view: summary.main_problem }, worker, start + 7 * DAY_MS);
		const plan = add('plan', 0, { version: 1, status: 'approved', agreed_by: 'guardian', agreed: dayText(start + 12 * DAY_MS), approved_by: staff[5].id, approved: dayText(start + 14 * DAY_MS), review_date: dayText(now + 40 * DAY_MS), aims: '三个月内每周外出三次，家属照顾负担下降。' }, worker, start + 12 * DAY_MS, 'signed');
		add('goal', 0, { need: need.id, plan: plan.id, title: '每周外出三次', indicator: '外出次数', baseline: '每周 0 次', target: '每周 3 次', due: dayText(now + 40 * DAY_MS), weight: 2, responsible: worker.id, status: 'improving' }, worker, start + 12 * DAY_MS);
		add('task', 0, { title: '联系残联办理证件', kind: 'action', due: dayText(now + 5 * DAY_MS), assignee: worker.id, status: 'open' }, doctor, now - 12 * DAY_MS);
		add('assessment', 0, { instrument: 'ssrs', version: '10-5E', subject: summary.person, respondent: 'self', timepoint: 'baseline', assessed: dayText(start + 8 * DAY_MS), answers: [2, 4, 2, 1, 1, 3, 1, 2, 1, 2, 2, 2, 2, 1] }, worker, start + 8 * DAY_MS, 'signed');
		add('assessment', 1, { instrument: 'phq9', version: '2001', subject: summary.person, respondent: 'self', timepoint: 'mid', assessed: dayText(now - 25 * DAY_MS), answers: [1, 1, 0, 1, 0, 0, 0, 0, 1] }, worker, now - 25 * DAY_MS);
		add('response', 0, { form: 'smd_follow_up', responded: dayText(now - 28 * DAY_MS), stability: summary.stability ?? 'stable', danger: summary.danger ?? 0, adherence: 'regular', insight: 'partial', next_due: summary.next_due ?? undefined, answers: { 睡眠: '一般', 饮食: '良好' } }, prevention, now - 28 * DAY_MS, 'signed');
		add('review', 0, { held: dayText(now - 60 * DAY_MS), kind: 'care_group_review', findings: '服药规律，外出次数仍少。', decisions: '康复站每周安排一次陪同外出。', next_review: dayText(now + 30 * DAY_MS), lead: doctor.id }, doctor, now - 60 * DAY_MS, 'signed');
		add('application', 0, { fund_name: '大病救助', reason: '自付费用过高。', owed: ['identity'], asked: 800050, status: 'submitted', submitted: dayText(now - 15 * DAY_MS) }, worker, now - 15 * DAY_MS);
		add('segment', 0, { setting: 'home', from: summary.opened, site: sites[0].id }, worker, start);
		add('referral', 0, { kind: 'community_rehab', to_site: sites[1].id, reason: '需要社区康复。', urgency: 'routine', status: 'requested', requested: dayText(now - 6 * DAY_MS), deadline: dayText(now + 2 * DAY_MS) }, worker, now - 6 * DAY_MS);
		const services = i === 1 ? 200 : 18;
		for (let n = 0; n < services; n++) {
			const at = now - (3 + n * (360 / services)) * DAY_MS + roll.below(8) * 3600000;
			const by = roll.one([worker, rehab, prevention, doctor]);
			add('service', n, {
				started_at: timeText(at), minutes: 20 + roll.below(60), kind: roll.one(['home_visit', 'phone_contact', 'station_activity', 'interview', 'family_meeting']),
				setting: roll.one(['home', 'station', 'remote']), aim: roll.one(AIMS), process: roll.one(PROCESS), client_response: roll.one(RESPONSES),
				next_step: '下周继续练习外出。', next_due: dayText(at + 14 * DAY_MS), status: roll.one(['completed', 'completed', 'completed', 'no_show']),
			}, by, at + 3600000, n === 0 ? 'live' : 'signed');
		}
		const note = out.find((one) => one.id === id('service', 1));
		if (summary.open_conflicts) {
			note.state = 'live';
			add('conflict', 0, {
				record: note.id, record_type: 'service', atom: 'length', fields: ['started_at', 'minutes'],
				seen: { started_at: note.body.started_at, minutes: 30 }, mine: { started_at: note.body.started_at, minutes: 45 }, theirs: { started_at: note.body.started_at, minutes: note.body.minutes },
				mine_by: prevention.id, mine_at: timeText(now - 2 * DAY_MS), theirs_by: worker.id, theirs_at: timeText(now - 2 * DAY_MS + 600000), change: idOf(c, 'change'), settled: false,
			}, worker, now - 2 * DAY_MS);
		}
		const histories = new Map(out.map((one) => [one.id, [version(one, [])]]));
		const made = { records: out, histories };
		opened.set(c, made);
		return made;
	}

	/** What the centre reckons a case comes to, here by hand. */
	function openOf(summary) {
		const due = [
			{ kind: 'task', code: 'task', zh: '任务', en: 'Task', due: dayText(now + 5 * DAY_MS), from: null, last_done: null, times: 0, unknown: [], text: '联系残联办理证件' },
			{ kind: 'schedule', code: 'health_check', zh: '健康体检', en: 'Health check', due: null, from: null, last_done: null, times: 0, unknown: ['consent'] },
		];
		const next = { kind: 'service', code: 'service', zh: '下次服务', en: 'Next service', due: summary.next_due, from: null, last_done: summary.last_contact, times: 1, unknown: [] };
		return { due: summary.next_due ? [next, ...due] : due, measures: {}, gaps: [{ code: 'professions', zh: '至少两个专业参与', en: 'At least two professions', unknown: [] }], coverage: null };
	}

	function version(rec, changed) {
		return { ver: rec.ver, csn: rec.csn, state: rec.state, by: rec.by, by_name: staff.find((one) => one.id === rec.by)?.name ?? null, at: rec.at, entered_at: rec.entered_at, device: rec.device, changed, body: rec.body };
	}

	return { lines, staff, sites, district, directory, recordsOf, openOf, record, version, sha, nextCsn: () => ++csn };
}
