// Every indicator there is, by what it is about, found by a part of its name or of
// its definition. Closed groups keep the way by keyboard short.
import { useId, useState } from 'react';
import type { Figure } from '../../data/wire';
import { useLanguage } from '../../kit/language';
import { type FigureView, toFigures } from '../../route';
import { OUTCOMES } from './outcomes';
import { useSay } from './say';

export function Finder({ figures, view }: { figures: readonly Figure[]; view: FigureView }) {
	const say = useSay();
	const { words } = say;
	const { lang } = useLanguage();
	const id = useId();
	const [typed, setTyped] = useState('');
	const query = typed.trim().toLowerCase();
	const found = figures.filter(({ id: name, name: label, definition }) => `${name} ${label.zh} ${label.en} ${definition[lang]}`.toLowerCase().includes(query));
	const topics = [...new Set(found.map(say.topic))];
	const to = (figure: string | null) => toFigures({ ...view, id: figure, by: figure === view.id ? view.by : null });
	return (
		<nav className="figure-finder" aria-label={words.indicators}>
			<a href={to(null)} aria-current={view.id === null ? 'page' : undefined}>
				{words.overview}
			</a>
			<a href={to(OUTCOMES)} aria-current={view.id === OUTCOMES ? 'page' : undefined}>
				{words.outcomes}
			</a>
			<label className="only-read" htmlFor={id}>
				{words.findIndicator}
			</label>
			<input id={id} className="figure-find" type="search" value={typed} placeholder={words.findIndicator} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
			<p className="only-read" role="status">
				{query && found.length === 0 ? words.noIndicator : ''}
			</p>
			{found.length === 0 && <p className="faint">{words.noIndicator}</p>}
			{topics.map((topic) => {
				const of = found.filter((figure) => say.topic(figure) === topic);
				return (
					<details key={`${topic} ${query !== ''}`} open={query !== '' || of.some((figure) => figure.id === view.id) || undefined}>
						<summary>
							{topic} <span className="kind-n">{of.length}</span>
						</summary>
						<ul className="plain">
							{of.map((figure) => (
								<li key={figure.id}>
									<a href={to(figure.id)} aria-current={figure.id === view.id ? 'page' : undefined}>
										{say.name(figure)}
									</a>
								</li>
							))}
						</ul>
					</details>
				);
			})}
		</nav>
	);
}
