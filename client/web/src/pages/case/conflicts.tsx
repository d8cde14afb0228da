// Two people changed the same content. Both versions stand side by side until
// somebody settles which one holds; neither is ever lost.
import { type ReactNode, useState } from 'react';
import { useData } from '../../data';
import { asBody, textIn } from '../../data/body';
import type { Shown } from '../../data/casefile';
import { resolveChange } from '../../data/change';
import { check, type Fault } from '../../data/check';
import { isSettled } from '../../data/outbox';
import type { Body, Json, Rec, RecordType } from '../../data/wire';
import { useAnnounce } from '../../kit/announce';
import { type About, useNoted, useReopened } from '../../kit/noted';
import { Button, Notice, useFailureText, useWhyText } from '../../kit/parts';
import { Closed } from './closed';
import { useCase, useCaseWords } from './context';
import { FormField } from './field';
import { Fields } from './fields';
import { STATION_DIGITS } from './history';
import { ProgressChip } from './progress';

export function Conflicts({ shown }: { shown: readonly Shown[] }) {
	const words = useCaseWords();
	const open = shown.filter(
		({ rec, entry }) => rec.type === 'conflict' && rec.body['settled'] !== true && entry?.progress !== 'confirmed',
	);
	if (open.length === 0) return null;
	return (
		<section className="conflicts" aria-labelledby="conflicts">
			<h2 id="conflicts">{words.conflictsTitle(open.length)}</h2>
			<p>{words.conflictLead}</p>
			{open.map((one) => (
				<Conflict key={one.rec.id} shown={one} />
			))}
		</section>
	);
}

/** The fields in question: what the conflict names, as an array. */
function fieldsOf(conflict: Rec): string[] {
	const { fields } = conflict.body;
	return Array.isArray(fields) ? fields.map(String) : [];
}

type Pick = 'theirs' | 'mine' | 'other';

