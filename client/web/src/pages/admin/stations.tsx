// Stations: those that ask to be let in, codes, and those that are in.
import { useCallback, useState } from 'react';
import { useData } from '../../data';
import type { OpenCode, Station, StationAct, StationRequest } from '../../data/office';
import type { Id } from '../../data/wire';
import { useAnnounce } from '../../kit/announce';
import { Ask } from '../../kit/dialog';
import { useOwnWords } from '../../kit/language';
import { Button, Chip, Empty, FailureNotice, Notice, TableBox, type Tone, Waiting } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import { Confirm } from './confirm';
import { useLoad } from '../../kit/use-load';
import { adminWords } from './words';

const REASON_MAX = 160;
const CHECK = /^\d{4}(-?\d{4}){3}$/;

type Asked =
	| { of: 'grant' | 'refuse'; request: StationRequest }
	| { of: 'end'; code: OpenCode }
	| { of: 'code' }
	| { of: 'station'; station: Station }
	| { of: 'act'; station: Station; act: StationAct };

export function StationsPart() {
	const { office } = useData();
	const words = useOwnWords(adminWords);
	const announce = useAnnounce();
	const { lexicon, reader } = useWorkplace();
	const { value, failure, again } = useLoad(useCallback(() => office.stations(), [office]));
	const [asked, setAsked] = useState<Asked | null>(null);
	const [shown, setShown] = useState<{ code: string; expires: string } | null>(null);
	const [gone, setGone] = useState(false);
	const maker = (id: Id | null) => (id ? lexicon.name(id) : words.consoleName);
	const done = (said: string) => {
		setAsked(null);
		again();
		announce(said);
	};
	const close = () => setAsked(null);
	const stations = value?.devices.filter((one) => gone || (!one.revoked_at && !(one.ordered === 'wipe' && one.done_at))) ?? [];
	return (
		<section aria-label={words.adminStations} className="admin-stations">
			{failure && <FailureNotice failure={failure} onRetry={again} />}
			{!value && !failure && <Waiting lines={8} />}
			{value && value.requests.length > 0 && (
				<section className="group-part" aria-labelledby="requests">
					<h2 id="requests">{words.requestsTitle}</h2>
					<p className="hint">{words.requestsHelp}</p>
					<ul className="admin-list">
						{value.requests.map((one) => (
							<li key={one.id}>
								<div>
									<strong>{words.requestFrom(lexicon.site(one.site, one.site_name))}</strong>
									<span className="under">{words.requestBy(maker(one.made_by), lexicon.time(one.at))}</span>
									{one.made_by === reader.staff && <span className="under">{words.requestOwn}</span>}
								</div>
								{one.made_by !== reader.staff && (
									<div className="admin-acts">
										<Button look="main" onClick={() => setAsked({ of: 'grant', request: one })}>
											{words.grant}
										</Button>
										<Button onClick={() => setAsked({ of: 'refuse', request: one })}>{words.refuse}</Button>
									</div>
								)}
							</li>
						))}
					</ul>
				</section>
			)}
			{value && (
				<section className="group-part" aria-labelledby="codes">
					<div className="group-part-head">
						<h2 id="codes">{words.codesTitle}</h2>
						<Button look="main" icon="plus" onClick={() => setAsked({ of: 'code' })}>
							{words.newCode}
						</Button>
					</div>
					{value.codes.length === 0 && <p className="faint">{words.noCodes}</p>}
					<ul className="admin-list">
						{value.codes.map((one) => (
							<li key={one.id}>
								<span>{words.codeLine(lexicon.site(one.site, one.site_name), maker(one.made_by), lexicon.time(one.expires_at))}</span>
								<Button look="quiet" onClick={() => setAsked({ of: 'end', code: one })}>
									{words.endCode}
								</Button>
							</li>
						))}
					</ul>
				</section>
			)}
			{value && (
				<section aria-labelledby="stations">
					<div className="admin-head">
						<h2 id="stations">{words.stationsTitle}</h2>
						<label className="tick">
							<input type="checkbox" checked={gone} onChange={(event) => setGone(event.target.checked)} />
							{words.alsoGone}
						</label>
						<p className="count" role="status">
							{words.stationsCount(stations.length)}
						</p>
					</div>
					{stations.length === 0 ? <Empty title={words.noStations} /> : <StationTable stations={stations} onOpen={(station) => setAsked({ of: 'station', station })} />}
				</section>
			)}
			{asked?.of === 'grant' && (
				<Confirm
					title={words.requestFrom(lexicon.site(asked.request.site, asked.request.site_name))}
					act={words.grant}
					typed={{ about: { case: reader.district, rec: asked.request.id, type: 'site', step: 'act' }, label: words.checkLabel, max: 19, kind: 'number', fault: (text) => (CHECK.test(text) ? null : words.checkLabel) }}
					run={async (check) => {
						await office.decide(asked.request.id, true, check.replace(/-/g, '').replace(/(\d{4})(?=\d)/g, '$1-'));
						done(words.grantedNow);
					}}
					onClose={close}
				>
					<p>{words.requestsHelp}</p>
				</Confirm>
			)}
			{asked?.of === 'refuse' && (
				<Confirm
					title={`${words.refuse}${words.colon}${lexicon.site(asked.request.site, asked.request.site_name)}`}
					act={words.refuse}
					run={async () => {
						await office.decide(asked.request.id, false, '');
						done(words.refusedNow);
					}}
					onClose={close}
				>
					<p>{words.refuseHelp}</p>
				</Confirm>
			)}
			{asked?.of === 'end' && (
				<Confirm
					title={words.endCode}
					act={words.endCode}
					run={async () => {
						await office.endCode(asked.code.id);
						done(words.done);
					}}
					onClose={close}
				>
					<p>{words.endCodeHelp}</p>
				</Confirm>
			)}
			{asked?.of === 'code' && (
				<NewCode
					onMade={(made) => {
						setShown(made);
						done(words.done);
					}}
					onClose={close}
				/>
			)}
			{shown && (
				<Ask title={words.codeTitle}>
					<p className="once">{shown.code}</p>
					<p>{words.codeShown(lexicon.time(shown.expires))}</p>
					<div className="dialog-actions">
						<Button look="main" autoFocus onClick={() => setShown(null)}>
							{words.onceSeen}
						</Button>
					</div>
				</Ask>
			)}
			{asked?.of === 'station' && <StationDialog station={asked.station} onAct={(act) => setAsked({ of: 'act', station: asked.station, act })} onClose={close} />}
			{asked?.of === 'act' && <StationQuestion station={asked.station} act={asked.act} onDone={() => done(words.done)} onClose={close} />}
		</section>
	);
}

