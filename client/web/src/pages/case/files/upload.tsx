// Adding a document: what it is becomes a record at once, its bytes follow with
// their progress shown, and go on where a cut line left them.
import { type FormEvent, useId, useState } from 'react';
import { useData } from '../../../data';
import { textIn } from '../../../data/body';
import { useCell } from '../../../data/cell';
import { createChange } from '../../../data/change';
import { sha256Of } from '../../../data/files';
import { ACCEPTED, kindOfFile, sizeText } from '../../../data/media';
import { today as dayToday } from '../../../data/time';
import type { Body, Id } from '../../../data/wire';
import { useAnnounce } from '../../../kit/announce';
import { Button, Notice, useFailureText, useWhyText } from '../../../kit/parts';
import { useNoted } from '../../../kit/noted';
import { useCase } from '../context';
import { useFilesWords } from './say';

const TITLE_MAX = 200;

export function AddFile({ onClose }: { onClose: () => void }) {
	const { files, outbox, make } = useData();
	const words = useFilesWords();
	const announce = useAnnounce();
	const whyText = useWhyText();
	const { doc, lexicon } = useCase();
	const id = useId();
	const [file, setFile] = useState<File | null>(null);
	// The file itself cannot be kept; what was said of it can.
	const noted = useNoted({ case: doc.case, rec: doc.case, type: 'document', step: 'upload' }, { title: '', kind: 'other', restricted: false });
	const [title, kind, restricted] = [textIn(noted.values, 'title'), textIn(noted.values, 'kind'), noted.values['restricted'] === true];
	const [trouble, setTrouble] = useState<string | null>(null);
	const [busy, setBusy] = useState(false);

	const choose = (chosen: File | undefined) => {
		setTrouble(null);
		setFile(null);
		if (!chosen) return;
		const known = kindOfFile(chosen.name);
		if (!known) return setTrouble(words.badKind(ACCEPTED.replaceAll(',', ' ')));
		if (chosen.size === 0) return setTrouble(words.emptyFile);
		if (chosen.size > known.max) return setTrouble(words.tooLarge(sizeText(known.max)));
		setFile(chosen);
		if (!title) noted.set({ title: chosen.name.replace(/\.[^.]+$/, '').slice(0, TITLE_MAX) });
	};
	const save = async (event: FormEvent) => {
		event.preventDefault();
		if (busy) return;
		if (!file) return setTrouble(words.needFile);
		if (!title.trim()) return setTrouble(words.needTitle);
		setBusy(true);
		const sha256 = await sha256Of(await file.arrayBuffer());
		const media = kindOfFile(file.name)!.media;
		const rec = make.id();
		const body: Body = {
			title: title.trim(),
			kind,
			// A dignity document is read and approved before it is filed.
			status: kind === 'dignity_document' ? 'draft' : 'final',
			made: dayToday(make.now()),
			sha256,
			size: file.size,
			media,
			file_name: Array.from(file.name).slice(-TITLE_MAX).join(''),
			...(restricted && { restricted: true }),
		};
		const done = await outbox.add(createChange(make, 'document', doc.case, body, rec));
		setBusy(false);
		if (done.progress === 'refused') {
			setTrouble(done.why ? whyText(done.why, (name) => lexicon.fieldLabel('document', name)) : words.refused);
			return outbox.remove(done.change.id);
		}
		noted.done();
		onClose();
		void files.send(file, file.name, { sha256, size: file.size, media, rec }).then((there) => there && announce(words.fileThere(file.name)));
	};
	return (
		<form autoComplete="off" className="card" onSubmit={(event) => void save(event)} noValidate>
			<div className="fields">
				<div className="field">
					<label htmlFor={`${id}-file`}>{words.file}</label>
					<input id={`${id}-file`} type="file" accept={ACCEPTED} onChange={(event) => choose(event.target.files?.[0])} />
				</div>
				<div className="field">
					<label htmlFor={`${id}-title`}>{lexicon.fieldLabel('document', 'title')}</label>
					<input autoComplete="off" id={`${id}-title`} maxLength={TITLE_MAX} value={title} onChange={(event) => noted.set({ title: event.target.value })} />
				</div>
				<div className="field">
					<label htmlFor={`${id}-kind`}>{lexicon.fieldLabel('document', 'kind')}</label>
					<select id={`${id}-kind`} value={kind} onChange={(event) => noted.set({ kind: event.target.value })}>
						{lexicon.codes('document_kind').map(({ code, label }) => (
							<option key={code} value={code}>
								{label}
							</option>
						))}
					</select>
				</div>
				<label className="option">
					<input type="checkbox" checked={restricted} onChange={(event) => noted.set({ restricted: event.target.checked })} />
					<span>{words.restrictedHelp}</span>
				</label>
			</div>
			{trouble && <Notice tone="bad">{trouble}</Notice>}
			<div className="record-actions">
				<Button look="main" type="submit" aria-disabled={busy}>
					{busy ? words.saving : words.upload}
				</Button>
				<Button onClick={onClose}>{words.cancel}</Button>
			</div>
		</form>
	);
}

/** How far the bytes of a record are. */
export function Sending({ rec }: { rec: Id }) {
	const { files } = useData();
	const words = useFilesWords();
	const failureText = useFailureText();
	const upload = useCell(files.uploads).get(rec);
	if (!upload || upload.state === 'done') return null;
	return (
		<div className="file-moving">
			<progress max={upload.size} value={upload.done} aria-label={words.sendingFile(upload.name)} />
			<span>
				{sizeText(upload.done)} / {sizeText(upload.size)}
			</span>
			{upload.state !== 'sending' && upload.failure && <span className={upload.state === 'failed' ? 'fault' : 'faint'}>{failureText(upload.failure)}</span>}
			{upload.state === 'waiting' && <span className="faint">{words.goesOn}</span>}
			<Button look="quiet" onClick={() => files.cancel(rec)}>
				{upload.state === 'failed' ? words.close : words.cancel}
			</Button>
		</div>
	);
}
