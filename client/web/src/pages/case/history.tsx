// Every version of a record, newest first: who, when, where, and what each changed.
import { useEffect, useState } from 'react';
import { useData } from '../../data';
import { isForPeople } from '../../data/check';
import { type Failure, failureOf } from '../../data/http';
import type { Body, History, Rec, Version } from '../../data/wire';
import { FailureNotice, Waiting } from '../../kit/parts';
import { useCase, useCaseWords } from './context';
import { Difference } from './difference';

/** So much of a station's id tells it from the others of a site. */
export const STATION_DIGITS = 6;

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
		version.state === 'retracted' && before?.state !== 'retracted'
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
				<span className="faint">{version.device ? words.onDevice(version.device.slice(-STATION_DIGITS)) : words.inBrowser}</span>
			</p>
			{what && <p>{what}</p>}
			{before && <Differences type={type} names={version.changed} now={version.body} before={before.body} />}
		</li>
	);
}

export function Differences({ type, names, now, before }: { type: string; names: readonly string[]; now: Body; before: Body }) {
	const { lexicon } = useCase();
	const told = names.filter((name) => isForPeople(type, name));
	if (told.length === 0) return null;
	return (
		<dl className="differences">
			{told.map((name) => (
				<div key={name}>
					<dt>{lexicon.fieldLabel(type, name)}</dt>
					<dd>
						<Difference type={type} name={name} before={before} now={now} />
					</dd>
				</div>
			))}
		</dl>
	);
}
