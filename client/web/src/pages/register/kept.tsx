// The part of the register about how long cases are kept, what is held, and what was
// destroyed. What it offers is what the centre said this reader may.
import { useCallback, useState } from 'react';
import { useData } from '../../data';
import type { Certificate, KeptCase, Retained, Span } from '../../data/retention';
import type { Id } from '../../data/wire';
import { useAnnounce } from '../../kit/announce';
import { useLanguage, useOwnWords } from '../../kit/language';
import { useMask } from '../../kit/mask';
import { Button, Chip, FailureNotice, Notice, Waiting } from '../../kit/parts';
import { useLoad } from '../../kit/use-load';
import { useWorkplace } from '../../kit/workplace';
import { Confirm } from '../admin/confirm';
import { HoldDialog } from './dialogs';
import { keptWords } from './words';

/** What somebody is about to do, asked for once more. */
type Act =
	| { what: 'hold' }
	| { what: 'release'; one: KeptCase }
	| { what: 'propose'; one: KeptCase }
	| { what: 'longer'; one: Span }
	| { what: 'decide'; proposal: Id; title: string; destroys: boolean; grant: boolean };

const REASON_MAX = 1000;

export function Kept({ onPaper }: { onPaper: (id: Id) => void }) {
	const { retention } = useData();
	const words = useOwnWords(keptWords);
	const announce = useAnnounce();
	const [act, setAct] = useState<Act | null>(null);
	const { value, failure, again } = useLoad(useCallback(() => retention.look(), [retention]));
	const done = () => {
		setAct(null);
		again();
		announce(words.done);
	};
	return (
		<section className="kept" aria-labelledby="kept">
			<div className="admin-head">
				<h2 id="kept">{words.title}</h2>
				{value?.may.includes('keep') && (
					<span className="register-acts">
						<Button icon="plus" onClick={() => setAct({ what: 'hold' })}>
							{words.hold}
						</Button>
					</span>
				)}
			</div>
			<p className="admin-lead">{words.lead}</p>
			{failure && <FailureNotice failure={failure} onRetry={again} />}
			{!value && !failure && <Waiting lines={3} />}
			{value && <Lists value={value} onAct={setAct} onPaper={onPaper} />}
			{act?.what === 'hold' && <HoldDialog onDone={done} onClose={() => setAct(null)} />}
			{act && act.what !== 'hold' && <Asked act={act} onDone={done} onClose={() => setAct(null)} />}
		</section>
	);
}

function Lists({ value, onAct, onPaper }: { value: Retained; onAct: (act: Act) => void; onPaper: (id: Id) => void }) {
	const words = useOwnWords(keptWords);
	return (
		<>
			<section className="group-part" aria-labelledby="kept-cases">
				<h3 id="kept-cases">{words.cases}</h3>
				{value.rows.length === 0 && <p className="faint">{words.noCases}</p>}
				<ul className="admin-list">
					{value.rows.map((one) => (
						<CaseLine key={one.case} one={one} may={value.may} onAct={onAct} />
					))}
				</ul>
			</section>
			{value.certificates.length > 0 && (
				<section className="group-part" aria-labelledby="kept-gone">
					<h3 id="kept-gone">{words.certificates}</h3>
					<ul className="admin-list">
						{value.certificates.map((one) => (
							<PaperLine key={one.id} one={one} onOpen={() => onPaper(one.id)} />
						))}
					</ul>
				</section>
			)}
			<section className="group-part" aria-labelledby="kept-spans">
				<h3 id="kept-spans">{words.spans}</h3>
				<ul className="admin-list">
					{value.spans.map((one) => (
						<SpanLine key={one.code} one={one} may={value.may} onAct={onAct} />
					))}
				</ul>
			</section>
		</>
	);
}

interface LineProps<T> {
	one: T;
	may: Retained['may'];
	onAct: (act: Act) => void;
}

/** Whether it can be granted now, and why not. */
function useWhyNot(): (one: { due: string | null; second: boolean | null }) => string | null {
	const words = useOwnWords(keptWords);
	const { lexicon } = useWorkplace();
	return ({ due, second }) => (!second ? words.ownProposal : due && Date.parse(due) > Date.now() ? words.early(lexicon.time(due)) : null);
}

