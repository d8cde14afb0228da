// Who stands out: sites or programmes beside the district, several indicators at
// once, those that are worse (or better) in most of them first.
import type { FigureAnswer, FigureRow } from '../../data/wire';
import { Icon, TableBox } from '../../kit/parts';
import { toFigures } from '../../route';
import { type Look, rowOf, rowsOf, totalOf } from './ask';
import { Value } from './parts';
import { useSay } from './say';
import { betterAsTold, comparable, isShown } from './value';

/** More than this is folded away. */
const SHOWN = 6;
/** Of those who stand level, so many are told by name. */
const NAMED = 3;

export interface Standing {
	key: string;
	cells: (FigureRow | undefined)[];
	/** How many of its numbers can be shown and set against the district's. */
	judged: number;
	worse: number;
	better: number;
}

export interface Standings {
	of: Standing[];
	/** Of so many nothing can be shown that could be judged; of so many of them
	 * because it is hidden. */
	without: number;
	hidden: number;
}

/** Those of whom anything can be judged, the first in question first. */
export function standings(answers: readonly FigureAnswer[], look: Pick<Look, 'period'>, way: 'worse' | 'better'): Standings {
	// What is not stated is nobody who could be behind or ahead.
	const keys = [...new Set(answers.flatMap((answer) => rowsOf(answer, look.period).map((row) => row.key!)))].filter((key) => key !== '');
	const all = keys.map((key): Standing => {
		const cells = answers.map((answer) => rowOf(answer, look.period, key));
		const ways = answers.map((answer, at) => {
			const [own, whole] = [cells[at], totalOf(answer, look.period)];
			return comparable(answer) && own && whole && isShown(own) && isShown(whole) ? betterAsTold(answer, own.value!, whole.value!) : null;
		});
		const judged = ways.filter((one) => one !== null);
		return { key, cells, judged: judged.length, worse: judged.filter((one) => one < 0).length, better: judged.filter((one) => one > 0).length };
	});
	const of = all.filter(({ judged }) => judged > 0).sort((a, b) => b[way] - a[way] || a.judged - b.judged);
	const rest = all.filter(({ judged }) => judged === 0);
	return { of, without: rest.length, hidden: rest.filter(({ cells }) => cells.some((cell) => cell?.hidden)).length };
}

/** The first, and those who stand exactly as it does: nobody is named for the order of
 * a list. */
export const level = (of: readonly Standing[], way: 'worse' | 'better'): Standing[] => of.filter((one) => one[way] === of[0]![way] && one.judged === of[0]!.judged);

interface StandOutProps {
	answers: readonly FigureAnswer[];
	look: Look;
	by: 'site' | 'programme';
	way: 'worse' | 'better';
}

export function StandOut({ answers, look, by, way }: StandOutProps) {
	const say = useSay();
	const { words } = say;
	const judging = answers.filter((answer) => answer.offers.includes(by) && answer.good !== 'none');
	const { of, without, hidden } = standings(judging, look, way);
	const chosen = look.view.only ? of.filter(({ key }) => key === look.view.only) : of;
	if (of.length === 0) return hidden > 0 ? <p className="figure-answer">{words.tooSmallBy(say.dim(by))}</p> : null;
	const nameOf = (key: string) => say.key(judging.find((answer) => answer.labels[key]) ?? judging[0]!, key);
	const sentence = (): string => {
		const first = chosen[0];
		if (!first) return words.chosenUnjudged(say.dim(by));
		if (first[way] === 0 && !look.view.only) return way === 'worse' ? words.nobodyBehind : words.nobodyHelps;
		const names = level(chosen, way).map(({ key }) => nameOf(key));
		const named = names.length > NAMED ? words.andOthers(names.slice(0, NAMED - 1).join(words.listComma), names.length, say.dim(by)) : names.join(words.listComma);
		return (way === 'worse' ? words.mostBehind : words.mostHelps)(named, first[way], first.judged);
	};
	const table = (rows: readonly Standing[]) => (
		<TableBox label={words.comparison(say.dim(by))}>
			<table className="figure-table">
				<thead>
					<tr>
						<th scope="col">{say.dim(by)}</th>
						{judging.map((answer) => (
							<th key={answer.id} scope="col" className="figure-cell">
								<a href={toFigures({ ...look.view, id: answer.id, by })}>{say.name(answer)}</a>
							</th>
						))}
						<th scope="col" className="figure-cell">
							{way === 'worse' ? words.worseCount : words.betterCount}
						</th>
					</tr>
				</thead>
				<tbody>
					{rows.map((row) => (
						<tr key={row.key}>
							<th scope="row">{nameOf(row.key)}</th>
							{judging.map((answer, at) => (
								<td key={answer.id} className="figure-cell">
									<Judged answer={answer} row={row.cells[at]} whole={totalOf(answer, look.period)} way={way} />
								</td>
							))}
							<td className="figure-cell">{words.countOf(row[way], row.judged)}</td>
						</tr>
					))}
					<tr className="figure-whole">
						<th scope="row">{words.district}</th>
						{judging.map((answer) => (
							<td key={answer.id} className="figure-cell">
								<Value answer={answer} row={totalOf(answer, look.period)} unit />
							</td>
						))}
						<td />
					</tr>
				</tbody>
			</table>
		</TableBox>
	);
	return (
		<>
			<p className="figure-answer">{sentence()}</p>
			{chosen.length > 0 && table(chosen.slice(0, SHOWN))}
			{chosen.length > SHOWN && (
				<details className="figure-more">
					<summary>{words.moreRows(chosen.length - SHOWN)}</summary>
					{table(chosen.slice(SHOWN))}
				</details>
			)}
			{without > 0 && <p className="under">{words.rowsWithout(without)}</p>}
		</>
	);
}

/** What is looked for is marked and said in words, not told by colour alone. */
function Judged({ answer, row, whole, way }: { answer: FigureAnswer; row: FigureRow | undefined; whole: FigureRow | undefined; way: 'worse' | 'better' }) {
	const { words } = useSay();
	const difference = comparable(answer) && row && whole && isShown(row) && isShown(whole) ? betterAsTold(answer, row.value!, whole.value!) : 0;
	const marked = way === 'worse' ? difference < 0 : difference > 0;
	return (
		<span className={marked ? `figure-${way}` : undefined}>
			{marked && (
				<>
					<Icon shape={way === 'worse' ? 'alert' : 'check'} />
					<span className="only-read">{way === 'worse' ? words.worseThanDistrict : words.betterThanDistrict} </span>
				</>
			)}
			<Value answer={answer} row={row} />
		</span>
	);
}
