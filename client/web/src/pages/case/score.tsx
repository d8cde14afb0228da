// A sheet's scores, computed by the server's engine and named by the
// instrument's own description, which also says that bands only screen.
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import type { ScoreState } from '../../data/scores';
import type { Lexicon } from '../../data/lexicon';
import type { Json, Rec, Scale, ScaleItem } from '../../data/wire';
import { Chip } from '../../kit/parts';
import { useCase, useCaseWords } from './context';
import { sheetOf } from './scales/sheets';

function useScore(rec: Rec): { scale: Scale | undefined; score: ScoreState } {
	const sheet = sheetOf(rec);
	const { lexicon } = useCase();
	return { scale: lexicon.scale(sheet.instrument), score: useCell(useData().scores.of(sheet)) };
}

/** The one figure for a line of the timeline. */
export function ScoreInShort({ rec }: { rec: Rec }) {
	const words = useCaseWords();
	const { lexicon } = useCase();
	const { scale, score } = useScore(rec);
	if (!scale || typeof score === 'string') return null;
	const value = score.scores[scale.headline];
	const name = scale.scores.find((one) => one.name === scale.headline);
	const band = scale.bands?.list.find((one) => one.code === score.band);
	return (
		<span className="score-short">
			{value !== undefined && `${lexicon.text(name)} ${value}`}
			{band && <Chip>{lexicon.text(band)}</Chip>}
			{score.alerts.length > 0 && (
				<Chip tone="bad" icon="alert">
					{words.alerts(score.alerts.length)}
				</Chip>
			)}
		</span>
	);
}

export function SheetScore({ rec }: { rec: Rec }) {
	const words = useCaseWords();
	const { lexicon } = useCase();
	const { scale, score } = useScore(rec);
	if (score === 'asking') return <p className="faint">{words.scoring}</p>;
	if (!scale || score === 'unknown') return <p className="faint">{words.noScore}</p>;
	const band = scale.bands?.list.find((one) => one.code === score.band);
	return (
		<div className="score">
			<dl className="figures">
				{Object.entries(score.scores).map(([name, value]) => (
					<div key={name}>
						<dt>{lexicon.text(scale.scores.find((one) => one.name === name)) || name}</dt>
						<dd>{value}</dd>
					</div>
				))}
				{band && (
					<div>
						<dt>{words.band}</dt>
						<dd className="figure-word">{lexicon.text(band)}</dd>
					</div>
				)}
			</dl>
			{scale.notice && <p className="under">{lexicon.text(scale.notice)}</p>}
			{score.alerts.map((code) => (
				<p key={code}>
					<Chip tone="bad" icon="alert">
						{lexicon.text(scale.alerts?.find((one) => one.code === code)) || code}
					</Chip>
				</p>
			))}
		</div>
	);
}

/** What was answered, item by item, as the person was asked. */
export function Answers({ rec }: { rec: Rec }) {
	const words = useCaseWords();
	const { lexicon } = useCase();
	const scale = lexicon.scale(String(rec.body['instrument'] ?? ''));
	const { answers } = rec.body;
	if (!scale?.items || !Array.isArray(answers)) return null;
	return (
		<details>
			<summary>{words.answers}</summary>
			<table className="answers" aria-label={words.answers}>
				<tbody>
					{scale.items.map((item, i) => (
						<tr key={item.no}>
							<th scope="row">
								{item.no}. {lexicon.text(item)}
							</th>
							<td>{answerText(scale, item, answers[i], lexicon) || words.noAnswer}</td>
						</tr>
					))}
				</tbody>
			</table>
		</details>
	);
}

/** `2 一半以上的天数`; a number alone where no options are given. */
function answerText(scale: Scale, item: ScaleItem, answer: Json | undefined, lexicon: Lexicon): string {
	if (answer === null || answer === undefined) return '';
	const option = scale.options?.[item.options ?? '']?.find((one) => one.value === answer);
	return option ? `${option.value} ${lexicon.text(option)}` : JSON.stringify(answer);
}
