// Adding to what is signed. A signed body never changes: what comes after it is
// kept beside it (docs/wire.md "A change"), in one step, so that a station without
// a network does it, too.
import { useId, useState } from 'react';
import { useData } from '../../data';
import { textIn } from '../../data/body';
import { additionChange } from '../../data/change';
import type { Body, Field, Rec, RecordType } from '../../data/wire';
import { useAnnounce } from '../../kit/announce';
import { Ask } from '../../kit/dialog';
import { useNoted } from '../../kit/noted';
import { Button, Notice, useFailureText, useWhyText } from '../../kit/parts';
import type { Entry } from '../../data/outbox';
import { useCase, useCaseWords } from './context';

/** Texts long enough to be added to, those made for it first. */
function addable(type: RecordType): Field[] {
	const texts = type.fields.filter(({ kind, server, max }) => kind === 'text' && !server && (max ?? 0) >= 1000);
	return texts.sort((a, b) => Number(b.append ?? false) - Number(a.append ?? false));
}

interface AdditionProps {
	rec: Rec;
	type: RecordType;
	onClose: () => void;
}

export function Addition({ rec, type, onClose }: AdditionProps) {
	const words = useCaseWords();
	const { doc, lexicon } = useCase();
	const id = useId();
	const fields = addable(type);
	const { values, set, done } = useNoted({ case: doc.case, rec: rec.id, type: rec.type, step: 'addition' }, { name: fields[0]?.name ?? '', text: '', reason: '' });
	const [name, text, reason] = [textIn(values, 'name'), textIn(values, 'text'), textIn(values, 'reason')];
	const [tried, setTried] = useState(false);
	const { send, busy, trouble } = useAddition(rec, type, () => {
		done();
		onClose();
	});
	const missing = tried && !text.trim();
	const save = () => {
		setTried(true);
		if (!text.trim()) return document.getElementById(`${id}-text`)?.focus();
		send(name, text.trim(), reason.trim());
	};
	return (
		<Ask title={words.additionTitle} onClose={onClose}>
			<p>{words.additionHelp}</p>
			<div className="field">
				<label htmlFor={`${id}-to`}>{words.additionTo}</label>
				<select id={`${id}-to`} value={name} onChange={(event) => set({ name: event.target.value })}>
					{fields.map((field) => (
						<option key={field.name} value={field.name}>
							{lexicon.text(field.label)}
						</option>
					))}
				</select>
			</div>
			<div className="field">
				<label htmlFor={`${id}-text`}>
					{words.addition}
					<span className="required">{words.required}</span>
				</label>
				<textarea autoComplete="off" id={`${id}-text`} rows={4} autoFocus aria-required aria-invalid={missing} aria-describedby={missing ? `${id}-fault` : undefined} value={text} onChange={(event) => set({ text: event.target.value })} />
				{missing && (
					<p id={`${id}-fault`} className="fault">
						{words.faultRequired}
					</p>
				)}
			</div>
			<div className="field">
				<label htmlFor={`${id}-reason`}>{words.additionReason}</label>
				<input autoComplete="off" id={`${id}-reason`} value={reason} maxLength={500} onChange={(event) => set({ reason: event.target.value })} />
			</div>
			{trouble && <Notice tone="bad">{trouble}</Notice>}
			<div className="dialog-actions">
				<Button onClick={onClose}>{words.cancel}</Button>
				<Button look="main" aria-disabled={busy} onClick={() => !busy && save()}>
					{busy ? words.saving : words.save}
				</Button>
			</div>
		</Ask>
	);
}

function useAddition(rec: Rec, type: RecordType, onDone: () => void) {
	const { outbox, cases, make } = useData();
	const words = useCaseWords();
	const announce = useAnnounce();
	const { lexicon } = useCase();
	const whyText = useWhyText();
	const failureText = useFailureText();
	const [busy, setBusy] = useState(false);
	const [trouble, setTrouble] = useState<string | null>(null);

	const told = (entry: Entry): string | null => {
		if (entry.progress === 'refused') return entry.why ? whyText(entry.why, (field) => lexicon.fieldLabel(rec.type, field)) : words.refused;
		return entry.failure ? failureText(entry.failure) : null;
	};
	const send = async (name: string, text: string, note: string) => {
		const before = rec.body[name];
		const whole = typeof before === 'string' && before ? `${before}\n${text}` : text;
		const change = additionChange(make, type, rec, { ...rec.body, [name]: whole }, note);
		if (!change) return;
		setBusy(true);
		setTrouble(null);
		const added = await outbox.add(change);
		setBusy(false);
		if (rec.case) void cases.load(rec.case);
		if (added.progress === 'refused') {
			setTrouble(told(added));
			outbox.remove(change.id);
			return;
		}
		announce(words.additionKept);
		onDone();
	};
	return { busy, trouble, send: (name: string, text: string, note: string) => void send(name, text, note) };
}

/** What was added to a signed record later, beneath it. */
export function Additions({ rec }: { rec: Rec }) {
	const words = useCaseWords();
	const { records, lexicon, mask } = useCase();
	const added = records.filter(({ type, body }) => type === 'conflict' && body['addendum'] === true && body['record'] === rec.id);
	if (added.length === 0) return null;
	return (
		<div className="additions">
			<h4>{words.additions}</h4>
			{added.map((one) => (
				<div key={one.id} className="addition">
					{Object.entries(one.body['value'] as Body).map(([name, value]) => {
						const before = rec.body[name];
						const text = String(value ?? '');
						const rest = typeof before === 'string' && text.startsWith(before) ? text.slice(before.length).trim() : text;
						return (
							rest && (
								<p key={name}>
									<strong>{lexicon.fieldLabel(rec.type, name)}</strong> <span className="prose">{mask.prose(rest)}</span>
								</p>
							)
						);
					})}
					<p className="under">
						{words.writtenBy(lexicon.name(String(one.body['settled_by'] ?? '')), lexicon.time(String(one.body['settled_at'] ?? one.at)))}
						{typeof one.body['note'] === 'string' && ` · ${mask.prose(one.body['note'])}`}
					</p>
				</div>
			))}
		</div>
	);
}
