// The letter as it reads on paper, and the letter that came back. On a screen
// it is the middle of the page; printed it is all of it, with a slip to return.
import type { Rec } from '../../data/wire';
import type { Mask } from '../../kit/mask';
import { Button } from '../../kit/parts';
import { PdfButton } from '../../kit/pdf';
import { useWorkplace } from '../../kit/workplace';
import { dayOf } from '../../data/time';
import { aboutOf, matterOf, statusOf } from '../../data/letters';
import { textOf, useLetterWords } from './stand';

export function LetterPaper({ letter, mask }: { letter: Rec; mask: Mask }) {
	const words = useLetterWords();
	return (
		<div className="papers">
			<div className="paper-tools">
				<Button icon="print" onClick={() => window.print()}>
					{words.print}
				</Button>
				{letter.type === 'referral' && <PdfButton doc="referral" id={letter.id} />}
				{textOf(letter, 'return_letter') && <PdfButton doc="referral" id={letter.id} returning />}
			</div>
			{letter.type === 'referral' ? <Referral letter={letter} mask={mask} /> : <Request letter={letter} mask={mask} />}
		</div>
	);
}

function Referral({ letter, mask }: { letter: Rec; mask: Mask }) {
	const words = useLetterWords();
	const { lexicon } = useWorkplace();
	const sends = lexicon.field('referral', 'sends');
	const returned = textOf(letter, 'return_letter');
	return (
		<>
			<section className="paper" aria-label={words.theLetter}>
				<h2 className="paper-title">{words.paperTitle}</h2>
				<Row label={lexicon.fieldLabel('referral', 'to_site')}>
					{[lexicon.name(textOf(letter, 'to_site')), letter.body['to_staff'] ? lexicon.name(textOf(letter, 'to_staff')) : ''].filter(Boolean).join(' · ')}
				</Row>
				<Row label={words.fromSite}>{lexicon.name(letter.site)}</Row>
				<Row label={lexicon.fieldLabel('referral', 'client_name')}>{aboutOf(letter) ? mask.name(aboutOf(letter)) : words.notNamed}</Row>
				{textOf(letter, 'client_phone') && <Row label={lexicon.fieldLabel('referral', 'client_phone')}>{mask.detail(textOf(letter, 'client_phone'))}</Row>}
				<Row label={lexicon.fieldLabel('referral', 'reason')}>{mask.prose(textOf(letter, 'reason'))}</Row>
				{sends && letter.body['sends'] != null && <Row label={lexicon.text(sends.label)}>{lexicon.value(sends, letter.body['sends'])}</Row>}
				{textOf(letter, 'deadline') && <Row label={lexicon.fieldLabel('referral', 'deadline')}>{textOf(letter, 'deadline')}</Row>}
				<p className="paper-text">{mask.prose(textOf(letter, 'letter')) || words.noText}</p>
				<p className="paper-sign">
					{lexicon.name(letter.site)}
					<br />
					{lexicon.name(letter.author)} · {textOf(letter, 'requested') || words.notSentYet}
				</p>
				<p className="only-print paper-line">{words.signature}</p>
			</section>
			{returned || textOf(letter, 'outcome') ? <Returned letter={letter} mask={mask} /> : statusOf(letter) !== 'draft' && <Slip letter={letter} />}
		</>
	);
}

function Returned({ letter, mask }: { letter: Rec; mask: Mask }) {
	const words = useLetterWords();
	const { lexicon } = useWorkplace();
	return (
		<section className="paper paper-return" aria-label={words.theReturn}>
			<h2 className="paper-title">{words.returnTitle}</h2>
			<Row label={words.answeredBy}>{lexicon.name(textOf(letter, 'to_site'))}</Row>
			<Row label={words.goesTo}>{lexicon.name(letter.site)}</Row>
			<Row label={lexicon.fieldLabel('referral', 'client_name')}>{aboutOf(letter) ? mask.name(aboutOf(letter)) : words.notNamed}</Row>
			{textOf(letter, 'outcome') && <Row label={lexicon.fieldLabel('referral', 'outcome')}>{mask.prose(textOf(letter, 'outcome'))}</Row>}
			{textOf(letter, 'return_letter') && <p className="paper-text">{mask.prose(textOf(letter, 'return_letter'))}</p>}
			<p className="paper-sign">
				{lexicon.name(textOf(letter, 'to_site'))}
				<br />
				{textOf(letter, 'returned')}
			</p>
			<p className="only-print paper-line">{words.signature}</p>
		</section>
	);
}

/** On paper only: cut off along the line and sent back. */
function Slip({ letter }: { letter: Rec }) {
	const words = useLetterWords();
	const { lexicon } = useWorkplace();
	const declined = textOf(letter, 'decline_reason');
	const accepted = !declined && textOf(letter, 'decided') !== '';
	return (
		<section className="only-print slip" aria-hidden="true">
			<h2 className="paper-title">{words.slipTitle}</h2>
			<p>
				{accepted ? '☑' : '☐'} {words.slipAccept} &emsp; {declined ? '☑' : '☐'} {words.slipDecline} {lexicon.code('decline_reason', declined)}
			</p>
			<p className="paper-line">{words.slipSign}</p>
			<p>{words.slipBack(lexicon.name(letter.site))}</p>
		</section>
	);
}

function Request({ letter, mask }: { letter: Rec; mask: Mask }) {
	const words = useLetterWords();
	const { lexicon } = useWorkplace();
	const result = textOf(letter, 'result');
	const unmet = textOf(letter, 'unmet_reason');
	const field = (name: string, text: string) => text && <Row label={lexicon.fieldLabel('request', name)}>{text}</Row>;
	return (
		<>
			<section className="paper" aria-label={words.theRequest}>
				<h2 className="paper-title">{lexicon.typeLabel('request')}</h2>
				{field('item_name', matterOf(letter, lexicon))}
				{field('to_site', lexicon.name(textOf(letter, 'to_site')))}
				<Row label={words.askedBy}>{lexicon.name(letter.site)}</Row>
				{field('client_label', mask.name(aboutOf(letter)))}
				{field('ward', textOf(letter, 'ward'))}
				{field('requested_by_kind', lexicon.code('requester_kind', textOf(letter, 'requested_by_kind')))}
				{field('requested', lexicon.time(textOf(letter, 'requested')))}
				<p className="paper-text">{mask.prose(textOf(letter, 'need')) || words.noText}</p>
			</section>
			{(result || unmet) && (
				<section className="paper paper-return" aria-label={words.theResult}>
					<h2 className="paper-title">{words.theResult}</h2>
					{field('unmet_reason', lexicon.code('unmet_reason', unmet))}
					{field('provider', lexicon.name(textOf(letter, 'provider')))}
					<p className="paper-text">{mask.prose(result)}</p>
					<p className="paper-sign">{dayOf(textOf(letter, 'result_at'))}</p>
				</section>
			)}
		</>
	);
}

function Row({ label, children }: { label: string; children: React.ReactNode }) {
	return (
		<p className="paper-row">
			<span className="paper-label">{label}</span>
			<span>{children}</span>
		</p>
	);
}
