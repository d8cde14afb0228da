// One record in the timeline: a line to read past, and all of it on a press.
import { useState } from 'react';
import { useData } from '../../data';
import type { Shown } from '../../data/casefile';
import { OF_FIELD, SHEETS } from '../../data/doing';
import { draftKey } from '../../data/drafts';
import { type Entry, isSettled } from '../../data/outbox';
import { refusedEdit } from '../../data/record-form';
import type { Body, Rec, RecordType } from '../../data/wire';
import { Ask } from '../../kit/dialog';
import { KeptHelp } from '../../kit/kept';
import { Button, Chip, Icon, useFailureText, useWhyText } from '../../kit/parts';
import { go, toAdd, toEdit } from '../../route';
import { useCase, useCaseWords } from './context';
import { Additions } from './addition';
import { Closed } from './closed';
import { Fields } from './fields';
import { RecordHistory } from './history';
import { isRestricted } from './may';
import { ProgressChip } from './progress';
import { RecordActions } from './record-actions';
import { Answers, ScoreInShort, SheetScore } from './score';

export function TimelineRecord({ shown, open, onToggle }: { shown: Shown; open: boolean; onToggle: () => void }) {
	const words = useCaseWords();
	const { lexicon, mask } = useCase();
	const { rec, entry } = shown;
	const title = lexicon.title(rec);
	return (
		<article className={`record record-${rec.state}`} data-open={open || undefined}>
			<button type="button" className="record-line" aria-expanded={open} onClick={onToggle}>
				<span className="record-top">
					<span className="record-kind">{lexicon.typeLabel(rec.type)}</span>
					{mask.prose(title !== lexicon.typeLabel(rec.type) ? title : '')}
					{rec.type === 'assessment' && <ScoreInShort rec={rec} />}
				</span>
				{!open && <span className="record-preview">{mask.prose(lexicon.raised(previewOf(rec, lexicon.type(rec.type))))}</span>}
				<span className="record-foot">
					<span>{words.by(lexicon.name(rec.by), lexicon.siteOf(rec.by))}</span>
					<StateMark rec={rec} />
					{isRestricted(rec) && (
						<Chip tone="warn" icon="hidden">
							{words.restricted}
						</Chip>
					)}
					{entry && <ProgressChip entry={entry} />}
				</span>
				<Icon shape={open ? 'up' : 'down'} />
			</button>
			{entry && <Trouble entry={entry} rec={rec} />}
			{open && <RecordDetails shown={shown} />}
		</article>
	);
}

/** The first words of what was written, where the title does not say them. */
function previewOf(rec: Rec, type: RecordType | undefined): string {
	const field = type?.fields.find(
		({ kind, name, max }) => kind === 'text' && (max ?? 0) > 300 && !type.title.includes(name) && rec.body[name],
	);
	return field ? String(rec.body[field.name]) : '';
}

function StateMark({ rec }: { rec: Rec }) {
	const words = useCaseWords();
	const { lexicon } = useCase();
	switch (rec.state) {
		case 'draft':
			return <Chip>{words.stateDraft}</Chip>;
		case 'signed':
			return <span className="faint">{words.stateSigned}</span>;
		case 'retracted':
			return <Chip tone="warn">{rec.reason ? words.retractedBecause(rec.reason) : words.stateRetracted}</Chip>;
		case 'live':
			return lexicon.type(rec.type)?.signable ? <span className="unsigned">{words.stateLive}</span> : null;
	}
}

/** Why something written here has not arrived, and what can be done. */
function Trouble({ entry, rec }: { entry: Entry; rec: Rec }) {
	const { outbox } = useData();
	const words = useCaseWords();
	const { lexicon } = useCase();
	const failureText = useFailureText();
	const whyText = useWhyText();
	const fix = useFix(entry, rec);
	const [asking, setAsking] = useState(false);
	if (entry.progress === 'kept' && entry.failure)
		return (
			<p className="trouble">
				{failureText(entry.failure)} <KeptHelp />{' '}
				<Button look="quiet" onClick={() => void outbox.send()}>
					{words.sendNow}
				</Button>
			</p>
		);
	if (entry.progress !== 'refused') return null;
	return (
		<div className="trouble trouble-bad" role="alert">
			<p>{entry.why ? whyText(entry.why, (name) => lexicon.fieldLabel(rec.type, name)) : words.refused}</p>
			{fix && <Button onClick={fix}>{words.fixIt}</Button>}
			<Button look="quiet" onClick={() => setAsking(true)}>
				{words.putAside}
			</Button>
			{asking && (
				<Ask title={words.putAsideTitle} onClose={() => setAsking(false)}>
					<p>{words.putAsideHelp}</p>
					<div className="dialog-actions">
						<Button onClick={() => outbox.remove(entry.change.id)}>{words.putAside}</Button>
						<Button look="main" autoFocus onClick={() => setAsking(false)}>
							{words.cancel}
						</Button>
					</div>
				</Ask>
			)}
		</div>
	);
}

/** Opens the form with what was refused in it. */
function useFix({ change }: Entry, rec: Rec): (() => void) | null {
	const { drafts } = useData();
	const { doc, lexicon } = useCase();
	const type = lexicon.type(rec.type);
	if (!type || (change.op !== 'create' && change.op !== 'patch')) return null;
	return () => {
		const edit = change.op === 'patch' ? rec.id : null;
		const kind = OF_FIELD[rec.type];
		const of = !edit && kind && typeof change.set[kind] === 'string' ? String(change.set[kind]) : null;
		const key = draftKey(doc.case, rec.type, edit, SHEETS.has(rec.type) ? of : null);
		const begun = edit ? refusedEdit(type, rec, change) : { values: change.set };
		const at = edit ? toEdit(doc.case, edit) : toAdd(doc.case, rec.type, of);
		if (!drafts.all.get().has(key)) drafts.keep(key, { case: doc.case, type: rec.type, of, rec: rec.id, ...begun, at });
		go(at);
	};
}

function RecordDetails({ shown: { rec, entry } }: { shown: Shown }) {
	const words = useCaseWords();
	const { lexicon } = useCase();
	const [history, setHistory] = useState(false);
	const busy = entry !== null && !isSettled(entry);
	const hasItems = rec.type === 'assessment' && lexicon.scale(String(rec.body['instrument']))?.items !== undefined;
	return (
		<div className="record-all">
			{rec.type === 'assessment' && <SheetScore rec={rec} />}
			<Fields type={rec.type} body={hasItems ? withoutAnswers(rec.body) : rec.body} />
			{rec.withheld && <Closed recs={[rec]} />}
			{hasItems && <Answers rec={rec} />}
			<p className="record-meta">
				{words.enteredBy}
				{words.colon}
				{words.by(lexicon.name(rec.author), lexicon.siteOf(rec.author))}, {lexicon.time(rec.entered_at)}
				{rec.ver > 0 && ` · ${words.version(rec.ver)}`}
				{rec.csn ? ` · ${words.confirmed}` : ''}
			</p>
			<div className="record-actions">
				{rec.ver > 0 && (
					<Button aria-expanded={history} onClick={() => setHistory(!history)}>
						{history ? words.hideHistory : words.history}
					</Button>
				)}
				{!busy && <RecordActions rec={rec} />}
			</div>
			<Additions rec={rec} />
			{history && <RecordHistory rec={rec} />}
		</div>
	);
}

/** The sheet has its own table. */
function withoutAnswers({ answers, ...rest }: Body): Body {
	return rest;
}
