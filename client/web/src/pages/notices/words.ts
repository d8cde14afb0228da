// What stands above every page: what is asked about one's own account, and when one was
// here before.
import { ownWords } from '../../words';

export const noticeWords = ownWords(
	{
		aboutYou: '关于您的账号',
		asked: {
			account: (by: string) => `${by}申请为您开通账号。`,
			password: (by: string) => `${by}申请为您换成新的密码。`,
			factor: (by: string) => `${by}申请重置您的第二步验证。`,
			resume: (by: string) => `${by}申请恢复您的账号。`,
		} as { [kind: string]: (by: string) => string },
		somebody: '一位管理员',
		from: (due: string) => `${due} 之后可由另一位管理员核准。如果不是您要求的，请提出异议，并告知机构负责人。`,
		object: '提出异议',
		objected: '已提出异议，申请作废。',
		before: (at: string, place: string, missed: number) => `上次登录：${at}${place ? `，${place}` : ''}。${missed > 0 ? `此后有 ${missed} 次输错密码。` : ''}`,
		seen: '知道了',
	},
	{
		aboutYou: 'About your account',
		asked: {
			account: (by) => `${by} asks to give you an account.`,
			password: (by) => `${by} asks to set a new password for you.`,
			factor: (by) => `${by} asks to reset your second step.`,
			resume: (by) => `${by} asks to resume your account.`,
		},
		somebody: 'An administrator',
		from: (due) => `Another administrator may grant it after ${due}. If you did not want it, object, and tell who is responsible at your site.`,
		object: 'Object',
		objected: 'You objected; the request is over.',
		before: (at, place, missed) => `Last sign-in: ${at}${place ? `, ${place}` : ''}. ${missed > 0 ? `Since then ${missed} wrong ${missed === 1 ? 'password' : 'passwords'}.` : ''}`,
		seen: 'Seen',
	},
);
