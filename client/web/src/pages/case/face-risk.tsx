// What must never be out of sight: the risk, and what the client agreed to.
import type { Rec } from '../../data/wire';
import { Chip } from '../../kit/parts';
import { RiskChips } from '../risk';
import { useCase, useCaseWords } from './context';
import { inEffect, Part, text, useOf, useToday } from './part';

/** Who, what risk, what consent in one line: stands in for the face sheet where
 * there is no room to keep all of it in view. */
export function FaceStrip() {
	const words = useCaseWords();
	const { doc, lexicon, mask } = useCase();
	const { summary } = doc;
	const open = useOpenFlags();
	const { shares } = useConsents();
	return (
		<div className="strip">
			<strong>{summary.name ? mask.name(summary.name) : words.noName}</strong>
			<RiskChips summary={{ ...summary, open_flags: 0, open_conflicts: 0 }} />
			{open.map((flag) => (
				<Chip key={flag.id} tone="bad" icon="flag">
					{lexicon.code('flag_kind', text(flag, 'kind'))}
				</Chip>
			))}
			{shares ? (
				<Chip icon="check">{words.sharing}</Chip>
			) : (
				<Chip tone="warn" icon="alert">
					{words.noSharing}
				</Chip>
			)}
		</div>
	);
}

function useOpenFlags(): Rec[] {
	const day = useToday();
	return useOf('flag').filter((flag) => flag.state !== 'retracted' && (!text(flag, 'to') || text(flag, 'to') > day));
}

function useConsents() {
	const day = useToday();
	const all = useOf('consent').filter((rec) => rec.state !== 'retracted');
	const valid = all.filter((rec) => inEffect(rec, day));
	return {
		valid,
		withdrawn: all.filter((rec) => text(rec, 'withdrawn') && text(rec, 'withdrawn') <= day),
		shares: valid.some((rec) => text(rec, 'purpose') === 'sharing'),
	};
}

export function Risk() {
	const words = useCaseWords();
	const { doc, lexicon, mask } = useCase();
	const open = useOpenFlags();
	return (
		<Part title={words.riskFlags}>
			<p className="chips">
				<RiskChips summary={{ ...doc.summary, open_flags: 0, open_conflicts: 0 }} />
			</p>
			{open.length === 0 && <p className="faint">{words.noFlags}</p>}
			<ul className="plain flags">
				{open.map((flag) => (
					<li key={flag.id}>
						<Chip tone="bad" icon="flag">
							{lexicon.code('flag_kind', text(flag, 'kind'))}
							{typeof flag.body['level'] === 'number' && ` · ${words.flagLevel(flag.body['level'])}`}
						</Chip>
						<span className="flag-text">{mask.prose(lexicon.raised(text(flag, 'text')))}</span>
						{text(flag, 'from') && <span className="under">{words.since(text(flag, 'from'))}</span>}
					</li>
				))}
			</ul>
		</Part>
	);
}

export function Consent() {
	const words = useCaseWords();
	const { lexicon } = useCase();
	const { valid, withdrawn, shares } = useConsents();
	const sitesOf = (rec: Rec): string[] => {
		const sites = rec.body['sites'];
		return Array.isArray(sites) ? sites.map((id) => lexicon.name(String(id))) : [];
	};
	/** What the sharing rests on when it is not the client's consent. */
	const rests = (rec: Rec): string => {
		const basis = text(rec, 'basis');
		return basis && basis !== 'consent' ? lexicon.code('legal_basis', basis) : '';
	};
	const lasts = (rec: Rec): string => (text(rec, 'to') ? words.until(text(rec, 'to')) : words.openEnded);
	// What is agreed on the same terms is said once, with all it was agreed for.
	const byPurpose = new Map<string, Map<string, Set<string>>>();
	for (const rec of valid) {
		const term = [rests(rec) && `${words.basisInstead}${words.colon}${rests(rec)}`, lasts(rec)].filter(Boolean).join(' · ');
		const terms = byPurpose.get(text(rec, 'purpose')) ?? new Map<string, Set<string>>();
		byPurpose.set(text(rec, 'purpose'), terms.set(term, new Set([...(terms.get(term) ?? []), ...sitesOf(rec)])));
	}
	return (
		<Part title={words.consents}>
			{valid.length === 0 && (
				<Chip tone="warn" icon="alert">
					{words.noConsent}
				</Chip>
			)}
			{valid.length > 0 && !shares && (
				<Chip tone="warn" icon="alert">
					{words.noSharing}
				</Chip>
			)}
			<ul className="plain">
				{[...byPurpose].map(([purpose, terms]) => (
					<li key={purpose}>
						{lexicon.code('consent_purpose', purpose)}
						{[...terms].map(([term, sites]) => (
							<span key={term} className="under">
								{[[...sites].join(words.listComma), term].filter(Boolean).join(' · ')}
							</span>
						))}
					</li>
				))}
				{withdrawn.map((rec) => (
					<li key={rec.id} className="faint">
						{lexicon.code('consent_purpose', text(rec, 'purpose'))}
						<span className="under">{words.withdrawnOn(text(rec, 'withdrawn'))}</span>
					</li>
				))}
			</ul>
		</Part>
	);
}
