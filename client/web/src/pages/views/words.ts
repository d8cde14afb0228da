// What only the saved views of the caseload say.
import { ownWords } from '../../words';

export const viewWords = ownWords(
	{
		views: '常用视图',
		saveView: '保存为视图',
		saveViewTitle: '保存为视图',
		saveViewHelp: '保存现在的查找、筛选和排序，下次一按就到。只有您自己看得到。',
		viewName: '名称',
		viewNameMissing: '请填写名称。',
		viewNameLong: (max: number) => `最多 ${max} 字。`,
		viewReplaces: '已有同名视图，保存后以这一个为准。',
		viewSaved: (name: string) => `视图“${name}”已保存`,
		removeView: (name: string) => `移除视图“${name}”`,
		viewOverdue: '已逾期',
		viewMine: '我管理的',
		viewAll: '全部',
		viewWorried: '风险在前',
	},
	{
		views: 'Views',
		saveView: 'Save as a view',
		saveViewTitle: 'Save as a view',
		saveViewHelp: 'Keeps this search, its filters and its order for one press next time. Nobody else sees it.',
		viewName: 'Name',
		viewNameMissing: 'Please give it a name.',
		viewNameLong: (max) => `At most ${max} characters.`,
		viewReplaces: 'There is a view of that name; this one takes its place.',
		viewSaved: (name) => `View “${name}” saved`,
		removeView: (name) => `Remove view “${name}”`,
		viewOverdue: 'Overdue',
		viewMine: 'Those I manage',
		viewAll: 'All',
		viewWorried: 'Risk first',
	},
);
