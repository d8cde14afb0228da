// One letter: who waits for whom, what was written, what may be done next.
import { useEffect, useMemo, useRef, useState } from 'react';
import { useData } from '../../data';
import { type CaseFile, emptyFile, withUnsent } from '../../data/casefile';
import { useCell } from '../../data/cell';
import { draftKey } from '../../data/drafts';
import type { Entry } from '../../data/outbox';
import { dayOf } from '../../data/time';
import type { Id, LetterLine, Rec } from '../../data/wire';
import { makeMask, type Mask } from '../../kit/mask';
import { KeptHelp } from '../../kit/kept';
import { Button, Chip, Empty, FailureNotice, Icon, Notice, useFailureText, useWhyText, Waiting } from '../../kit/parts';
import { LetterClock } from '../../kit/letter-clock';
import { useWorkplace } from '../../kit/workplace';
import { toCase, toLetters, toRefer } from '../../route';
import { CaseContext } from '../case/context';
import { Fields } from '../case/fields';
import { RecordHistory } from '../case/history';
import { ProgressChip } from '../case/progress';
import { LetterPaper } from './paper';
import { aboutOf, matterOf, statusCodes, statusOf, urgencyOf } from '../../data/letters';
import { lineOf, textOf, useLetterWords, waitText } from './stand';
import { StepForm } from './step-form';
import { isForward, roadOf } from './steps';

/** What the letter itself says, or the line above it. */
const ELSEWHERE: { [type: string]: readonly string[] } = {
	referral: ['letter', 'return_letter', 'status', 'client_name', 'client_phone', 'consent', 'reason', 'outcome', 'to_site', 'to_staff', 'sends', 'requested', 'deadline', 'decided', 'started', 'returned', 'acknowledged'],
	request: ['status', 'item', 'item_name', 'need', 'result', 'to_site', 'client_label', 'ward', 'requested_by_kind', 'requested'],
};

export function LetterPage({ id }: { id: Id }) {
	const { letters, outbox } = useData();
	const words = useLetterWords();
	const { reader } = useWorkplace();
	const { value, failure } = useCell(letters.cell(id));
	const entries = useCell(outbox.entries);
	useEffect(() => {
		window.scrollTo(0, 0);
		const look = () => {
			if (document.visibilityState === 'visible') void letters.open(id);
		};
		look();
		document.addEventListener('visibilitychange', look);
		return () => document.removeEventListener('visibilitychange', look);
	}, [letters, id]);
	useEffect(() => {
		document.title = `${words.letter} · ${words.product}`;
	}, [words]);
	const [own] = useMemo(() => {
		const mine = entries.filter((entry) => entry.change.rec === id);
		return withUnsent(value ? [value.letter] : [], mine, mine[0]?.change.case ?? null, reader);
	}, [entries, id, value, reader]);
	// Somebody else decided first: what stands now is asked for.
	const decided = own?.entry?.progress === 'refused';
	useEffect(() => {
		if (decided) void letters.open(id);
	}, [decided, letters, id]);
	if (!own) {
		if (!failure) return <Waiting lines={8} />;
		const gone = failure.kind === 'refused' && failure.problem.status === 404;
		return gone ? (
			<Empty title={words.letterGone} action={<a href={toLetters}>{words.backToLetters}</a>} />
		) : (
			<FailureNotice failure={failure} onRetry={() => void letters.open(id)} />
		);
	}
	const line = value ? { ...value, letter: own.rec } : lineOf(own);
	return <Letter line={line} entry={own.entry} stale={failure !== null && value !== null} />;
}

