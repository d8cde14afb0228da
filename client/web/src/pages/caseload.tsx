// The caseload: who needs what next, found as fast as one can type.
import { type CSSProperties, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useData } from '../data';
import { useCell } from '../data/cell';
import { EVERYTHING, pick, type Due, type Order, type Wanted } from '../data/search';
import { today as dayToday } from '../data/time';
import { useFreshness } from '../kit/freshness';
import { useHeight } from '../kit/height';
import { useWords } from '../kit/language';
import { Button, Empty, FailureNotice, Icon, Waiting } from '../kit/parts';
import { useWorkplace } from '../kit/workplace';
import { ViewBar } from './views';
import { CaseGrid, type GridHandle } from './case-grid';

export function CaseloadPage() {
	const { caseload, references, make } = useData();
	const words = useWords();
	const { lexicon, reader } = useWorkplace();
	const state = useCell(caseload.state);
	const wanted = useCell(caseload.wanted);
	const today = dayToday(make.now());
	const grid = useRef<GridHandle>(null);
	const [tools, toolsHeight] = useHeight();

	useEffect(() => {
		document.title = `${words.caseload} · ${words.product}`;
	}, [words]);
	useFreshness(() => {
		void caseload.load();
		void references.load();
	}, caseload.loadedAt);

	const ranks = useMemo(
		() => ({ programme: lexicon.ranks('programme'), phase: lexicon.ranks('case_phase') }),
		[lexicon],
	);
	const rows = useMemo(
		() => pick(state.rows, wanted, { today, reader: reader.staff, ranks }),
		[state.rows, wanted, today, reader.staff, ranks],
	);
	const want = (change: Partial<Wanted>) => caseload.wanted.update((so) => ({ ...so, ...change }));
	const onOrder = useCallback(
		(order: Order) => caseload.wanted.update((so) => ({ ...so, order, down: order === so.order && !so.down })),
		[caseload],
	);
	const filtered = wanted.query !== '' || wanted.programme !== '' || wanted.phase !== '' || wanted.due !== '' || wanted.mine;
	const clear = () => want({ ...EVERYTHING, order: wanted.order, down: wanted.down });

	return (
		<div className="caseload" style={{ '--tools': `${toolsHeight}px` } as CSSProperties}>
			<h1 className="only-read">{words.caseload}</h1>
			<div className="tools" role="search" ref={tools}>
				<ViewBar />
				<SearchBox value={wanted.query} onChange={(query) => want({ query })} onDown={() => grid.current?.enter()} />
				<Choice label={words.programme} value={wanted.programme} options={lexicon.codes('programme')} onChange={(programme) => want({ programme })} />
				<Choice label={words.phase} value={wanted.phase} options={lexicon.codes('case_phase')} onChange={(phase) => want({ phase })} />
				<Choice
					label={words.due}
					value={wanted.due}
					options={[
						{ code: 'overdue', label: words.dueOverdue },
						{ code: 'week', label: words.dueWeek },
						{ code: 'none', label: words.dueNone },
					]}
					onChange={(due) => want({ due: due as Due | '' })}
				/>
				<label className="tick">
					<input type="checkbox" checked={wanted.mine} onChange={(event) => want({ mine: event.target.checked })} />
					{words.mine}
				</label>
				{filtered && (
					<Button look="quiet" onClick={clear}>
						{words.clearFilters}
					</Button>
				)}
				<p className="count" role="status">
					{words.rowCount(rows.length, filtered ? state.rows.length : rows.length)}
					{!state.complete && state.rows.length > 0 && ` · ${words.stillLoading(state.rows.length, state.total)}`}
					<span className="keys-hint"> · {words.keysHint}</span>
				</p>
			</div>
			{state.failure && <FailureNotice failure={state.failure} onRetry={() => void caseload.load()} />}
			{state.rows.length === 0 && !state.complete && !state.failure && <Waiting lines={10} />}
			{state.rows.length === 0 && state.complete && <Empty title={words.noCases}>{words.noCasesHelp}</Empty>}
			{state.rows.length > 0 && rows.length === 0 && (
				<Empty title={words.noMatch} action={<Button onClick={clear}>{words.clearFilters}</Button>}>
					{words.noMatchHelp}
				</Empty>
			)}
			{rows.length > 0 && (
				<CaseGrid
					handle={grid}
					above={toolsHeight}
					rows={rows}
					today={today}
					order={wanted.order}
					down={wanted.down}
					onOrder={onOrder}
				/>
			)}
		</div>
	);
}

interface SearchBoxProps {
	value: string;
	onChange: (value: string) => void;
	/** The person wants to go on into the list. */
	onDown: () => void;
}

function SearchBox({ value, onChange, onDown }: SearchBoxProps) {
	const words = useWords();
	const id = useId();
	const box = useRef<HTMLInputElement>(null);
	// Half-composed pinyin is no query yet: it would empty the list for a moment.
	const [composing, setComposing] = useState<string | null>(null);
	return (
		<div className="search">
			<label className="only-read" htmlFor={id}>
				{words.search}
			</label>
			<Icon shape="search" />
			<input
				id={id}
				ref={box}
				type="text"
				value={composing ?? value}
				placeholder={words.searchHint}
				autoComplete="off"
				spellCheck={false}
				autoFocus
				onChange={(event) => (composing === null ? onChange(event.target.value) : setComposing(event.target.value))}
				onCompositionStart={() => setComposing(value)}
				onCompositionEnd={(event) => {
					setComposing(null);
					onChange(event.currentTarget.value);
				}}
				onKeyDown={(event) => {
					if (event.nativeEvent.isComposing) return;
					if (event.key === 'Escape') onChange('');
					if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
					event.preventDefault();
					onDown();
				}}
			/>
			{value !== '' && (
				<Button
					look="quiet"
					icon="close"
					aria-label={words.clearSearch}
					onClick={() => {
						onChange('');
						box.current?.focus();
					}}
				/>
			)}
		</div>
	);
}

interface ChoiceProps {
	label: string;
	value: string;
	options: readonly { code: string; label: string }[];
	onChange: (code: string) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
	const words = useWords();
	return (
		<label className="choice">
			<span>{label}</span>
			<select value={value} onChange={(event) => onChange(event.target.value)} data-set={value !== ''}>
				<option value="">{words.all}</option>
				{options.map((option) => (
					<option key={option.code} value={option.code}>
						{option.label}
					</option>
				))}
			</select>
		</label>
	);
}
