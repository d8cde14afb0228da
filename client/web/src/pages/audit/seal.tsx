// Whether the trail is what it was: how far it is sealed, which heads the stations
// keep, what was found, and receipts to be proved elsewhere.
import { type FormEvent, useEffect, useId, useState } from 'react';
import { useData } from '../../data';
import { type Failure, failureOf } from '../../data/http';
import type { Seal } from '../../data/trail';
import { useOwnWords } from '../../kit/language';
import { Button, Chip, FailureNotice, Notice, TableBox } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import { hold, save } from '../../kit/save';
import { auditWords } from './words';

export function SealPart() {
	const { trail } = useData();
	const words = useOwnWords(auditWords);
	const [seal, setSeal] = useState<Seal | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	useEffect(() => {
		let gone = false;
		trail.seal().then(
			(value) => gone || setSeal(value),
			(error: unknown) => gone || setFailure(failureOf(error)),
		);
		return () => {
			gone = true;
		};
	}, [trail]);
	return (
		<section className="seal" aria-label={words.auditSeal}>
			<p className="trail-note">{words.sealLead}</p>
			{failure && <FailureNotice failure={failure} />}
			{seal && <Shown seal={seal} />}
		</section>
	);
}

function Shown({ seal }: { seal: Seal }) {
	const words = useOwnWords(auditWords);
	const { lexicon } = useWorkplace();
	if (!seal.head?.epoch) return <Notice tone="warn">{words.notSealed}</Notice>;
	return (
		<>
			{seal.troubles.length > 0 ? <Notice tone="warn">{words.sealTroubles(seal.troubles.length)}</Notice> : <Notice tone="good">{words.noTroubles}</Notice>}
			<Troubles seal={seal} />
			<dl className="fields-shown">
				<div>
					<dt>{words.sealedAt}</dt>
					<dd>{lexicon.time(seal.head.at ?? '')}</dd>
				</div>
				<div>
					<dt>{words.sealSize}</dt>
					<dd>{words.sealSizeIs(seal.head.size ?? 0, seal.head.epoch)}</dd>
				</div>
				<div>
					<dt>{words.sealWaiting}</dt>
					<dd>{seal.head.waiting}</dd>
				</div>
				<div data-long>
					<dt>{words.sealHead}</dt>
					<dd>
						<pre className="seal-note">{seal.head.note}</pre>
					</dd>
				</div>
			</dl>
			<Stations seal={seal} />
			<Receipt />
		</>
	);
}

function Receipt() {
	const { trail } = useData();
	const words = useOwnWords(auditWords);
	const id = useId();
	const [event, setEvent] = useState('');
	const [failure, setFailure] = useState<Failure | null>(null);
	const wanted = event.trim();
	const take = async (submit: FormEvent) => {
		submit.preventDefault();
		if (!/^[1-9][0-9]{0,17}$/.test(wanted)) return document.getElementById(id)?.focus();
		setFailure(null);
		try {
			const bytes = await trail.receipt(wanted);
			hold(bytes, (url) => save(url, `casebridge-receipt-${wanted}.txt`));
		} catch (error) {
			setFailure(failureOf(error));
		}
		return undefined;
	};
	return (
		<form className="trail-form group-part" autoComplete="off" noValidate onSubmit={(submit) => void take(submit)}>
			<div className="field trail-record">
				<label htmlFor={id}>{words.receiptEvent}</label>
				<input id={id} autoComplete="off" inputMode="numeric" maxLength={18} value={event} aria-describedby={`${id}-help`} onChange={(change) => setEvent(change.target.value)} />
				<p className="hint" id={`${id}-help`}>
					{words.receiptHelp}
				</p>
			</div>
			<div className="trail-go">
				<Button type="submit">{words.receiptTake}</Button>
			</div>
			{failure && <FailureNotice failure={failure} />}
		</form>
	);
}

function Troubles({ seal }: { seal: Seal }) {
	const words = useOwnWords(auditWords);
	const { lexicon } = useWorkplace();
	if (seal.troubles.length === 0) return null;
	return (
		<TableBox label={words.troubles}>
			<table className="lines admin-table">
				<thead>
					<tr>
						<th scope="col">{words.when}</th>
						<th scope="col">{words.foundBy}</th>
						<th scope="col">{words.found}</th>
						<th scope="col">{words.foundSays}</th>
					</tr>
				</thead>
				<tbody>
					{seal.troubles.map((one) => (
						<tr key={`${one.at} ${one.said}`}>
							<td className="nowrap">{lexicon.time(one.at)}</td>
							<td>{one.source === 'seal' ? words.bySeal : words.byStation}</td>
							<td>
								<Chip tone="warn">{words.troubleKinds[one.kind] ?? one.kind}</Chip>
							</td>
							<td>
								{one.source === 'seal' ? words.troubleSays(one.kind, one.no, one.said) : <pre className="seal-note">{one.said}</pre>}
							</td>
						</tr>
					))}
				</tbody>
			</table>
		</TableBox>
	);
}

function Stations({ seal }: { seal: Seal }) {
	const words = useOwnWords(auditWords);
	const { lexicon } = useWorkplace();
	if (seal.stations.length === 0) return <p className="faint">{words.noHolders}</p>;
	return (
		<TableBox label={words.holders}>
			<table className="lines admin-table">
				<thead>
					<tr>
						<th scope="col">{words.heldHead}</th>
						<th scope="col" className="number">
							{words.heldBy}
						</th>
						<th scope="col">{words.heldAt}</th>
					</tr>
				</thead>
				<tbody>
					{seal.stations.map((one) => (
						<tr key={`${one.epoch} ${one.size}`}>
							<th scope="row">{words.sealSizeIs(one.size, one.epoch)}</th>
							<td className="number">{one.n}</td>
							<td className="nowrap">{lexicon.time(one.at)}</td>
						</tr>
					))}
				</tbody>
			</table>
		</TableBox>
	);
}
