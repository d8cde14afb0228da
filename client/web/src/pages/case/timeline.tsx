// Everything recorded in a case, newest first, by month. What lies ahead (a goal's
// or a task's due day) stands apart, the nearest first. Only the lines near the
// window are drawn, so that a case of years opens like one of weeks.
import { defaultRangeExtractor, measureElement, type Range, useWindowVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useData } from '../../data';
import { momentOf, type Shown } from '../../data/casefile';
import { useCell } from '../../data/cell';
import { clockOf, today as dayToday, weekday } from '../../data/time';
import type { Id } from '../../data/wire';
import { Empty } from '../../kit/parts';
import { usePrinting } from '../../kit/printing';
import { AddBar } from './add';
import { useCase, useCaseWords } from './context';
import { useShownValue } from './fields';
import { TimelineRecord } from './record';
import { countKinds, filtered, type Item, type Line, linesOf, NO_FILTER, timed } from './timeline-filter';
import { Filters } from './timeline-filters';

/** What the face sheet and the conflict list show; not events of their own. */
const ELSEWHERE = new Set(['case', 'person', 'conflict']);

/** Pixels, until a line was measured. */
const LINE_PX = 88;
const HEAD_PX = 44;

interface TimelineProps {
	shown: readonly Shown[];
	/** The record saved last: it must be in view whatever the filter was. */
	saved: Id | null;
}

export function Timeline({ shown, saved }: TimelineProps) {
	const { make } = useData();
	const words = useCaseWords();
	const { lexicon } = useCase();
	const [filter, setFilter] = useState(NO_FILTER);
	const [seen, setSeen] = useState(saved);
	if (saved !== seen) {
		setSeen(saved);
		setFilter(NO_FILTER);
	}
	const today = dayToday(make.now());
	const textOf = useTextOf();

	const items = useMemo(() => itemsOf(shown, (type) => lexicon.type(type)?.sort), [shown, lexicon]);
	const kinds = useMemo(() => countKinds(items, (type) => lexicon.type(type)?.no ?? 999), [items, lexicon]);
	const chosen = useMemo(
		() => filtered(items, filter, { textOf, today, signable: (type) => lexicon.type(type)?.signable ?? false }),
		[items, filter, textOf, today, lexicon],
	);
	const lines = useMemo(() => linesOf(chosen, today), [chosen, today]);
	return (
		<section aria-labelledby="timeline">
			<div className="timeline-head">
				<h2 id="timeline">{words.timeline}</h2>
				<AddBar />
			</div>
			{items.length > 1 && <Filters items={items} kinds={kinds} filter={filter} found={chosen.length} onChange={setFilter} />}
			{items.length === 0 && <Empty title={words.noRecords}>{words.noRecordsHelp}</Empty>}
			{items.length > 0 && chosen.length === 0 && <Empty title={words.noRecordsOfKind} />}
			<Lines lines={lines} today={today} saved={saved} />
		</section>
	);
}

/** All that a record shows, made once for each record. */
function useTextOf(): (item: Item) => string {
	const { lexicon, mask } = useCase();
	const show = useShownValue();
	// Names that are hidden are not found either; another language reads otherwise.
	const held = useMemo(() => new WeakMap<object, string>(), [lexicon, mask]);
	return useCallback(
		({ rec }) => {
			const known = held.get(rec);
			if (known !== undefined) return known;
			const fields = (lexicon.type(rec.type)?.fields ?? []).map((field) => show(rec.type, field, rec.body[field.name]));
			const text = [lexicon.typeLabel(rec.type), mask.prose(lexicon.title(rec)), lexicon.name(rec.by), lexicon.siteOf(rec.by), ...fields].join(' ');
			held.set(rec, text);
			return text;
		},
		// `show` is made of the same two.
		[held, lexicon, mask],
	);
}

