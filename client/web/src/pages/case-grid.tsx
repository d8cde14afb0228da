// The lines of the caseload, of which only those in view are drawn.
//
// One line at a time can be reached by Tab; the arrow keys move it (the grid
// pattern of the ARIA Authoring Practices). Each name is also a link, so that
// a case can be opened in a new tab.
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, memo, type Ref, useCallback, useEffect, useImperativeHandle, useLayoutEffect, useReducer, useRef, useState } from 'react';
import { useData } from '../data';
import type { Order, Row } from '../data/search';
import { daysBetween } from '../data/time';
import type { Id, Label } from '../data/wire';
import { dueText } from '../kit/due';
import { useWords } from '../kit/language';
import { type Mask, useMask } from '../kit/mask';
import { Chip, Icon } from '../kit/parts';
import { sexAge } from '../kit/person';
import { usePrinting } from '../kit/printing';
import { useWorkplace } from '../kit/workplace';
import { go, toCase } from '../route';
import type { Words } from '../words';
import { RiskChips } from './risk';

export interface GridHandle {
	/** Moves the focus to the line that was last on, or the first. */
	enter: () => void;
}

/** A guess until a line was measured; the style sheet decides. */
const LINE_PX = 52;
/** Lines drawn beyond the window on either side. */
const OVERSCAN = 6;
/** The app's bar and the column heads, which stay in place over the lines. */
const STUCK_PX = 90;
/** Far beyond what anybody prints; keeps a slip from drawing ten thousand lines. */
const PRINT_MAX = 1000;

const COLUMNS: readonly { order: Order | null; label: (words: Words) => string }[] = [
	{ order: 'name', label: (words) => words.name },
	{ order: null, label: (words) => words.sexAge },
	{ order: 'programme', label: (words) => words.programme },
	{ order: 'phase', label: (words) => words.phase },
	{ order: 'danger', label: (words) => words.risk },
	{ order: 'due', label: (words) => words.nextDue },
	{ order: 'contact', label: (words) => words.lastContact },
	{ order: 'manager', label: (words) => words.manager },
];

interface CaseGridProps {
	handle: Ref<GridHandle>;
	/** Height of the tools above; where the lines begin depends on it. */
	above: number;
	rows: readonly Row[];
	today: string;
	order: Order;
	down: boolean;
	onOrder: (order: Order) => void;
}

/** Drawn again only when the list itself changes, not with every key typed above it. */
export const CaseGrid = memo(function CaseGrid({ handle, above, rows, today, order, down, onOrder }: CaseGridProps) {
	const { caseload } = useData();
	const words = useWords();
	const body = useRef<HTMLDivElement>(null);
	const printing = usePrinting();
	const [top, setTop] = useState(0);
	const [active, setActive] = useState(() => Math.max(rows.findIndex((row) => row.line.case === caseload.place.case), 0));
	// Set when the focus shall follow the active line once that is drawn, which
	// each turn looks for, also when the line stays the same.
	const follow = useRef(caseload.place.case !== null);
	const [, turn] = useReducer((n: number) => n + 1, 0);
	const current = Math.min(active, rows.length - 1);

	const virtual = useWindowVirtualizer({
		count: rows.length,
		estimateSize: () => LINE_PX,
		overscan: OVERSCAN,
		scrollMargin: top,
		scrollPaddingStart: above + STUCK_PX,
		// Another function would have every line of the list measured anew.
		getItemKey: useCallback((index: number) => rows[index]!.line.case, [rows]),
		initialOffset: caseload.place.scroll,
	});

	useLayoutEffect(() => {
		const box = body.current;
		if (box) setTop(box.getBoundingClientRect().top + window.scrollY);
	}, [above]);
	useLayoutEffect(() => {
		window.scrollTo(0, caseload.place.scroll);
		return () => {
			caseload.place.scroll = window.scrollY;
		};
	}, [caseload]);
	useEffect(() => {
		if (!follow.current) return;
		const line = body.current?.querySelector<HTMLElement>(`[data-index="${current}"]`);
		if (!line) return;
		follow.current = false;
		line.focus({ preventScroll: true });
	});

	const move = (to: number) => {
		const next = Math.max(0, Math.min(to, rows.length - 1));
		follow.current = true;
		setActive(next);
		turn();
		virtual.scrollToIndex(next, { align: 'auto' });
	};
	useImperativeHandle(handle, () => ({ enter: () => move(current) }));

	const open = useCallback(
		(id: Id) => {
			caseload.place.case = id;
			go(toCase(id));
		},
		[caseload],
	);
	const press = (event: KeyboardEvent) => {
		const page = Math.max(1, Math.floor(window.innerHeight / LINE_PX) - 5);
		const steps: { [key: string]: number } = {
			ArrowDown: current + 1,
			ArrowUp: current - 1,
			PageDown: current + page,
			PageUp: current - page,
			Home: 0,
			End: rows.length - 1,
		};
		const to = steps[event.key];
		if (event.key === 'Enter' && !(event.target instanceof HTMLAnchorElement)) open(rows[current]!.line.case);
		else if (to !== undefined) move(to);
		else return;
		event.preventDefault();
	};

	const items = virtual.getVirtualItems();
	const all = printing ? rows.slice(0, PRINT_MAX).map((_, index) => index) : items.map((item) => item.index);
	const before = printing ? 0 : (items[0]?.start ?? top) - top;
	const after = printing ? 0 : virtual.getTotalSize() - ((items[items.length - 1]?.end ?? top) - top);
	return (
		<div className="grid" role="grid" aria-rowcount={rows.length + 1} aria-colcount={COLUMNS.length} aria-label={words.caseload}>
			<div className="grid-head" role="rowgroup">
				<div className="grid-line" role="row" aria-rowindex={1}>
					{COLUMNS.map((column, i) => (
						<div
							key={i}
							role="columnheader"
							aria-sort={column.order === order ? (down ? 'descending' : 'ascending') : undefined}
						>
							{column.order ? (
								<button type="button" onClick={() => onOrder(column.order!)}>
									{column.label(words)}
									{column.order === order && <Icon shape={down ? 'down' : 'up'} />}
								</button>
							) : (
								column.label(words)
							)}
						</div>
					))}
				</div>
			</div>
			<div className="grid-body" role="rowgroup" ref={body} onKeyDown={press}>
				<div style={{ height: before }} role="presentation" />
				{all.map((index) => (
					<Line
						key={rows[index]!.line.case}
						row={rows[index]!}
						index={index}
						active={index === current}
						today={today}
						measure={virtual.measureElement}
						onFocus={setActive}
						onOpen={open}
					/>
				))}
				<div style={{ height: Math.max(after, 0) }} role="presentation" />
			</div>
		</div>
	);
});

