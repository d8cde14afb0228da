// One instrument over time: the headline score, the bands it lies in, and rings
// round what changed reliably. A drawing for the eye; the table beneath it says
// the same to everybody.
import { useId } from 'react';
import { daysBetween } from '../../../data/time';
import type { Scale } from '../../../data/wire';
import { useCase } from '../context';
import { useScalesWords } from './say';

export interface Point {
	key: string;
	day: string;
	value: number;
	reliable: boolean;
	way: 'none' | 'better' | 'worse';
}

const WIDTH = 640;
const HEIGHT = 210;
const LEFT = 36;
const RIGHT = 116;
const TOP = 14;
const BOTTOM = 28;

/** Where the days and values fall; one alone stands in the middle, several of one day in a row. */
export function placesOf(points: readonly Point[], low: number, high: number): { x: number; y: number }[] {
	const first = points[0]?.day ?? '';
	const span = points.length > 1 ? daysBetween(first, points[points.length - 1]!.day) : 0;
	const inside = WIDTH - LEFT - RIGHT - 24;
	const along = (day: string, place: number): number => {
		if (span > 0) return daysBetween(first, day) / span;
		return points.length > 1 ? place / (points.length - 1) : 0.5;
	};
	return points.map(({ day, value }, place) => ({ x: LEFT + 12 + along(day, place) * inside, y: yOf(value, low, high) }));
}

function yOf(value: number, low: number, high: number): number {
	const part = high > low ? (value - low) / (high - low) : 0.5;
	return HEIGHT - BOTTOM - Math.min(Math.max(part, 0), 1) * (HEIGHT - TOP - BOTTOM);
}

export function ScaleLine({ scale, points }: { scale: Scale; points: readonly Point[] }) {
	const words = useScalesWords();
	const { lexicon } = useCase();
	const id = useId();
	const score = scale.scores.find((one) => one.name === scale.headline);
	const values = points.map(({ value }) => value);
	const low = score?.min ?? Math.min(...values);
	const high = score?.max ?? Math.max(...values);
	const bands = scale.bands?.of === scale.headline ? scale.bands.list : [];
	const at = placesOf(points, low, high);
	const path = at.map(({ x, y }, place) => `${place ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
	const right = WIDTH - RIGHT;
	return (
		<figure className="scale-line">
			<svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby={`${id}-title`}>
				<title id={`${id}-title`}>{words.lineOf(lexicon.text(score), points.length, points[0]!.day, points[points.length - 1]!.day)}</title>
				{bands.map((band, place) => {
					const top = yOf(bands[place + 1]?.from ?? high, low, high);
					const bottom = yOf(Math.max(band.from, low), low, high);
					return (
						<g key={band.code} className={place % 2 ? 'band band-odd' : 'band'}>
							<rect x={LEFT} y={top} width={right - LEFT} height={Math.max(bottom - top, 0)} />
							<text x={right + 6} y={(top + bottom) / 2 + 4}>
								{lexicon.text(band)}
							</text>
						</g>
					);
				})}
				<line className="axis" x1={LEFT} x2={right} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM} />
				{[low, high].map((value) => (
					<text key={value} className="axis-text" x={LEFT - 6} y={yOf(value, low, high) + 4} textAnchor="end">
						{value}
					</text>
				))}
				<path className="course" d={path} />
				{points.map((point, place) => {
					const { x, y } = at[place]!;
					return (
						<g key={point.key} className={point.reliable ? `mark-${point.way}` : undefined}>
							{point.reliable && <circle className="ring" cx={x} cy={y} r={9} />}
							<circle className="dot" cx={x} cy={y} r={4} />
							<text className="value" x={x} y={y < TOP + 20 ? y + 20 : y - 12} textAnchor="middle">
								{point.value}
							</text>
							{(place === 0 || place === points.length - 1 || points.length < 7) && (
								<text className="axis-text" x={x} y={HEIGHT - 8} textAnchor="middle">
									{point.day.slice(2)}
								</text>
							)}
						</g>
					);
				})}
			</svg>
			{points.some(({ reliable }) => reliable) && <figcaption className="under">{words.ringHelp}</figcaption>}
		</figure>
	);
}
