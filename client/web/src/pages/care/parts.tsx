// What is told of a case at a glance, in the list and in the review alike.
import type { ReviewRow } from '../../data/wire';
import { Chip } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import type { Made } from '../../data/reviews';
import { drugText, useCareWords, whysOf } from './say';

/** How many reasons stand in a line; the others are not why it stands there. */
const WHY_SHOWN = 6;

export function WhyChips({ row, most = WHY_SHOWN }: { row: ReviewRow; most?: number }) {
	const words = useCareWords();
	const { lexicon } = useWorkplace();
	const whys = whysOf(row, words, lexicon);
	return (
		<span className="why">
			{whys.slice(0, most).map(({ code, text, tone }) =>
				tone === 'calm' ? (
					<span key={code} className="why-calm">
						{text}
					</span>
				) : (
					<Chip key={code} tone={tone} {...(tone === 'bad' && { icon: 'alert' as const })}>
						{text}
					</Chip>
				),
			)}
			{whys.length === 0 && <span className="faint">{words.noWhy}</span>}
		</span>
	);
}

/** Whether the review of today is where it should be. */
export function DoneChip({ made, row, done }: { made: Made | undefined; row: ReviewRow | undefined; done: boolean }) {
	const words = useCareWords();
	if (made?.standing === 'refused')
		return (
			<Chip tone="bad" icon="alert">
				{words.doneRefused}
			</Chip>
		);
	if (!done) return null;
	// What this page sent may be at the centre by now, by way of the station.
	const arrived = !made || (made.rec === row?.last?.rec && row.last.csn !== null);
	const standing = arrived ? 'confirmed' : made.standing;
	return (
		<Chip tone={standing === 'kept' ? 'warn' : 'good'} icon={standing === 'kept' ? 'clock' : 'check'}>
			{standing === 'kept' ? words.doneKept : standing === 'stored' ? words.doneStored : words.doneToday}
		</Chip>
	);
}

const BAD_ADHERENCE = new Set(['none', 'intermittent']);

/** So many drugs stand in a line of the list. */
const DRUGS_SHOWN = 2;

/** `hide`: what becomes of text in which names may stand. */
export function Medicine({ row, whole = false, hide }: { row: ReviewRow; whole?: boolean; hide: (text: string) => string }) {
	const words = useCareWords();
	const { lexicon } = useWorkplace();
	const { medication: med } = row;
	if (!med) return <span className="faint">{words.noMedicine}</span>;
	const drugs = med.drugs.map((drug) => drugText(drug, words)).filter(Boolean);
	// Both are of the newest sheet that says so, which need not be the same one.
	const days = whole ? [med.adherence_on, med.drugs_on] : [];
	const apart = days[0] !== days[1];
	const recorded = (day: string | null | undefined) => day && <span className="under">{words.recordedOn(day)}</span>;
	return (
		<div className="medicine">
			{med.adherence && (
				<span className="medicine-line">
					{BAD_ADHERENCE.has(med.adherence) ? (
						<Chip tone="warn" icon="alert">
							{lexicon.code('adherence', med.adherence)}
						</Chip>
					) : (
						lexicon.code('adherence', med.adherence)
					)}
					{med.adverse === 'present' && (
						<Chip tone="warn" icon="alert">
							{med.adverse_text ? hide(med.adverse_text) : words.adverse}
						</Chip>
					)}
				</span>
			)}
			{apart && med.adherence && recorded(days[0])}
			{(whole ? drugs : drugs.slice(0, DRUGS_SHOWN)).map((drug) => (
				<span key={drug} className="under">
					{drug}
				</span>
			))}
			{drugs.length === 0 && whole && <span className="under">{words.noDrugs}</span>}
			{!whole && drugs.length > DRUGS_SHOWN && <span className="under">{words.moreDrugs(drugs.length)}</span>}
			{(drugs.length > 0 || !apart) && recorded(days[1])}
		</div>
	);
}
