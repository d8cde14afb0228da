// Every letter this person may see, what is owed first in front.
import { useDeferredValue, useEffect, useMemo } from 'react';
import { useData } from '../../data';
import { type Shown, withUnsent } from '../../data/casefile';
import { useCell } from '../../data/cell';
import type { LettersWanted } from '../../data/letterbox';
import { isOurs } from '../../data/letters';
import type { Lexicon } from '../../data/lexicon';
import type { Entry } from '../../data/outbox';
import { dayOf } from '../../data/time';
import type { LetterLine } from '../../data/wire';
import { useMask } from '../../kit/mask';
import { Button, Chip, Empty, FailureNotice, Icon, Notice, Waiting } from '../../kit/parts';
import { LetterClock } from '../../kit/letter-clock';
import { useWorkplace } from '../../kit/workplace';
import { toAsk, toLetter } from '../../route';
import { ProgressChip } from '../case/progress';
import { aboutOf, byNeed, matterOf, statusCodes, statusOf, urgencyOf } from '../../data/letters';
import { lineOf, textOf, useLetterWords, waitText } from './stand';

const BOXES = ['ours', 'in', 'out', 'every'] as const;

const inBox: { [box in LettersWanted['box']]: (line: LetterLine) => boolean } = {
	ours: isOurs,
	in: ({ direction }) => direction === 'in' || direction === 'both',
	out: ({ direction }) => direction === 'out' || direction === 'both',
	every: () => true,
};

/** What this page wrote belongs in the list at once. */
const isLetter = ({ change }: Entry): boolean => change.type === 'referral' || change.type === 'request';

interface Listed {
	line: LetterLine;
	entry: Entry | null;
}

function useListed(): Listed[] {
	const { letters, outbox } = useData();
	const { reader } = useWorkplace();
	const { lines } = useCell(letters.state);
	const entries = useCell(outbox.entries);
	return useMemo(() => {
		const known = new Map(lines.map((line) => [line.letter.id, line]));
		const own = entries.filter(isLetter);
		// Creations that are not in the list yet hang on their case, or on none.
		const cases = new Set(own.map(({ change }) => change.case));
		const shown = new Map<string, Shown>();
		for (const about of cases.size > 0 ? cases : [null])
			for (const one of withUnsent([...known.values()].map((line) => line.letter), own, about, reader)) {
				const held = shown.get(one.rec.id);
				if (!held || one.entry) shown.set(one.rec.id, one);
			}
		return [...shown.values()].map((one) => {
			const line = known.get(one.rec.id);
			return { line: line ? { ...line, letter: one.rec } : lineOf(one), entry: one.entry };
		});
	}, [lines, entries, reader]);
}

/** Everything of a letter one might search by. */
function findable({ letter }: LetterLine, lexicon: Lexicon): string {
	return [
		aboutOf(letter),
		matterOf(letter, lexicon),
		textOf(letter, 'reason'),
		textOf(letter, 'need'),
		textOf(letter, 'ward'),
		lexicon.name(letter.site),
		lexicon.name(textOf(letter, 'to_site')),
		lexicon.code(statusCodes(letter), statusOf(letter)),
	]
		.join('\n')
		.toLowerCase();
}

