// The course over time: one large line for the whole, a small one for each row, all
// on one scale so that they may be compared. A line is broken where its number is
// not shown, and dotted where its period is not over. The table beneath says the same.
import { useId } from 'react';
import type { FigureAnswer, FigureRow } from '../../data/wire';
import { TableBox } from '../../kit/parts';
import { dimOf, type Look } from './ask';
import { Value } from './parts';
import { goesOn, readPeriod } from './period';
import { type Say, useSay } from './say';
import { along, comparable, isShown, numberText, range, ranked } from './value';

/** More small ones than this are folded away. */
const SMALL = 9;

interface Course {
	key: string | null;
	rows: FigureRow[];
}

/** What all lines of one course over time have in common. */
interface Frame {
	answer: FigureAnswer;
	/** The last of its periods is not over. */
	soFar: boolean;
}

/** A period of the answer as it is told. */
const periodName = (period: string | null, say: Say): string => {
	const read = period === null ? null : readPeriod(period);
	return read ? say.period(read) : '';
};

const spanName = (name: string, rows: readonly FigureRow[], say: Say): string => say.words.trendOf(name, periodName(rows[0]?.period ?? null, say), periodName(rows[rows.length - 1]?.period ?? null, say));

export interface Box {
	width: number;
	height: number;
	left: number;
	right: number;
	top: number;
	bottom: number;
}

const LARGE: Box = { width: 720, height: 204, left: 48, right: 16, top: 18, bottom: 40 };
const LITTLE: Box = { width: 220, height: 64, left: 4, right: 40, top: 8, bottom: 6 };

/** The pieces of a line: where a number is not shown it is broken. `from`: only what
 * lies at and behind that row; `to`: before it. */