function CaseLine({ one, may, onAct }: LineProps<KeptCase>) {
	const words = useOwnWords(keptWords);
	const { lexicon } = useWorkplace();
	const mask = useMask();
	const whyNot = useWhyNot();
	const title = one.number ? words.caseCalled(one.number) : words.caseCalled(one.case);
	const decide = (grant: boolean) => onAct({ what: 'decide', proposal: one.proposal!, title, destroys: true, grant });
	const ground = one.ground === 'span' ? words.over : one.ground ? words.asked : one.request && one.law_until ? words.askedKept(one.law_until) : null;
	return (
		<li>
			<div>
				<strong>{title}</strong>{' '}
				{one.hold && (
					<Chip tone="warn" icon="flag">
						{words.held}
					</Chip>
				)}{' '}
				{ground && <Chip>{ground}</Chip>}
				<span className="under">{[lexicon.site(one.site, one.site_name), one.ended ? words.ended(one.ended) : words.open, one.until && words.until(one.until)].filter(Boolean).join(' · ')}</span>
				{one.hold && (
					<span className="under">
						{words.heldWhy(one.hold_by!, lexicon.time(one.hold_at!))}
						{one.hold_reason !== null && ` · ${one.hold_reference} · ${mask.detail(one.hold_reason)}`}
					</span>
				)}
				{one.proposal && (
					<span className="under">
						{words.proposed(one.made_name!, lexicon.time(one.made_at!))} {whyNot(one)}
					</span>
				)}
			</div>
			{may.includes('keep') && (
				<div className="admin-acts">
					{one.hold && (
						<Button aria-label={`${words.release}：${title}`} onClick={() => onAct({ what: 'release', one })}>
							{words.release}
						</Button>
					)}
					{one.ground && !one.hold && !one.proposal && (
						<Button aria-label={`${words.propose}：${title}`} onClick={() => onAct({ what: 'propose', one })}>
							{words.propose}
						</Button>
					)}
					{one.proposal && may.includes('grant') && !whyNot(one) && (
						<Button look="main" aria-label={`${words.grantCase}：${title}`} onClick={() => decide(true)}>
							{words.grantCase}
						</Button>
					)}
					{one.proposal && (
						<Button aria-label={`${words.refuse}：${title}`} onClick={() => decide(false)}>
							{words.refuse}
						</Button>
					)}
				</div>
			)}
		</li>
	);
}

function PaperLine({ one, onOpen }: { one: Certificate; onOpen: () => void }) {
	const words = useOwnWords(keptWords);
	const { lexicon } = useWorkplace();
	return (
		<li>
			<div>
				<strong>{words.caseCalled(one.case)}</strong>{' '}
				<Chip tone={one.waiting ? 'warn' : 'good'} icon={one.waiting ? 'clock' : 'check'}>
					{one.waiting ? words.waiting(one.waiting) : words.complete}
				</Chip>
				<span className="under">{[one.site_name, words.destroyed(one.by_name, lexicon.time(one.at)), one.again > 0 && words.again(one.again)].filter(Boolean).join(' · ')}</span>
			</div>
			<Button aria-label={`${words.paper}：${one.case}`} onClick={onOpen}>
				{words.paper}
			</Button>
		</li>
	);
}

