// The service menu: what a site can be asked for, in the words of clinicians
// or in those of patients.
import { useMemo, useState } from 'react';
import type { Lexicon } from '../../data/lexicon';
import type { Id, Rec } from '../../data/wire';
import { Button, Empty } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import { textOf, useLetterWords } from './stand';

export type Wording = 'clinical' | 'patient';

/** What is on offer, by site and code. */
export function menuOf(lexicon: Lexicon, site?: Id): Rec[] {
	const items = lexicon.directory(['service_item']).filter((item) => !site || textOf(item, 'site') === site);
	const key = (item: Rec) => `${lexicon.name(textOf(item, 'site'))}\n${textOf(item, 'programme')}\n${textOf(item, 'code')}`;
	return items.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

interface MenuProps {
	items: readonly Rec[];
	chosen: Id | null;
	onPick: (item: Rec) => void;
	/** Items of several sites say whose they are. */
	bySite?: boolean;
}

export function Menu({ items, chosen, onPick, bySite = false }: MenuProps) {
	const words = useLetterWords();
	const { lexicon } = useWorkplace();
	const [wording, setWording] = useState<Wording>('clinical');
	const [query, setQuery] = useState('');
	const sought = query.trim().toLowerCase();
	const found = useMemo(
		() =>
			items.filter((item) =>
				['clinical_name', 'clinical_text', 'patient_name', 'patient_text', 'code'].some((name) => textOf(item, name).toLowerCase().includes(sought)),
			),
		[items, sought],
	);
	const sites = [...new Set(found.map((item) => textOf(item, 'site')))];
	return (
		<div className="menu">
			<div className="menu-tools">
				<div className="boxes" role="group" aria-label={words.wording}>
					{(['clinical', 'patient'] as const).map((one) => (
						<Button key={one} aria-pressed={wording === one} onClick={() => setWording(one)}>
							{words.wordingOf(one)}
						</Button>
					))}
				</div>
				<Button icon="print" onClick={() => window.print()}>
					{words.print}
				</Button>
				<input type="text" aria-label={words.findService} placeholder={words.findService} value={query} autoComplete="off" onChange={(event) => setQuery(event.target.value)} />
			</div>
			{found.length === 0 && <Empty title={words.noService}>{words.noServiceHelp}</Empty>}
			{sites.map((site) => (
				<div key={site}>
					{bySite && <h3>{lexicon.name(site)}</h3>}
					<ul className="menu-items">
						{found
							.filter((item) => textOf(item, 'site') === site)
							.map((item) => (
								<li key={item.id}>
									<button type="button" className="menu-item" aria-pressed={chosen === item.id} onClick={() => onPick(item)}>
										<strong>{textOf(item, `${wording}_name`)}</strong>
										<span className="under">{textOf(item, `${wording}_text`)}</span>
										<span className="under">{termsOf(item, wording, words)}</span>
									</button>
								</li>
							))}
					</ul>
				</div>
			))}
		</div>
	);
}

/** How many a day there are is for those who ask, not for those who are helped. */
function termsOf(item: Rec, wording: Wording, words: ReturnType<typeof useLetterWords>): string {
	const number = (name: string): number | null => (typeof item.body[name] === 'number' ? (item.body[name] as number) : null);
	const [minutes, hours, day] = [number('minutes'), number('respond_hours'), number('capacity_day')];
	return [
		minutes === null ? '' : words.takesMinutes(minutes),
		hours === null ? '' : words.answeredWithin(hours),
		day === null || wording === 'patient' ? '' : words.aDay(day),
	]
		.filter(Boolean)
		.join(' · ');
}
