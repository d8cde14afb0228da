// Writing a referral from a case. What is sent, to whom and on which consent is
// shown in full before it leaves; nothing leaves without having been shown.
import { useEffect, useMemo, useState } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import { failureOf } from '../../data/http';
import type { Body, Id, Rec, Sending } from '../../data/wire';
import { useAnnounce } from '../../kit/announce';
import { makeMask } from '../../kit/mask';
import { DraftKept } from '../../kit/kept';
import { Button, Empty, FailureNotice, Icon, Notice, useFailureText, useWhyText, Waiting } from '../../kit/parts';
import { TypedOn } from '../../kit/saving';
import { useWorkplace } from '../../kit/workplace';
import { go, toAdd, toCase, toLetter, toLetters } from '../../route';
import { useWriting, WritingFields, type Writing } from './letter-form';
import { Menu, menuOf } from './menu';
import { textOf, useLetterWords } from './stand';

const MAIN = ['to_site', 'to_staff', 'kind', 'urgency', 'reason', 'letter', 'sends'] as const;
const MORE = ['deadline', 'hand_over'] as const;
const NEEDED = ['letter'] as const;

export function ReferPage({ id, draft }: { id: Id; draft: Id | null }) {
	const { letters } = useData();
	const words = useLetterWords();
	const { value, failure } = useCell(letters.cell(draft ?? id));
	useEffect(() => {
		if (draft) void letters.open(draft);
	}, [letters, draft]);
	useEffect(() => {
		document.title = `${words.newReferral} · ${words.product}`;
		window.scrollTo(0, 0);
	}, [words]);
	if (draft && !value) return failure ? <FailureNotice failure={failure} onRetry={() => void letters.open(draft)} /> : <Waiting lines={6} />;
	return <Refer id={id} draft={draft ? value!.letter : null} />;
}

function Refer({ id, draft }: { id: Id; draft: Rec | null }) {
	const { caseload, cases, letters } = useData();
	const words = useLetterWords();
	const announce = useAnnounce();
	const failureText = useFailureText();
	const whyText = useWhyText();
	const { lexicon, reader } = useWorkplace();
	const writing = useWriting('referral', id, draft, { kind: 'service', urgency: 'routine' }, [...MAIN, ...MORE]);
	const row = useCell(caseload.state).rows.find((one) => one.line.case === id)?.line;
	const { value: held, failure } = useCell(cases.cell(id));
	const [nameless, setNameless] = useState(false);
	const [shown, setShown] = useState<{ of: Body; sending: Sending } | null>(null);
	const [looking, setLooking] = useState(false);
	const busy = looking || writing.saving.busy;
	const whom = row ?? held?.summary;
	useEffect(() => {
		if (!whom) void cases.load(id);
	}, [cases, id, whom]);

	// Another site, and of its people.
	const to = writing.values['to_site'];
	const offering = useMemo(
		() => lexicon.offering((rec) => (rec.type === 'staff' ? !to || rec.body['site'] === to : rec.id !== reader.site)),
		[lexicon, to, reader.site],
	);
	const labelOf = (name: string) => lexicon.fieldLabel('referral', name);
	const fail = (error: unknown) => {
		const failure = failureOf(error);
		const field = failure.kind === 'refused' ? failure.problem.field : undefined;
		writing.refuse(field, failure.kind === 'refused' ? whyText(failure.problem, labelOf) : failureText(failure));
	};
	const look = async (unnamed: boolean) => {
		const body = writing.judge({ status: 'requested' });
		if (!body || busy) return;
		if (!body['letter']) return writing.refuse('letter', words.faultRequired);
		if (body['to_site'] === reader.site) return writing.refuse('to_site', words.ownSite);
		setLooking(true);
		try {
			const sending = await letters.preview(id, body, unnamed);
			setShown({ of: writing.values, sending });
			announce(words.shownNow);
			setTimeout(() => document.getElementById('sending')?.focus());
		} catch (error) {
			fail(error);
		} finally {
			setLooking(false);
		}
	};
	const keep = async (body: Body, said: string) => {
		if (busy) return;
		const end = await writing.send(draft ? draft.case : id, body);
		if (end === 'refused') return setShown(null);
		if (end !== 'same') announce(said);
		if (end !== 'typed') go(toLetter(writing.rec));
	};
	const keepDraft = () => {
		const body = writing.judge({ status: 'draft' });
		if (body) void keep(body, words.draftSaved);
	};
	// What was changed since it was shown has not been shown.
	const current = shown && shown.of === writing.values ? shown.sending : null;
	const gone = !whom && failure?.kind === 'refused' && failure.problem.status === 404;
	if (gone) return <Empty title={words.noSuchCase} action={<a href={toLetters}>{words.backToLetters}</a>} />;
	return (
		<div className="refer">
			<header className="letter-head">
				<a className="back" href={toCase(id)}>
					<Icon shape="back" />
					{words.backToCase}
				</a>
				<Title name={whom?.name ?? null} number={whom?.number ?? null} />
			</header>
			<div className="refer-body">
				<form
					autoComplete="off"
					className="refer-form"
					ref={writing.box}
					noValidate
					onSubmit={(event) => {
						event.preventDefault();
						void look(nameless);
					}}
				>
					<TypedOn saving={writing.saving} />
					{writing.trouble && <Notice tone="bad">{writing.trouble}</Notice>}
					<WritingFields writing={writing} names={MAIN} needed={NEEDED} lexicon={offering} />
					<SiteMenu writing={writing} />
					<details className="more" open={MORE.some((name) => writing.values[name] != null)}>
						<summary>{words.moreFields}</summary>
						<WritingFields writing={writing} names={MORE} />
					</details>
					<div className="step-foot">
						<Button look={current ? 'plain' : 'main'} type="submit" aria-disabled={busy}>
							{words.showSending}
						</Button>
						<Button onClick={keepDraft}>{words.keepDraft}</Button>
						{writing.hasDraft && <DraftKept />}
					</div>
				</form>
				<section className="sending" id="sending" tabIndex={-1} aria-label={words.sendingTitle}>
					<h2>{words.sendingTitle}</h2>
					{!current && <p className="faint">{shown ? words.sendingStale : words.sendingHelp}</p>}
					{current && (
						<Sends
							sending={current}
							about={id}
							nameless={nameless}
							busy={busy}
							onNameless={(on) => {
								setNameless(on);
								void look(on);
							}}
							onSend={() => void keep(current.letter, words.sentNow)}
						/>
					)}
				</section>
			</div>
		</div>
	);
}

