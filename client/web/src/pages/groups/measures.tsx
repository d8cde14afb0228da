// Before and after: each member's sheets of the group's battery, what changed
// between them, and the means of those measured twice.
import { useMemo } from 'react';
import { useData } from '../../data';
import { Cell, useCell } from '../../data/cell';
import type { ScoreState } from '../../data/scores';
import type { Json, Rec, Scale } from '../../data/wire';
import { useWorkplace } from '../../kit/workplace';
import { toMeasure } from '../../route';
import { useCase } from '../case/context';
import { mayCreate } from '../case/may';
import { ChangeText } from '../case/scales';
import { sheetOf } from '../case/scales/sheets';
import { sheetsOf } from './roll';
import { useGroupWords } from './say';

const UNKNOWN = new Cell<ScoreState>('unknown');

interface MeasuresProps {
	group: Rec;
	members: readonly Rec[];
	nameOf: (member: Rec) => string;
}

/** The battery as the group names it, and whatever else was used. */
function instrumentsOf(group: Rec, records: readonly Rec[]): string[] {
	const named = Array.isArray(group.body['instruments']) ? group.body['instruments'].map(String) : [];
	const used = records.filter((rec) => rec.type === 'group_assessment' && rec.state !== 'retracted').map((rec) => String(rec.body['instrument'] ?? ''));
	return [...new Set([...named, ...used])];
}

export function Measures({ group, members, nameOf }: MeasuresProps) {
	const words = useGroupWords();
	const { doc, records, lexicon } = useCase();
	const instruments = useMemo(() => instrumentsOf(group, records), [group, records]);
	if (instruments.length === 0) return <p className="faint">{words.noBattery}</p>;
	if (members.length === 0) return <p className="faint">{words.noMembers}</p>;
	return (
		<div className="measures">
			{instruments.map((instrument) => (
				<div key={instrument} className="roll-box">
					<table className="plain-table">
						<caption>
							{lexicon.code('instrument', instrument)}
							<Means battery={doc.measures?.['battery']} instrument={instrument} />
						</caption>
						<thead>
							<tr>
								<th scope="col">{words.member}</th>
								<th scope="col">{words.before}</th>
								<th scope="col">{words.after}</th>
								<th scope="col">{words.change}</th>
							</tr>
						</thead>
						<tbody>
							{members.map((member) => (
								<Line key={member.id} member={member} instrument={instrument} name={nameOf(member)} />
							))}
						</tbody>
					</table>
				</div>
			))}
		</div>
	);
}

function Line({ member, instrument, name }: { member: Rec; instrument: string; name: string }) {
	const { scores } = useData();
	const words = useGroupWords();
	const { doc, records, lexicon } = useCase();
	const { reader } = useWorkplace();
	const scale = lexicon.scale(instrument);
	const { first, last } = useMemo(() => sheetsOf(records, member.id, instrument), [records, member.id, instrument]);
	const before = useCell(first ? scores.of(sheetOf(first)) : UNKNOWN);
	const after = useCell(last ? scores.of({ ...sheetOf(last), ...(first && { before: sheetOf(first) }) }) : UNKNOWN);
	const may = scale?.items !== undefined && mayCreate('group_assessment', reader);
	const add = (timepoint: string, label: string) =>
		may ? (
			<a href={toMeasure(doc.case, member.id, instrument, timepoint)} aria-label={`${name}: ${label}`}>
				{label}
			</a>
		) : (
			<span className="faint">—</span>
		);
	return (
		<tr>
			<th scope="row">{name}</th>
			<td>{first ? figure(scale, before) : add('baseline', words.measureBefore)}</td>
			<td>{last ? figure(scale, after) : add('end', words.measureAfter)}</td>
			<td>{first && last && typeof after === 'object' ? <ChangeText score={after} /> : null}</td>
		</tr>
	);
}

function figure(scale: Scale | undefined, score: ScoreState): string {
	if (score === 'asking') return '…';
	if (score === 'unknown') return '—';
	const headline = scale ? score.scores[scale.headline] : Object.values(score.scores)[0];
	return headline === undefined ? '—' : String(headline);
}

/** The paired means, as they are reckoned at both ends (proto/measure.def). */
function Means({ battery, instrument }: { battery: Json | undefined; instrument: string }) {
	const words = useGroupWords();
	if (!Array.isArray(battery)) return null;
	const row = battery.find((one) => typeof one === 'object' && one !== null && !Array.isArray(one) && one['instrument'] === instrument);
	if (typeof row !== 'object' || row === null || Array.isArray(row)) return null;
	const { n, first, last } = row;
	if (typeof n !== 'number' || typeof first !== 'number' || typeof last !== 'number') return null;
	return <span className="faint"> {words.means(n, first, last)}</span>;
}
