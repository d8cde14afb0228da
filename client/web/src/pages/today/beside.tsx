// What waits besides the dates: letters with their clocks, tasks, cases that are
// new, own records without a signature, work that has not arrived.
import { type ReactNode, useMemo } from 'react';
import { useData } from '../../data';
import { textAt } from '../../data/body';
import { useCell } from '../../data/cell';
import { draftTitle } from '../../data/drafts';
import { aboutOf, matterOf, statusCodes, statusOf, waitingOf } from '../../data/letters';
import { isUnsent } from '../../data/outbox';
import { notTaken, onlyHere } from '../../data/station';
import { clockOf, dayOf } from '../../data/time';
import type { Id, LetterLine, Rec, Summary, TodayDoc } from '../../data/wire';
import { dueText } from '../../kit/due';
import { useOwnWords } from '../../kit/language';
import { LetterClock } from '../../kit/letter-clock';
import { type Mask, useMask } from '../../kit/mask';
import { Chip, FailureNotice, Waiting } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import { toCase, toEdit, toGroup, toLetter, toSync } from '../../route';
import { todayWords } from './words';

export function Beside({ day }: { day: string }) {
	const { today } = useData();
	const { value, failure } = useCell(today.state);
	return (
		<div className="beside">
			<Unsent />
			<Begun />
			{!value && !failure && <Waiting lines={6} />}
			{value && <Waits doc={value} day={day} />}
		</div>
	);
}

function Waits({ doc, day }: { doc: TodayDoc; day: string }) {
	const words = useOwnWords(todayWords);
	const { letters } = useData();
	const { visits, tasks, shared, unsigned } = doc;
	const { lines, loaded, failure } = useCell(letters.state);
	const { in: asked, back, out } = waitingOf(lines);
	const nothing = [visits, asked, back, out, tasks, shared, unsigned].every((list) => list.length === 0);
	return (
		<>
			{failure && !loaded && <FailureNotice failure={failure} onRetry={() => void letters.load()} />}
			<Visits visits={visits} day={day} />
			<Letters />
			<Tasks tasks={tasks} day={day} />
			<Shared shared={shared} />
			<Unsigned records={unsigned} />
			{nothing && loaded && <p className="faint">{words.nothingWaits}</p>}
		</>
	);
}

/** More than this is folded away. */
const SHOWN = 6;

function Part({ title, tone, items }: { title: string; tone?: 'warn'; items: readonly ReactNode[] }) {
	const words = useOwnWords(todayWords);
	if (items.length === 0) return null;
	return (
		<section className="beside-part" data-tone={tone}>
			<h2>
				{title} <span className="kind-n">{items.length}</span>
			</h2>
			<ul className="plain">{items.slice(0, SHOWN)}</ul>
			{items.length > SHOWN && (
				<details>
					<summary>{words.allOfThem(items.length)}</summary>
					<ul className="plain">{items.slice(SHOWN)}</ul>
				</details>
			)}
		</section>
	);
}

/** The line of a case, when it is in the caseload. */
function useLine(): (id: Id | null) => Summary | undefined {
	const { rows } = useCell(useData().caseload.state);
	return (id) => (id ? rows.find(({ line }) => line.case === id)?.line : undefined);
}

function whoOf(line: Summary | undefined, mask: Mask): string {
	if (!line) return '';
	return line.name ? mask.name(line.name) : (line.number ?? '');
}

/** Letters that wait for an answer or for its being seen, as their own list has them. */
function Letters() {
	const { letters } = useData();
	const words = useOwnWords(todayWords);
	const { lines } = useCell(letters.state);
	const sorted = useMemo(() => waitingOf(lines), [lines]);
	const groups: [string, readonly LetterLine[]][] = [
		[words.lettersIn, sorted.in],
		[words.lettersBack, sorted.back],
		[words.lettersOut, sorted.out],
	];
	return (
		<>
			{groups.map(([title, list]) => (
				<Part
					key={title}
					title={`${words.lettersTitle}${words.colon}${title}`}
					items={list.map((line) => (
						<LetterItem key={line.letter.id} line={line} />
					))}
				/>
			))}
		</>
	);
}

function LetterItem({ line }: { line: LetterLine }) {
	const words = useOwnWords(todayWords);
	const { lexicon } = useWorkplace();
	const mask = useMask();
	const { letter } = line;
	const of = useLine()(letter.case);
	const ours = line.direction === 'out';
	const title = [lexicon.typeLabel(letter.type), matterOf(letter, lexicon)].filter(Boolean).join(' · ');
	return (
		<li>
			<span className="beside-line">
				<a href={toLetter(letter.id)}>{title}</a>
				<LetterClock line={line} />
			</span>
			<span className="under">
				{[
					whoOf(of, mask) || mask.name(aboutOf(letter)),
					ours ? words.toSite(lexicon.name(textAt(letter, 'to_site'))) : words.fromSite(lexicon.name(letter.site)),
					ours && lexicon.code(statusCodes(letter), statusOf(letter)),
				]
					.filter(Boolean)
					.join(' · ')}
			</span>
		</li>
	);
}