export function piecesOf(rows: readonly FigureRow[], reach: { low: number; high: number }, box: Box, from = 0, to = rows.length): string[] {
	const step = rows.length > 1 ? (box.width - box.left - box.right) / (rows.length - 1) : 0;
	const pieces: string[] = [];
	let open = false;
	rows.forEach((row, at) => {
		if (!isShown(row) || at < from || at >= to) {
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

export function Trend({ answer, look, split }: { answer: FigureAnswer; look: Look; split: string | null }) {
	const say = useSay();
	const { words } = say;
	const id = useId();
	const periods = answer.totals.map((row) => row.period!);
	const { only } = look.view;
	const chosen = only && split === dimOf(only) ? only : null;
	const last = periods[periods.length - 1];
	const ends = last ? readPeriod(last) : null;
	const frame: Frame = { answer, soFar: ends !== null && goesOn(ends, look.day) };
	const order = ranked(answer, answer.rows.filter((row) => row.period === last)).map((row) => row.key!);
	const all = order.map((key): Course => ({ key, rows: answer.rows.filter((row) => row.key === key) }));
	const drawn = all.filter((one) => one.rows.some((row) => isShown(row) && row.value !== 0));
	const small = drawn.filter((one) => chosen === null || one.key === chosen);
	const whole: Course = { key: null, rows: answer.totals };
	return (
		<>
			<Large course={whole} frame={frame} />
			{frame.soFar && <p className="under">{words.notOver}</p>}
			{small.length > 0 && (
				<>
					<p className="under">{words.gapHelp(say.whole(answer))}</p>
					<Many courses={small.slice(0, SMALL)} frame={frame} whole={whole} />
					{small.length > SMALL && (
						<details className="figure-more">
							<summary>{words.moreLines(small.length - SMALL)}</summary>
							<Many courses={small.slice(SMALL)} frame={frame} whole={whole} />
						</details>
					)}
				</>
			)}
			<details className="figure-more">
				<summary id={id}>{words.asTable}</summary>
				<AsTable frame={frame} courses={[whole, ...all]} periods={periods} />
			</details>
		</>
	);
}

const valuesOf = (courses: readonly Course[]): number[] => courses.flatMap(({ rows }) => rows.filter(isShown).map((row) => row.value!));

/** A line; what is not over is dotted. */
function Line({ rows, soFar, reach, box }: { rows: readonly FigureRow[]; soFar: boolean; reach: { low: number; high: number }; box: Box }) {
	const over = soFar ? rows.length - 1 : rows.length;
	return (
		<>
			{piecesOf(rows, reach, box, 0, over).map((piece) => (
				<path key={piece} className="course" d={piece} />
			))}
			{soFar && piecesOf(rows, reach, box, rows.length - 2).map((piece) => <path key={piece} className="course not-over" d={piece} />)}
		</>
	);
}

function Large({ course, frame: { answer, soFar } }: { course: Course; frame: Frame }) {
	const say = useSay();
	const { rows } = course;
	const reach = range(valuesOf([course]));
	const inside = LARGE.width - LARGE.left - LARGE.right;
	const x = (at: number) => LARGE.left + (rows.length > 1 ? (at * inside) / (rows.length - 1) : inside / 2);
	const y = (value: number) => LARGE.top + (LARGE.height - LARGE.top - LARGE.bottom) * (1 - along(value, reach) / 100);
	const each = Math.ceil(rows.length / 8);
	const ticks = rows.map((row, at) => {
		const read = (rows.length - 1 - at) % each === 0 && row.period !== null ? readPeriod(row.period) : null;
		return read && say.tick(read);
	});
	// The year is told where it begins, as the ticks have it.
	const yearAt = (at: number): string => {
		const before = ticks.slice(0, at).filter((one) => one !== null);
		const year = ticks[at]?.year ?? '';
		return before[before.length - 1]?.year === year ? '' : year;
	};
	return (
		<svg className="figure-large" viewBox={`0 0 ${LARGE.width} ${LARGE.height}`} role="img" aria-label={spanName(say.wholeName(answer), rows, say)}>
			{[reach.low, reach.high].map((value) => (
				<g key={value}>
					<line className="axis" x1={LARGE.left} x2={LARGE.width - LARGE.right} y1={y(value)} y2={y(value)} />
					<text x={LARGE.left - 6} y={y(value) + 4} textAnchor="end">
						{numberText(answer, value)}
					</text>
				</g>
			))}
			<Line rows={rows} soFar={soFar} reach={reach} box={LARGE} />
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
					{ticks[at] && (
						<text x={x(at)} y={LARGE.height - 24} textAnchor={at === rows.length - 1 ? 'end' : 'middle'}>
							{ticks[at].part}
							{yearAt(at) && (
								<tspan x={x(at)} dy="1.25em">
									{yearAt(at)}
								</tspan>
							)}
						</text>
					)}
				</g>
			))}
		</svg>
	);
}

function Many({ courses, frame: { answer, soFar }, whole }: { courses: readonly Course[]; frame: Frame; whole: Course }) {
	const say = useSay();
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
						<svg viewBox={`0 0 ${LITTLE.width} ${LITTLE.height}`} role="img" aria-label={spanName(name, course.rows, say)}>
							<line className="axis" x1={LITTLE.left} x2={LITTLE.width - LITTLE.right} y1={LITTLE.height - LITTLE.bottom} y2={LITTLE.height - LITTLE.bottom} />
							{shares && piecesOf(whole.rows, reach, LITTLE).map((piece) => <path key={piece} className="whole" d={piece} />)}
							<Line rows={course.rows} soFar={soFar} reach={reach} box={LITTLE} />
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

function AsTable({ frame: { answer, soFar }, courses, periods }: { frame: Frame; courses: readonly Course[]; periods: readonly string[] }) {
	const say = useSay();
	const { words } = say;
	return (
		<TableBox label={words.trend}>
			<table className="figure-table">
				<thead>
					<tr>
						<th scope="col">{words.name}</th>
						{periods.map((period, at) => (
							<th key={period} scope="col" className="figure-cell">
								{periodName(period, say)}
								{soFar && at === periods.length - 1 && ` · ${words.soFar}`}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{courses.map(({ key, rows }) => (
						<tr key={key ?? 'all'}>
							<th scope="row">{key === null ? say.wholeName(answer) : say.key(answer, key)}</th>
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
