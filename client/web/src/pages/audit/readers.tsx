// Who saw a person's records: a sheet to be printed and given to them.
import { type FormEvent, useId, useState } from 'react';
import { useData } from '../../data';
import { type Failure, failureOf } from '../../data/http';
import { dayOf, stamp, today } from '../../data/time';
import type { Readers } from '../../data/trail';
import { useOwnWords } from '../../kit/language';
import { Button, Empty, FailureNotice, Notice } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import { DayField, isWhole } from './day-field';
import { useEventText } from './say';
import { auditWords } from './words';

const DAYS = 365;

export function ReadersPart() {
	const { trail, make } = useData();
	const words = useOwnWords(auditWords);
	const id = useId();
	const [record, setRecord] = useState('');
	const [from, setFrom] = useState(() => today(make.now() - DAYS * 86_400_000));
	const [to, setTo] = useState(() => today(make.now()));
	const [tried, setTried] = useState(false);
	const [busy, setBusy] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [list, setList] = useState<{ readers: Readers; at: string } | null>(null);
	const listThem = async (event: FormEvent) => {
		event.preventDefault();
		if (busy) return undefined;
		setTried(true);
		if (!isWhole(from) || !isWhole(to)) return undefined;
		if (!record.trim()) return document.getElementById(`${id}-record`)?.focus();
		setBusy(true);
		setFailure(null);
		try {
			setList({ readers: await trail.readers(record.trim(), from, to), at: stamp(make.now()) });
		} catch (error) {
			setList(null);
			setFailure(failureOf(error));
		}
		setBusy(false);
		return undefined;
	};
	return (
		<section aria-label={words.auditReaders}>
			<form className="trail-form group-part" autoComplete="off" noValidate onSubmit={(event) => void listThem(event)}>
				<p className="trail-note">{words.readersLead}</p>
				<div className="field trail-record">
					<label htmlFor={`${id}-record`}>{words.recordLabel}</label>
					<input
						id={`${id}-record`}
						autoComplete="off"
						spellCheck={false}
						maxLength={64}
						value={record}
						aria-required
						aria-invalid={tried && !record.trim()}
						aria-describedby={`${id}-fault`}
						onChange={(event) => setRecord(event.target.value)}
					/>
					{tried && !record.trim() && (
						<p className="fault" id={`${id}-fault`}>
							{words.needRecord}
						</p>
					)}
				</div>
				<div className="field">
					<span className="label" id={`${id}-from`}>
						{words.fromLabel}
					</span>
					<DayField label={`${id}-from`} value={from} tried={tried} onChange={setFrom} />
				</div>
				<div className="field">
					<span className="label" id={`${id}-to`}>
						{words.toLabel}
					</span>
					<DayField label={`${id}-to`} value={to} tried={tried} onChange={setTo} />
				</div>
				<div className="trail-go">
					<Button look="main" type="submit" aria-disabled={busy}>
						{words.makeList}
					</Button>
					{list && (
						<Button icon="print" onClick={() => window.print()}>
							{words.printList}
						</Button>
					)}
				</div>
			</form>
			{failure && <FailureNotice failure={failure} />}
			{list && <Sheet {...list} />}
		</section>
	);
}

/** The centre's span ends before `to`, and nothing was seen after it was asked. */
const lastDay = (to: string, asked: string): string => dayOf(stamp(Math.min(Date.parse(to) - 1, Date.parse(asked))));

function Sheet({ readers, at }: { readers: Readers; at: string }) {
	const words = useOwnWords(auditWords);
	const say = useEventText();
	const { lexicon, reader } = useWorkplace();
	return (
		<article className="readers-sheet" aria-labelledby="readers-title">
			<h2 id="readers-title">{words.readersTitle}</h2>
			<p className="faint">
				{words.readersOf(readers.record)} · {words.readersSpan(dayOf(readers.from), lastDay(readers.to, at))}
			</p>
			<p className="faint">{words.readersMade(lexicon.time(at), reader.name)}</p>
			{readers.cut && <Notice tone="warn">{words.readersCut(readers.rows.length)}</Notice>}
			{readers.rows.length === 0 && <Empty title={words.noReaders} />}
			{readers.rows.length > 0 && (
				<table className="lines admin-table">
					<thead>
						<tr>
							<th scope="col">{words.who}</th>
							<th scope="col">{words.site}</th>
							<th scope="col">{words.event}</th>
							<th scope="col" className="number">
								{words.times}
							</th>
							<th scope="col">{words.first}</th>
							<th scope="col">{words.last}</th>
						</tr>
					</thead>
					<tbody>
						{readers.rows.map((one) => (
							<tr key={`${one.actor} ${one.role} ${one.site_id} ${one.action}`}>
								<th scope="row">
									{say.actor(one.actor_name, one.actor, null)}
									<span className="under">{lexicon.code('staff_role', one.role)}</span>
								</th>
								<td>{lexicon.site(one.site_id, one.site_name)}</td>
								<td>{say.action(one.action)}</td>
								<td className="number">{one.n}</td>
								<td className="nowrap">{lexicon.time(one.first)}</td>
								<td className="nowrap">{lexicon.time(one.last)}</td>
							</tr>
						))}
					</tbody>
				</table>
			)}
			<p className="hint">{words.readersFoot}</p>
		</article>
	);
}
