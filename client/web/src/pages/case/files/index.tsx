// The documents of the case: what is known of each is a record, its bytes go
// their own way. They are fetched when somebody asks for them, never before; where
// they are is said before anybody asks.
import { useEffect, useState } from 'react';
import { useData } from '../../../data';
import { useCell } from '../../../data/cell';
import { Damaged, type FetchState, sha256Of } from '../../../data/files';
import { type Failure, CallError } from '../../../data/http';
import { ACCEPTED, kindOfFile, sizeText } from '../../../data/media';
import type { Rec } from '../../../data/wire';
import { Button, Chip, Empty, Notice, useFailureText } from '../../../kit/parts';
import { useReopened } from '../../../kit/noted';
import { hold, save } from '../../../kit/save';
import { useWorkplace } from '../../../kit/workplace';
import { Closed } from '../closed';
import { useCase } from '../context';
import { useFilesWords } from './say';
import { isRestricted, mayCreate } from '../may';
import { text, useOf } from '../part';
import { useGrant } from '../glass';
import { RecordActions } from '../record-actions';
import { AddFile, Sending } from './upload';
import { Where, whereOf } from './where';

const hasFile = (rec: Rec): boolean => text(rec, 'sha256') !== '';

export function Files() {
	const words = useFilesWords();
	const { reader } = useWorkplace();
	const [adding, setAdding] = useState(false);
	const { doc } = useCase();
	useReopened({ case: doc.case, rec: doc.case, type: 'document', step: 'upload' }, () => setAdding(true));
	const all = useOf('document').filter((rec) => rec.state !== 'retracted');
	const sorted = [...all].sort((a, b) => ((text(a, 'made') || a.entered_at) < (text(b, 'made') || b.entered_at) ? 1 : -1));
	return (
		<section aria-labelledby="files">
			<div className="timeline-head">
				<h2 id="files">{words.files}</h2>
				{mayCreate('document', reader) && (
					<Button look="main" icon="plus" aria-expanded={adding} onClick={() => setAdding(!adding)}>
						{words.addFile}
					</Button>
				)}
			</div>
			{adding && <AddFile onClose={() => setAdding(false)} />}
			{all.length === 0 && !adding && <Empty title={words.noFiles}>{words.noFilesHelp}</Empty>}
			{sorted.map((rec) => (
				<FileCard key={rec.id} rec={rec} />
			))}
		</section>
	);
}

function FileCard({ rec }: { rec: Rec }) {
	const words = useFilesWords();
	const { lexicon, mask } = useCase();
	const size = rec.body['size'];
	return (
		<article className="card" data-rec={rec.id}>
			<header className="card-head">
				<h3>{rec.withheld ? lexicon.typeLabel(rec.type) : mask.prose(text(rec, 'title'))}</h3>
				<Chip>{lexicon.code('document_kind', text(rec, 'kind'))}</Chip>
				<span className="faint">{lexicon.code('document_status', text(rec, 'status'))}</span>
				{isRestricted(rec) && (
					<Chip tone="warn" icon="hidden">
						{words.restricted}
					</Chip>
				)}
			</header>
			<p className="under">
				{[mask.prose(text(rec, 'file_name')), typeof size === 'number' && sizeText(size), text(rec, 'made'), words.by(lexicon.name(rec.author), lexicon.siteOf(rec.author))]
					.filter(Boolean)
					.join(' · ')}
			</p>
			{text(rec, 'text') && <p className="prose">{mask.prose(text(rec, 'text'))}</p>}
			<Sending rec={rec.id} />
			{rec.withheld ? <Closed recs={[rec]} /> : hasFile(rec) ? <FileBytes rec={rec} /> : <p className="faint">{words.noBytes}</p>}
			<div className="record-actions">
				<RecordActions rec={rec} />
			</div>
		</article>
	);
}

type State = { blob: Blob } | { progress: FetchState } | { failure: Failure | 'damaged' } | null;