function SpanLine({ one, may, onAct }: LineProps<Span>) {
	const { lang } = useLanguage();
	const words = useOwnWords(keptWords);
	const whyNot = useWhyNot();
	const name = one[lang];
	const decide = (grant: boolean) => onAct({ what: 'decide', proposal: one.proposal!, title: words.longerTitle(name), destroys: false, grant });
	return (
		<li>
			<div>
				<strong>{name}</strong> {words.years(one.years)} <Chip>{one.law ? words.byLaw : words.byHouse}</Chip>
				<span className="under">{lang === 'zh' ? one.source_zh : one.source_en}</span>
				{one.proposal && (
					<span className="under">
						{words.toYears(one.to_years!, one.made_name!)} {may.includes('span') && whyNot(one)}
					</span>
				)}
			</div>
			{may.includes('span') && (
				<div className="admin-acts">
					{!one.proposal && one.years < 100 && (
						<Button aria-label={`${words.longer}：${name}`} onClick={() => onAct({ what: 'longer', one })}>
							{words.longer}
						</Button>
					)}
					{one.proposal && !whyNot(one) && (
						<Button look="main" aria-label={`${words.grant}：${name}`} onClick={() => decide(true)}>
							{words.grant}
						</Button>
					)}
					{one.proposal && (
						<Button aria-label={`${words.refuse}：${name}`} onClick={() => decide(false)}>
							{words.refuse}
						</Button>
					)}
				</div>
			)}
		</li>
	);
}

/** One more question before it is done. */
function Asked({ act, onDone, onClose }: { act: Exclude<Act, { what: 'hold' }>; onDone: () => void; onClose: () => void }) {
	const { retention } = useData();
	const { lang } = useLanguage();
	const words = useOwnWords(keptWords);
	const { reader } = useWorkplace();
	const then = async (run: Promise<void>) => {
		await run;
		onDone();
	};
	if (act.what === 'longer') {
		const { code, years } = act.one;
		const fault = (text: string) => (/^\d{1,3}$/.test(text) && Number(text) > years && Number(text) <= 100 ? null : words.longerFault(years));
		const typed = { about: { case: reader.site, rec: reader.site, type: code, step: 'duty' as const }, label: words.longerLabel, help: words.longerHelp(years), max: 3, kind: 'number' as const, fault };
		return <Confirm title={words.longerTitle(act.one[lang])} act={words.longer} typed={typed} run={(text) => then(retention.propose({ span: code, years: Number(text) }))} onClose={onClose} />;
	}
	if (act.what === 'decide')
		return (
			<Confirm title={act.title} act={!act.grant ? words.refuse : act.destroys ? words.grantCase : words.grant} run={() => then(retention.decide(act.proposal, act.grant))} onClose={onClose}>
				{(!act.grant || act.destroys) && <Notice tone={act.grant ? 'warn' : 'calm'}>{act.grant ? words.grantHelp : words.refuseHelp}</Notice>}
			</Confirm>
		);
	const { case: id, number, hold } = act.one;
	const title = words.caseCalled(number ?? id);
	if (act.what === 'propose')
		return (
			<Confirm title={title} act={words.propose} run={() => then(retention.propose({ case: id }))} onClose={onClose}>
				<Notice tone="calm">{words.proposeHelp}</Notice>
			</Confirm>
		);
	const typed = { about: { case: reader.site, rec: hold!, type: 'hold', step: 'duty' as const }, label: words.releaseLabel, max: REASON_MAX, fault: (text: string) => (text ? null : words.needText(REASON_MAX)) };
	return <Confirm title={title} act={words.release} typed={typed} run={(text) => then(retention.release(hold!, text))} onClose={onClose} />;
}

/** A certificate, to read and to print. */
export function Paper({ id, onBack }: { id: Id; onBack: () => void }) {
	const { retention } = useData();
	const { lang } = useLanguage();
	const words = useOwnWords(keptWords);
	const { value, failure, again } = useLoad(useCallback(() => retention.paper(id), [retention, id]));
	return (
		<div className="admin certificate">
			<div className="page-actions">
				<Button icon="back" autoFocus onClick={onBack}>
					{words.back}
				</Button>
				<Button icon="print" onClick={() => window.print()}>
					{words.print}
				</Button>
			</div>
			{failure && <FailureNotice failure={failure} onRetry={again} />}
			{!value && !failure && <Waiting lines={6} />}
			{value && <Sheet text={value[lang]} />}
		</div>
	);
}

/** The first line of the text is its title. */
function Sheet({ text }: { text: string }) {
	const [title = '', ...rest] = text.split('\n');
	return (
		<>
			<h1>{title}</h1>
			<div className="certificate-text">{rest.join('\n').trim()}</div>
		</>
	);
}
