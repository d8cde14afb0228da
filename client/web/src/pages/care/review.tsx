// One case of the sitting: the case on the one side, what others changed in the
// middle, the review on the other. The hands stay on the keyboard: every step has
// a key, and `?` says which.
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useData } from '../../data';
import { type CaseFile, withUnsent } from '../../data/casefile';
import { useCell } from '../../data/cell';
import { patchChange } from '../../data/change';
import { isDone, type Made, nextOpen } from '../../data/reviews';
import type { Id, Rec, ReviewRow } from '../../data/wire';
import { useMask } from '../../kit/mask';
import { Button, Chip, Empty, FailureNotice, Notice, Waiting } from '../../kit/parts';
import { sexAge } from '../../kit/person';
import { useWorkplace } from '../../kit/workplace';
import { go, toCare, toCase, toReview, toSitting } from '../../route';
import { CaseContext, useCase } from '../case/context';
import { Facts, Scales } from '../case/face-facts';
import { CareGroup, Family } from '../case/face-group';
import { Consent, Risk } from '../case/face-risk';
import { Part, text, useOf, useToday } from '../case/part';
import { Changes } from './changes';
import { type Hands, ReviewForm } from './decide';
import { useQueue } from './index';
import { type Act, actOf, KeysHelp } from './keys';
import { DoneChip, Medicine, WhyChips } from './parts';
import { beside, inBox, listOpen, useCareWords, whoText } from './say';

export function ReviewPage({ id }: { id: Id }) {
	const { cases, reviews } = useData();
	const words = useCareWords();
	const { value: queue, failure: queueFailure, made } = useQueue();
	const sitting = useCell(reviews.sitting);
	const { value, failure } = useCell(cases.cell(id));
	useEffect(() => {
		window.scrollTo(0, 0);
		void cases.load(id);
	}, [cases, id]);
	useEffect(() => {
		document.title = [words.formTitle, words.product].join(' · ');
	}, [words]);
	// Opened from an address or the list, it begins a sitting of its own.
	useEffect(() => {
		if (queue?.rows.some((row) => row.case === id) && !sitting.includes(id)) reviews.begin();
	}, [queue, sitting, id, reviews]);
	const order = sitting.includes(id) ? sitting : [id];
	const rowOf = (one: Id) => queue?.rows.find((row) => row.case === one);
	const done = (one: Id): boolean => {
		const row = rowOf(one);
		return !row || isDone(row, made);
	};
	const next = nextOpen(order, id, done);
	// What comes next is fetched while this one is read.
	useEffect(() => {
		if (next && value) void cases.load(next);
	}, [cases, next, value === null]);
	// What one's last review and the medicines were is the queue's to say.
	if (!queue && !queueFailure) return <Waiting lines={8} />;
	if (!value) {
		if (!failure) return <Waiting lines={8} />;
		const gone = failure.kind === 'refused' && failure.problem.status === 404;
		return gone ? (
			<Empty title={words.caseGoneReview} action={<a href={toCare}>{words.backToList}</a>} />
		) : (
			<FailureNotice failure={failure} onRetry={() => void cases.load(id)} />
		);
	}
	return (
		<>
			{queueFailure && !queue && <FailureNotice failure={queueFailure} onRetry={() => void reviews.load()} />}
			<Review
				doc={value}
				stale={failure !== null}
				row={rowOf(id)}
				made={made}
				order={order}
				reviewed={order.filter(done).length}
				next={next}
				nextName={next ? (rowOf(next)?.line.name ?? rowOf(next)?.line.number ?? null) : null}
			/>
		</>
	);
}

interface ReviewProps {
	doc: CaseFile;
	stale: boolean;
	row: ReviewRow | undefined;
	made: ReadonlyMap<Id, Made>;
	order: readonly Id[];
	reviewed: number;
	next: Id | null;
	nextName: string | null;
}

