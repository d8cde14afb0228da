// How many changed so much that it is more than chance of measuring: reliable change,
// in classes. Where a class needs a cut-off, it says whose it is: nobody here has
// signed it off.
import type { OutcomeAnswer, OutcomeRow } from '../../data/wire';
import { useSay } from './say';

const CLASSES = ['recovered', 'improved', 'unchanged', 'deteriorated'] as const;

export function Classes({ answer, rows }: { answer: OutcomeAnswer; rows: readonly OutcomeRow[] }) {
	const say = useSay();
	const { words } = say;
	const told = rows.filter((row) => row.reliable !== null);
	const first = told[0];
	if (!first) return <p className="under">{words.classesHidden}</p>;
	const rule = answer.instruments[first.instrument]?.change;
	const { by, threshold, cutoff, own_sd: own } = first.reliable!;
	return (
		<>
			<table className="figure-table figure-classes">
				<caption>{words.classesTitle}</caption>
				<thead>
					<tr>
						<th scope="col">{answer.by ? say.dim(answer.by) : words.name}</th>
						{CLASSES.map((one) => (
							<th key={one} scope="col" className="figure-cell">
								{words.classes[one]}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{told.map((row) => (
						<tr key={row.key ?? 'all'} className={row.key === null ? 'figure-whole' : undefined}>
							<th scope="row">{row.key === null ? say.wholeName(answer) : say.key(answer, row.key)}</th>
							{CLASSES.map((one) => (
								<td key={one} className="figure-cell">
									{row.reliable![one]}
								</td>
							))}
						</tr>
					))}
				</tbody>
			</table>
			<p className="under">
				{by === 'rule' ? words.reliableByRule(String(threshold), rule?.rule?.source ?? '') : words.reliableByIndex(threshold === null ? '' : threshold.toFixed(2), rule?.source ?? '', own)}
				{cutoff !== null && ` ${words.cutoffIs(String(cutoff), rule?.cutoff?.source ?? '')}`}
				{cutoff === null && ` ${words.noCutoff}`}
				{cutoff !== null && ` ${words.cutoffUnsigned}`}
			</p>
		</>
	);
}
