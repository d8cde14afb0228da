// The marks above the timeline: kind, person, period, only unsigned, words.
import { useId } from 'react';
import { Button } from '../../kit/parts';
import { DateBox } from '../../kit/widgets';
import { useCase, useCaseWords } from './context';
import { type Filter, type Item, NO_FILTER, PERIODS, peopleIn, type Period } from './timeline-filter';

interface FiltersProps {
	items: readonly Item[];
	kinds: readonly [string, number][];
	filter: Filter;
	found: number;
	onChange: (filter: Filter) => void;
}

export function Filters({ items, kinds, filter, found, onChange }: FiltersProps) {
	const words = useCaseWords();
	const { lexicon } = useCase();
	const set = (more: Partial<Filter>) => onChange({ ...filter, ...more });
	const narrowed = Object.entries(NO_FILTER).some(([name, value]) => filter[name as keyof Filter] !== value);
	return (
		<div className="filters" role="search" aria-label={words.timeline}>
			<div className="kinds" role="group" aria-label={words.kindsLabel}>
				<KindButton label={words.allKinds} n={items.length} on={filter.kind === null} onPress={() => set({ kind: null })} />
				{kinds.map(([type, n]) => (
					<KindButton
						key={type}
						label={lexicon.typeLabel(type)}
						n={n}
						on={filter.kind === type}
						onPress={() => set({ kind: filter.kind === type ? null : type })}
					/>
				))}
			</div>
			<div className="filter-line">
				<input autoComplete="off"
					type="search"
					aria-label={words.filterText}
					placeholder={words.filterText}
					value={filter.text}
					onChange={(event) => set({ text: event.target.value })}
				/>
				<select aria-label={words.filterPerson} value={filter.person ?? ''} onChange={(event) => set({ person: event.target.value || null })}>
					<option value="">{words.everybody}</option>
					{peopleIn(items).map((id) => (
						<option key={id} value={id}>
							{words.by(lexicon.name(id), lexicon.siteOf(id))}
						</option>
					))}
				</select>
				<select aria-label={words.filterPeriod} value={filter.period} onChange={(event) => set({ period: event.target.value as Period })}>
					{(Object.keys(PERIODS) as Period[]).map((period) => (
						<option key={period} value={period}>
							{words.periods[period]}
						</option>
					))}
				</select>
				<button type="button" className="kind" aria-pressed={filter.unsigned} onClick={() => set({ unsigned: !filter.unsigned })}>
					{words.onlyUnsigned}
				</button>
				{narrowed && (
					<>
						<span className="faint" role="status">
							{words.found(found)}
						</span>
						<Button look="quiet" onClick={() => onChange(NO_FILTER)}>
							{words.clearFilters}
						</Button>
					</>
				)}
			</div>
			{filter.period === 'own' && <OwnPeriod filter={filter} set={set} />}
		</div>
	);
}

function OwnPeriod({ filter, set }: { filter: Filter; set: (more: Partial<Filter>) => void }) {
	const words = useCaseWords();
	const id = useId();
	const day = (value: string | null) => (value && /^\d{4}-\d\d-\d\d$/.test(value) ? value : null);
	return (
		<div className="filter-line">
			<span id={`${id}-from`}>{words.fromDay}</span>
			<DateBox labelledBy={`${id}-from`} describedBy={undefined} invalid={false} required={false} value={filter.from} onChange={(value) => set({ from: day(value) })} />
			<span id={`${id}-to`}>{words.toDay}</span>
			<DateBox labelledBy={`${id}-to`} describedBy={undefined} invalid={false} required={false} value={filter.to} onChange={(value) => set({ to: day(value) })} />
		</div>
	);
}

function KindButton({ label, n, on, onPress }: { label: string; n: number; on: boolean; onPress: () => void }) {
	return (
		<button type="button" className="kind" aria-pressed={on} onClick={onPress}>
			{label} <span className="kind-n">{n}</span>
		</button>
	);
}
