// The sites of the district, as a tree of what belongs to what.
import { useMemo, useState } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import type { Rec } from '../../data/wire';
import { useOwnWords } from '../../kit/language';
import { Button, Chip, Empty, TableBox } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import { mayCreate, mayPatch } from '../case/may';
import { RecordDialog } from './record-dialog';
import { branches, text } from './tree';
import { adminWords } from './words';

export function SitesPart() {
	const { references } = useData();
	const words = useOwnWords(adminWords);
	const { lexicon, reader } = useWorkplace();
	const state = useCell(references.state);
	const [editing, setEditing] = useState<Rec | 'new' | null>(null);
	const records = useMemo(() => (state && 'value' in state ? [...state.value.directory.values()].filter(({ state: of }) => of !== 'retracted') : []), [state]);
	const rows = useMemo(() => branches(records.filter(({ type }) => type === 'site'), (id) => lexicon.name(id)), [records, lexicon]);
	const inPost = useMemo(() => {
		const count = new Map<string, number>();
		for (const one of records) if (one.type === 'staff' && one.body['active'] !== false) count.set(text(one, 'site'), (count.get(text(one, 'site')) ?? 0) + 1);
		return count;
	}, [records]);
	const mine = (site: Rec) => mayPatch(site, reader) && (reader.role !== 'site_admin' || site.id === reader.site);
	return (
		<section aria-label={words.adminSites}>
			<div className="admin-head">
				<p className="count">{words.sitesOf(lexicon.name(reader.district))}</p>
				{mayCreate('site', reader) && (
					<Button look="main" icon="plus" onClick={() => setEditing('new')}>
						{words.newSite}
					</Button>
				)}
			</div>
			{rows.length === 0 && <Empty title={words.noSites} />}
			{rows.length > 0 && (
				<TableBox label={words.adminSites}>
					<table className="lines admin-table">
						<thead>
							<tr>
								<th scope="col">{lexicon.fieldLabel('site', 'name')}</th>
								<th scope="col">{words.siteKind}</th>
								<th scope="col">{words.sitePlace}</th>
								<th scope="col">{words.siteHours}</th>
								<th scope="col" className="number">
									{words.siteStaff}
								</th>
								<th scope="col">
									<span className="only-read">{words.manage}</span>
								</th>
							</tr>
						</thead>
						<tbody>
							{rows.map(({ site, depth }) => (
								<tr key={site.id}>
									<th scope="row" data-depth={Math.min(depth, 4)}>
										{lexicon.name(site.id)} {site.body['active'] === false && <Chip tone="warn">{words.siteClosed}</Chip>}
									</th>
									<td>{lexicon.code('site_kind', text(site, 'kind'))}</td>
									<td>{text(site, 'subdistrict')}</td>
									<td>{text(site, 'hours')}</td>
									<td className="number">{inPost.get(site.id) ?? 0}</td>
									<td className="act">
										{mine(site) && (
											<Button look="quiet" aria-label={`${words.editSite}${words.colon}${lexicon.name(site.id)}`} onClick={() => setEditing(site)}>
												{words.change}
											</Button>
										)}
									</td>
								</tr>
							))}
						</tbody>
					</table>
				</TableBox>
			)}
			{editing && (
				<RecordDialog
					title={editing === 'new' ? words.newSite : words.editSite}
					type="site"
					rec={editing === 'new' ? null : editing}
					start={{ district: reader.district, active: true }}
					onSaved={() => setEditing(null)}
					onClose={() => setEditing(null)}
				/>
			)}
		</section>
	);
}