function Letter({ line, entry, stale }: { line: LetterLine; entry: Entry | null; stale: boolean }) {
	const { masked } = useData();
	const words = useLetterWords();
	const { lexicon: general } = useWorkplace();
	const on = useCell(masked);
	const { letter } = line;
	const about = aboutOf(letter);
	const mask = useMemo(() => makeMask(on, [about]), [on, about]);
	const at = useMemo(() => {
		const doc: CaseFile = emptyFile(letter.case ?? letter.id, [letter]);
		return { doc, part: 'timeline' as const, records: doc.records, lexicon: general.within(new Map([[letter.id, letter]])), mask };
	}, [letter, general, mask]);
	const heading = useRef<HTMLHeadingElement>(null);
	useEffect(() => heading.current?.focus({ preventScroll: true }), []);
	return (
		<CaseContext value={at}>
			<article className="letter" data-letter={letter.id}>
				<Head line={line} entry={entry} mask={mask} heading={heading} />
				{stale && <Notice tone="warn">{words.staleLetter}</Notice>}
				{entry && <Trouble entry={entry} letter={letter} mask={mask} />}
				<Steps line={line} busy={entry !== null && (entry.progress === 'kept' || entry.progress === 'sent')} />
				<div className="letter-body">
					<LetterPaper letter={letter} mask={mask} />
					<aside className="letter-side">
						<Road letter={letter} />
						<Facts letter={letter} />
						<Past letter={letter} />
					</aside>
				</div>
			</article>
		</CaseContext>
	);
}

interface HeadProps {
	line: LetterLine;
	entry: Entry | null;
	mask: Mask;
	heading: React.RefObject<HTMLHeadingElement | null>;
}

function Head({ line, entry, mask, heading }: HeadProps) {
	const { caseload } = useData();
	const words = useLetterWords();
	const { lexicon } = useWorkplace();
	const { letter } = line;
	const row = useCell(caseload.state).rows.find((one) => one.line.case === letter.case);
	const about = aboutOf(letter);
	const urgency = urgencyOf(letter);
	return (
		<header className="letter-head">
			<a className="back" href={toLetters}>
				<Icon shape="back" />
				{words.lettersPlace}
			</a>
			<div className="letter-title">
				<h1 ref={heading} tabIndex={-1}>
					{lexicon.typeLabel(letter.type)}
					{words.colon}
					{mask.prose(matterOf(letter, lexicon))}
				</h1>
				<p>
					{about && <strong className="letter-about">{mask.name(about)}</strong>}{' '}
					{row && (
						<a href={toCase(row.line.case)}>
							{words.openCase} {row.line.number}
						</a>
					)}
				</p>
			</div>
			<p className="letter-stand" role="status">
				<strong>{waitText(line, lexicon, words)}</strong>
				<LetterClock line={line} />
				<Chip>{lexicon.code(statusCodes(letter), statusOf(letter))}</Chip>
				{urgency && urgency !== 'routine' && (
					<Chip tone={urgency === 'soon' ? 'warn' : 'bad'} icon="alert">
						{lexicon.code('urgency', urgency)}
					</Chip>
				)}
				{entry && <ProgressChip entry={entry} />}
			</p>
		</header>
	);
}

/** What may be done next, each with what it asks for. */
function Steps({ line, busy }: { line: LetterLine; busy: boolean }) {
	const { drafts } = useData();
	const words = useLetterWords();
	const { letter, next } = line;
	// A step that was begun is open again with what was typed.
	const status = statusOf(letter);
	const isBegun = (to: string) => drafts.all.get().has(draftKey(letter.id, letter.type, to));
	const [open, setOpen] = useState<string | null>(() => [...next, status].find(isBegun) ?? null);
	const buttons = useRef<HTMLDivElement>(null);
	// What was typed while it was being taken is still to be saved.
	const to = open && (next.includes(open) || (open === status && isBegun(open))) ? open : null;
	if (next.length === 0 && !to) return null;
	return (
		<section className="steps" aria-label={words.nextSteps}>
			<div className="step-buttons" ref={buttons}>
				{next.map((one) =>
					one === 'requested' && letter.case ? (
						<a key={one} className="button button-main" href={toRefer(letter.case, letter.id)}>
							{words.step(letter.type, one, status)}
						</a>
					) : (
						<Button
							key={one}
							look={isForward(one) ? 'main' : 'plain'}
							aria-expanded={to === one}
							disabled={busy}
							onClick={() => setOpen(to === one ? null : one)}
						>
							{words.step(letter.type, one, status)}
						</Button>
					),
				)}
			</div>
			{to && (
				<StepForm
					key={to}
					line={line}
					to={to}
					onClose={() => {
						setOpen(null);
						setTimeout(() => buttons.current?.querySelector<HTMLElement>('button, a')?.focus());
					}}
				/>
			)}
		</section>
	);
}

