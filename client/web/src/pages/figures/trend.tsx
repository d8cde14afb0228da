// The course over time: one large line for the whole, a small one for each row, all
// on one scale so that they may be compared. A line is broken where its number is
// not shown. The table beneath says the same.
import { useId } from 'react';
import type { FigureAnswer, FigureRow } from '../../data/wire';
import { TableBox } from '../../kit/parts';
import { dimOf, type Look } from './ask';
import { Value } from './parts';
import { useSay } from './say';
import { along, comparable, isShown, numberText, range, ranked } from './value';

/** More small ones than this are folded away. */
const SMALL = 9;

interface Course {
	key: string | null;
	rows: FigureRow[];
}

export interface Box {
	width: number;
	height: number;
	left: number;
	right: number;
	top: number;
	bottom: number;
}

const LARGE: Box = { width: 720, height: 190, left: 48, right: 16, top: 18, bottom: 26 };
const LITTLE: Box = { width: 220, height: 64, left: 4, right: 40, top: 8, bottom: 6 };

/** The pieces of a line: where a number is not shown it is broken. */
export function piecesOf(rows: readonly FigureRow[], reach: { low: number; high: number }, box: Box): string[] {
	const step = rows.length > 1 ? (box.width - box.left - box.right) / (rows.length - 1) : 0;
	const pieces: string[] = [];
	let open = false;
	rows.forEach((row, at) => {
		if (!isShown(row)) {
			open = false;
			return;
		}
		const y = box.top + (box.height - box.top - box.bottom) * (1 - along(row.value!, reach) / 100);
		const point = `${(box.left + at * step).toFixed(1)} ${y.toFixed(1)}`;
		if (open) pieces[pieces.length - 1] += `L${point}`;
		else pieces.push(`M${point}`);
		open = true;
	});
	return pieces;
}

export function Trend({ answer, look, split, district }: { answer: FigureAnswer; look: Look; split: string | null; district: boolean }) {
	const { words } = useSay();
	const id = useId();
	const periods = answer.totals.map((row) => row.period!);
	const { only } = look.view;
	const chosen = only && split === dimOf(only) ? only : null;
	const last = periods[periods.length - 1];
	const order = ranked(answer, answer.rows.filter((row) => row.period === last)).map((row) => row.key!);
	const all = order.map((key): Course => ({ key, rows: answer.rows.filter((row) => row.key === key) }));
	const drawn = all.filter((one) => one.rows.some((row) => isShown(row) && row.value !== 0));
	const small = drawn.filter((one) => chosen === null || one.key === chosen);
	const whole: Course = { key: null, rows: answer.totals };
	return (
		<>
			<Large course={whole} answer={answer} district={district} />
			{small.length > 0 && (
				<>
					<p className="under">{words.gapHelp}</p>
					<Many courses={small.slice(0, SMALL)} answer={answer} whole={whole} />
					{small.length > SMALL && (
						<details className="figure-more">
							<summary>{words.moreLines(small.length - SMALL)}</summary>
							<Many courses={small.slice(SMALL)} answer={answer} whole={whole} />
						</details>
					)}
				</>
			)}
			<details className="figure-more">
				<summary id={id}>{words.asTable}</summary>
				<AsTable answer={answer} courses={[whole, ...all]} periods={periods} />
			</details>
		</>
	);
}

const valuesOf = (courses: readonly Course[]): number[] => courses.flatMap(({ rows }) => rows.filter(isShown).map((row) => row.value!));

