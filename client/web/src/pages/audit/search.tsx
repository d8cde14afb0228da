// The trail, newest first, by record, staff, kind and time.
import { type FormEvent, useId, useMemo, useState } from 'react';
import { useData } from '../../data';
import { type Failure, failureOf } from '../../data/http';
import { today } from '../../data/time';
import type { TrailEvent, TrailQuery } from '../../data/trail';
import { useAnnounce } from '../../kit/announce';
import { useOwnWords } from '../../kit/language';
import { Button, Chip, Empty, FailureNotice, TableBox } from '../../kit/parts';
import { Combo } from '../../kit/widgets';
import { useWorkplace } from '../../kit/workplace';
import { DayField, isWhole } from './day-field';
import { useEventText } from './say';
import { auditWords } from './words';

const DAYS = 90;

export function SearchPart() {
	const { trail, make } = useData();
	const words = useOwnWords(auditWords);
	const announce = useAnnounce();
	const { lexicon } = useWorkplace();
	const id = useId();
	const [query, setQuery] = useState<TrailQuery>(() => {
		const now = make.now();
		return { record: '', staff: '', kind: '', from: today(now - DAYS * 86_400_000), to: today(now), refused: false };
	});
	const [asked, setAsked] = useState<TrailQuery | null>(null);
	const [rows, setRows] = useState<TrailEvent[]>([]);
	const [next, setNext] = useState<number | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [busy, setBusy] = useState(false);
	const [tried, setTried] = useState(false);
	const staff = useMemo(
		() => lexicon.directory(['staff']).map((rec) => ({ code: rec.id, label: lexicon.name(rec.id), under: lexicon.siteOf(rec.id) })),
		[lexicon],
	);
	const set = (more: Partial<TrailQuery>) => setQuery((before) => ({ ...before, ...more }));
	const load = async (what: TrailQuery, before: number | null) => {
		if (busy) return;
		setBusy(true);
		setFailure(null);
		try {
			const found = await trail.search(what, before);
			setRows((have) => (before === null ? found.rows : [...have, ...found.rows]));
			setNext(found.next);
			setAsked(what);
			announce(words.eventCount(found.rows.length));
		} catch (error) {
			setFailure(failureOf(error));
		}
		setBusy(false);
	};
	const search = (event: FormEvent) => {
		event.preventDefault();
		setTried(true);
		if (!isWhole(query.from) || !isWhole(query.to)) return;
		void load({ ...query, record: query.record.trim() }, null);
	};
	// On paper the form is not there to say what was searched for.
	const told = ({ record, staff: who, kind, from, to, refused }: TrailQuery) =>
		[record, who ? lexicon.name(who) : words.everybody, kind ? lexicon.code('audit_kind', kind) : words.everyKind, words.readersSpan(from || '…', to || '…'), refused ? words.onlyRefused : ''].filter(Boolean).join(' · ');
	return (
		<section aria-label={words.auditSearch}>
			<form className="trail-form group-part" autoComplete="off" noValidate onSubmit={search}>
				<div className="field trail-record">
					<label htmlFor={`${id}-record`}>{words.recordLabel}</label>
					<input id={`${id}-record`} autoComplete="off" spellCheck={false} maxLength={64} value={query.record} onChange={(event) => set({ record: event.target.value })} />
				</div>
				<div className="field">
					<span className="label" id={`${id}-staff`}>
						{words.staffLabel}
					</span>
					<Combo options={staff} value={query.staff || null} hint={words.everybody} onChange={(code) => set({ staff: code ?? '' })} labelledBy={`${id}-staff`} describedBy={undefined} invalid={false} required={false} />
				</div>
				<div className="field">
					<label htmlFor={`${id}-kind`}>{words.kindLabel}</label>
					<select id={`${id}-kind`} value={query.kind} onChange={(event) => set({ kind: event.target.value })}>
						<option value="">{words.everyKind}</option>
						{lexicon.codes('audit_kind').map(({ code, label }) => (
							<option key={code} value={code}>
								{label}
							</option>
						))}
					</select>
				</div>
				<div className="field">
					<span className="label" id={`${id}-from`}>
						{words.fromLabel}
					</span>
					<DayField label={`${id}-from`} value={query.from} tried={tried} onChange={(from) => set({ from })} />
				</div>
				<div className="field">
					<span className="label" id={`${id}-to`}>
						{words.toLabel}
					</span>
					<DayField label={`${id}-to`} value={query.to} tried={tried} onChange={(to) => set({ to })} />
				</div>
				<div className="trail-go">
					<label className="tick">
						<input type="checkbox" checked={query.refused} onChange={(event) => set({ refused: event.target.checked })} />
						{words.onlyRefused}
					</label>
					<Button look="main" icon="search" type="submit" aria-disabled={busy}>
						{words.search}
					</Button>
				</div>
				<p className="hint trail-note">{words.searchNote}</p>
			</form>
			{failure && <FailureNotice failure={failure} />}
			{asked && <p className="only-print">{told(asked)}</p>}
			{asked && rows.length === 0 && !failure && <Empty title={words.noEvents}>{words.noEventsHelp}</Empty>}
			{rows.length > 0 && (
				<>
					<p className="count" role="status">
						{words.eventCount(rows.length)}
					</p>
					<Events rows={rows} onRecord={(record) => set({ record })} />
					{next !== null && asked && (
						<div className="trail-more">
							<Button aria-disabled={busy} onClick={() => void load(asked, next)}>
								{words.older}
							</Button>
						</div>
					)}
				</>
			)}
		</section>
	);
}

function Events({ rows, onRecord }: { rows: readonly TrailEvent[]; onRecord: (record: string) => void }) {
	const words = useOwnWords(auditWords);
	const say = useEventText();
	const { lexicon } = useWorkplace();
	return (
		<TableBox label={words.auditSearch}>
			<table className="lines admin-table trail-table">
				<thead>
					<tr>
						<th scope="col">{words.when}</th>
						<th scope="col">{words.who}</th>
						<th scope="col">{words.event}</th>
						<th scope="col">{words.outcome}</th>
						<th scope="col">{words.records}</th>
					</tr>
				</thead>
				<tbody>
					{rows.map((one) => (
						<tr key={one.id}>
							<td className="nowrap">{lexicon.time(one.at)}</td>
							<td>
								{say.actor(one.actor_name, one.actor, one.device)}
								<span className="under">{[lexicon.code('staff_role', one.role), lexicon.site(one.site_id, one.site_name)].filter(Boolean).join(' · ')}</span>
							</td>
							<td>
								{say.action(one.action)}
								<span className="under">{words.eventNo(one.id)}</span>
							</td>
							<td>{one.outcome === 'ok' ? <span className="faint">{words.ok}</span> : <Chip tone="warn">{say.outcome(one.outcome)}</Chip>}</td>
							<td>
								{one.n > 0 && (
									<details className="trail-ids">
										<summary>{words.recordCount(one.n)}</summary>
										<ul>
											{one.records.map((record) => (
												<li key={record}>
													<button type="button" className="link" onClick={() => onRecord(record)}>
														<code>{record}</code>
													</button>
												</li>
											))}
											{one.n > one.records.length && <li className="faint">{words.andMore(one.n)}</li>}
										</ul>
									</details>
								)}
							</td>
						</tr>
					))}
				</tbody>
			</table>
		</TableBox>
	);
}
