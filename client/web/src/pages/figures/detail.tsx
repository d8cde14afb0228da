// One indicator: what it says, how it is defined, who stands where, and its course
// over time.
import { useId, useState } from 'react';
import type { Figure, FigureAnswer } from '../../data/wire';
import { FailureNotice, Notice, Waiting } from '../../kit/parts';
import { useData } from '../../data';
import { useWorkplace } from '../../kit/workplace';
import { go, toFigures } from '../../route';
import { askOf, dimOf, type Look, rowOf, totalOf, useAnswers } from './ask';
import { Bars } from './bars';
import { Change, parts, Rule, Value } from './parts';
import { GRAINS, type Grain } from './period';
import { type FigureWords, useSay } from './say';
import { Take } from './take';
import { Trend } from './trend';

const EACH: { [grain in Grain]: (words: FigureWords) => string } = { month: (words) => words.eachMonth, quarter: (words) => words.eachQuarter, year: (words) => words.eachYear };

/** What an indicator is told apart by, periods left out. */
export const splitsOf = (figure: Figure): string[] => figure.by.filter((by) => !(GRAINS as readonly string[]).includes(by));

/** What is asked, else what the one that is looked at is, else the first of use: a
 * single site has nothing to be told apart from. */
export function splitOf(figure: Figure, asked: string | null, only: string | null, district: boolean): string | null {
	const all = splitsOf(figure);
	if (asked && all.includes(asked)) return asked;
	if (only && all.includes(dimOf(only))) return dimOf(only);
	const useful = district ? all : all.filter((by) => !['site', 'site_kind', 'subdistrict'].includes(by));
	return useful[0] ?? null;
}

interface DetailProps {
	figure: Figure;
	look: Look;
	district: boolean;
}

export function Detail({ figure, look, district }: DetailProps) {
	const say = useSay();
	const { words } = say;
	const { figures } = useData();
	const { view, period } = look;
	const [grain, setGrain] = useState<Grain>(period.grain === 'year' ? 'quarter' : period.grain);
	const split = splitOf(figure, view.by, view.only, district);
	const timed = figure.when === 'period';
	const asks = [askOf(figure, look, split), ...(timed && grain !== period.grain ? [askOf(figure, look, split, grain)] : [])];
	const [now, later] = useAnswers(asks);
	const over = grain === period.grain ? now : later;
	const answer = now?.value;
	return (
		<article className="figure-detail">
			<h2>{say.name(figure)}</h2>
			<p className="figure-definition">{say.definition(figure)}</p>
			{now?.failure && <FailureNotice failure={now.failure} onRetry={() => figures.renew()} />}
			{!answer && !now?.failure && <Waiting lines={8} />}
			{answer && (
				<>
					<Headline figure={figure} answer={answer} look={look} split={split} />
					<Definition figure={figure} />
					<Split figure={figure} look={look} split={split} district={district} />
					{split && <Bars answer={answer} look={look} split={split} />}
					<section className="figure-panel">
						<h3>{words.trend}</h3>
						{timed ? <GrainBox grain={grain} onChange={setGrain} /> : <p className="faint">{words.noTrend}</p>}
						{timed && over?.failure && !now?.failure && <FailureNotice failure={over.failure} onRetry={() => figures.renew()} />}
						{timed && !over?.value && !over?.failure && <Waiting lines={4} />}
						{timed && over?.value && <Trend answer={over.value} look={look} split={split} />}
					</section>
					<Take ask={asks[0]!} name={`casebridge-${figure.id}`} />
					<Rule answer={answer} />
				</>
			)}
		</article>
	);
}

/** The number itself, of the period, of whom it is about. */
function Headline({ figure, answer, look, split }: { figure: Figure; answer: FigureAnswer; look: Look; split: string | null }) {
	const say = useSay();
	const { words } = say;
	const { lexicon } = useWorkplace();
	const { only } = look.view;
	const of = only && split === dimOf(only) ? only : null;
	const row = rowOf(answer, look.period, of);
	const whole = totalOf(answer, look.period);
	const made = row ? parts(answer, row) : '';
	return (
		<div className="figure-headline">
			<p>
				<strong>
					<Value answer={answer} row={row} unit />
				</strong>
				{made && <span className="figure-made">{made}</span>}
			</p>
			<p className="under">
				{figure.when === 'today' ? words.asOfToday : say.period(look.period)}
				{figure.when === 'period' && look.soFar && ` · ${words.soFar}`}
				{of && ` · ${dimOf(of) === 'site' ? lexicon.name(of) : lexicon.code('programme', of)}`}
				{of && whole && (
					<>
						{` · ${say.whole(answer)} `}
						<Value answer={answer} row={whole} unit />
					</>
				)}
			</p>
			{figure.when === 'period' && <Change figure={figure} answer={answer} look={look} of={of} />}
			{only && !of && <Notice tone="calm">{words.notOffered(say.dim(dimOf(only)))}</Notice>}
		</div>
	);
}

function Definition({ figure }: { figure: Figure }) {
	const say = useSay();
	const { words } = say;
	const good = { up: words.goodUp, down: words.goodDown, none: words.goodNone }[figure.good];
	const facts: [string, string][] = [
		[words.numerator, say.label(figure.numerator)],
		[words.denominator, figure.denominator ? say.label(figure.denominator) : ''],
		[words.unit, say.unit(figure)],
		[words.goodWay, good],
		[words.source, say.records(figure.records)],
		[words.versionTitle, `${figure.id} · ${words.version(figure.version)}`],
	];
	return (
		<dl className="figure-facts">
			{facts
				.filter(([, text]) => text)
				.map(([term, text]) => (
					<div key={term}>
						<dt>{term}</dt>
						<dd>{text}</dd>
					</div>
				))}
		</dl>
	);
}

function Split({ figure, look: { view }, split, district }: { figure: Figure; look: Look; split: string | null; district: boolean }) {
	const say = useSay();
	const { words } = say;
	const id = useId();
	const all = splitsOf(figure).filter((by) => district || by !== 'site');
	if (all.length < 2 || split === null) return null;
	return (
		<div className="field figure-split">
			<label htmlFor={id}>{words.splitBy}</label>
			<select id={id} value={split} onChange={(event) => go(toFigures({ ...view, by: event.target.value }))}>
				{all.map((by) => (
					<option key={by} value={by}>
						{say.dim(by)}
					</option>
				))}
			</select>
		</div>
	);
}

function GrainBox({ grain, onChange }: { grain: Grain; onChange: (grain: Grain) => void }) {
	const { words } = useSay();
	const id = useId();
	return (
		<div className="field figure-split">
			<label htmlFor={id}>{words.trendStep}</label>
			<select id={id} value={grain} onChange={(event) => onChange(event.target.value as Grain)}>
				{GRAINS.map((one) => (
					<option key={one} value={one}>
						{EACH[one](words)}
					</option>
				))}
			</select>
		</div>
	);
}