/** Planned services, those that were missed first; one press goes on with it. */
function Visits({ visits, day }: { visits: readonly Rec[]; day: string }) {
	const words = useOwnWords(todayWords);
	const { lexicon } = useWorkplace();
	const mask = useMask();
	const lineOf = useLine();
	const at = (rec: Rec): string => String(rec.body['started_at'] ?? '');
	const sorted = [...visits].sort((a, b) => Date.parse(at(a)) - Date.parse(at(b)));
	return (
		<Part
			title={words.visitsTitle}
			items={sorted.map((rec) => {
				const on = dayOf(at(rec));
				const late = dueText(on, day, words);
				return (
					<li key={rec.id}>
						<span className="beside-line">
							<span>
								<a href={toEdit(rec.case ?? '', rec.id)}>{lexicon.code('service_kind', String(rec.body['kind'] ?? ''))}</a>
								<span className="beside-clock">{[on === day ? '' : on, clockOf(at(rec))].filter(Boolean).join(' ')}</span>
							</span>
							<Chip tone={late.tone}>{late.text}</Chip>
						</span>
						<span className="under">{whoOf(lineOf(rec.case), mask)}</span>
					</li>
				);
			})}
		/>
	);
}

function Tasks({ tasks, day }: { tasks: readonly Rec[]; day: string }) {
	const words = useOwnWords(todayWords);
	const { lexicon } = useWorkplace();
	const mask = useMask();
	const lineOf = useLine();
	return (
		<Part
			title={words.tasksTitle}
			items={tasks.map((rec) => {
				const { title, due } = rec.body;
				const line = lineOf(rec.case);
				const late = typeof due === 'string' && due ? dueText(due, day, words) : null;
				const { kind } = rec.body;
				// A free text may name anybody; what kind of task it is names nobody.
				const text = mask.on ? `${lexicon.code('task_kind', String(kind ?? '')) || lexicon.typeLabel(rec.type)} ${mask.detail(String(title))}` : String(title);
				return (
					<li key={rec.id}>
						<span className="beside-line">
							{rec.case ? <a href={toEdit(rec.case, rec.id)}>{text}</a> : <span>{text}</span>}
							{late ? <Chip tone={late.tone}>{late.text}</Chip> : <span className="faint">{words.noDay}</span>}
						</span>
						<span className="under">{[whoOf(line, mask), line?.name && line.number].filter(Boolean).join(' · ')}</span>
					</li>
				);
			})}
		/>
	);
}

function Shared({ shared }: { shared: TodayDoc['shared'] }) {
	const words = useOwnWords(todayWords);
	const { lexicon } = useWorkplace();
	const mask = useMask();
	const lineOf = useLine();
	return (
		<Part
			title={words.sharedTitle}
			items={shared.map(({ case: id, since }) => {
				const line = lineOf(id);
				return (
					<li key={id}>
						<span className="beside-line">
							<a href={toCase(id)}>{whoOf(line, mask) || words.caseTitle}</a>
							<span className="faint">{words.sharedSince(since)}</span>
						</span>
						<span className="under">
							{[lexicon.code('programme', line?.programme), lexicon.name(line?.home_site)].filter(Boolean).join(' · ')}
						</span>
					</li>
				);
			})}
		/>
	);
}

function Unsigned({ records }: { records: readonly Rec[] }) {
	const words = useOwnWords(todayWords);
	const { lexicon } = useWorkplace();
	const mask = useMask();
	const lineOf = useLine();
	return (
		<Part
			title={words.unsignedTitle}
			items={records.map((rec) => {
				const line = lineOf(rec.case);
				const what = [lexicon.typeLabel(rec.type), kindOf(rec, lexicon)].filter(Boolean).join(' · ');
				return (
					<li key={rec.id}>
						<span className="beside-line">
							{rec.case ? <a href={line ? toCase(rec.case) : toGroup(rec.case)}>{what}</a> : <span>{what}</span>}
							<span className="faint">{words.unsignedSince(dayOf(rec.entered_at))}</span>
						</span>
						<span className="under">{whoOf(line, mask)}</span>
					</li>
				);
			})}
		/>
	);
}

/** The first code of its title: no free text, which may hold names. */
function kindOf(rec: Rec, lexicon: ReturnType<typeof useWorkplace>['lexicon']): string {
	for (const name of lexicon.type(rec.type)?.title ?? []) {
		const field = lexicon.field(rec.type, name);
		if (field?.kind === 'code') return lexicon.value(field, rec.body[name]);
	}
	return '';
}

/** Forms that were begun and not saved. */
function Begun() {
	const { drafts } = useData();
	const words = useOwnWords(todayWords);
	const { lexicon } = useWorkplace();
	const mask = useMask();
	const lineOf = useLine();
	return (
		<Part
			title={words.begunTitle}
			items={[...useCell(drafts.all)].map(([key, draft]) => (
				<li key={key}>
					<span className="beside-line">
						<a href={draft.at} onClick={() => draft.step && drafts.reopened.set(key)}>
							{draftTitle(draft, lexicon, words)}
						</a>
						<span className="faint">{whoOf(lineOf(draft.case), mask)}</span>
					</span>
				</li>
			))}
		/>
	);
}

/** Work that is only here: on this page, or at this station. */
function Unsent() {
	const { outbox, station } = useData();
	const words = useOwnWords(todayWords);
	const { mode } = useWorkplace();
	const { report } = useCell(station.state);
	const kept = useCell(outbox.entries).filter(isUnsent).length;
	const here = report ? onlyHere(report.count) + notTaken(report.count) : 0;
	const n = mode === 'station' ? here : kept;
	if (n === 0) return null;
	return (
		<Part
			title={words.unsentTitle}
			tone="warn"
			items={[
				<li key="unsent">
					{words.unsentHere(n)} {mode === 'station' && <a href={toSync}>{words.toSyncPage}</a>}
				</li>,
			]}
		/>
	);
}
