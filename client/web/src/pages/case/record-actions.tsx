// What can be done with a record: change it, sign it, add to what is signed,
// take it back with a reason.
import { useId, useState } from 'react';
import { useData } from '../../data';
import { textIn } from '../../data/body';
import { retractChange, signChange } from '../../data/change';
import type { Rec } from '../../data/wire';
import { useAnnounce } from '../../kit/announce';
import { Ask } from '../../kit/dialog';
import { useNoted, useReopened } from '../../kit/noted';
import { Button } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import { go, toEdit } from '../../route';
import { Addition } from './addition';
import { useCase, useCaseWords } from './context';
import { mayAdd, mayEdit, mayRetract, maySign } from './may';

type Asked = 'sign' | 'retract' | 'add' | null;

const REASON_MAX = 500;

export function RecordActions({ rec }: { rec: Rec }) {
	const words = useCaseWords();
	const { doc, lexicon, part } = useCase();
	const { reader } = useWorkplace();
	const [asked, setAsked] = useState<Asked>(null);
	const close = () => setAsked(null);
	const about = { case: doc.case, rec: rec.id, type: rec.type };
	useReopened({ ...about, step: 'retract' }, () => setAsked('retract'));
	useReopened({ ...about, step: 'addition' }, () => setAsked('add'));
	const type = lexicon.type(rec.type);
	if (!type) return null;
	return (
		<>
			{mayEdit(rec, type, reader, doc.summary.manager) && <Button onClick={() => go(toEdit(doc.case, rec.id, part))}>{words.edit}</Button>}
			{maySign(rec, type, reader) && <Button onClick={() => setAsked('sign')}>{words.sign}</Button>}
			{mayAdd(rec, reader) && <Button onClick={() => setAsked('add')}>{words.addition}</Button>}
			{mayRetract(rec, type, reader) && (
				<Button look="quiet" onClick={() => setAsked('retract')}>
					{words.retract}
				</Button>
			)}
			{asked === 'sign' && <SignAsked rec={rec} onClose={close} />}
			{asked === 'retract' && <RetractAsked rec={rec} onClose={close} />}
			{asked === 'add' && <Addition rec={rec} type={type} onClose={close} />}
		</>
	);
}

interface AskedProps {
	rec: Rec;
	onClose: () => void;
}

export function SignAsked({ rec, onClose }: AskedProps) {
	const { outbox, make } = useData();
	const words = useCaseWords();
	return (
		<Ask title={words.signTitle} onClose={onClose}>
			<p>{words.signHelp}</p>
			<div className="dialog-actions">
				<Button onClick={onClose}>{words.cancel}</Button>
				<Button
					look="main"
					autoFocus
					onClick={() => {
						onClose();
						void outbox.add(signChange(make, rec));
					}}
				>
					{words.signNow}
				</Button>
			</div>
		</Ask>
	);
}

export function RetractAsked({ rec, onClose }: AskedProps) {
	const { outbox, make } = useData();
	const words = useCaseWords();
	const announce = useAnnounce();
	const { doc, lexicon, mask } = useCase();
	const id = useId();
	const noted = useNoted({ case: doc.case, rec: rec.id, type: rec.type, step: 'retract' }, { reason: '' });
	const reason = textIn(noted.values, 'reason');
	const [tried, setTried] = useState(false);
	const fault = tried && !reason.trim();
	const retract = () => {
		setTried(true);
		if (!reason.trim()) return document.getElementById(id)?.focus();
		noted.done();
		onClose();
		void outbox.add(retractChange(make, rec, reason.trim())).then((done) => {
			if (done.progress !== 'refused') announce(words.retractedNow);
		});
	};
	return (
		<Ask title={words.retractTitle(lexicon.typeLabel(rec.type))} onClose={onClose}>
			<p>{mask.prose(lexicon.title(rec))}</p>
			<p>{words.retractHelp}</p>
			<div className="field">
				<label htmlFor={id}>
					{words.reason}
					<span className="required">{words.required}</span>
				</label>
				<textarea
					autoComplete="off"
					id={id}
					rows={2}
					autoFocus
					maxLength={REASON_MAX}
					value={reason}
					aria-required
					aria-invalid={fault}
					aria-describedby={fault ? `${id}-fault` : undefined}
					onChange={(event) => noted.set({ reason: event.target.value })}
				/>
				{fault && (
					<p id={`${id}-fault`} className="fault">
						{words.faultRequired}
					</p>
				)}
			</div>
			<div className="dialog-actions">
				<Button onClick={onClose}>{words.cancel}</Button>
				<Button look="main" onClick={retract}>
					{words.retractNow}
				</Button>
			</div>
		</Ask>
	);
}