function Lines({ lines, today, saved }: { lines: readonly Line[]; today: string; saved: Id | null }) {
	const list = useRef<HTMLOListElement>(null);
	const [top, setTop] = useState(0);
	const [open, setOpen] = useState<ReadonlySet<Id>>(new Set());
	const printing = usePrinting();
	// The line that has the focus stays drawn, or the focus would be lost.
	const focused = useRef(-1);
	/** What was saved here last and has been brought into sight. */
	const brought = useRef<Id | null>(null);
	const virtual = useWindowVirtualizer({
		count: lines.length,
		estimateSize: (index) => (lines[index]!.item ? LINE_PX : HEAD_PX),
		overscan: 4,
		// Hidden behind a form a line has no height; taken at its word, all of them would be drawn.
		measureElement: (element, entry, instance) =>
			measureElement(element, entry, instance) || instance.options.estimateSize(instance.indexFromElement(element)),
		scrollMargin: top,
		getItemKey: useCallback((index: number) => lines[index]!.item?.rec.id ?? lines[index]!.head!, [lines]),
		rangeExtractor: (range: Range) => {
			const drawn = defaultRangeExtractor(range);
			const at = focused.current;
			return at >= 0 && at < lines.length && !drawn.includes(at) ? [...drawn, at].sort((a, b) => a - b) : drawn;
		},
	});
	// What stands above may grow at any time.
	useLayoutEffect(() => {
		const measure = () => list.current && setTop(list.current.getBoundingClientRect().top + window.scrollY);
		measure();
		const watch = new ResizeObserver(measure);
		watch.observe(document.body);
		return () => watch.disconnect();
	}, []);
	useEffect(() => {
		const at = saved && brought.current !== saved ? lines.findIndex((line) => line.item?.rec.id === saved) : -1;
		if (at < 0) return;
		// The list may still be behind the form, where nothing can be scrolled to.
		let tries = 40;
		let timer = 0;
		const bring = () => {
			const line = list.current?.querySelector<HTMLElement>(`[data-rec="${saved}"] button`);
			if (line?.offsetParent) {
				brought.current = saved;
				line.focus();
			} else if (tries-- > 0) {
				virtual.scrollToIndex(at, { align: 'center' });
				timer = window.setTimeout(bring, 50);
			}
		};
		bring();
		return () => clearTimeout(timer);
		// Once a save, as soon as it is among the lines.
	}, [saved, lines]);

	const { drafts } = useData();
	const wanted = drafts.all.get().get(useCell(drafts.reopened) ?? '')?.rec;
	useEffect(() => {
		const at = wanted ? lines.findIndex((line) => line.item?.rec.id === wanted) : -1;
		if (at < 0) return;
		setOpen((so) => new Set(so).add(wanted!));
		virtual.scrollToIndex(at, { align: 'center' });
	}, [wanted]);
	const onToggle = useCallback(
		(id: Id) =>
			setOpen((so) => {
				const next = new Set(so);
				if (!next.delete(id)) next.add(id);
				return next;
			}),
		[],
	);
	const onFocus = useCallback((index: number) => {
		focused.current = index;
	}, []);
	const drawn = virtual.getVirtualItems();
	const all = printing ? lines.map((_, index) => ({ index, start: top, end: top })) : drawn;
	let at = top;
	return (
		<ol className="timeline" ref={list}>
			{all.map(({ index, start, end }) => {
				const gap = printing ? 0 : Math.max(start - at, 0);
				at = end;
				return (
					<LineOf
						key={virtual.options.getItemKey(index)}
						line={lines[index]!}
						index={index}
						gap={gap}
						today={today}
						open={open.has(lines[index]!.item?.rec.id ?? '')}
						measure={virtual.measureElement}
						onFocus={onFocus}
						onToggle={onToggle}
					/>
				);
			})}
			{!printing && <li aria-hidden="true" className="gap" style={{ height: Math.max(top + virtual.getTotalSize() - at, 0) }} />}
		</ol>
	);
}

interface LineOfProps {
	line: Line;
	index: number;
	/** Pixels of lines not drawn before this one. */
	gap: number;
	today: string;
	open: boolean;
	measure: (element: Element | null) => void;
	onFocus: (index: number) => void;
	onToggle: (id: Id) => void;
}

/** Drawn once, however often its neighbours are measured. */
const LineOf = memo(function LineOf({ line, index, gap, today, open, measure, onFocus, onToggle }: LineOfProps) {
	const words = useCaseWords();
	const { head, item } = line;
	return (
		<>
			{gap > 0 && <li aria-hidden="true" className="gap" style={{ height: gap }} />}
			{item ? (
				<li data-index={index} data-rec={item.rec.id} ref={measure} onFocus={() => onFocus(index)}>
					<div className="when">
						<span>{item.day > today ? item.day : item.day.slice(5)}</span>
						<span className="under">
							{words.weekdays[weekday(item.day)]} {item.clock}
						</span>
					</div>
					<TimelineRecord shown={item} open={open} onToggle={() => onToggle(item.rec.id)} />
				</li>
			) : (
				<li data-index={index} ref={measure} className="stretch">
					<h3>{head === 'ahead' ? words.ahead : words.month(head!.slice(0, 4), head!.slice(5, 7))}</h3>
				</li>
			)}
		</>
	);
});

function itemsOf(shown: readonly Shown[], sortOf: (type: string) => string | undefined): Item[] {
	return shown
		.filter(({ rec }) => !ELSEWHERE.has(rec.type))
		.map((one) => timed(one, momentOf(one.rec, sortOf(one.rec.type)), clockOf))
		.sort((a, b) => (a.day + a.clock < b.day + b.clock ? 1 : a.day + a.clock > b.day + b.clock ? -1 : a.rec.id < b.rec.id ? 1 : -1));
}
