// Scores before and after, instrument by instrument: how many pairs, from where to
// where, how sure. It says change and never effect; the sentence is the centre's.
import { useEffect, useId } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import { clockOf, dayOf } from '../../data/time';
import type { OutcomeAnswer, OutcomeRow } from '../../data/wire';
import { useLanguage } from '../../kit/language';
import { FailureNotice, TableBox, Waiting } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import { go, toFigures } from '../../route';
import { dimOf, type Look } from './ask';
import { Classes } from './classes';
import { type FigureWords, useSay } from './say';
import { Take } from './take';
import { along, range } from './value';

const DECIMALS = 2;

/** What stands in the place of an indicator's name in the address. */
export const OUTCOMES = 'outcomes';

export function Outcomes({ look, district }: { look: Look; district: boolean }) {
	const { words, dim } = useSay();
	const { lang } = useLanguage();
	const { figures } = useData();
	const { view, period } = look;
	const id = useId();
	const ask = { year: Math.floor(period.first / 12), by: view.by ?? (view.only ? dimOf(view.only) : 'programme'), outside: view.outside };
	const { value: answer, failure } = useCell(figures.outcomes(ask));
	const renewed = useCell(figures.renewed);
	useEffect(() => {
		void figures.loadOutcomes(ask);
	}, [figures, ask.year, ask.by, ask.outside, renewed]);
	const offers = (answer?.offers ?? []).filter((by) => district || !by.includes('site'));
	return (
		<article className="figure-detail">
			<h2>{words.outcomes}</h2>
			{failure && <FailureNotice failure={failure} onRetry={() => figures.renew()} />}
			{!answer && !failure && <Waiting lines={8} />}
			{answer && (
				<>
					<p className="figure-definition">{answer.definition[lang]}</p>
					<p className="under">{words.outcomesOf(words.yearIs(String(answer.year)))}</p>
					{offers.length > 1 && (
						<div className="field figure-split">
							<label htmlFor={id}>{words.splitBy}</label>
							<select id={id} value={ask.by} onChange={(event) => go(toFigures({ ...view, by: event.target.value }))}>
								{offers.map((by) => (
									<option key={by} value={by}>
										{dim(by)}
									</option>
								))}
							</select>
						</div>
					)}
					<Take ask={ask} name={`casebridge-outcomes-${answer.year}`} />
					<Instruments answer={answer} only={view.only && dimOf(view.only) === ask.by ? view.only : null} />
					<footer className="figure-rule">
						<p>{answer.rule ? answer.rule[lang] : words.noneHidden}</p>
						{answer.as_of && <p>{words.pairsOf(`${dayOf(answer.as_of)} ${clockOf(answer.as_of)}`)}</p>}
						{answer.waiting && <p>{words.pairsWait}</p>}
					</footer>
				</>
			)}
		</article>
	);
}

const same = (a: OutcomeRow, b: OutcomeRow): boolean => a.instrument === b.instrument && a.version === b.version && a.respondent === b.respondent;
const isTold = (row: OutcomeRow): boolean => row.hidden === null && (row.pairs ?? 0) > 0 && row.change?.mean != null;

function Instruments({ answer, only }: { answer: OutcomeAnswer; only: string | null }) {
	const { words } = useSay();
	const { lang } = useLanguage();
	const told = answer.totals.filter(isTold);
	const hidden = answer.totals.filter((row) => row.hidden !== null);
	return (
		<>
			{told.length === 0 && <p>{hidden.length > 0 ? words.pairsTooFew : words.noPairs}</p>}
			{told.map((total) => (
				<Instrument key={`${total.instrument} ${total.version} ${total.respondent}`} answer={answer} total={total} only={only} />
			))}
			{hidden.length > 0 && told.length > 0 && (
				<p className="under">
					{words.pairsHidden} {hidden.map((row) => answer.instruments[row.instrument]?.name[lang] ?? row.instrument).join(words.listComma)}
				</p>
			)}
		</>
	);
}

