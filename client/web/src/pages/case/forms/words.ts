// What forms say besides what every page says. Chinese first; the English must say
// the same.
import { ownWords } from '../../../words';

export const formWords = ownWords(
	{
		source: '依据',
		proposed: (value: string) => `建议：${value}。`,
		takeOver: '采用',
		willFlag: '保存后将登记风险标记：',
		flagOf: (kind: string, level: number) => `${kind} · ${level} 级`,
		rowNo: (n: number) => `第 ${n} 行`,
		addRow: (title: string) => `添加一行${title}`,
		removeRow: (title: string, n: number) => `移除${title}第 ${n} 行`,
		excluding: (criterion: string) => `排除标准：${criterion}`,
		addOther: '添加其他记录或表单',
		ofProgramme: '本项目表单',
		aForm: '表单',
		aScale: '量表',
		aRecord: '记录',
		goOn: (what: string) => `继续：${what}`,
		saveKey: 'Ctrl + Enter 保存',
		movedOn: '这条记录在您填写期间已有新的内容。您的改动保存后，若与之冲突，会并列等待处理，两份都不会丢失。',
	},
	{
		source: 'Source',
		proposed: (value) => `Suggested: ${value}.`,
		takeOver: 'Use it',
		willFlag: 'Saving will raise a risk flag:',
		flagOf: (kind, level) => `${kind} · level ${level}`,
		rowNo: (n) => `Row ${n}`,
		addRow: (title) => `Add a row: ${title}`,
		removeRow: (title, n) => `Remove row ${n} of ${title}`,
		excluding: (criterion) => `Exclusion: ${criterion}`,
		addOther: 'Add another record or form',
		ofProgramme: 'form of the programme',
		aForm: 'form',
		aScale: 'scale',
		aRecord: 'record',
		goOn: (what) => `Continue: ${what}`,
		saveKey: 'Ctrl + Enter saves',
		movedOn: 'This record changed while you were writing. If your edit collides with that, both versions are kept side by side until somebody settles it.',
	},
);
