// Where the bytes of a document are, said before anybody asks for them.
import type { CaseDoc, FileState, Rec } from '../../../data/wire';
import { Chip, type Shape, type Tone } from '../../../kit/parts';
import type { Workplace } from '../../../kit/workplace';
import { isRestricted } from '../may';
import { useFilesWords } from './say';

/** `away`: not arrived at the centre; `remote`: at a station, to be fetched from there;
 * `unsaid`: nothing is told of what is restricted. */
export type Whereabouts = FileState | 'away' | 'remote' | 'unsaid';

/** `sent`: this page has just seen the last of it arrive. */
export function whereOf(rec: Rec, doc: CaseDoc, mode: Workplace['mode'], sent: boolean): Whereabouts {
	if (isRestricted(rec) || !doc.files) return 'unsaid';
	const state = doc.files[rec.id]?.state;
	if (mode === 'central') return state || sent ? 'centre' : 'away';
	return state && state !== 'part' ? state : sent ? 'waiting' : (state ?? 'remote');
}

const LOOKS: { [where in Exclude<Whereabouts, 'unsaid' | 'away'>]: { tone: Tone; icon: Shape } } = {
	centre: { tone: 'calm', icon: 'down' },
	here: { tone: 'good', icon: 'computer' },
	waiting: { tone: 'warn', icon: 'clock' },
	refused: { tone: 'bad', icon: 'alert' },
	part: { tone: 'calm', icon: 'clock' },
	remote: { tone: 'calm', icon: 'down' },
};

export function Where({ where }: { where: Whereabouts }) {
	const words = useFilesWords();
	// What is away is said in a notice of its own, with what can be done.
	if (where === 'unsaid' || where === 'away') return null;
	const { tone, icon } = LOOKS[where];
	return (
		<Chip tone={tone} icon={icon}>
			{words.whereFile[where]}
		</Chip>
	);
}
