// How an event reads.
import { useOwnWords } from '../../kit/language';
import { useWorkplace } from '../../kit/workplace';
import { adminWords } from '../admin/words';
import { auditWords } from './words';

export function useEventText() {
	const words = useOwnWords(auditWords);
	const admin = useOwnWords(adminWords);
	const { lexicon } = useWorkplace();
	return {
		/** What follows the code is what it was about: a setting and its value. */
		action: (action: string): string => {
			const [code = '', ...about] = action.split(' ');
			const named = about.map((one) => admin.settingNames[one] ?? one);
			return [lexicon.code('audit_action', code), named.join(' ')].filter(Boolean).join(words.colon);
		},
		actor: (name: string | null, id: string | null, device: string | null): string => name ?? (id ? id.slice(-8) : device ? words.nobody : words.system),
		outcome: (outcome: string): string => (outcome === 'ok' ? words.ok : lexicon.code('audit_outcome', outcome)),
	};
}