function Review({ doc, stale, row, made: allMade, order, reviewed, next, nextName }: ReviewProps) {
	const { outbox, sessions } = useData();
	const words = useCareWords();
	const { lexicon: general, reader } = useWorkplace();
	const entries = useCell(outbox.entries);
	const shown = useMemo(() => withUnsent(doc.records, entries, doc.case, reader, doc.asked), [doc.records, entries, doc.case, reader, doc.asked]);
	const records = useMemo(() => shown.map(({ rec }) => rec), [shown]);
	const lexicon = useMemo(() => general.within(new Map(records.map((rec) => [rec.id, rec]))), [general, records]);
	const mask = useMask(records);
	const heading = useRef<HTMLHeadingElement>(null);
	const hands = useRef<Hands>(null);
	const verify = useRef<(() => void) | null>(null);
	const day = useToday();
	const [help, setHelp] = useState(false);
	const [again, setAgain] = useState(false);
	// The keys are the case's as soon as it is there; not while somebody is asked for
	// their password, and again when that is over.
	const there = useCell(sessions.stage).name === 'in';
	useEffect(() => {
		if (there) heading.current?.focus({ preventScroll: true });
	}, [there]);
	// What came back into the queue since is not done, whatever was signed here before.
	const made = allMade.get(doc.case);
	const reviewedNow = row ? isDone(row, allMade) : made !== undefined && made.standing !== 'refused';
	const done = reviewedNow && !again;
	const at = order.indexOf(doc.case);
	const step = (by: number) => {
		const to = order[at + by];
		if (to) go(toReview(to));
	};
	const onward = () => go(next ? toReview(next) : toSitting);
	const acts: { [act in Act]: () => void } = {
		next: () => (done ? onward() : step(1)),
		previous: () => step(-1),
		write: () => hands.current?.write(),
		decide: () => hands.current?.decide(),
		verify: () => verify.current?.(),
		sign: () => hands.current?.sign(),
		open: () => go(toCase(doc.case)),
		summary: () => go(toSitting),
		help: () => setHelp(true),
	};
	// Single keys count only while the review has the focus, and never in a box.
	// (A dialog's keys come by here too, though it stands elsewhere on the page.)
	const press = (event: KeyboardEvent) => {
		if (event.nativeEvent.isComposing || !event.currentTarget.contains(event.target as Node)) return undefined;
		if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
			event.preventDefault();
			return acts.sign();
		}
		if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat || inBox(event.target)) return undefined;
		const act = actOf(event.key);
		if (!act) return undefined;
		event.preventDefault();
		return acts[act]();
	};
	// Before a box takes it for itself; an open list does.
	const leaveBox = (event: KeyboardEvent) => {
		if (event.key !== 'Escape' || event.nativeEvent.isComposing || !inBox(event.target) || listOpen(event.target)) return;
		event.stopPropagation();
		heading.current?.focus({ preventScroll: true });
	};
	const { summary } = doc;
	return (
		<CaseContext value={{ doc, part: 'timeline', records, lexicon, mask }}>
			<div className="review" data-case={doc.case} onKeyDown={press} onKeyDownCapture={leaveBox}>
				<header className="review-head">
					<div className="review-who">
						<h1 ref={heading} tabIndex={-1}>
							{summary.name ? mask.name(summary.name) : words.noName}
						</h1>
						<span>
							{sexAge(summary.sex, summary.birth, day, lexicon, words)} <span className="faint">{summary.number}</span>
						</span>
						{row && <WhyChips row={row} most={10} />}
						<DoneChip made={made} row={row} done={reviewedNow} />
					</div>
					<nav className="review-nav" aria-label={words.formTitle}>
						<span className="review-place">
							{words.place(at + 1, order.length)}
							<span className="under">{words.doneCount(reviewed, order.length)}</span>
						</span>
						<Button look="quiet" icon="back" disabled={at <= 0} aria-keyshortcuts="P" onClick={acts.previous}>
							{words.previousCase} <kbd>P</kbd>
						</Button>
						<Button look="quiet" disabled={!done && at + 1 >= order.length} aria-keyshortcuts="N" onClick={acts.next}>
							{words.nextCase} <kbd>N</kbd>
						</Button>
						<Button look="quiet" aria-keyshortcuts="E" onClick={acts.summary}>
							{words.toSummary} <kbd>E</kbd>
						</Button>
						<Button look="quiet" aria-keyshortcuts="?" onClick={acts.help}>
							{words.keys} <kbd>?</kbd>
						</Button>
					</nav>
				</header>
				{stale && <Notice tone="warn">{words.staleReview}</Notice>}
				<div className="review-sides">
					<section className="review-case" aria-label={words.colCase}>
						<Part title={words.medicineTitle}>{row ? <Medicine row={row} whole hide={mask.prose} /> : <span className="faint">{words.queueUnknown}</span>}</Part>
						<Risk />
						<Consent />
						<Facts />
						<CareGroup />
						<Family />
						<Scales />
						<p className="face-part">
							<a href={toCase(doc.case)}>
								{words.keyOpen} <kbd>O</kbd>
							</a>
						</p>
					</section>
					<div className="review-main">
						<Decisions verify={verify} />
						<Changes row={row} />
					</div>
					<aside className="review-form-box">
						{done ? (
							<div className="record-form">
								<h2>{words.formTitle}</h2>
								<Notice tone={made?.standing === 'kept' ? 'warn' : 'good'}>{words.signedHere}</Notice>
								<div className="form-foot">
									<Button look="main" onClick={onward}>
										{next ? words.nextCase : words.toSummary} <kbd>N</kbd>
									</Button>
									<Button onClick={() => setAgain(true)}>{words.again}</Button>
								</div>
							</div>
						) : (
							<ReviewForm hands={hands} danger={(row?.why ?? []).some(({ code }) => code === 'danger')} last={next === null} onSigned={onward} />
						)}
						{nextName && <p className="faint review-next">{words.nextIs(mask.name(nextName))}</p>}
					</aside>
				</div>
				{help && <KeysHelp onClose={() => setHelp(false)} />}
			</div>
		</CaseContext>
	);
}