function FileBytes({ rec }: { rec: Rec }) {
	const { files } = useData();
	const words = useFilesWords();
	const [state, setState] = useState<State>(null);
	const [stop, setStop] = useState<AbortController | null>(null);
	const { doc } = useCase();
	const { mode } = useWorkplace();
	const grant = useGrant(doc.case);
	const sending = useCell(files.uploads).get(rec.id);
	useEffect(() => () => stop?.abort(), [stop]);
	const sha = text(rec, 'sha256');
	const size = typeof rec.body['size'] === 'number' ? rec.body['size'] : 0;
	const fetch = async () => {
		const control = new AbortController();
		setStop(control);
		setState({ progress: { done: 0, size } });
		try {
			// The kind is one of ours, or bytes: the record does not decide what a browser runs.
			const media = kindOfFile(text(rec, 'file_name'))?.media ?? 'application/octet-stream';
			const blob = await files.fetch(sha, rec.id, media, (progress) => !control.signal.aborted && setState({ progress }), control.signal);
			if (!control.signal.aborted) setState({ blob });
		} catch (error) {
			if (control.signal.aborted) return;
			if (error instanceof Damaged) setState({ failure: 'damaged' });
			else if (error instanceof CallError) setState({ failure: error.failure });
			else throw error;
		}
	};
	if (sending && sending.state !== 'done') return null;
	if (grant) return <p className="faint">{words.noFilesInEmergency}</p>;
	if (state && 'progress' in state)
		return (
			<div className="file-moving">
				<span>{words.fetching}</span>
				<progress max={Math.max(state.progress.size, 1)} value={state.progress.done} aria-label={words.fetching} />
				<span>
					{sizeText(state.progress.done)} / {sizeText(state.progress.size)}
				</span>
				<Button
					look="quiet"
					onClick={() => {
						stop?.abort();
						setState(null);
					}}
				>
					{words.cancel}
				</Button>
			</div>
		);
	if (state && 'blob' in state) return <Preview rec={rec} blob={state.blob} />;
	const where = whereOf(rec, doc, mode, sending?.state === 'done');
	return (
		<>
			{state && 'failure' in state && <FetchFailed rec={rec} failure={state.failure} />}
			{!state && where === 'away' && <FileAway rec={rec} />}
			<div className="record-actions">
				<Button onClick={() => void fetch()}>{words.takeFile[where]}</Button>
				{!state && <Where where={where} />}
			</div>
		</>
	);
}

function FetchFailed({ rec, failure }: { rec: Rec; failure: Failure | 'damaged' }) {
	const words = useFilesWords();
	const failureText = useFailureText();
	if (failure === 'damaged') return <Notice tone="bad">{words.damaged}</Notice>;
	const away = failure.kind === 'refused' && failure.problem.status === 404;
	return away ? <FileAway rec={rec} /> : <Notice tone="bad">{words.fetchFailed(failureText(failure))}</Notice>;
}

/** The bytes are not at the centre: whoever has the file goes on sending it. */
function FileAway({ rec }: { rec: Rec }) {
	const { files } = useData();
	const words = useFilesWords();
	const { reader } = useWorkplace();
	const [other, setOther] = useState(false);
	const goOn = async (file: File | undefined) => {
		if (!file) return;
		const sha256 = await sha256Of(await file.arrayBuffer());
		setOther(sha256 !== text(rec, 'sha256'));
		if (sha256 === text(rec, 'sha256')) void files.send(file, file.name, { sha256, size: file.size, media: text(rec, 'media'), rec: rec.id });
	};
	return (
		<Notice tone="warn">
			<p>{words.fileAway}</p>
			{rec.author === reader.staff && (
				<label className="choose-file">
					{words.chooseAgain}
					<input type="file" accept={ACCEPTED} onChange={(event) => void goOn(event.target.files?.[0])} />
				</label>
			)}
			{other && <p>{words.anotherFile}</p>}
		</Notice>
	);
}

/** Pictures and plain texts are shown here; everything else is opened or kept. */
function Preview({ rec, blob }: { rec: Rec; blob: Blob }) {
	const words = useFilesWords();
	const { mask } = useCase();
	const [shown, setShown] = useState<string | null>(null);
	const isImage = blob.type.startsWith('image/');
	const isText = blob.type === 'text/plain';
	useEffect(() => {
		let wanted = true;
		if (isText) void blob.text().then((all) => wanted && setShown(all));
		if (isImage) {
			// A data address, because the page's policy takes pictures from nowhere else.
			const reader = new FileReader();
			reader.onload = () => wanted && setShown(String(reader.result));
			reader.readAsDataURL(blob);
		}
		return () => {
			wanted = false;
		};
	}, [blob, isImage, isText]);
	return (
		<div className="preview">
			{isImage && shown && <img src={shown} alt={mask.prose(text(rec, 'title'))} />}
			{isText && shown !== null && <pre className="prose">{mask.prose(shown)}</pre>}
			<div className="record-actions">
				{blob.type === 'application/pdf' && <Button onClick={() => hold(blob, (url) => window.open(url, '_blank', 'noopener'))}>{words.openPdf}</Button>}
				<Button onClick={() => hold(blob, (url) => save(url, text(rec, 'file_name') || text(rec, 'title')))}>{words.saveFile}</Button>
			</div>
		</div>
	);
}
