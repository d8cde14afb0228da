// What a restored centre was told again: what was found beside what stands, to be
// put back or left.
import { useEffect, useId, useState } from 'react';
import { useData } from '../../data';
import { textIn } from '../../data/body';
import { CallError, type Failure } from '../../data/http';
import type { Salvaged } from '../../data/salvage';
import type { Body, Field } from '../../data/wire';
import { useAnnounce } from '../../kit/announce';
import { useOwnWords } from '../../kit/language';
import { useMask } from '../../kit/mask';
import { useNoted } from '../../kit/noted';
import { Button, Empty, FailureNotice, Notice, Waiting } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import { toCase } from '../../route';
import { isIdentifying } from '../case/identifying';
import { salvageWords } from './words';

type State = { rows: Salvaged[]; more: boolean } | { failure: Failure } | null;

const NOTE_MAX = 500;

export function SalvagePage() {
	const { salvage } = useData();
	const words = useOwnWords(salvageWords);
	const [state, setState] = useState<State>(null);
	const load = (open = false) =>
		void salvage.list(open).then(setState, (error: unknown) => {
			if (!(error instanceof CallError)) throw error;
			setState({ failure: error.failure });
		});
	useEffect(() => {
		document.title = [words.salvageTitle, words.product].join(' · ');
		load();
	}, [words]);
	return (
		<section className="salvage" aria-labelledby="salvage">
			<h1 id="salvage">{words.salvageTitle}</h1>
			<p>{words.salvageLead}</p>
			{!state && <Waiting lines={4} />}
			{state && 'failure' in state && <FailureNotice failure={state.failure} onRetry={() => load()} />}
			{state && 'rows' in state && state.rows.length === 0 && <Empty title={words.noSalvage} />}
			{state && 'rows' in state && state.rows.map((one) => <Found key={one.id} one={one} onDecided={load} onOpen={() => load(true)} />)}
			{state && 'rows' in state && state.more && <Notice tone="calm">{words.moreSalvage}</Notice>}
		</section>
	);
}

function Found({ one, onDecided, onOpen }: { one: Salvaged; onDecided: () => void; onOpen: () => void }) {
	const { salvage } = useData();
	const words = useOwnWords(salvageWords);
	const announce = useAnnounce();
	const { lexicon } = useWorkplace();
	const id = useId();
	const noted = useNoted({ case: one.case ?? one.id, rec: one.id, type: one.type, step: 'salvage' }, { note: '' });
	const note = textIn(noted.values, 'note');
	const [failure, setFailure] = useState<Failure | null>(null);
	const [busy, setBusy] = useState(false);
	const decide = async (take: boolean) => {
		setBusy(true);
		setFailure(null);
		try {
			await salvage.decide(one, take, note.trim());
			noted.done();
			announce(take ? words.takenBack : words.declinedNow);
			onDecided();
		} catch (error) {
			if (!(error instanceof CallError)) throw error;
			setFailure(error.failure);
			// Somebody else decided, or what stands moved on: look again.
			if (error.failure.kind === 'refused' && error.failure.problem.status === 409) onDecided();
		}
		setBusy(false);
	};
	return (
		<article className="card">
			<header className="card-head">
				<h2>{lexicon.typeLabel(one.type)}</h2>
				<span className="faint">
					{words.writtenAt(one.by_name ?? one.author_name ?? '', lexicon.time(one.at))} · {words.versionThen(one.ver)} · {words.offeredBy(one.offers)}
				</span>
				{one.case && <a href={toCase(one.case)}>{words.caseTitle}</a>}
			</header>
			<div className="sides">
				<div className="side">
					<strong>{words.salvageStands}</strong>
					{one.now ? <Shown type={one.type} body={one.now.body} /> : <p className="faint">{words.salvageNothing}</p>}
				</div>
				<div className="side">
					<strong>{words.salvageOffered}</strong>
					<Shown type={one.type} body={one.body} />
				</div>
			</div>
			{one.withheld && (
				<Button icon="hidden" onClick={onOpen}>
					{words.openRestricted}
				</Button>
			)}
			{failure && <FailureNotice failure={failure} />}
			<div className="settle">
				<label htmlFor={id}>
					{words.salvageNote}
					<input autoComplete="off" id={id} value={note} maxLength={NOTE_MAX} onChange={(event) => noted.set({ note: event.target.value })} />
				</label>
				<Button look="main" aria-disabled={busy} onClick={() => !busy && void decide(true)}>
					{words.takeBack}
				</Button>
				<Button aria-disabled={busy} onClick={() => !busy && void decide(false)}>
					{words.decline}
				</Button>
			</div>
		</article>
	);
}

function Shown({ type, body }: { type: string; body: Body }) {
	const { lexicon } = useWorkplace();
	const mask = useMask();
	const shown = (field: Field): string => {
		const text = lexicon.value(field, body[field.name]);
		const kind = isIdentifying(type, field.name);
		if (kind === 'name') return mask.name(text);
		// Whose names stand in a free text, nobody knows here.
		return kind === 'detail' || field.kind === 'text' || field.kind === 'json' ? mask.detail(text) : text;
	};
	const fields = (lexicon.type(type)?.fields ?? []).map((field) => ({ field, text: shown(field) })).filter(({ text }) => text);
	return (
		<dl className="fields-shown">
			{fields.map(({ field, text }) => (
				<div key={field.name}>
					<dt>{lexicon.text(field.label)}</dt>
					<dd>{text}</dd>
				</div>
			))}
		</dl>
	);
}
