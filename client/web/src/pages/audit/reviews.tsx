// Emergencies that wait for their review, with what was done in them; and the review,
// for the supervisor whose it is.
import { type FormEvent, useCallback, useId, useState } from 'react';
import { useData } from '../../data';
import { characters } from '../../data/check';
import { type Failure, failureOf } from '../../data/http';
import { stamp } from '../../data/time';
import type { EmergencyRow, EmergencyStep } from '../../data/trail';
import { useAnnounce } from '../../kit/announce';
import { Ask } from '../../kit/dialog';
import { useOwnWords } from '../../kit/language';
import { DraftKept } from '../../kit/kept';
import { useMask } from '../../kit/mask';
import { type About, useNoted, useReopened } from '../../kit/noted';
import { Button, Chip, Empty, FailureNotice, Waiting } from '../../kit/parts';
import { useLoad } from '../../kit/use-load';
import { useWorkplace } from '../../kit/workplace';
import { toCase } from '../../route';
import { useEventText } from './say';
import { auditWords } from './words';

const NOTE_MAX = 1000;
const REVIEW_MS = 72 * 3600_000;
const OUTCOMES = ['justified', 'unjustified'] as const;

/** What is written of a review before it is given. */
const about = (one: EmergencyRow): About => ({ case: one.case_id, rec: one.id, type: 'case', step: 'review' });

export function ReviewsPart() {
	const { trail } = useData();
	const words = useOwnWords(auditWords);
	const announce = useAnnounce();
	const [all, setAll] = useState(false);
	const { value, failure, again } = useLoad(useCallback(() => trail.emergencies(all), [trail, all]));
	const [reviewing, setReviewing] = useState<EmergencyRow | null>(null);
	return (
		<section aria-label={words.auditReviews}>
			<div className="admin-head">
				<p>{words.reviewsLead}</p>
				<label className="tick">
					<input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} />
					{words.alsoReviewed}
				</label>
			</div>
			{failure && <FailureNotice failure={failure} onRetry={again} />}
			{!value && !failure && <Waiting lines={4} />}
			{value?.length === 0 && <Empty title={words.noReviews} />}
			<ul className="review-list">
				{value?.map((one) => (
					<Emergency key={one.id} one={one} onReview={() => setReviewing(one)} />
				))}
			</ul>
			{reviewing && (
				<Review
					one={reviewing}
					onDone={() => {
						setReviewing(null);
						again();
						announce(words.reviewedNow);
					}}
					onClose={() => setReviewing(null)}
				/>
			)}
		</section>
	);
}

function Emergency({ one, onReview }: { one: EmergencyRow; onReview: () => void }) {
	const words = useOwnWords(auditWords);
	const { lexicon, reader } = useWorkplace();
	const mask = useMask();
	const [open, setOpen] = useState(false);
	const due = stamp(Date.parse(one.at) + REVIEW_MS);
	const mayRead = reader.role !== 'auditor';
	useReopened(about(one), onReview);
	return (
		<li className="group-part">
			<div className="group-part-head">
				<h2>{words.openedBy(one.staff_name ?? lexicon.name(one.staff), one.site_name ?? '')}</h2>
				<span className="chips">
					{one.live && <Chip tone="warn">{words.live}</Chip>}
					{one.reviewed_at && (
						<Chip tone={one.outcome === 'justified' ? 'good' : 'bad'} icon={one.outcome === 'justified' ? 'check' : 'alert'}>
							{one.outcome === 'justified' ? words.justified : words.unjustified}
						</Chip>
					)}
					{!one.reviewed_at && (
						<Chip tone={one.late ? 'bad' : 'warn'} icon={one.late ? 'alert' : 'clock'}>
							{one.late ? words.late : words.due}
						</Chip>
					)}
				</span>
			</div>
			<p>
				{lexicon.time(one.at)} · {lexicon.code('staff_role', one.role)} · {lexicon.code('emergency_category', one.category)} ·{' '}
				{one.number && mayRead ? <a href={toCase(one.case_id)}>{one.number}</a> : <code>{words.caseRef(one.case_id)}</code>}
				{!one.reviewed_at && <span className="faint"> · {words.reviewBy(lexicon.time(due))}</span>}
			</p>
			{one.reason && <p className="prose">{mask.detail(one.reason)}</p>}
			{one.note && <p className="prose">{mask.detail(one.note)}</p>}
			<div className="admin-acts">
				<Button look="quiet" icon={open ? 'up' : 'down'} aria-expanded={open} onClick={() => setOpen(!open)}>
					{open ? words.hideDone : words.whatDone}
				</Button>
				{one.mine && !one.reviewed_at && (
					<Button look="main" onClick={onReview}>
						{words.review}
					</Button>
				)}
			</div>
			{open && <Steps id={one.id} />}
		</li>
	);
}

