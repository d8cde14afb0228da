// Ending memberships and withdrawing consents, all of it in one step. What it
// does is shown before, by whoever decides it; nothing here reckons who loses.
import { type ReactNode, useEffect, useId, useState } from 'react';
import { useData } from '../../../data';
import { textIn } from '../../../data/body';
import { type Failure, failureOf } from '../../../data/http';
import type { Id } from '../../../data/wire';
import type { Fall, Loss, Preview, Withdrawn } from '../../../data/withdrawals';
import { useAnnounce } from '../../../kit/announce';
import { Ask } from '../../../kit/dialog';
import { useNoted } from '../../../kit/noted';
import { Button, FailureNotice, Notice, Waiting } from '../../../kit/parts';
import { useCase } from '../context';
import { usePeopleWords } from './say';
import { CopySentence } from './copies';

/** The centre's limit. */
export const REASON_MAX = 450;

interface WithdrawProps {
	records: readonly Id[];
	onClose: (done: boolean) => void;
}

export function WithdrawAsked({ records, onClose }: WithdrawProps) {
	const { withdrawals, cases, station } = useData();
	const words = usePeopleWords();
	const announce = useAnnounce();
	const { doc, lexicon, records: all, mask } = useCase();
	const id = useId();
	const [preview, setPreview] = useState<Preview | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [done, setDone] = useState<Withdrawn | null>(null);
	const noted = useNoted({ case: doc.case, rec: doc.case, type: 'case', step: 'withdraw' }, { reason: '' });
	const reason = textIn(noted.values, 'reason');
	const [tried, setTried] = useState(false);
	const [busy, setBusy] = useState(false);

	useEffect(() => {
		let wanted = true;
		withdrawals.preview(doc.case, records).then(
			(value) => wanted && setPreview(value),
			(error: unknown) => wanted && setFailure(failureOf(error)),
		);
		return () => {
			wanted = false;
		};
	}, [withdrawals, doc.case, records]);

	const missing = tried && !reason.trim();
	const carryOut = async () => {
		setTried(true);
		if (!reason.trim()) return document.getElementById(id)?.focus();
		setBusy(true);
		setFailure(null);
		try {
			setDone(await withdrawals.carryOut(doc.case, records, reason.trim()));
			noted.done();
			announce(words.withdrawn);
			void cases.load(doc.case);
			station.changed();
		} catch (error) {
			setFailure(failureOf(error));
		}
		setBusy(false);
	};
	const titles = records.map((one) => all.find((rec) => rec.id === one)).filter((rec) => rec !== undefined);
	return (
		<Ask title={words.withdrawTitle} onClose={() => onClose(done !== null)}>
			<ul className="plain withdraw-what">
				{titles.map((rec) => (
					<li key={rec.id}>
						{lexicon.typeLabel(rec.type)}
						{words.colon}
						<strong>{mask.prose(lexicon.title(rec))}</strong>
					</li>
				))}
			</ul>
			{failure && <FailureNotice failure={failure} />}
			{!preview && !failure && <Waiting lines={3} />}
			{preview && !done && <Shown preview={preview} />}
			{done && <Done done={done} />}
			{preview && !done && (
				<div className="field">
					<label htmlFor={id}>
						{words.reason}
						<span className="required">{words.required}</span>
					</label>
					<textarea
					autoComplete="off"
						id={id}
						rows={2}
						maxLength={REASON_MAX}
						value={reason}
						aria-required
						aria-invalid={missing}
						aria-describedby={missing ? `${id}-fault` : undefined}
						onChange={(event) => (event.target.value ? noted.set({ reason: event.target.value, records: [...records] }) : noted.done())}
					/>
					{missing && (
						<p id={`${id}-fault`} className="fault">
							{words.faultRequired}
						</p>
					)}
				</div>
			)}
			<div className="dialog-actions">
				<Button autoFocus onClick={() => onClose(done !== null)}>
					{done ? words.close : words.cancel}
				</Button>
				{preview && !done && (
					<Button look="main" aria-disabled={busy} onClick={() => !busy && void carryOut()}>
						{busy ? words.saving : words.withdrawNow}
					</Button>
				)}
			</div>
		</Ask>
	);
}

function Block({ title, children }: { title: string; children: ReactNode }) {
	return (
		<section className="withdraw-block">
			<h3>{title}</h3>
			{children}
		</section>
	);
}

function Shown({ preview }: { preview: Preview }) {
	const words = usePeopleWords();
	const losing = (preview.copies ?? []).filter((one) => one.loses).length;
	return (
		<>
			{preview.from === 'station' && <Notice tone="warn">{words.previewHere}</Notice>}
			<Block title={words.whoLoses}>
				{preview.losses.length === 0 ? (
					<p className="faint">{words.nobodyLoses}</p>
				) : (
					<ul className="plain">
						{preview.losses.map((loss) => (
							<LossLine key={`${loss.site}/${loss.staff ?? ''}`} loss={loss} />
						))}
					</ul>
				)}
			</Block>
			<Block title={words.whatFalls}>
				{preview.falls.length === 0 ? (
					<p className="faint">{words.nothingFalls}</p>
				) : (
					<ul className="plain">
						{preview.falls.map((fall) => (
							<FallLine key={fall.rec} fall={fall} />
						))}
					</ul>
				)}
			</Block>
			{preview.copies && <p>{losing > 0 ? words.copiesLose(losing) : words.copiesLoseNone}</p>}
		</>
	);
}

function LossLine({ loss }: { loss: Loss }) {
	const words = usePeopleWords();
	const { lexicon } = useCase();
	const classes = (names: readonly string[]) => names.map((one) => lexicon.code('record_class', one)).join(words.listComma) || words.nothing;
	const people = loss.people.map(({ role, n }) => words.peopleOf(lexicon.code('staff_role', role), n)).join(words.listComma);
	return (
		<li>
			<strong>{loss.staff ? words.by(lexicon.name(loss.staff), lexicon.name(loss.site)) : lexicon.name(loss.site)}</strong>
			{!loss.staff && people && <span className="faint"> {people}</span>}
			<span className="under">
				<del>{classes(loss.before)}</del> → <ins>{classes(loss.after)}</ins>
			</span>
		</li>
	);
}

function FallLine({ fall }: { fall: Fall }) {
	const words = usePeopleWords();
	const { lexicon, mask } = useCase();
	const rec = lexicon.person(fall.rec);
	const title = rec ? lexicon.title(rec) : (fall.title ?? fall.item_name ?? '');
	return (
		<li>
			{lexicon.typeLabel(fall.type)} {title && <strong>{mask.prose(title)}</strong>}
			<span className="under">
				{words.how[fall.how]} · {lexicon.name(fall.site)}
			</span>
		</li>
	);
}

function Done({ done }: { done: Withdrawn }) {
	const words = usePeopleWords();
	const { copies, asked, purged, held } = done;
	return (
		<>
			<Notice tone="good">{done.kept ? words.withdrawnKept : words.withdrawn}</Notice>
			{done.fell.length > 0 && <p>{words.fell(done.fell.length)}</p>}
			{copies && <CopySentence copies={copies} asked={asked ?? 0} purged={purged ?? 0} held={held ?? 0} />}
		</>
	);
}
