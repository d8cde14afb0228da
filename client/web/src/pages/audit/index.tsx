// The audit: the trail searched, who saw a record, emergencies to be reviewed. An
// auditor sees ids and names of staff, never what a record says; a supervisor finds
// the reviews here and nothing else.
import { useEffect } from 'react';
import { useOwnWords } from '../../kit/language';
import { useWorkplace } from '../../kit/workplace';
import { type AuditPart, toAudit } from '../../route';
import { ReadersPart } from './readers';
import { ReviewsPart } from './reviews';
import { SearchPart } from './search';
import { SealPart } from './seal';
import { auditWords } from './words';

const PARTS = {
	search: { Part: SearchPart, name: 'auditSearch', auditor: true },
	readers: { Part: ReadersPart, name: 'auditReaders', auditor: true },
	seal: { Part: SealPart, name: 'auditSeal', auditor: true },
	reviews: { Part: ReviewsPart, name: 'auditReviews', auditor: false },
} as const satisfies { [part in AuditPart]: { name: keyof typeof auditWords.zh; auditor: boolean; Part: () => React.ReactNode } };

export function AuditPage({ part }: { part: AuditPart }) {
	const words = useOwnWords(auditWords);
	const { reader } = useWorkplace();
	const auditor = reader.may?.act?.includes('trail') ?? false;
	const parts = (Object.keys(PARTS) as AuditPart[]).filter((one) => auditor || !PARTS[one].auditor);
	const shown = parts.includes(part) ? part : parts[0]!;
	const { Part, name } = PARTS[shown];
	useEffect(() => {
		document.title = [words[name], words.auditPlace, words.product].join(' · ');
	}, [words, name]);
	return (
		<div className="admin">
			<h1>{auditor ? words.auditPlace : words[name]}</h1>
			{parts.length > 1 && (
				<nav className="admin-parts" aria-label={words.auditParts}>
					{parts.map((one) => (
						<a key={one} href={toAudit(one)} aria-current={one === shown ? 'page' : undefined}>
							{words[PARTS[one].name]}
						</a>
					))}
				</nav>
			)}
			<Part />
		</div>
	);
}