function Steps({ id }: { id: string }) {
	const { trail } = useData();
	const words = useOwnWords(auditWords);
	const say = useEventText();
	const { lexicon } = useWorkplace();
	const { value, failure, again } = useLoad<EmergencyStep[]>(useCallback(() => trail.steps(id), [trail, id]));
	if (failure) return <FailureNotice failure={failure} onRetry={again} />;
	if (!value) return <Waiting lines={2} />;
	return (
		<ol className="review-steps">
			{value.map((step, place) => (
				<li key={place}>
					<span className="faint">{lexicon.time(step.at)}</span> {say.action(step.action)}
					{step.n > 0 && <span className="faint"> · {words.recordCount(step.n)}</span>}
				</li>
			))}
		</ol>
	);
}

function Review({ one, onDone, onClose }: { one: EmergencyRow; onDone: () => void; onClose: () => void }) {
	const { trail } = useData();
	const words = useOwnWords(auditWords);
	const { lexicon } = useWorkplace();
	const mask = useMask();
	const id = useId();
	const noted = useNoted(about(one), { outcome: '', note: '' });
	const outcome = OUTCOMES.find((code) => code === noted.values['outcome']) ?? null;
	const note = String(noted.values['note'] ?? '');
	const [tried, setTried] = useState(false);
	const [busy, setBusy] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const whole = note.trim() !== '' && characters(note.trim()) <= NOTE_MAX;
	const save = async (event: FormEvent) => {
		event.preventDefault();
		if (busy) return;
		setTried(true);
		if (!outcome || !whole) return;
		setBusy(true);
		setFailure(null);
		try {
			await trail.review(one.id, outcome, note.trim());
			noted.done();
			onDone();
		} catch (error) {
			setFailure(failureOf(error));
		}
		setBusy(false);
	};
	return (
		<Ask title={words.reviewOf(one.staff_name ?? lexicon.name(one.staff))} onClose={onClose}>
			<form className="admin-ask" noValidate autoComplete="off" onSubmit={(event) => void save(event)}>
				{one.reason && <p className="prose">{mask.detail(one.reason)}</p>}
				{failure && <FailureNotice failure={failure} />}
				<div className="field">
					<span className="label" id={`${id}-outcome`}>
						{words.outcomeLabel}
					</span>
					<div className="laid-out" role="radiogroup" aria-labelledby={`${id}-outcome`} aria-required aria-invalid={tried && !outcome}>
						{OUTCOMES.map((code) => (
							<label key={code} className="option">
								<input type="radio" name={id} checked={outcome === code} onChange={() => noted.set({ outcome: code })} />
								<span>{words[code]}</span>
							</label>
						))}
					</div>
					{tried && !outcome && <p className="fault">{words.needOutcome}</p>}
				</div>
				<div className="field">
					<label htmlFor={`${id}-note`}>{words.reviewNote}</label>
					<textarea
						id={`${id}-note`}
						rows={3}
						autoComplete="off"
						value={note}
						aria-required
						aria-invalid={tried && !whole}
						aria-describedby={`${id}-hint`}
						onChange={(event) => noted.set({ note: event.target.value })}
					/>
					<p className="hint" id={`${id}-hint`}>
						{words.reviewNoteHelp}
					</p>
					{tried && !whole && <p className="fault">{words.needNote}</p>}
				</div>
				<div className="dialog-actions">
					{(outcome || note) && <DraftKept />}
					<Button onClick={onClose}>{words.cancel}</Button>
					<Button look="main" type="submit" aria-disabled={busy}>
						{words.review}
					</Button>
				</div>
			</form>
		</Ask>
	);
}
