// The case is open because of an emergency: said on every side of it, with how
// long it lasts; and what cannot be done in one is not offered.
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import type { Grant } from '../../data/emergency';
import { clockOf } from '../../data/time';
import type { Id, May } from '../../data/wire';
import { Notice } from '../../kit/parts';
import { useWorkplace, WorkplaceProvider } from '../../kit/workplace';
import { useCase, useCaseWords } from './context';

/** What is left of creating in an emergency, whatever the role (server/access/policy.csv). */
export const ADDED = ['assessment', 'response', 'service', 'task', 'flag'];
const MINUTE_MS = 60_000;

export const useGrant = (caseId: Id): Grant | undefined => useCell(useData().emergencies.open).get(caseId);

export function InEmergency({ grant, children }: { grant: Grant | undefined; children: ReactNode }) {
	const workplace = useWorkplace();
	const held = useMemo(() => {
		if (!grant) return workplace;
		const may: May = { create: ADDED.filter((type) => workplace.reader.may?.create.includes(type) ?? true), patch: [], sign: [], retract: [], resolve: [], own: [] };
		return { ...workplace, reader: { ...workplace.reader, may } };
	}, [grant, workplace]);
	return <WorkplaceProvider value={held}>{children}</WorkplaceProvider>;
}

export function GlassBanner({ grant }: { grant: Grant }) {
	const { cases, make } = useData();
	const words = useCaseWords();
	const { lexicon } = useWorkplace();
	const { mask } = useCase();
	const [now, setNow] = useState(make.now());
	const left = Math.ceil((Date.parse(grant.until) - now) / MINUTE_MS);
	useEffect(() => {
		const timer = setInterval(() => setNow(make.now()), MINUTE_MS / 4);
		return () => clearInterval(timer);
	}, [make]);
	// When it is over the centre says so, and the case goes from the screen.
	useEffect(() => {
		if (left <= 0) void cases.load(grant.case);
	}, [left <= 0, cases, grant.case]);
	return (
		<Notice tone="bad">
			<strong>{words.glassTitle(clockOf(grant.until), Math.max(left, 0))}</strong>
			<p>
				{[grant.category && lexicon.code('emergency_category', grant.category), grant.reason && mask.prose(grant.reason)].filter(Boolean).join(words.colon)}
			</p>
			<p>{words.glassHelp}</p>
		</Notice>
	);
}