function Conflict({ shown: { rec, entry } }: { shown: Shown }) {
	const { outbox, make } = useData();
	const words = useCaseWords();
	const announce = useAnnounce();
	const { doc, records, lexicon, mask } = useCase();
	const whyText = useWhyText();
	const failureText = useFailureText();
	const [pick, setPick] = useState<Pick | null>(null);
	const about: About = { case: doc.case, rec: rec.id, type: 'conflict', step: 'resolve' };
	const noted = useNoted(about, {});
	const other = asBody(noted.values['other']);
	const note = textIn(noted.values, 'note');
	const [open, setOpen] = useState(false);
	useReopened(about, () => {
		setOpen(true);
		if (noted.values['other']) setPick('other');
	});
	const [tried, setTried] = useState(false);

	const names = fieldsOf(rec);
	const typeName = String(rec.body['record_type'] ?? '');
	const type = lexicon.type(typeName);
	const target = records.find((one) => one.id === rec.body['record']);
	// What stands may have moved on since; it is the record that says.
	const standing = some(names, target ? target.body : asBody(rec.body['theirs']));
	const mine = some(names, asBody(rec.body['mine']));
	const narrowed = type && { ...type, fields: type.fields.filter((field) => names.includes(field.name)) };
	const checked = narrowed && check(narrowed, other, {});
	const busy = entry !== null && !isSettled(entry);

	/** The site, and the station there, or the browser. */
	const where = (side: 'mine' | 'theirs'): string => {
		const text = (name: string) => (typeof rec.body[`${side}_${name}`] === 'string' ? String(rec.body[`${side}_${name}`]) : '');
		const site = text('site') ? lexicon.name(text('site')) : lexicon.siteOf(text('by'));
		return words.at(site, text('device') ? words.onDevice(text('device').slice(-STATION_DIGITS)) : words.inBrowser);
	};

	const title = mask.prose(words.conflictOf(lexicon.typeLabel(typeName), target ? lexicon.title(target) : ''));

	const settle = () => {
		setTried(true);
		if (pick === null || (pick === 'other' && checked?.faults.size)) return;
		const value = pick === 'theirs' ? standing : pick === 'mine' ? mine : some(names, checked?.body ?? {});
		if (entry?.progress === 'refused') outbox.remove(entry.change.id);
		void outbox.add(resolveChange(make, rec, standing, value, note.trim())).then((done) => {
			if (done.progress === 'refused') return;
			noted.done();
			announce(words.settledNow);
		});
	};
	const option = (value: Pick, label: string, children: ReactNode) => (
		<label className="side" data-picked={pick === value || undefined}>
			<span className="side-pick">
				<input type="radio" name={rec.id} checked={pick === value} onChange={() => setPick(value)} />
				<strong>{label}</strong>
			</span>
			{children}
		</label>
	);
	const closed = [rec, target].filter((one) => one?.withheld === true) as Rec[];
	if (closed.length > 0)
		return (
			<details className="conflict" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
				<summary>{title}</summary>
				<Closed recs={closed} help={words.closedConflict} />
			</details>
		);
	return (
		<details className="conflict" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
			<summary>{title}</summary>
			<fieldset className="conflict-body">
				<legend className="only-read">{title}</legend>
				<div className="sides">
					{option('theirs', words.theirs, <Side type={typeName} body={standing} by={rec.body['theirs_by']} at={rec.body['theirs_at']} where={where('theirs')} />)}
					{option('mine', words.mineOther, <Side type={typeName} body={mine} by={rec.body['mine_by']} at={rec.body['mine_at']} where={where('mine')} />)}
					{option('other', words.writeOther, null)}
				</div>
				{target?.state === 'signed' && <Notice tone="warn">{words.conflictSigned}</Notice>}
				{pick === 'other' && narrowed && (
					<OtherValue
						type={narrowed}
						values={other}
						faults={tried ? checked?.faults : undefined}
						onChange={(name, value) => noted.set({ other: { ...other, [name]: value } })}
					/>
				)}
				<details>
					<summary>{words.before}</summary>
					<Side type={typeName} body={some(names, asBody(rec.body['seen']))} by={undefined} at={undefined} where="" />
				</details>
				{tried && pick === null && <Notice tone="bad">{words.faultRequired}</Notice>}
				{entry?.progress === 'refused' && entry.why && <Notice tone="bad">{whyText(entry.why, (name) => lexicon.fieldLabel('conflict', name))}</Notice>}
				{entry?.progress === 'kept' && entry.failure && <Notice tone="warn">{failureText(entry.failure)}</Notice>}
				<div className="settle">
					<label>
						{words.settleNote}
						<input autoComplete="off" value={note} maxLength={500} onChange={(event) => noted.set({ note: event.target.value })} />
					</label>
					<Button look="main" aria-disabled={busy} onClick={() => !busy && settle()}>
						{busy ? words.settling : words.settle}
					</Button>
					{entry && <ProgressChip entry={entry} />}
				</div>
			</fieldset>
		</details>
	);
}

/** Every field in question; what is not there is null, which means absent. */
function some(names: readonly string[], body: Body): Body {
	return Object.fromEntries(names.map((name) => [name, body[name] ?? null]));
}

function Side({ type, body, by, at, where }: { type: string; body: Body; by: Json | undefined; at: Json | undefined; where: string }) {
	const words = useCaseWords();
	const { lexicon } = useCase();
	const empty = Object.values(body).every((value) => value === null);
	return (
		<>
			{empty ? <p className="faint">{words.emptyValue}</p> : <Fields type={type} body={body} />}
			{typeof by === 'string' && typeof at === 'string' && (
				<p className="under">
					{words.writtenBy(lexicon.name(by), lexicon.time(at))}
					{' · '}
					{where}
				</p>
			)}
		</>
	);
}

interface OtherValueProps {
	type: RecordType;
	values: Body;
	faults: ReadonlyMap<string, Fault> | undefined;
	onChange: (name: string, value: Json) => void;
}

function OtherValue({ type, values, faults, onChange }: OtherValueProps) {
	const { lexicon } = useCase();
	return (
		<div className="fields">
			{type.fields.map((field) => (
				<FormField
					key={field.name}
					field={field}
					lexicon={lexicon}
					value={values[field.name] ?? null}
					standing={null}
					fault={faults?.get(field.name)}
					refusal={undefined}
					onChange={(value) => onChange(field.name, value)}
				/>
			))}
		</div>
	);
}