function NewCode({ onMade, onClose }: { onMade: (made: { code: string; expires: string }) => void; onClose: () => void }) {
	const { office } = useData();
	const words = useOwnWords(adminWords);
	const { lexicon, reader } = useWorkplace();
	const [site, setSite] = useState(reader.site);
	return (
		<Confirm title={words.newCode} act={words.newCode} run={async () => onMade(await office.makeCode(site))} onClose={onClose}>
			<p>{words.newCodeHelp}</p>
			{reader.role === 'site_admin' ? (
				<p>{lexicon.name(site)}</p>
			) : (
				<label className="field">
					<span className="label">{words.stationSite}</span>
					<select value={site} onChange={(event) => setSite(event.target.value)}>
						{lexicon.directory(['site']).map(({ id }) => (
							<option key={id} value={id}>
								{lexicon.name(id)}
							</option>
						))}
					</select>
				</label>
			)}
		</Confirm>
	);
}

/** How it stands, in a word. */
function standing(one: Station, words: ReturnType<typeof useOwnWords<typeof adminWords.zh>>): { tone: Tone; text: string } {
	if (one.ordered === 'wipe') return one.done_at ? { tone: 'calm', text: words.wiped } : { tone: 'bad', text: words.wipeOrdered };
	if (one.ordered === 'lock') return one.done_at ? { tone: 'warn', text: words.locked } : { tone: 'bad', text: words.lockOrdered };
	if (one.revoked_at) return { tone: 'calm', text: words.revoked };
	if (Date.parse(one.expires_at) <= Date.now()) return { tone: 'warn', text: words.expired };
	return { tone: 'good', text: words.inUse };
}

function StationTable({ stations, onOpen }: { stations: readonly Station[]; onOpen: (station: Station) => void }) {
	const words = useOwnWords(adminWords);
	const { lexicon } = useWorkplace();
	return (
		<TableBox label={words.stationsTitle}>
			<table className="lines admin-table">
				<thead>
					<tr>
						<th scope="col">{words.stationSite}</th>
						<th scope="col">{words.stationState}</th>
						<th scope="col">{words.lastSeen}</th>
						<th scope="col">{words.program}</th>
						<th scope="col">{words.unsent}</th>
						<th scope="col">{words.owed}</th>
						<th scope="col">{words.certificate}</th>
						<th scope="col">
							<span className="only-read">{words.manage}</span>
						</th>
					</tr>
				</thead>
				<tbody>
					{stations.map((one) => {
						const { tone, text } = standing(one, words);
						return (
							<tr key={one.id}>
								<th scope="row">
									{lexicon.site(one.site, one.site_name)}
									<span className="under">{one.id.slice(-8)}</span>
								</th>
								<td>
									<Chip tone={tone}>{text}</Chip>
								</td>
								<td>{one.seen ? lexicon.time(one.seen) : words.never}</td>
								<td>{one.program ?? words.notTold}</td>
								<td>
									{one.unsent === null && words.notTold}
									{one.unsent === 0 && words.stationNone}
									{one.unsent !== null && one.unsent > 0 && <Chip tone="warn">{one.unsent_since ? words.unsentSince(one.unsent, lexicon.time(one.unsent_since)) : one.unsent}</Chip>}
								</td>
								<td>
									{one.owed === 0 ? words.stationNone : <Chip tone="warn">{one.owed_since ? words.owedSince(one.owed, lexicon.time(one.owed_since)) : one.owed}</Chip>}{' '}
									{one.kept > 0 && <Chip tone="warn">{words.keptParcels(one.kept)}</Chip>}{' '}
									{one.lost + one.unread > 0 && <Chip tone="bad">{words.lostWork(one.lost, one.unread)}</Chip>}
								</td>
								<td>{lexicon.time(one.expires_at).slice(0, 10)}</td>
								<td className="act">
									<Button look="quiet" aria-label={words.manageOf(`${lexicon.site(one.site, one.site_name)} ${one.id.slice(-8)}`)} onClick={() => onOpen(one)}>
										{words.manage}
									</Button>
								</td>
							</tr>
						);
					})}
				</tbody>
			</table>
		</TableBox>
	);
}