interface LineProps {
	row: Row;
	index: number;
	active: boolean;
	today: string;
	measure: (element: HTMLElement | null) => void;
	onFocus: (index: number) => void;
	onOpen: (id: Id) => void;
}

const Line = memo(function Line({ row: { line }, index, active, today, measure, onFocus, onOpen }: LineProps) {
	const words = useWords();
	const { lexicon } = useWorkplace();
	const mask = useMask();
	return (
		<div
			className="grid-line"
			role="row"
			ref={measure}
			data-index={index}
			aria-rowindex={index + 2}
			aria-selected={active}
			tabIndex={active ? 0 : -1}
			onFocus={() => onFocus(index)}
			onClick={(event) => !(event.target as HTMLElement).closest('a') && onOpen(line.case)}
		>
			<div role="gridcell" className="cell-name">
				<a href={toCase(line.case)} tabIndex={-1} onClick={(event) => plainClick(event) && onOpen(line.case)}>
					{shownName(line.name, mask, words)}
				</a>
				<span className="under">{line.number}</span>
			</div>
			<div role="gridcell">{sexAge(line.sex, line.birth, today, lexicon, words)}</div>
			<div role="gridcell" className="cell-programme">
				{lexicon.code('programme', line.programme)}
			</div>
			<div role="gridcell">{lexicon.code('case_phase', line.phase)}</div>
			<div role="gridcell" className="cell-risk">
				<RiskChips summary={line} />
			</div>
			<div role="gridcell" className="cell-due">
				<DueCell due={line.next_due} what={line.next_label} today={today} />
			</div>
			<div role="gridcell">
				{line.last_contact && (
					<>
						{line.last_contact}
						<span className="under">{words.daysAgo(Math.max(daysBetween(line.last_contact, today), 0))}</span>
					</>
				)}
			</div>
			<div role="gridcell">{line.manager_name}</div>
		</div>
	);
});

function shownName(name: string | null, mask: Mask, words: Words): string {
	return name ? mask.name(name) : words.noName;
}

/** A click that means "open here"; others are the browser's (new tab, …). */
function plainClick(event: React.MouseEvent): boolean {
	if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return false;
	event.preventDefault();
	return true;
}

function DueCell({ due, what, today }: { due: string | null; what: Label | null; today: string }) {
	const words = useWords();
	const { lexicon } = useWorkplace();
	if (!due) return <span className="faint">—</span>;
	const { text, tone } = dueText(due, today, words);
	return (
		<>
			<span className={`due due-${tone}`}>
				{due}
				{tone !== 'calm' && <Chip tone={tone}>{text}</Chip>}
			</span>
			<span className="under">
				{what && lexicon.text(what)}
				{tone === 'calm' && ` ${text}`}
			</span>
		</>
	);
}
