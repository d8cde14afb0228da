// The face sheet: who, what risk, what consent, who helps. It stays in view
// while the timeline scrolls.
import type { CSSProperties, RefObject } from 'react';
import { useHeight } from '../../kit/height';
import { sexAge } from '../../kit/person';
import { toCaseload } from '../../route';
import { useCase, useCaseWords } from './context';
import { Facts, Identity, Letters, Open, Scales } from './face-facts';
import { CareGroup, Family } from './face-group';
import { Consent, Risk } from './face-risk';
import { useToday } from './part';

export function FaceSheet({ heading }: { heading: RefObject<HTMLHeadingElement | null> }) {
	const words = useCaseWords();
	const { doc, lexicon, mask } = useCase();
	const { summary } = doc;
	const day = useToday();
	const [pinned, height] = useHeight();
	return (
		<section className="face" aria-label={words.caseTitle} style={{ '--pinned': `${height}px` } as CSSProperties}>
			<a className="face-back" href={toCaseload}>
				← {words.back}
			</a>
			<div className="face-pinned" ref={pinned} role="group" aria-label={words.inSight} tabIndex={0}>
				<h1 ref={heading} tabIndex={-1}>
					{summary.name ? mask.name(summary.name) : words.noName}
				</h1>
				<p className="face-who">
					{sexAge(summary.sex, summary.birth, day, lexicon, words)}
					<span className="faint">{summary.number}</span>
				</p>
				<Risk />
				<Consent />
			</div>
			<Facts />
			<Open />
			<Letters />
			<CareGroup />
			<Family />
			<Scales />
			<Identity />
		</section>
	);
}
