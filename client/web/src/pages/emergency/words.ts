// What the page that opens a case in an emergency says.
import { ownWords } from '../../words';

export const emergencyWords = ownWords(
	{
		emergencyTitle: '紧急查看个案',
		emergencyLead: '只在危及生命安全、又等不及共享时使用。打开后一小时内可以查看并补充记录；个案管理员会立即得到通知，督导须在 72 小时内复核，全程留痕。',
		caseNumber: '个案编号',
		numberHelp: '完整的编号，如 QQ-2025-001',
		emergencyKind: '紧急情况',
		emergencyReason: '原因',
		reasonHelp: (min: number, max: number) => `写明发生了什么、为什么需要查看，${min}～${max} 字。`,
		reasonLength: (min: number, max: number, n: number) => `需要 ${min}～${max} 字，现在 ${n} 字。`,
		ownPassword: '您的登录密码',
		openNow: '紧急打开',
		opening: '正在打开…',
	},
	{
		emergencyTitle: 'Open a case in an emergency',
		emergencyLead: 'Only where life or safety is at stake and sharing cannot be waited for. For an hour the case can be read and added to; its manager is told at once, a supervisor reviews it within 72 hours, and all of it is on the trail.',
		caseNumber: 'Case number',
		numberHelp: 'The whole number, such as QQ-2025-001',
		emergencyKind: 'Kind of emergency',
		emergencyReason: 'Reason',
		reasonHelp: (min, max) => `What happened, and why the case is needed: ${min} to ${max} characters.`,
		reasonLength: (min, max, n) => `${min} to ${max} characters are needed; there are ${n}.`,
		ownPassword: 'Your password',
		openNow: 'Open it',
		opening: 'Opening…',
	},
);
