// What stands above the figures: of when, against what, of whom, for whom.
import { type FormEvent, useEffect, useId, useState } from 'react';
import { useData } from '../../data';
import { clockOf, stamp, today } from '../../data/time';
import { Button } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import type { FigureView } from '../../route';
import { go, toFigures } from '../../route';
import { type Compare, dimOf, type Look } from './ask';
import { earlier, type Grain, periodOf, periodText, readPeriod, toCome } from './period';
import { type FigureWords, useFigureWords } from './say';

interface ToolsProps {
	look: Look;
	compare: Compare;
	onCompare: (compare: Compare) => void;
	/** Sites are told apart: the reader is given a district. */
	district: boolean;
}

export function Tools({ look: { view, period }, compare, onCompare, district }: ToolsProps) {
	const words = useFigureWords();
	const { figures, make } = useData();
	const id = useId();
	const { lexicon } = useWorkplace();
	const printed = [
		words.printedAt(`${today(make.now())} ${clockOf(stamp(make.now()))}`),
		district ? `${words.audience}${words.colon}${view.outside ? words.toOthers : words.amongSites}` : '',
		view.only ? `${words.onlyWhat}${words.colon}${dimOf(view.only) === 'site' ? lexicon.name(view.only) : lexicon.code('programme', view.only)}` : '',
	].filter(Boolean);
	const turn = (more: Partial<FigureView>) => go(toFigures({ ...view, period: periodText(period), ...more }));
	return (
		<div className="figure-tools">
			<PeriodBox key={periodText(period)} view={view} now={periodText(period)} />
			<div className="field">
				<label htmlFor={`${id}-compare`}>{words.compareWith}</label>
				<select id={`${id}-compare`} value={compare} onChange={(event) => onCompare(event.target.value as Compare)}>
					<option value="before">{words.withBefore}</option>
					<option value="year">{words.withYearAgo}</option>
					<option value="nothing">{words.withNothing}</option>
				</select>
			</div>
			{district && <OnlyBox only={view.only} onChange={(only) => turn({ only, by: null })} />}
			{district && (
				<div className="field">
					<label htmlFor={`${id}-audience`}>{words.audience}</label>
					<select id={`${id}-audience`} value={view.outside ? 'outside' : 'sites'} onChange={(event) => turn({ outside: event.target.value === 'outside' })}>
						<option value="sites">{words.amongSites}</option>
						<option value="outside">{words.toOthers}</option>
					</select>
				</div>
			)}
			<div className="figure-doing">
				<Button look="quiet" onClick={() => figures.renew()}>
					{words.renew}
				</Button>
				<Button icon="print" onClick={() => window.print()}>
					{words.print}
				</Button>
			</div>
			<p className="figure-printed">{printed.join(' · ')}</p>
		</div>
	);
}

interface Preset {
	name: (words: FigureWords) => string;
	grain: Grain;
	back: 0 | 1;
}

const PRESETS: readonly Preset[] = [
	{ name: (words) => words.thisYear, grain: 'year', back: 0 },
	{ name: (words) => words.lastYear, grain: 'year', back: 1 },
	{ name: (words) => words.thisQuarter, grain: 'quarter', back: 0 },
	{ name: (words) => words.lastQuarter, grain: 'quarter', back: 1 },
	{ name: (words) => words.thisMonth, grain: 'month', back: 0 },
	{ name: (words) => words.lastMonth, grain: 'month', back: 1 },
];

const presetText = ({ grain, back }: Preset, day: string): string => periodText(earlier(periodOf(day, grain), back));

/** A preset at one press, or any fixed period by typing it. */
function PeriodBox({ view, now }: { view: FigureView; now: string }) {
	const words = useFigureWords();
	const { make } = useData();
	const id = useId();
	const day = today(make.now());
	const preset = PRESETS.find((one) => presetText(one, day) === now);
	const asked = view.period !== null && !readPeriod(view.period) ? view.period : null;
	const [own, setOwn] = useState(!preset || asked !== null);
	const [typed, setTyped] = useState(asked ?? now);
	const [fault, setFault] = useState(asked === null ? '' : words.noPeriod);
	useEffect(() => {
		if (asked === null) return;
		setOwn(true);
		setTyped(asked);
		setFault(words.noPeriod);
	}, [asked, words]);
	const take = (event: FormEvent) => {
		event.preventDefault();
		const period = readPeriod(typed);
		if (!period) setFault(words.noPeriod);
		else if (toCome(period, day)) setFault(words.periodToCome(periodText(period)));
		else {
			setFault('');
			go(toFigures({ ...view, period: periodText(period) }));
		}
	};
	return (
		<form className="figure-period" autoComplete="off" onSubmit={take} noValidate>
			<div className="field">
				<label htmlFor={id}>{words.period}</label>
				<select
					id={id}
					value={own ? 'own' : now}
					onChange={(event) => {
						const chosen = event.target.value;
						setOwn(chosen === 'own');
						if (chosen !== 'own') go(toFigures({ ...view, period: chosen }));
					}}
				>
					{PRESETS.map((one) => (
						<option key={presetText(one, day)} value={presetText(one, day)}>
							{one.name(words)}
						</option>
					))}
					<option value="own">{words.otherPeriod}</option>
				</select>
			</div>
			{own && (
				<div className="field">
					<label htmlFor={`${id}-typed`}>{words.periodTyped}</label>
					<span className="figure-typed">
						<input
							id={`${id}-typed`}
							type="text"
							value={typed}
							autoComplete="off"
							aria-invalid={fault !== ''}
							aria-describedby={`${id}-help`}
							onChange={(event) => setTyped(event.target.value)}
						/>
						<Button type="submit">{words.takePeriod}</Button>
					</span>
					<span id={`${id}-help`} className={fault ? 'fault' : 'hint'} role={fault ? 'alert' : undefined}>
						{fault || words.periodHint}
					</span>
				</div>
			)}
		</form>
	);
}

/** One site or one programme; both at once are not published. */
function OnlyBox({ only, onChange }: { only: string | null; onChange: (only: string | null) => void }) {
	const words = useFigureWords();
	const { lexicon, reader } = useWorkplace();
	const id = useId();
	const sites = lexicon.directory(['site']).filter((site) => site.body['district'] === reader.district);
	const groups: [string, { code: string; label: string }[]][] = [
		[words.programmeOption, lexicon.codes('programme')],
		[words.siteOption, sites.map((site) => ({ code: site.id, label: lexicon.name(site.id) }))],
	];
	return (
		<div className="field figure-only">
			<label htmlFor={id}>{words.onlyWhat}</label>
			<select id={id} value={only ?? ''} onChange={(event) => onChange(event.target.value || null)}>
				<option value="">{words.onlyHint}</option>
				{groups.map(([name, options]) => (
					<optgroup key={name} label={name}>
						{options.map(({ code, label }) => (
							<option key={code} value={code}>
								{label}
							</option>
						))}
					</optgroup>
				))}
			</select>
		</div>
	);
}
