// Danger, stability, flags and conflicts as chips. The words carry the meaning;
// colour and drawing only help the eye. What is unremarkable stays quiet.
import type { Summary } from '../data/wire';
import { useWords } from '../kit/language';
import { Chip, type Tone } from '../kit/parts';
import { useWorkplace } from '../kit/workplace';

/** From this level on the record itself raises a risk flag. */
const HIGH_DANGER = 3;

const STABILITY_TONES: { [code: string]: Tone } = { unstable: 'bad', basically_stable: 'warn' };

export function RiskChips({ summary }: { summary: Summary }) {
	const words = useWords();
	const { lexicon } = useWorkplace();
	const { danger, stability, open_flags: flags, open_conflicts: conflicts } = summary;
	const tone = stability ? STABILITY_TONES[stability] : undefined;
	return (
		<>
			{danger !== null && danger > 0 && (
				<Chip tone={danger >= HIGH_DANGER ? 'bad' : 'warn'} icon="alert">
					{words.danger(danger)}
				</Chip>
			)}
			{!!flags && (
				<Chip tone="bad" icon="flag">
					{words.flags(flags)}
				</Chip>
			)}
			{stability &&
				(tone ? <Chip tone={tone}>{lexicon.code('stability_class', stability)}</Chip> : <span className="faint">{lexicon.code('stability_class', stability)}</span>)}
			{!!conflicts && (
				<Chip tone="warn" icon="arrows">
					{words.conflicts(conflicts)}
				</Chip>
			)}
		</>
	);
}