function Instrument({ answer, total, only }: { answer: OutcomeAnswer; total: OutcomeRow; only: string | null }) {
	const say = useSay();
	const { words } = say;
	const { lang } = useLanguage();
	const { lexicon } = useWorkplace();
	const about = answer.instruments[total.instrument];
	const groups = answer.rows.filter((row) => same(row, total) && (only === null || row.key === only));
	const told = groups.filter(isTold);
	const hidden = groups.filter((row) => row.hidden !== null).length;
	const rows = [...told, total];
	const reach = range(rows.flatMap(({ change }) => [change!.mean!, change!.low ?? change!.mean!, change!.high ?? change!.mean!]));
	return (
		<section className="figure-panel">
			<h3>
				{about?.name[lang] ?? total.instrument}
				<span className="figure-when">
					{[lexicon.code('respondent', total.respondent), about && (about.good === 'low' ? words.goodDown : words.goodUp)].filter(Boolean).join(' · ')}
				</span>
			</h3>
			<p>{total.text[lang]}</p>
			<TableBox label={about?.name[lang] ?? total.instrument}>
				<table className="figure-table">
					<thead>
						<tr>
							<th scope="col">{answer.by ? say.dim(answer.by) : words.name}</th>
							{[words.pairs, words.pairsAlone, words.meanBefore, words.meanAfter, words.meanChange].map((name) => (
								<th key={name} scope="col" className="figure-cell">
									{name}
								</th>
							))}
							<td />
							<th scope="col">{words.judgement}</th>
						</tr>
					</thead>
					<tbody>
						{rows.map((row) => (
							<tr key={row.key ?? 'all'} className={row.key === null ? 'figure-whole' : undefined}>
								<th scope="row">{row.key === null ? say.wholeName(answer) : say.key(answer, row.key)}</th>
								<td className="figure-cell">{row.pairs}</td>
								<td className="figure-cell">{row.alone ?? <span className="faint">{words.notShown}</span>}</td>
								<td className="figure-cell">{meanText(row.before)}</td>
								<td className="figure-cell">{meanText(row.after)}</td>
								<td className="figure-cell">{changeText(row)}</td>
								<td className="figure-forest">
									<Forest row={row} reach={reach} />
								</td>
								<td>{judged(row, about?.good, words)}</td>
							</tr>
						))}
					</tbody>
				</table>
			</TableBox>
			{hidden > 0 && <p className="under">{words.rowsWithout(hidden)}</p>}
			<Classes answer={answer} rows={rows} />
		</section>
	);
}

const meanText = (side: OutcomeRow['before']): string =>
	side?.mean == null ? '' : `${side.mean.toFixed(DECIMALS)}${side.sd == null ? '' : ` (${side.sd.toFixed(DECIMALS)})`}`;

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(DECIMALS)}`;

function changeText({ change }: OutcomeRow): string {
	if (change?.mean == null) return '';
	return change.low == null || change.high == null ? signed(change.mean) : `${signed(change.mean)} [${signed(change.low)}, ${signed(change.high)}]`;
}

/** Nothing of few pairs is called better or worse. */
function judged(row: OutcomeRow, good: 'low' | 'high' | undefined, words: FigureWords): string {
	if (row.few) return words.tooFewToJudge;
	if (row.significant !== true || !good) return words.noClearChange;
	return row.change!.mean! < 0 === (good === 'low') ? words.improved : words.worsened;
}

/** The change with its interval, beside no change at all. */
function Forest({ row: { change }, reach }: { row: OutcomeRow; reach: { low: number; high: number } }) {
	const at = (value: number) => 2 + along(value, reach) * 0.96;
	return (
		<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
			<line className="zero" x1={at(0)} x2={at(0)} y1="0" y2="10" />
			{change?.low != null && change.high != null && <line x1={at(change.low)} x2={at(change.high)} y1="5" y2="5" />}
			<line className="mean" x1={at(change!.mean!)} x2={at(change!.mean!)} y1="2" y2="8" />
		</svg>
	);
}
