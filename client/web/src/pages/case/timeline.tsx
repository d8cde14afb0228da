// Everything recorded in a case, newest first, by month. What lies ahead (a goal's
// or a task's due day) stands apart, the nearest first.
import { useMemo, useState } from 'react';
import { useData } from '../../data';
import { momentOf, type Shown } from '../../data/casefile';
import { useCell } from '../../data/cell';
import { draftKey } from '../../data/drafts';
import { clockOf, dayOf, today as dayToday, weekday } from '../../data/time';
import type { Id } from '../../data/wire';
import { Button, Empty } from '../../kit/parts';
import { go, toAdd } from '../../route';
import { useCase, useCaseWords } from './context';
import { TimelineRecord } from './record';

/** Enough for most cases at once; older ones are one press away. */
const PAGE = 100;

/** What the face sheet and the conflict list show; not events of their own. */
const ELSEWHERE = new Set(['case', 'person', 'conflict']);

interface Item extends Shown {
	day: string;
	clock: string;
}

interface TimelineProps {
	shown: readonly Shown[];
	/** The record saved last: it must be in view whatever the filter was. */
	saved: Id | null;
}

export function Timeline({ shown, saved }: TimelineProps) {
	const { drafts, make } = useData();
	const words = useCaseWords();
	const { doc, lexicon } = useCase();
	const [kind, setKind] = useState<string | null>(null);
	const [seen, setSeen] = useState(saved);
	if (saved !== seen) {
		setSeen(saved);
		setKind(null);
	}
	const [limit, setLimit] = useState(PAGE);
	const [open, setOpen] = useState<ReadonlySet<Id>>(new Set());
	const hasDraft = useCell(drafts.all).has(draftKey(doc.case, 'service', null));

	const items = useMemo(() => itemsOf(shown, (type) => lexicon.type(type)?.sort), [shown, lexicon]);
	const kinds = useMemo(() => countKinds(items, (type) => lexicon.type(type)?.no ?? 999), [items, lexicon]);
	const chosen = kind ? items.filter(({ rec }) => rec.type === kind) : items;
	const today = dayToday(make.now());
	const ahead = chosen.filter(({ day }) => day > today).reverse();
	const past = chosen.filter(({ day }) => day <= today);
	const onToggle = (id: Id) =>
		setOpen((so) => {
			const next = new Set(so);
			if (!next.delete(id)) next.add(id);
			return next;
		});
	const toggling = { open, onToggle };
	return (
		<section aria-labelledby="timeline">
			<div className="timeline-head">
				<h2 id="timeline">{words.timeline}</h2>
				<Button id="add" look="main" icon="plus" onClick={() => go(toAdd(doc.case, 'service'))}>
					{hasDraft ? words.resumeDraft : words.addService}
				</Button>
			</div>
			{kinds.length > 1 && (
				<div className="kinds" role="group" aria-label={words.kindsLabel}>
					<KindButton label={words.allKinds} n={items.length} on={kind === null} onPress={() => setKind(null)} />
					{kinds.map(([type, n]) => (
						<KindButton
							key={type}
							label={lexicon.typeLabel(type)}
							n={n}
							on={kind === type}
							onPress={() => setKind(kind === type ? null : type)}
						/>
					))}
				</div>
			)}
			{items.length === 0 && <Empty title={words.noRecords}>{words.noRecordsHelp}</Empty>}
			{items.length > 0 && chosen.length === 0 && <Empty title={words.noRecordsOfKind} />}
			{ahead.length > 0 && <Stretch title={words.ahead} items={ahead} withYear {...toggling} />}
			{monthsOf(past.slice(0, limit)).map(([month, of]) => (
				<Stretch key={month} title={words.month(month.slice(0, 4), month.slice(5, 7))} items={of} {...toggling} />
			))}
			{past.length > limit && (
				<Button onClick={() => setLimit(limit + PAGE)}>{words.showEarlier(Math.min(PAGE, past.length - limit))}</Button>
			)}
		</section>
	);
}

interface StretchProps {
	title: string;
	items: readonly Item[];
	withYear?: boolean;
	open: ReadonlySet<Id>;
	onToggle: (id: Id) => void;
}

function Stretch({ title, items, withYear = false, open, onToggle }: StretchProps) {
	const words = useCaseWords();
	return (
		<section className="stretch">
			<h3>{title}</h3>
			<ol className="timeline">
				{items.map((item) => (
					<li key={item.rec.id} data-rec={item.rec.id}>
						<div className="when">
							<span>{withYear ? item.day : item.day.slice(5)}</span>
							<span className="under">
								{words.weekdays[weekday(item.day)]} {item.clock}
							</span>
						</div>
						<TimelineRecord shown={item} open={open.has(item.rec.id)} onToggle={() => onToggle(item.rec.id)} />
					</li>
				))}
			</ol>
		</section>
	);
}

function KindButton({ label, n, on, onPress }: { label: string; n: number; on: boolean; onPress: () => void }) {
	return (
		<button type="button" className="kind" aria-pressed={on} onClick={onPress}>
			{label} <span className="kind-n">{n}</span>
		</button>
	);
}

function itemsOf(shown: readonly Shown[], sortOf: (type: string) => string | undefined): Item[] {
	return shown
		.filter(({ rec }) => !ELSEWHERE.has(rec.type))
		.map((one) => {
			const moment = momentOf(one.rec, sortOf(one.rec.type));
			const timed = moment.length > 10;
			return { ...one, moment, day: timed ? dayOf(moment) : moment, clock: timed ? clockOf(moment) : '' };
		})
		.sort((a, b) => (a.day + a.clock < b.day + b.clock ? 1 : a.day + a.clock > b.day + b.clock ? -1 : a.rec.id < b.rec.id ? 1 : -1));
}

function countKinds(items: readonly Item[], noOf: (type: string) => number): [string, number][] {
	const counts = new Map<string, number>();
	for (const { rec } of items) counts.set(rec.type, (counts.get(rec.type) ?? 0) + 1);
	return [...counts].sort((a, b) => b[1] - a[1] || noOf(a[0]) - noOf(b[0]));
}

function monthsOf(items: readonly Item[]): [string, Item[]][] {
	const months = new Map<string, Item[]>();
	for (const item of items) {
		const month = item.day.slice(0, 7);
		months.set(month, [...(months.get(month) ?? []), item]);
	}
	return [...months];
}