function Large({ course, answer, district }: { course: Course; answer: FigureAnswer; district: boolean }) {
	const say = useSay();
	const { words } = say;
	const { rows } = course;
	const reach = range(valuesOf([course]));
	const inside = LARGE.width - LARGE.left - LARGE.right;
	const x = (at: number) => LARGE.left + (rows.length > 1 ? (at * inside) / (rows.length - 1) : inside / 2);
	const y = (value: number) => LARGE.top + (LARGE.height - LARGE.top - LARGE.bottom) * (1 - along(value, reach) / 100);
	const each = Math.ceil(rows.length / 8);
	const name = district ? words.lineOfAll : words.lineOfOwn;
	return (
		<svg className="figure-large" viewBox={`0 0 ${LARGE.width} ${LARGE.height}`} role="img" aria-label={words.trendOf(name, rows[0]?.period ?? '', rows[rows.length - 1]?.period ?? '')}>
			{[reach.low, reach.high].map((value) => (
				<g key={value}>
					<line className="axis" x1={LARGE.left} x2={LARGE.width - LARGE.right} y1={y(value)} y2={y(value)} />
					<text x={LARGE.left - 6} y={y(value) + 4} textAnchor="end">
						{numberText(answer, value)}
					</text>
				</g>
			))}
			{piecesOf(rows, reach, LARGE).map((piece) => (
				<path key={piece} className="course" d={piece} />
			))}
			{rows.map((row, at) => (
				<g key={row.period}>
					{isShown(row) ? (
						<>
							<circle className="dot" cx={x(at)} cy={y(row.value!)} r={3} />
							<text className="value" x={x(at)} y={y(row.value!) - 8} textAnchor={at === rows.length - 1 ? 'end' : 'middle'}>
								{numberText(answer, row.value!)}
							</text>
						</>
					) : (
						row.hidden && (
							<text x={x(at)} y={LARGE.height - LARGE.bottom - 6} textAnchor="middle">
								{say.sign(answer, row)}
							</text>
						)
					)}
					{(rows.length - 1 - at) % each === 0 && (
						<text x={x(at)} y={LARGE.height - 8} textAnchor={at === rows.length - 1 ? 'end' : 'middle'}>
							{row.period}
						</text>
					)}
				</g>
			))}
		</svg>
	);
}

function Many({ courses, answer, whole }: { courses: readonly Course[]; answer: FigureAnswer; whole: Course }) {
	const say = useSay();
	const { words } = say;
	const shares = comparable(answer);
	const reach = range(valuesOf(shares ? [...courses, whole] : courses));
	return (
		<ul className="plain figure-many">
			{courses.map((course) => {
				const name = say.key(answer, course.key!);
				const shown = course.rows.filter(isShown);
				const end = shown[shown.length - 1];
				const at = end ? course.rows.indexOf(end) : 0;
				const step = (LITTLE.width - LITTLE.left - LITTLE.right) / Math.max(course.rows.length - 1, 1);
				return (
					<li key={course.key}>
						<span className="figure-name">{name}</span>
						<svg viewBox={`0 0 ${LITTLE.width} ${LITTLE.height}`} role="img" aria-label={words.trendOf(name, course.rows[0]?.period ?? '', course.rows[course.rows.length - 1]?.period ?? '')}>
							<line className="axis" x1={LITTLE.left} x2={LITTLE.width - LITTLE.right} y1={LITTLE.height - LITTLE.bottom} y2={LITTLE.height - LITTLE.bottom} />
							{shares && piecesOf(whole.rows, reach, LITTLE).map((piece) => <path key={piece} className="whole" d={piece} />)}
							{piecesOf(course.rows, reach, LITTLE).map((piece) => (
								<path key={piece} className="course" d={piece} />
							))}
							{end && (
								<>
									<circle className="dot" cx={LITTLE.left + at * step} cy={LITTLE.top + (LITTLE.height - LITTLE.top - LITTLE.bottom) * (1 - along(end.value!, reach) / 100)} r={2.5} />
									<text className="value" x={LITTLE.width - LITTLE.right + 6} y={LITTLE.top + (LITTLE.height - LITTLE.top - LITTLE.bottom) * (1 - along(end.value!, reach) / 100) + 4}>
										{numberText(answer, end.value!)}
									</text>
								</>
							)}
						</svg>
					</li>
				);
			})}
		</ul>
	);
}

function AsTable({ answer, courses, periods }: { answer: FigureAnswer; courses: readonly Course[]; periods: readonly string[] }) {
	const say = useSay();
	const { words } = say;
	return (
		<TableBox label={words.trend}>
			<table className="figure-table">
				<thead>
					<tr>
						<th scope="col">{words.name}</th>
						{periods.map((period) => (
							<th key={period} scope="col" className="figure-cell">
								{period}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{courses.map(({ key, rows }) => (
						<tr key={key ?? 'all'}>
							<th scope="row">{key === null ? words.lineOfAll : say.key(answer, key)}</th>
							{rows.map((row) => (
								<td key={row.period} className="figure-cell">
									<Value answer={answer} row={row} />
								</td>
							))}
						</tr>
					))}
				</tbody>
			</table>
		</TableBox>
	);
}
