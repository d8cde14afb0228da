// Where everything of the eco-map stands. The client is in the middle, who lives
// with them in a ring around, everybody and everything else outside, each kind
// in its own quarter; how strong a tie is says the line.
import type { Id, Rec } from '../../../data/wire';

export type TieKind = 'family' | 'friend' | 'community' | 'care' | 'resource';

export interface Tie {
	key: string;
	kind: TieKind;
	name: string;
	/** What it is to the client: mother, neighbour, hospital. */
	role: string;
	together: boolean;
	/** 0–3; null: not rated. */
	strength: number | null;
	supports: string[];
	/** Under strain, or suspected of harm: what is said of it. */
	strain: string;
	marks: string[];
	/** The relation it is drawn from; null when another record says it. */
	rec: Rec | null;
	/** What may be looked at for it. */
	from: Id | null;
}

export interface Placed extends Tie {
	x: number;
	y: number;
}

export const WIDTH = 880;
export const HEIGHT = 560;
export const MIDDLE = { x: WIDTH / 2, y: HEIGHT / 2 };
export const HOME_RX = 190;
export const HOME_RY = 120;
const OUTER_RX = 365;
const OUTER_RY = 232;
/** Quarters begin at the top and go round with the clock. */
const ORDER: readonly TieKind[] = ['family', 'friend', 'community', 'care', 'resource'];

const COMMUNITY = new Set(['committee', 'organisation']);
const FRIENDS = new Set(['friend', 'neighbour', 'colleague']);

export function kindOfRelation(code: string): TieKind {
	if (COMMUNITY.has(code)) return 'community';
	return FRIENDS.has(code) ? 'friend' : 'family';
}

function round(ties: readonly Tie[], rx: number, ry: number, from: number): Placed[] {
	return ties.map((tie, place) => {
		const angle = from + (2 * Math.PI * place) / ties.length;
		return { ...tie, x: MIDDLE.x + rx * Math.cos(angle), y: MIDDLE.y + ry * Math.sin(angle) };
	});
}

export function place(ties: readonly Tie[]): Placed[] {
	const home = ties.filter(({ together }) => together);
	const away = ties.filter(({ together }) => !together);
	const sorted = [...away].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (a.key < b.key ? -1 : 1));
	// Nobody of the household stands over the client's name.
	return [...round(home, HOME_RX * 0.62, HOME_RY * 0.66, home.length > 1 ? 0 : -Math.PI / 2), ...round(sorted, OUTER_RX, OUTER_RY, -Math.PI / 2)];
}

/** The line of a tie: from the edge of the home (or the client) to the tie. */
export function lineTo({ x, y, together }: Placed): { x1: number; y1: number; x2: number; y2: number } {
	const [dx, dy] = [x - MIDDLE.x, y - MIDDLE.y];
	const angle = Math.atan2(dy / HOME_RY, dx / HOME_RX);
	const far = Math.hypot(dx, dy) || 1;
	const start = together ? { x: MIDDLE.x, y: MIDDLE.y } : { x: MIDDLE.x + HOME_RX * Math.cos(angle), y: MIDDLE.y + HOME_RY * Math.sin(angle) };
	// It ends before the words of the tie.
	const gap = together ? 18 : 26;
	return { x1: start.x, y1: start.y, x2: x - (dx / far) * gap, y2: y - (dy / far) * gap };
}

/** A tie under strain is a saw's line. */
export function saw({ x1, y1, x2, y2 }: ReturnType<typeof lineTo>): string {
	const length = Math.hypot(x2 - x1, y2 - y1);
	const teeth = Math.max(Math.round(length / 12), 2);
	const [nx, ny] = [-(y2 - y1) / (length || 1), (x2 - x1) / (length || 1)];
	let path = `M${x1.toFixed(1)} ${y1.toFixed(1)}`;
	for (let i = 1; i < teeth; i++) {
		const [along, side] = [i / teeth, i % 2 ? 5 : -5];
		path += `L${(x1 + (x2 - x1) * along + nx * side).toFixed(1)} ${(y1 + (y2 - y1) * along + ny * side).toFixed(1)}`;
	}
	return `${path}L${x2.toFixed(1)} ${y2.toFixed(1)}`;
}

/** How wide a letter is, in Chinese ones. */
const widthOf = (letter: string): number => (letter < '\u2e80' ? 0.55 : 1);

/** So much of a text fits beside a point, in Chinese letters. */
export const cut = (text: string, most: number): string => {
	const all = Array.from(text);
	const width = all.reduce((sum, letter) => sum + widthOf(letter), 0);
	if (width <= most) return text;
	let room = most - 1;
	const kept = all.filter((letter) => (room -= widthOf(letter)) >= 0);
	return `${kept.join('').trimEnd()}…`;
};
