// Every instrument used in the case: its scores over time with bands, and which
// changes are more than the instrument's own noise. Scores, bands and changes
// are reckoned by the server's engine.
import { useMemo } from 'react';
import { useData } from '../../../data';
import { Cell, useCell } from '../../../data/cell';
import type { ScoreState } from '../../../data/scores';
import type { Rec, Scale, Score } from '../../../data/wire';
import { Button, Chip, Empty, TableBox } from '../../../kit/parts';
import { useWorkplace } from '../../../kit/workplace';
import { go, toAdd } from '../../../route';
import { useCase } from '../context';
import { useScalesWords } from './say';
import { mayCreate } from '../may';
import { text } from '../part';
import { RecordActions } from '../record-actions';
import { ScaleLine, type Point } from './line';
import { type Series, seriesOf, sheetOf } from './sheets';

export function Scales() {
	const words = useScalesWords();
	const { doc, records } = useCase();
	const { reader } = useWorkplace();
	const all = useMemo(() => seriesOf(records), [records]);
	return (
		<section aria-labelledby="scales">
			<div className="timeline-head">
				<h2 id="scales">{words.scales}</h2>
				{mayCreate('assessment', reader) && (
					<Button look="main" icon="plus" onClick={() => go(toAdd(doc.case, 'assessment', null, 'scales'))}>
						{words.newSheet}
					</Button>
				)}
			</div>
			{all.length === 0 && <Empty title={words.noSheets}>{words.noSheetsHelp}</Empty>}
			{all.map((series) => (
				<SeriesCard key={series.key} series={series} />
			))}
		</section>
	);
}

export interface Scored {
	rec: Rec;
	day: string;
	score: Score | null;
}

/** The scores of a series; each sheet is compared with the first. */
function useScores({ sheets }: Series): Scored[] {
	const { scores } = useData();
	const [first] = sheets;
	// One cell that follows all of them, so that their number may change.
	const cell = useMemo(() => {
		const cells = sheets.map((rec) => scores.of({ ...sheetOf(rec), ...(rec !== first && first && { before: sheetOf(first) }) }));
		const read = (): ScoreState[] => cells.map((one) => one.get());
		const joint = new Cell<ScoreState[]>(read());
		for (const one of cells) one.watch(() => joint.set(read()));
		return joint;
	}, [sheets, first, scores]);
	const states = useCell(cell);
	return sheets.map((rec, place) => {
		const state = states[place];
		return { rec, day: text(rec, 'assessed'), score: state && typeof state !== 'string' ? state : null };
	});
}

function SeriesCard({ series }: { series: Series }) {
	const words = useScalesWords();
	const { lexicon, mask } = useCase();
	const scale = lexicon.scale(series.instrument);
	const scored = useScores(series);
	const who = [series.subject && mask.name(lexicon.name(series.subject)), series.respondent && lexicon.code('respondent', series.respondent)].filter(Boolean).join(' · ');
	const points: Point[] = scored.flatMap(({ rec, day, score }) => {
		const value = scale && score?.scores[scale.headline];
		return value === undefined ? [] : [{ key: rec.id, day, value, reliable: score?.change?.reliable === true, way: score?.change?.way ?? 'none' }];
	});
	return (
		<article className="card" data-series={series.instrument}>
			<header className="card-head">
				<h3>{lexicon.code('instrument', series.instrument)}</h3>
				<span className="faint">{who}</span>
				{scale && <Chip>{scale.good === 'low' ? words.lowIsGood : words.highIsGood}</Chip>}
			</header>
			<div className="series">
				{scale && points.length > 1 && <ScaleLine scale={scale} points={points} />}
				<SheetTable scale={scale} scored={scored} />
			</div>
			{scale?.notice && <p className="under">{lexicon.text(scale.notice)}</p>}
		</article>
	);
}

/** The same as the line, to be read: and what can be done with each sheet. */
function SheetTable({ scale, scored }: { scale: Scale | undefined; scored: readonly Scored[] }) {
	const words = useScalesWords();
	const { lexicon } = useCase();
	return (
		<TableBox label={lexicon.text(scale?.label) || words.scales}>
			<table className="list" aria-label={lexicon.text(scale?.label) || words.scales}>
				<thead>
					<tr>
						<th scope="col">{words.assessedOn}</th>
						<th scope="col">{words.timepoint}</th>
						<th scope="col">{words.result}</th>
						<th scope="col">{words.sinceFirst}</th>
						<th scope="col">
							<span className="only-read">{words.actions}</span>
						</th>
					</tr>
				</thead>
				<tbody>
					{scored.map(({ rec, day, score }) => (
						<tr key={rec.id} data-rec={rec.id}>
							<th scope="row">{day}</th>
							<td>{lexicon.code('timepoint', text(rec, 'timepoint'))}</td>
							<td>
								<Result scale={scale} score={score} />
							</td>
							<td>
								<ChangeText score={score} />
							</td>
							<td className="row-actions">
								<RecordActions rec={rec} />
							</td>
						</tr>
					))}
				</tbody>
			</table>
		</TableBox>
	);
}

export function Result({ scale, score }: { scale: Scale | undefined; score: Score | null }) {
	const words = useScalesWords();
	const { lexicon } = useCase();
	if (!scale || !score) return <span className="faint">{words.noScoreShort}</span>;
	const value = score.scores[scale.headline];
	const band = scale.bands?.list.find((one) => one.code === score.band);
	return (
		<>
			<strong>{value}</strong> {band && <Chip>{lexicon.text(band)}</Chip>}
			{score.alerts.map((code) => (
				<Chip key={code} tone="bad" icon="alert">
					{words.alert}
				</Chip>
			))}
		</>
	);
}

/** How much, which way, and whether it is more than noise. */
export function ChangeText({ score }: { score: Score | null }) {
	const words = useScalesWords();
	const change = score?.change;
	if (!change) return null;
	const amount = change.change > 0 ? `+${change.change}` : change.change < 0 ? `−${-change.change}` : '0';
	const verdict = change.reliable === null ? words.notJudged : change.reliable ? words.reliable : words.notReliable;
	return (
		<>
			{amount} {words.ways[change.way]}
			{change.way !== 'none' && (
				<Chip tone={change.reliable ? (change.way === 'better' ? 'good' : 'bad') : 'calm'} icon={change.reliable ? (change.way === 'better' ? 'check' : 'alert') : undefined}>
					{verdict}
				</Chip>
			)}
		</>
	);
}
