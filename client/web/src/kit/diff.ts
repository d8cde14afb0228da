// What changed from one text to another, in pieces a person reads: what stayed,
// what went, what came. Chinese by the character, other scripts by the word.

export interface Piece {
	kind: 'same' | 'gone' | 'new';
	text: string;
}

/** Beyond this the two are shown one after the other; the work grows with the product. */
const MOST = 3000;

const TOKEN = /[\p{Script=Latin}\p{N}]+|\s+|[^]/gu;

const tokens = (text: string): string[] => text.match(TOKEN) ?? [];

function push(pieces: Piece[], kind: Piece['kind'], text: string): void {
	const last = pieces[pieces.length - 1];
	if (last?.kind === kind) last.text += text;
	else if (text) pieces.push({ kind, text });
}

/** How long the longest common part of a[i…] and b[j…] is, for every i and j. */
function table(a: readonly string[], b: readonly string[]): Uint16Array[] {
	const rows = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
	for (let i = a.length - 1; i >= 0; i--)
		for (let j = b.length - 1; j >= 0; j--)
			rows[i]![j] = a[i] === b[j] ? rows[i + 1]![j + 1]! + 1 : Math.max(rows[i + 1]![j]!, rows[i]![j + 1]!);
	return rows;
}

export function differences(before: string, after: string): Piece[] {
	const a = tokens(before);
	const b = tokens(after);
	let head = 0;
	while (head < a.length && head < b.length && a[head] === b[head]) head++;
	let tail = 0;
	while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
	const x = a.slice(head, a.length - tail);
	const y = b.slice(head, b.length - tail);
	const pieces: Piece[] = [];
	push(pieces, 'same', a.slice(0, head).join(''));
	if (x.length > MOST || y.length > MOST || x.length * y.length > MOST * MOST) {
		push(pieces, 'gone', x.join(''));
		push(pieces, 'new', y.join(''));
	} else walk(pieces, x, y);
	push(pieces, 'same', a.slice(a.length - tail).join(''));
	return pieces;
}

function walk(pieces: Piece[], x: readonly string[], y: readonly string[]): void {
	const common = table(x, y);
	let i = 0;
	let j = 0;
	while (i < x.length && j < y.length) {
		if (x[i] === y[j]) {
			push(pieces, 'same', x[i]!);
			i++;
			j++;
		} else if (common[i + 1]![j]! >= common[i]![j + 1]!) push(pieces, 'gone', x[i++]!);
		else push(pieces, 'new', y[j++]!);
	}
	push(pieces, 'gone', x.slice(i).join(''));
	push(pieces, 'new', y.slice(j).join(''));
}