function Title({ name, number }: { name: string | null; number: string | null }) {
	const { masked } = useData();
	const words = useLetterWords();
	const on = useCell(masked);
	const mask = makeMask(on, []);
	return (
		<div className="letter-title">
			<h1>{words.newReferral}</h1>
			<p>
				<strong className="letter-about">{name ? mask.name(name) : words.noName}</strong> {number}
			</p>
		</div>
	);
}

/** What the chosen site offers; a press takes it into the reason. */
function SiteMenu({ writing }: { writing: Writing }) {
	const words = useLetterWords();
	const { lexicon } = useWorkplace();
	const site = writing.values['to_site'];
	const items = useMemo(() => (typeof site === 'string' ? menuOf(lexicon, site) : []), [lexicon, site]);
	if (items.length === 0) return null;
	return (
		<details className="more">
			<summary>{words.siteMenu(items.length)}</summary>
			<Menu
				items={items}
				chosen={null}
				onPick={(item) => {
					const reason = String(writing.values['reason'] ?? '');
					const name = textOf(item, 'clinical_name');
					if (!reason.includes(name)) writing.set('reason', reason ? `${reason}${words.listComma}${name}` : name);
				}}
			/>
		</details>
	);
}

interface SendsProps {
	sending: Sending;
	about: Id;
	nameless: boolean;
	busy: boolean;
	onNameless: (on: boolean) => void;
	onSend: () => void;
}

function Sends({ sending, about, nameless, busy, onNameless, onSend }: SendsProps) {
	const { masked } = useData();
	const words = useLetterWords();
	const { lexicon } = useWorkplace();
	const on = useCell(masked);
	const { letter } = sending;
	const mask = makeMask(on, [String(letter['client_name'] ?? '')]);
	const classes = (counts: { [code: string]: number }) =>
		Object.entries(counts).map(([code, n]) => (
			<li key={code}>
				{lexicon.code('record_class', code)} <span className="faint">{words.records(n)}</span>
			</li>
		));
	const closed = Object.keys(sending.stays_closed).length > 0;
	const fact = (name: string, text: string) =>
		text && (
			<div>
				<dt>{lexicon.fieldLabel('referral', name)}</dt>
				<dd>{text}</dd>
			</div>
		);
	const value = (name: string): string => {
		const field = lexicon.field('referral', name);
		return field ? lexicon.value(field, letter[name]) : '';
	};
	return (
		<>
			<dl className="fields-shown">
				{fact('to_site', [value('to_site'), letter['to_staff'] ? value('to_staff') : ''].filter(Boolean).join(' · '))}
				{fact('kind', [value('kind'), value('urgency')].filter(Boolean).join(' · '))}
				{fact('deadline', value('deadline'))}
				{fact('client_name', letter['client_name'] ? mask.name(value('client_name')) : words.notNamed)}
				{fact('client_phone', mask.detail(value('client_phone')))}
				{fact('reason', mask.prose(value('reason')))}
			</dl>
			<label className="tick">
				<input type="checkbox" checked={nameless} onChange={(event) => onNameless(event.target.checked)} />
				{words.nameless}
			</label>
			<p className="paper-text sending-letter">{mask.prose(value('letter'))}</p>
			<h3>{words.opensThen}</h3>
			{sending.consent ? <ul className="class-list">{classes(sending.opens)}</ul> : <p>{words.opensNothing}</p>}
			{closed && (
				<Notice tone="warn" action={<a href={toAdd(about, 'consent')}>{words.addConsent}</a>}>
					<p>{sending.consent ? words.partlyClosed : words.noConsentCovers}</p>
					<ul className="class-list">{classes(sending.stays_closed)}</ul>
				</Notice>
			)}
			{letter['hand_over'] === true && <p>{words.handsOver(sending.tasks, sending.visits)}</p>}
			{letter['kind'] === 'transfer' && <Notice tone="warn">{words.movesHome}</Notice>}
			<div className="step-foot">
				<Button look="main" icon="sent" aria-disabled={busy} onClick={() => !busy && onSend()}>
					{words.sendLetter}
				</Button>
			</div>
		</>
	);
}
