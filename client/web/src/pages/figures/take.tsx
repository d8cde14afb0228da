// Taking a figure along: as CSV, as a workbook with its definitions, as JSON, on paper
// or as a PDF. The centre writes the file; what is long says how much has come, and can
// be called off.
import { useEffect, useRef, useState } from 'react';
import { useData } from '../../data';
import type { FigureAsk, FileFormat, OutcomeAsk } from '../../data/figures';
import { type Failure, failureOf } from '../../data/http';
import { useLanguage } from '../../kit/language';
import { Button, FailureNotice } from '../../kit/parts';
import { hold, save } from '../../kit/save';
import { useFigureWords } from './say';

const FORMATS: readonly FileFormat[] = ['csv', 'xlsx', 'json'];
const NAMES: { [format in FileFormat]: string } = { csv: 'CSV', xlsx: 'XLSX', json: 'JSON' };

interface Running {
	format: FileFormat;
	/** Null: the centre is still writing it. */
	got: number | null;
	of: number | null;
}

/** `name` of the file, without its ending. */
export function Take({ ask, name }: { ask: FigureAsk | OutcomeAsk; name: string }) {
	const words = useFigureWords();
	const { lang } = useLanguage();
	const { figures } = useData();
	const [running, setRunning] = useState<Running | null>(null);
	const [done, setDone] = useState('');
	const [failure, setFailure] = useState<Failure | null>(null);
	const stop = useRef<AbortController | null>(null);
	useEffect(() => () => stop.current?.abort(), []);
	const fetchFile = async (format: FileFormat) => {
		const own = new AbortController();
		stop.current = own;
		setFailure(null);
		setDone('');
		setRunning({ format, got: null, of: null });
		try {
			const bytes = await figures.file(ask, format, lang, own.signal, (got, of) => setRunning({ format, got, of }));
			hold(bytes, (url) => save(url, `${name}.${format}`));
			setDone(words.fileSaved(`${name}.${format}`));
		} catch (error) {
			if (!own.signal.aborted) setFailure(failureOf(error));
		} finally {
			if (stop.current === own) setRunning(null);
		}
	};
	return (
		<div className="figure-take">
			<span id={`take-${name}`}>{words.takeAlong}</span>
			<span role="group" aria-labelledby={`take-${name}`} className="figure-formats">
				{FORMATS.map((format) => (
					<Button key={format} look="quiet" disabled={running !== null} onClick={() => void fetchFile(format)}>
						{NAMES[format]}
					</Button>
				))}
				<Button look="quiet" disabled={running !== null} onClick={() => window.print()}>
					{words.asPdf}
				</Button>
			</span>
			{running && (
				<>
					<progress aria-label={words.fileComing(NAMES[running.format])} {...(running.got !== null && running.of ? { value: running.got, max: running.of } : {})} />
					<span className="under">{running.got === null ? words.fileComing(NAMES[running.format]) : words.fileGot(kilobytes(running.got))}</span>
					<Button look="quiet" onClick={() => stop.current?.abort()}>
						{words.stopFile}
					</Button>
				</>
			)}
			<span role="status" className="under">
				{done}
			</span>
			{failure && <FailureNotice failure={failure} />}
		</div>
	);
}

const kilobytes = (bytes: number): string => `${Math.max(1, Math.round(bytes / 1024)).toLocaleString('en')} KB`;
