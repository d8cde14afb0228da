// Programmes, forms and scales that are in force, with their versions.
import { useMemo, useState } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import { patchChange } from '../../data/change';
import type { Json, Label, Rec } from '../../data/wire';
import { useAnnounce } from '../../kit/announce';
import { useOwnWords } from '../../kit/language';
import { Button, Chip, TableBox } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import { mayPatch } from '../case/may';
import { Confirm } from './confirm';
import { failIfUndone, useDirectly } from './directly';
import { adminWords } from './words';

interface Pack {
	kind: string;
	name: string;
	version: string;
	label: Label | undefined;
	/** The district's own. */
	rec: Rec | undefined;
}

function listed(kind: string, all: { [key: string]: Json | object }, own: readonly Rec[]): Pack[] {
	return Object.entries(all).map(([key, doc]) => {
		const { version, label } = doc as { version?: string; label?: Label };
		const [name = key, tail] = key.split('@');
		const of = version ?? tail ?? '';
		return { kind, name, version: of, label, rec: own.find(({ body }) => body['kind'] === kind && body['name'] === name && body['version'] === of) };
	});
}

export function PacksPart() {
	const { references, make } = useData();
	const directly = useDirectly();
	const words = useOwnWords(adminWords);
	const announce = useAnnounce();
	const { lexicon, reader } = useWorkplace();
	const state = useCell(references.state);
	const [retiring, setRetiring] = useState<Pack | null>(null);
	const packs = useMemo(() => {
		if (!state || !('value' in state)) return [];
		const { catalogue, directory } = state.value;
		const own = [...directory.values()].filter(({ type }) => type === 'pack');
		return [...listed('pack', catalogue.packs, own), ...listed('form', catalogue.forms, own), ...listed('scale', catalogue.scales, own)].sort(
			(a, b) => Number(b.rec !== undefined) - Number(a.rec !== undefined),
		);
	}, [state]);
	const retire = async (rec: Rec) => {
		const change = patchChange(make, lexicon.type('pack')!, rec, { ...rec.body, active: false });
		if (change) failIfUndone(await directly(change));
		setRetiring(null);
		announce(words.done);
	};
	return (
		<section aria-label={words.adminPacks}>
			<div className="admin-head">
				<p>{words.packsLead}</p>
				<p className="count" role="status">
					{words.packCount(packs.length)}
				</p>
			</div>
			<TableBox label={words.adminPacks}>
				<table className="lines admin-table">
					<thead>
						<tr>
							<th scope="col">{words.packName}</th>
							<th scope="col">{words.packKind}</th>
							<th scope="col">{words.packVersion}</th>
							<th scope="col">{words.packCode}</th>
							<th scope="col">{words.packFrom}</th>
							<th scope="col">
								<span className="only-read">{words.manage}</span>
							</th>
						</tr>
					</thead>
					<tbody>
						{packs.map((one) => (
							<tr key={`${one.kind} ${one.name} ${one.version}`}>
								<th scope="row">{lexicon.text(one.label) || one.name}</th>
								<td>{words.kinds[one.kind]}</td>
								<td>{one.version}</td>
								<td>
									<code>{one.name}</code>
								</td>
								<td>{one.rec ? <Chip tone="calm">{words.fromDistrict}</Chip> : words.fromProgram}</td>
								<td className="act">
									{one.rec && one.rec.body['active'] === false && <Chip tone="warn">{words.retired}</Chip>}
									{one.rec && one.rec.body['active'] !== false && mayPatch(one.rec, reader) && (
										<Button look="quiet" onClick={() => setRetiring(one)}>
											{words.retire}
										</Button>
									)}
								</td>
							</tr>
						))}
					</tbody>
				</table>
			</TableBox>
			{retiring?.rec && (
				<Confirm
					slowly={words.stillSending}
					title={`${words.retire}${words.colon}${lexicon.text(retiring.label) || retiring.name} ${retiring.version}`}
					act={words.retire}
					run={() => retire(retiring.rec!)}
					onClose={() => setRetiring(null)}
				>
					<p>{words.retireHelp}</p>
				</Confirm>
			)}
		</section>
	);
}
