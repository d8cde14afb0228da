// Administration: people and their accounts, sites, stations, packs, settings. No
// client comes near it.
import { useEffect } from 'react';
import { useOwnWords } from '../../kit/language';
import { useWorkplace } from '../../kit/workplace';
import type { Reader } from '../../data/wire';
import { type AdminPart, toAdmin } from '../../route';
import { PacksPart } from './packs';
import { SettingsPart } from './settings';
import { SitesPart } from './sites';
import { StaffPart } from './staff';
import { StationsPart } from './stations';
import { adminWords } from './words';

const PARTS = {
	staff: { Part: StaffPart, name: 'adminStaff', act: 'account' },
	stations: { Part: StationsPart, name: 'adminStations', act: 'device' },
	sites: { Part: SitesPart, name: 'adminSites', act: null },
	packs: { Part: PacksPart, name: 'adminPacks', act: null },
	settings: { Part: SettingsPart, name: 'adminSettings', act: 'setting' },
} as const satisfies { [part in AdminPart]: { name: keyof typeof adminWords.zh; act: string | null; Part: () => React.ReactNode } };

/** Whether the person does such a thing at all; the centre is asked all the same. */
const mayAct = (reader: Reader, act: string | null): boolean => act === null || (reader.may?.act?.includes(act) ?? false);

export function AdminPage({ part }: { part: AdminPart }) {
	const words = useOwnWords(adminWords);
	const { reader } = useWorkplace();
	const { Part, name } = PARTS[part];
	useEffect(() => {
		document.title = [words[name], words.adminPlace, words.product].join(' · ');
	}, [words, name]);
	return (
		<div className="admin">
			<h1>{words.adminPlace}</h1>
			<nav className="admin-parts" aria-label={words.adminParts}>
				{(Object.keys(PARTS) as AdminPart[])
					.filter((one) => mayAct(reader, PARTS[one].act))
					.map((one) => (
						<a key={one} href={toAdmin(one)} aria-current={one === part ? 'page' : undefined}>
							{words[PARTS[one].name]}
						</a>
					))}
			</nav>
			<Part />
		</div>
	);
}