export function LettersPage() {
	const { letters } = useData();
	const words = useLetterWords();
	const { lexicon, reader } = useWorkplace();
	const state = useCell(letters.state);
	const wanted = useCell(letters.wanted);
	const listed = useListed();
	const query = useDeferredValue(wanted.query).trim().toLowerCase();
	useEffect(() => {
		document.title = `${words.lettersPlace} · ${words.product}`;
	}, [words]);
	useEffect(() => void letters.load(), [letters]);
	const kinds = useMemo(() => listed.filter(({ line }) => !wanted.type || line.letter.type === wanted.type), [listed, wanted.type]);
	const found = useMemo(
		() =>
			kinds
				.filter(({ line }) => inBox[wanted.box](line) && (query === '' || findable(line, lexicon).includes(query)))
				.sort((a, b) => byNeed(a.line, b.line)),
		[kinds, wanted.box, query, lexicon],
	);
	const want = (change: Partial<LettersWanted>) => letters.wanted.update((so) => ({ ...so, ...change }));
	const mayAsk = !reader.may || reader.may.create.includes('request');
	return (
		<div className="letters">
			<div className="page-head">
				<h1>{words.lettersPlace}</h1>
				{mayAsk && (
					<a className="button button-main" href={toAsk}>
						<Icon shape="plus" />
						{words.askForService}
					</a>
				)}
			</div>
			<div className="tools" role="search">
				<div className="boxes" role="group" aria-label={words.whichLetters}>
					{BOXES.map((box) => (
						<Button key={box} aria-pressed={wanted.box === box} onClick={() => want({ box })}>
							{words.box(box)}
							<span className="box-count">{kinds.filter(({ line }) => inBox[box](line) && !line.ended).length}</span>
						</Button>
					))}
				</div>
				<div className="search">
					<Icon shape="search" />
					<input
						type="text"
						aria-label={words.findLetter}
						placeholder={words.findLetterHint}
						value={wanted.query}
						autoComplete="off"
						spellCheck={false}
						onChange={(event) => want({ query: event.target.value })}
						onKeyDown={(event) => event.key === 'Escape' && want({ query: '' })}
					/>
				</div>
				<label className="choice">
					<span>{words.letterKind}</span>
					<select value={wanted.type} data-set={wanted.type !== ''} onChange={(event) => want({ type: event.target.value })}>
						<option value="">{words.all}</option>
						<option value="referral">{lexicon.typeLabel('referral')}</option>
						<option value="request">{lexicon.typeLabel('request')}</option>
					</select>
				</label>
				<label className="tick">
					<input
						type="checkbox"
						checked={wanted.over}
						onChange={(event) => {
							want({ over: event.target.checked });
							void letters.load();
						}}
					/>
					{words.alsoOver}
				</label>
				<p className="count" role="status">
					{words.letterCount(found.length)}
				</p>
			</div>
			{state.failure && <FailureNotice failure={state.failure} onRetry={() => void letters.load()} />}
			{!state.loaded && !state.failure && <Waiting lines={6} />}
			{state.more && <Notice tone="warn">{words.olderExist}</Notice>}
			{state.loaded && found.length === 0 && (
				<Empty title={query ? words.noSuchLetter : words.noLetters(wanted.box)}>{query ? '' : words.noLettersHelp}</Empty>
			)}
			{found.length > 0 && <Lines listed={found} />}
		</div>
	);
}

function Lines({ listed }: { listed: readonly Listed[] }) {
	const words = useLetterWords();
	return (
		<table className="lines letter-lines" aria-label={words.lettersPlace}>
			<thead>
				<tr>
					<th scope="col">{words.whoWaits}</th>
					<th scope="col">{words.aboutWhom}</th>
					<th scope="col">{words.whatFor}</th>
					<th scope="col">{words.fromWhereTo}</th>
					<th scope="col">{words.standing}</th>
				</tr>
			</thead>
			<tbody>
				{listed.map((one) => (
					<Line key={one.line.letter.id} {...one} />
				))}
			</tbody>
		</table>
	);
}

function Line({ line, entry }: Listed) {
	const { caseload } = useData();
	const words = useLetterWords();
	const { lexicon } = useWorkplace();
	const mask = useMask();
	const rows = useCell(caseload.state).rows;
	const { letter } = line;
	const about = aboutOf(letter);
	const number = letter.case ? rows.find((row) => row.line.case === letter.case)?.line.number : null;
	const urgency = urgencyOf(letter);
	return (
		<tr data-letter={letter.id} data-ours={isOurs(line) || undefined}>
			<td>
				<a className="line-link" href={toLetter(letter.id)}>
					{waitText(line, lexicon, words)}
				</a>
				<LetterClock line={line} />
			</td>
			<td>
				<span className="line-name">{about ? mask.name(about) : words.notNamed}</span>
				<span className="under">{[number, textOf(letter, 'ward')].filter(Boolean).join(' · ')}</span>
			</td>
			<td>
				<span className="line-matter">{matterOf(letter, lexicon)}</span>
				<span className="under line-text">{mask.detail(textOf(letter, 'reason') || textOf(letter, 'need'))}</span>
			</td>
			<td>
				<span className="way">
					{lexicon.name(letter.site)} <span aria-hidden="true">→</span>
					<span className="only-read">{words.goesTo}</span> {lexicon.name(textOf(letter, 'to_site'))}
				</span>
				<span className="under">{dayOf(textOf(letter, 'requested')) || dayOf(letter.entered_at)}</span>
			</td>
			<td>
				<span className="chips">
					<Chip>{lexicon.code(statusCodes(letter), statusOf(letter))}</Chip>
					{urgency && urgency !== 'routine' && (
						<Chip tone={urgency === 'soon' ? 'warn' : 'bad'} icon="alert">
							{lexicon.code('urgency', urgency)}
						</Chip>
					)}
					{entry && entry.progress !== 'confirmed' && <ProgressChip entry={entry} />}
				</span>
			</td>
		</tr>
	);
}
