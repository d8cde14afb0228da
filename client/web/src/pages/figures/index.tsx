// The figures of a district, for whoever answers for it: no person, only numbers.
// First an overview that answers three questions, from there every indicator with
// its definition. Staff of a site find theirs here.
import { useEffect, useState } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import { today } from '../../data/time';
import { useFreshness } from '../../kit/freshness';
import { Empty, FailureNotice, Waiting } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import { type FigureView, toFigures } from '../../route';
import { beforeOf, type Compare, type Look } from './ask';
import { Detail } from './detail';
import { Finder } from './finder';
import { OUTCOMES, Outcomes } from './outcomes';
import { Overview } from './overview';
import { goesOn, periodOf, readPeriod, toCome } from './period';
import { useSay } from './say';
import { Tools } from './tools';

const FIRST: FigureView = { period: null, id: null, by: null, only: null, outside: false };

/** `of` null: the address names no more than the page. */
export function FiguresPage({ of }: { of: FigureView | null }) {
	const view = of ?? FIRST;
	const { figures, make } = useData();
	const say = useSay();
	const { words } = say;
	const { lexicon, reader } = useWorkplace();
	const [compare, setCompare] = useState<Compare>('before');
	const { value, failure } = useCell(figures.list);
	const day = today(make.now());
	const asked = view.period === null ? null : readPeriod(view.period);
	const period = asked && !toCome(asked, day) ? asked : periodOf(day, 'year');
	const look: Look = { view, period, before: beforeOf(period, compare), soFar: goesOn(period, day), day };
	const district = value?.scope === 'district';
	const figure = value?.figures.find((one) => one.id === view.id);
	const title = district ? words.ofDistrict(lexicon.name(reader.district)) : words.ofSite;
	useEffect(() => {
		document.title = `${figure ? say.name(figure) : view.id === OUTCOMES ? words.outcomes : words.figuresPlace} · ${words.product}`;
	});
	useEffect(() => {
		void figures.loadList();
	}, [figures]);
	useFreshness(
		() => figures.renew(),
		() => figures.oldest(),
	);
	if (!value) return failure ? <FailureNotice failure={failure} onRetry={() => void figures.loadList()} /> : <Waiting lines={10} />;
	return (
		<div className="figures-page">
			<h1>
				{title}
				<span className="figure-when">
					{say.period(period)}
					{look.soFar && ` · ${words.soFar}`}
				</span>
			</h1>
			<Tools look={look} compare={compare} onCompare={setCompare} district={district} />
			<div className="figure-columns">
				<Finder figures={value.figures} view={view} />
				<div className="figure-main">
					{value.figures.length === 0 && <Empty title={words.listEmpty} />}
					{view.id === null && value.figures.length > 0 && <Overview figures={value.figures} look={look} district={district} />}
					{figure && <Detail key={figure.id} figure={figure} look={look} district={district} />}
					{view.id === OUTCOMES && <Outcomes look={look} district={district} />}
					{view.id !== null && view.id !== OUTCOMES && !figure && (
						<Empty title={words.noFigure(view.id)} action={<a href={toFigures({ ...view, id: null, by: null })}>{words.overview}</a>} />
					)}
				</div>
			</div>
		</div>
	);
}
