// A made-up list of figures, and answers to them.
import type { Figure, FigureAnswer, FigureList } from '../data/wire';

export const FIGURE: Figure = {
	id: 'caseload_overdue',
	version: 1,
	topic: 'cases',
	type: 'rate',
	name: { zh: '逾期个案比例', en: 'Cases overdue' },
	definition: { zh: '有逾期事项的个案所占比例', en: 'cases with something overdue' },
	numerator: { zh: '有逾期事项的个案', en: 'overdue' },
	denominator: { zh: '在管个案', en: 'open cases' },
	unit: '%',
	unit_name: { zh: '%', en: '%' },
	good: 'down',
	by: ['month', 'quarter', 'year', 'site', 'programme'],
	when: 'period',
	records: 'case',
};

export const LIST: FigureList = {
	scope: 'district',
	figures: [FIGURE, { ...FIGURE, id: 'goals_attained', topic: 'goals', name: { zh: '目标达成率', en: 'Goals attained' }, definition: { zh: '达到零级', en: 'level 0' }, good: 'up' }],
};

export function figureAnswer(more: Partial<FigureAnswer>): FigureAnswer {
	const { by: offers, ...rest } = FIGURE;
	return {
		...rest,
		offers,
		by: null,
		scope: 'district',
		below: 5,
		rule: { zh: '规则', en: 'the rule' },
		counted: { csn: 7, head: 7, at: '2026-11-22T09:00:00+08:00' },
		labels: {},
		rows: [],
		totals: [...new Set([String(new Date().getFullYear()), '2026'])].map((period) => ({ period, key: null, num: 50, den: 100, value: 50, hidden: null })),
		...more,
	};
}
