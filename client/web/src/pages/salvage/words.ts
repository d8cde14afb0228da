// What the page of a restored centre says.
import { ownWords } from '../../words';
import { plural } from '../../words/en';

export const salvageWords = ownWords(
	{
		salvageTitle: '恢复后找回的记录',
		salvageLead: '中心从备份恢复后，工作站送回了中心没有的版本。它们在这里等待决定，不会自动成为记录。',
		noSalvage: '没有等待决定的记录',
		offeredBy: (n: number) => `${n} 台工作站存有`,
		writtenAt: (name: string, at: string) => `${name}写于 ${at}`,
		salvageStands: '中心现有的内容',
		salvageNothing: '中心没有这条记录',
		salvageOffered: '找回的内容',
		salvageNote: '处理说明',
		takeBack: '恢复这条记录',
		decline: '不恢复',
		takenBack: '已恢复',
		declinedNow: '已决定不恢复',
		moreSalvage: '处理完这些后还有更多。',
		versionThen: (n: number) => `第 ${n} 版`,
		openRestricted: '打开限制阅读的内容',
	},
	{
		salvageTitle: 'Found again after a restore',
		salvageLead: 'After the centre was restored from a backup, stations brought versions it did not have. They wait here for a decision; none becomes a record by itself.',
		noSalvage: 'Nothing waits for a decision',
		offeredBy: (n) => `held by ${plural(n, 'station', 'stations')}`,
		writtenAt: (name, at) => `${name}, ${at}`,
		salvageStands: 'What the centre has',
		salvageNothing: 'The centre has no such record',
		salvageOffered: 'What was found',
		salvageNote: 'Remarks',
		takeBack: 'Put this record back',
		decline: 'Leave it',
		takenBack: 'Put back',
		declinedNow: 'It is left as it is',
		moreSalvage: 'There are more behind these.',
		versionThen: (n) => `version ${n}`,
		openRestricted: 'Open what is restricted',
	},
);