interface StationDialogProps {
	station: Station;
	onAct: (act: StationAct) => void;
	onClose: () => void;
}

function StationDialog({ station, onAct, onClose }: StationDialogProps) {
	const words = useOwnWords(adminWords);
	const { lexicon } = useWorkplace();
	const { ordered, done_at: carried, revoked_at: revoked } = station;
	const facts: [string, string | null][] = [
		[words.station, station.id],
		[words.stationState, standing(station, words).text],
		[words.enrolledAt, lexicon.time(station.enrolled_at)],
		[words.grantedBy, station.granted_by ? lexicon.name(station.granted_by) : words.consoleName],
		[words.lastSeen, station.seen ? lexicon.time(station.seen) : words.never],
		[words.waiting, station.waiting > 0 ? String(station.waiting) : words.stationNone],
		[words.certificate, lexicon.time(station.expires_at)],
		[words.renewedAt, station.renewed_at && lexicon.time(station.renewed_at)],
		[words.orderReason, station.reason],
	];
	const wiped = ordered === 'wipe' && carried !== null;
	return (
		<Ask title={words.stationTitle(lexicon.site(station.site, station.site_name))} onClose={onClose}>
			<dl className="fields-shown">
				{facts
					.filter(([, text]) => text)
					.map(([name, text]) => (
						<div key={name}>
							<dt>{name}</dt>
							<dd>{text}</dd>
						</div>
					))}
			</dl>
			{wiped && <Notice tone="calm">{words.wiped}</Notice>}
			{!wiped && (
				<div className="admin-acts">
					{!ordered && <Button onClick={() => onAct('lock')}>{words.lock}</Button>}
					{ordered && <Button onClick={() => onAct('unlock')}>{words.unlock}</Button>}
					{ordered !== 'wipe' && <Button onClick={() => onAct('wipe')}>{words.wipe}</Button>}
					{!revoked && <Button onClick={() => onAct('revoke')}>{words.revoke}</Button>}
				</div>
			)}
			<div className="dialog-actions">
				<Button autoFocus onClick={onClose}>
					{words.close}
				</Button>
			</div>
		</Ask>
	);
}

interface StationQuestionProps {
	station: Station;
	act: StationAct;
	onDone: () => void;
	onClose: () => void;
}

function StationQuestion({ station, act, onDone, onClose }: StationQuestionProps) {
	const { office } = useData();
	const words = useOwnWords(adminWords);
	const { lexicon, reader } = useWorkplace();
	const questions: { [one in StationAct]: [string, string] } = {
		lock: [words.lock, words.lockHelp],
		unlock: [words.unlock, words.unlockHelp],
		wipe: [words.wipe, words.wipeHelp],
		revoke: [words.revoke, words.revokeHelp],
	};
	const [title, help] = questions[act];
	const wantsReason = act === 'lock' || act === 'wipe';
	return (
		<Confirm
			title={`${title}${words.colon}${lexicon.site(station.site, station.site_name)}`}
			act={title}
			{...(wantsReason && { typed: { about: { case: reader.district, rec: `${station.id}/${act}`, type: 'site', step: 'act' }, label: words.reasonLabel, help: words.reasonHelp, max: REASON_MAX, fault: (text: string) => (text ? null : words.faultRequired) } })}
			run={async (reason) => {
				await office.changeStation(station.id, act, wantsReason ? reason : null);
				onDone();
			}}
			onClose={onClose}
		>
			<Notice tone={act === 'wipe' || act === 'revoke' ? 'warn' : 'calm'}>{help}</Notice>
		</Confirm>
	);
}
