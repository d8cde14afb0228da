// Who stands where: a table whose middle column is a bar, with a line for the
// district. The table is the chart, so nobody needs another.
import { useState } from 'react';
import type { FigureAnswer, FigureRow } from '../../data/wire';
import { TableBox } from '../../kit/parts';
import { dimOf, type Look, rowsOf, totalOf } from './ask';
import { differenceText, parts, Value } from './parts';
import { useSay } from './say';
import { along, betterAsTold, comparable, hasParts, isShown, range, ranked } from './value';

/** Of rows without a number, this many are told by name. */
const NAMED = 8;

export function Bars({ answer, look, split }: { answer: FigureAnswer; look: Look; split: string }) {
	const say = useSay();
	const { words } = say;
	const [byName, setByName] = useState(false);
	const rows = rowsOf(answer, look.period);
	const whole = totalOf(answer, look.period);
	const line = whole && isShown(whole) && comparable(answer) ? whole.value! : null;
	const order = ranked(answer, rows);
	// A count of 0 has no bar; a share of 0 says something.
	const drawn = (row: FigureRow) => isShown(row) && (comparable(answer) || row.value !== 0);
	const shown = order.filter(drawn);
	const others = order.filter((row) => !drawn(row));
	const reach = range([...shown.map((row) => row.value!), ...(line === null ? [] : [line])]);
	const sorted = byName ? [...shown].sort((a, b) => say.key(answer, a.key!).localeCompare(say.key(answer, b.key!))) : shown;
	const only = look.view.only && dimOf(look.view.only) === split ? look.view.only : null;
	const head = (name: string, on: boolean, of: boolean, className?: string) => (
		<th scope="col" className={className} aria-sort={on ? (of ? 'ascending' : 'other') : undefined}>
			<button type="button" className="figure-sort" aria-pressed={on} onClick={() => setByName(of)}>
				{name}
			</button>
		</th>
	);
	return (
		<section className="figure-panel">
			<h3>{words.comparison(say.dim(split))}</h3>
			{rows.length === 0 && <p className="faint">{words.noRows}</p>}
			{rows.length > 0 && shown.length === 0 && rows.some((row) => row.hidden) && <p>{words.tooSmallBy(say.dim(split))}</p>}
			{shown.length > 0 && (
				<>
					{line !== null && <p className="under figure-line-help">{words.wholeLine(say.whole(answer), say.number(answer, line))}</p>}
					<TableBox label={words.comparison(say.dim(split))}>
						<table className="figure-table">
							<thead>
								<tr>
									{head(say.dim(split), byName, true)}
									<td />
									{head(words.value, !byName, false, 'figure-cell')}
									{line !== null && (
										<th scope="col" className="figure-cell">
											{words.against(say.whole(answer))}
										</th>
									)}
									{hasParts(answer) && (
										<th scope="col" className="figure-cell">
											{words.parts}
										</th>
									)}
								</tr>
							</thead>
							<tbody>
								{sorted.map((row) => (
									<tr key={row.key} data-only={row.key === only || undefined}>
										<th scope="row">{say.key(answer, row.key!)}</th>
										<td className="figure-bar">
											<Bar value={row.value!} line={line} reach={reach} worse={line !== null && betterAsTold(answer, row.value!, line) < 0} />
										</td>
										<td className="figure-cell">
											<Value answer={answer} row={row} unit />
										</td>
										{line !== null && <td className="figure-cell">{differenceText(answer, row.value!, line, say) || '0'}</td>}
										{hasParts(answer) && <td className="figure-cell">{parts(answer, row)}</td>}
									</tr>
								))}
							</tbody>
						</table>
					</TableBox>
				</>
			)}
			{others.length > 0 && <Without answer={answer} rows={others} />}
		</section>
	);
}

function Bar({ value, line, reach, worse }: { value: number; line: number | null; reach: { low: number; high: number }; worse: boolean }) {
	const [zero, end] = [along(0, reach), along(value, reach)];
	return (
		<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" data-worse={worse || undefined}>
			<rect x={Math.min(zero, end)} width={Math.abs(end - zero)} y="1" height="8" />
			{line !== null && <line x1={along(line, reach)} x2={along(line, reach)} y1="0" y2="10" />}
		</svg>
	);
}

/** Rows without a number, each with the sign that stands for it. */
function Without({ answer, rows }: { answer: FigureAnswer; rows: readonly FigureRow[] }) {
	const say = useSay();
	const { words } = say;
	const list = (
		<ul className="plain figure-without">
			{rows.map((row) => (
				<li key={row.key}>
					{say.key(answer, row.key!)} <Value answer={answer} row={row} />
				</li>
			))}
		</ul>
	);
	if (rows.length <= NAMED) return list;
	return (
		<details className="figure-more">
			<summary>{words.rowsApart(rows.length)}</summary>
			{list}
		</details>
	);
}
