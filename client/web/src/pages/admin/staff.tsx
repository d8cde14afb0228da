// Who works where, in which role, and who of them may sign in.
import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import type { Account } from '../../data/office';
import type { Rec } from '../../data/wire';
import { useOwnWords } from '../../kit/language';
import { Button, Chip, Empty, FailureNotice, Icon, TableBox, Waiting } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import { mayCreate } from '../case/may';
import { StaffDialog } from './person';
import { Requests } from './requests';
import { RecordDialog } from './record-dialog';
import { text } from './tree';
import { useLoad } from '../../kit/use-load';
import { adminWords } from './words';

export interface Person {
	rec: Rec;
	name: string;
	site: string;
	role: string;
	left: boolean;
	account: Account | null;
}

export function AccountState({ person }: { person: Person }) {
	const words = useOwnWords(adminWords);
	const { account, left } = person;
	return (
		<span className="chips">
			{left && <Chip>{words.left}</Chip>}
			{!account && !left && <Chip>{words.noAccount}</Chip>}
			{account?.disabled_at && !left && (
				<Chip tone="warn" icon="hidden">
					{words.suspended}
				</Chip>
			)}
			{account && !account.disabled_at && !left && (
				<Chip tone="good" icon="check">
					{words.active}
				</Chip>
			)}
			{account && !account.disabled_at && account.must_change && (
				<Chip tone="warn" icon="clock">
					{words.mustChange}
				</Chip>
			)}
		</span>
	);
}

export function StaffPart() {
	const { office, references } = useData();
	const words = useOwnWords(adminWords);
	const { lexicon, reader } = useWorkplace();
	const { value: loaded, failure, again } = useLoad(useCallback(() => office.accounts(), [office]));
	const accounts = loaded?.rows;
	const state = useCell(references.state);
	const [typed, setTyped] = useState('');
	const [site, setSite] = useState('');
	const [left, setLeft] = useState(false);
	const [open, setOpen] = useState<string | null>(null);
	const [making, setMaking] = useState(false);
	const query = useDeferredValue(typed).trim().toLowerCase();
	const ownSite = reader.role === 'site_admin';
	const grants = reader.may?.grant ?? [];
	const people = useMemo((): Person[] => {
		const byStaff = new Map((accounts ?? []).map((one) => [one.staff, one]));
		const records = state && 'value' in state ? [...state.value.directory.values()] : [];
		return records
			.filter((rec) => rec.type === 'staff' && (!ownSite || text(rec, 'site') === reader.site))
			.map((rec) => ({
				rec,
				name: text(rec, 'name'),
				site: text(rec, 'site'),
				role: text(rec, 'role'),
				left: rec.body['active'] === false || rec.state === 'retracted',
				account: byStaff.get(rec.id) ?? null,
			}))
			.sort((a, b) => lexicon.name(a.site).localeCompare(lexicon.name(b.site), 'zh-CN') || a.name.localeCompare(b.name, 'zh-CN'));
	}, [accounts, state, lexicon, ownSite, reader.site]);
	const found = people.filter(
		(one) =>
			(left || !one.left) &&
			(!site || one.site === site) &&
			[one.name, text(one.rec, 'pinyin'), one.account?.login ?? ''].join('\n').toLowerCase().includes(query),
	);
	const chosen = people.find(({ rec }) => rec.id === open);
	const sites = lexicon.directory(['site']);
	return (
		<section aria-label={words.adminStaff}>
			<div className="admin-head">
				<div className="tools" role="search">
					<div className="search">
						<Icon shape="search" />
						<input
							type="text"
							aria-label={words.findStaff}
							placeholder={words.findStaffHint}
							autoComplete="off"
							spellCheck={false}
							value={typed}
							onChange={(event) => setTyped(event.target.value)}
							onKeyDown={(event) => event.key === 'Escape' && setTyped('')}
						/>
					</div>
					{!ownSite && (
						<select aria-label={words.stationSite} value={site} onChange={(event) => setSite(event.target.value)}>
							<option value="">{words.everySite}</option>
							{sites.map(({ id }) => (
								<option key={id} value={id}>
									{lexicon.name(id)}
								</option>
							))}
						</select>
					)}
					<label className="tick">
						<input type="checkbox" checked={left} onChange={(event) => setLeft(event.target.checked)} />
						{words.alsoLeft}
					</label>
					<p className="count" role="status">
						{words.staffCount(found.length)}
					</p>
				</div>
				{mayCreate('staff', reader) && (
					<Button look="main" icon="plus" onClick={() => setMaking(true)}>
						{words.newStaff}
					</Button>
				)}
			</div>
			{failure && <FailureNotice failure={failure} onRetry={again} />}
			{loaded && <Requests requests={loaded.requests} onChanged={again} />}
			{!accounts && !failure && <Waiting lines={8} />}
			{accounts && found.length === 0 && <Empty title={words.noStaff} />}
			{accounts && found.length > 0 && (
				<TableBox label={words.adminStaff}>
					<table className="lines admin-table">
						<thead>
							<tr>
								<th scope="col">{words.staffName}</th>
								<th scope="col">{words.staffRole}</th>
								{!ownSite && <th scope="col">{words.stationSite}</th>}
								<th scope="col">{words.staffAccount}</th>
								<th scope="col">{words.staffState}</th>
								<th scope="col">{words.staffSeen}</th>
								<th scope="col">
									<span className="only-read">{words.manage}</span>
								</th>
							</tr>
						</thead>
						<tbody>
							{found.map((one) => (
								<tr key={one.rec.id}>
									<th scope="row">
										{one.name} {one.rec.id === reader.staff && <Chip>{words.oneself}</Chip>}
									</th>
									<td>{lexicon.code('staff_role', one.role)}</td>
									{!ownSite && <td>{lexicon.name(one.site)}</td>}
									<td>{one.account?.login}</td>
									<td>
										<AccountState person={one} />
									</td>
									<td>{one.account ? (one.account.seen ? lexicon.time(one.account.seen) : words.never) : ''}</td>
									<td className="act">
										<Button look="quiet" aria-label={words.manageOf(one.name)} onClick={() => setOpen(one.rec.id)}>
											{words.manage}
										</Button>
									</td>
								</tr>
							))}
						</tbody>
					</table>
				</TableBox>
			)}
			{making && (
				<RecordDialog
					title={words.newStaff}
					type="staff"
					rec={null}
					start={{ site: ownSite ? reader.site : site || null, active: true }}
					without={ownSite ? ['site', 'active'] : ['active']}
					only={{ role: grants }}
					onSaved={(id) => {
						setMaking(false);
						setOpen(id);
					}}
					onClose={() => setMaking(false)}
				/>
			)}
			{chosen && <StaffDialog person={chosen} onChanged={again} onClose={() => setOpen(null)} />}
		</section>
	);
}