/** Why something written here has not arrived, and what can be done. */
function Trouble({ entry, letter, mask }: { entry: Entry; letter: Rec; mask: Mask }) {
	const { outbox } = useData();
	const words = useLetterWords();
	const { lexicon } = useWorkplace();
	const failureText = useFailureText();
	const whyText = useWhyText();
	if (entry.progress === 'kept' && entry.failure)
		return (
			<Notice tone="warn" action={<Button onClick={() => void outbox.send()}>{words.sendNow}</Button>}>
				{failureText(entry.failure)} <KeptHelp />
			</Notice>
		);
	if (entry.progress !== 'refused') return null;
	const { why } = entry;
	const stands = why?.code === 'decided' ? lexicon.code(statusCodes(letter), why.accepts) : '';
	const wanted = lexicon.code(statusCodes(letter), String(entry.change.set['status'] ?? ''));
	return (
		<Notice tone="bad" action={<Button onClick={() => outbox.remove(entry.change.id)}>{words.understood}</Button>}>
			{stands ? words.decidedBefore(wanted, stands) : why ? whyText(why, (name) => lexicon.fieldLabel(letter.type, name)) : words.refused}
			{Object.entries(entry.change.set)
				.filter(([name, value]) => name !== 'status' && typeof value === 'string' && lexicon.field(letter.type, name)?.kind === 'text')
				.map(([name, value]) => (
					<p key={name} className="typed-then">
						{lexicon.fieldLabel(letter.type, name)}
						{words.colon}
						{mask.detail(String(value))}
					</p>
				))}
		</Notice>
	);
}

function Road({ letter }: { letter: Rec }) {
	const words = useLetterWords();
	const road = roadOf(letter.type, statusOf(letter), textOf(letter, 'decline_reason') !== '');
	const at = road.reduce((last, { reached }, i) => (reached ? i : last), 0);
	return (
		<ol className="road" aria-label={words.road}>
			{road.map(({ name, field, reached }, i) => (
				<li key={name} data-reached={reached || undefined} aria-current={i === at ? 'step' : undefined}>
					<span>{words.milestone(name)}</span>
					<span className="faint">{reached && field ? dayOf(textOf(letter, field)) : reached ? '' : words.notYet}</span>
				</li>
			))}
		</ol>
	);
}

function Facts({ letter }: { letter: Rec }) {
	const words = useLetterWords();
	const { lexicon } = useWorkplace();
	const only = useMemo(
		() => (lexicon.type(letter.type)?.fields ?? []).map(({ name }) => name).filter((name) => !ELSEWHERE[letter.type]?.includes(name)),
		[lexicon, letter.type],
	);
	return (
		<section>
			<h2>{words.facts}</h2>
			<Fields type={letter.type} body={letter.body} only={only} />
			<p className="faint">{words.by(lexicon.name(letter.author), lexicon.siteOf(letter.author))}</p>
		</section>
	);
}

function Past({ letter }: { letter: Rec }) {
	const words = useLetterWords();
	const [open, setOpen] = useState(false);
	if (letter.ver === 0) return null;
	return (
		<section className="past">
			<Button aria-expanded={open} onClick={() => setOpen(!open)}>
				{open ? words.hidePast : words.past}
			</Button>
			{open && <RecordHistory rec={letter} />}
		</section>
	);
}
