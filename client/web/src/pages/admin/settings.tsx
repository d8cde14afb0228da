// Thresholds and times: what they mean, what they are, and how much stricter they may
// be made while the server runs.
import { useCallback, useState } from 'react';
import { useData } from '../../data';
import type { Setting } from '../../data/office';
import { useAnnounce } from '../../kit/announce';
import { useOwnWords } from '../../kit/language';
import { Button, FailureNotice, TableBox, Waiting } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import { Confirm } from './confirm';
import { useLoad } from '../../kit/use-load';
import { adminWords } from './words';

export function SettingsPart() {
	const { office } = useData();
	const words = useOwnWords(adminWords);
	const announce = useAnnounce();
	const { lexicon, reader } = useWorkplace();
	const { value, failure, again } = useLoad(useCallback(() => office.settings(), [office]));
	const [changing, setChanging] = useState<Setting | null>(null);
	const name = (key: string) => words.settingNames[key] ?? key;
	const within = (one: Setting, text: string) => /^\d{1,7}$/.test(text) && Number(text) >= one.min && Number(text) <= one.max;
	return (
		<section aria-label={words.adminSettings}>
			<p className="admin-lead">{words.settingsLead}</p>
			{failure && <FailureNotice failure={failure} onRetry={again} />}
			{!value && !failure && <Waiting lines={8} />}
			{value && (
				<>
					<TableBox label={words.adminSettings}>
						<table className="lines admin-table">
							<thead>
								<tr>
									<th scope="col">{words.adminSettings}</th>
									<th scope="col" className="number">
										{words.settingNow}
									</th>
									<th scope="col">{words.settingRange}</th>
									<th scope="col">{words.packFrom}</th>
									<th scope="col">
										<span className="only-read">{words.change}</span>
									</th>
								</tr>
							</thead>
							<tbody>
								{value.settings.map((one) => (
									<tr key={one.key}>
										<th scope="row">
											{name(one.key)}
											<span className="under">{words.settingMeans[one.key]}</span>
										</th>
										<td className="number">
											<strong>{one.value}</strong>
										</td>
										<td>{words.range(one.min, one.max)}</td>
										<td>{one.set && one.by && one.at ? words.settingSet(lexicon.name(one.by), lexicon.time(one.at)) : words.settingFile}</td>
										<td className="act">
											{one.min < one.max && (
												<Button look="quiet" aria-label={`${words.change}${words.colon}${name(one.key)}`} onClick={() => setChanging(one)}>
													{words.change}
												</Button>
											)}
										</td>
									</tr>
								))}
							</tbody>
						</table>
					</TableBox>
					<details className="admin-fixed">
						<summary>{words.fixedTitle}</summary>
						<dl className="fields-shown">
							{value.fixed.map((one) => (
								<div key={one.key}>
									<dt>
										<code>{one.key}</code>
									</dt>
									<dd>{one.value}</dd>
								</div>
							))}
						</dl>
					</details>
				</>
			)}
			{changing && (
				<Confirm
					title={name(changing.key)}
					act={words.change}
					typed={{
						about: { case: reader.district, rec: changing.key, type: 'district', step: 'act' },
						label: words.settingValue,
						help: words.range(changing.min, changing.max),
						max: 7,
						start: String(changing.value),
						kind: 'number',
						fault: (text) => (within(changing, text) ? null : words.settingFault(changing.min, changing.max)),
					}}
					run={async (text) => {
						await office.set(changing.key, Number(text));
						setChanging(null);
						again();
						announce(words.saved);
					}}
					onClose={() => setChanging(null)}
				>
					<p>{words.settingMeans[changing.key]}</p>
				</Confirm>
			)}
		</section>
	);
}
