// Every version of a record, newest first: who, when, and what each changed.
import { useEffect, useState } from 'react';
import { useData } from '../../data';
import { type Failure, failureOf } from '../../data/http';
import type { Body, History, Rec, Version } from '../../data/wire';
import { FailureNotice, Waiting } from '../../kit/parts';
import { useCase, useCaseWords } from './context';
import { useShownValue } from './fields';

type State = { value: History } | { failure: Failure } | null;

export function RecordHistory({ rec }: { rec: Rec }) {
	const { cases } = useData();
	const [state, setState] = useState<State>(null);
	const [turn, setTurn] = useState(0);
	useEffect(() => {
		let wanted = true;
		cases.history(rec.id).then(
			(value) => wanted && setState({ value }),
			(error: unknown) => wanted && setState({ failure: failureOf(error) }),
		);
		return () => {
			wanted = false;
		};
	}, [cases, rec.id, rec.ver, turn]);
	if (!state) return <Waiting lines={2} />;
	if ('failure' in state) return <FailureNotice failure={state.failure} onRetry={() => setTurn(turn + 1)} />;
	const { versions } = state.value;
	return (
		<ol className="history">
			{versions.map((version, i) => (
				<Step key={version.ver} type={rec.type} version={version} before={versions[i + 1]} />
			))}
		</ol>
	);
}

function Step({ type, version, before }: { type: string; version: Version; before: Version | undefined }) {
	const words = useCaseWords();
	const { lexicon } = useCase();
	const name = version.by_name ?? lexicon.name(version.by);
	const what =
		version.state === 'retracted'
			? words.retractedVersion
			: version.state === 'signed' && before && before.state !== 'signed'
				? words.signedVersion
				: before
					? null
					: words.firstVersion;
	return (
		<li>
			<p className="history-head">
				<strong>{words.version(version.ver)}</strong>
				<span>{words.by(name, lexicon.siteOf(version.by))}</span>
				<time dateTime={version.at}>{lexicon.time(version.at)}</time>
				{version.device && <span className="faint">{words.onDevice}</span>}
			</p>
			{what && <p>{what}</p>}
			{before && <Differences type={type} names={version.changed} now={version.body} before={before.body} />}
		</li>
	);
}

function Differences({ type, names, now, before }: { type: string; names: readonly string[]; now: Body; before: Body }) {
	const words = useCaseWords();
	const { lexicon } = useCase();
	const show = useShownValue();
	if (names.length === 0) return null;
	return (
		<table className="differences">
			<thead>
				<tr>
					<th>{words.changedFields}</th>
					<th>{words.was}</th>
					<th>{words.became}</th>
				</tr>
			</thead>
			<tbody>
				{names.map((name) => {
					const field = lexicon.field(type, name);
					const text = (value: Body[string] | undefined) => (field && show(type, field, value)) || words.emptyValue;
					return (
						<tr key={name}>
							<th scope="row">{lexicon.fieldLabel(type, name)}</th>
							<td>{text(before[name])}</td>
							<td>{text(now[name])}</td>
						</tr>
					);
				})}
			</tbody>
		</table>
	);
}