/** What I decided and is not closed yet, with the answers to it. */
function Decisions({ verify }: { verify: { current: (() => void) | null } }) {
	const { outbox, make } = useData();
	const words = useCareWords();
	const { reader } = useWorkplace();
	const { lexicon, mask } = useCase();
	const day = useToday();
	const tasks = useOf('task').filter((rec) => rec.state !== 'retracted' && text(rec, 'response_owed_to') === reader.staff && ['open', 'done'].includes(text(rec, 'status')));
	const order = (rec: Rec) => (text(rec, 'status') === 'done' ? '0' : '1') + (text(rec, 'due') || '~');
	tasks.sort((a, b) => (order(a) < order(b) ? -1 : 1));
	const close = (rec: Rec) => {
		const change = patchChange(make, lexicon.type('task')!, rec, { ...rec.body, status: 'verified' });
		if (change) void outbox.add(change);
	};
	const first = tasks.find((rec) => text(rec, 'status') === 'done');
	useEffect(() => {
		verify.current = first ? () => close(first) : null;
	});
	if (tasks.length === 0) return null;
	return (
		<section className="my-decisions" aria-labelledby="my-decisions">
			<h2 id="my-decisions">{words.decisionsTitle}</h2>
			<ul className="plain">
				{tasks.map((rec) => (
					<li key={rec.id} data-rec={rec.id}>
						<span>
							{mask.prose(text(rec, 'title'))} {text(rec, 'status') === 'open' && text(rec, 'due') && text(rec, 'due') < day && <Chip tone="bad">{words.late}</Chip>}
							<span className="under">{words.toWhom(whoText(lexicon, text(rec, 'site') || null, text(rec, 'assignee') || null, words), text(rec, 'due'))}</span>
							{text(rec, 'status') === 'done' && (
								<span className="under">
									{words.answer}
									{words.colon}
									{beside(mask.prose(text(rec, 'response')) || words.noAnswer, lexicon.name(rec.by), text(rec, 'responded'))}
								</span>
							)}
						</span>
						{text(rec, 'status') === 'done' && (
							<Button onClick={() => close(rec)}>
								{words.verify} {rec === first && <kbd>V</kbd>}
							</Button>
						)}
					</li>
				))}
			</ul>
		</section>
	);
}
