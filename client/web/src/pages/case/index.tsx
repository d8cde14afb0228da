// One case on one page: who it is about, with risk and consent always in
// sight, what has happened, and what two people wrote differently.
import { useEffect, useMemo, useRef, useState } from 'react';
import { useData } from '../../data';
import { type CaseFile, type Shown, withOpened, withUnsent } from '../../data/casefile';
import { useCell } from '../../data/cell';
import { canDraw } from '../../data/check';
import { type Doing, doingOf, nextDue } from '../../data/doing';
import type { Grant } from '../../data/emergency';
import type { Lexicon } from '../../data/lexicon';
import type { Id } from '../../data/wire';
import { type Later, later } from '../../kit/later';
import { useMask } from '../../kit/mask';
import { Empty, FailureNotice, Notice, Waiting } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import { CASE_PARTS, type CasePart, go, goInstead, type Route, toAdd, toCase, toCaseload, toEdit, toLetter } from '../../route';
import { Closed } from './closed';
import { Conflicts } from './conflicts';
import { CaseContext, useCase, useCaseWords } from './context';
import { FaceSheet } from './face';
import { FaceStrip } from './face-risk';
import { GlassBanner, InEmergency, useGrant } from './glass';
import { Timeline } from './timeline';

/** What each side but the timeline is drawn by; it arrives when it is first opened. */
const SIDES: { [part in Exclude<CasePart, 'timeline'>]: Later<object> } = {
	plan: later(() => import('./plan').then((all) => all.Plan), 6),
	scales: later(() => import('./scales').then((all) => all.Scales), 6),
	people: later(() => import('./people').then((all) => all.People), 6),
	map: later(() => import('./map').then((all) => all.EcoMap), 6),
	files: later(() => import('./files').then((all) => all.Files), 6),
};

const RecordForm = later(() => import('./form').then((all) => all.RecordForm), 6);

const ScaleForm = later(() => import('./scales/form').then((all) => all.ScaleForm), 6);

type Form = Extract<Route, { page: 'case' }>['form'];

export function CasePage({ id, part, form }: { id: Id; part: CasePart; form: Form }) {
	const { cases } = useData();
	const words = useCaseWords();
	const state = useCell(cases.cell(id));
	useEffect(() => {
		window.scrollTo(0, 0);
		// Others write too: whoever comes back to the page finds it as it is now.
		const look = () => {
			if (document.visibilityState === 'visible') void cases.load(id);
		};
		look();
		document.addEventListener('visibilitychange', look);
		return () => document.removeEventListener('visibilitychange', look);
	}, [cases, id]);
	const { value, failure } = state;
	const grant = useGrant(id);
	useEffect(() => {
		// The number, not the name: the tab is seen by others.
		document.title = [value?.summary.number ?? words.caseTitle, words.product].join(' · ');
	}, [value, words]);
	if (!value) {
		if (!failure) return <Waiting lines={8} />;
		const gone = failure.kind === 'refused' && failure.problem.status === 404;
		return gone ? (
			<Empty title={words.caseGone} action={<a href={toCaseload}>{words.notFoundBack}</a>} />
		) : (
			<FailureNotice failure={failure} onRetry={() => void cases.load(id)} />
		);
	}
	return (
		<InEmergency grant={grant}>
			<Case doc={value} stale={failure !== null} part={part} form={form} grant={grant} />
		</InEmergency>
	);
}

interface CaseProps {
	doc: CaseFile;
	stale: boolean;
	part: CasePart;
	form: Form;
	/** The emergency it is open for. */
	grant: Grant | undefined;
}

function Case({ doc, stale, part, form, grant }: CaseProps) {
	const { outbox, cases } = useData();
	const words = useCaseWords();
	const { lexicon: general, reader } = useWorkplace();
	const entries = useCell(outbox.entries);
	const restricted = useCell(cases.opened);
	const shown = useMemo(
		() => withUnsent(withOpened(doc.records, restricted), entries, doc.case, reader, doc.asked),
		[doc.records, restricted, entries, doc.case, reader, doc.asked],
	);
	const records = useMemo(() => shown.map(({ rec }) => rec), [shown]);
	const lexicon = useMemo(() => general.within(new Map(records.map((rec) => [rec.id, rec]))), [general, records]);
	const mask = useMask(records);
	const [saved, setSaved] = useState<Id | null>(null);
	const heading = useRef<HTMLHeadingElement>(null);
	useEffect(() => {
		if (!form) heading.current?.focus({ preventScroll: true });
		// Once, when the case opens; closing a form puts the focus itself.
	}, []);
	const close = (rec: Id | null) => {
		if (rec) setSaved(rec);
		go(toCase(doc.case, part));
		focusAfterForm(rec);
	};
	const Side = part === 'timeline' ? null : SIDES[part];
	const opened = useNext(doc, form, lexicon);
	const inForm = opened && formOf(opened, shown, lexicon);
	const atHand = useMemo(() => ({ doc, part, records, lexicon, mask }), [doc, part, records, lexicon, mask]);
	return (
		<CaseContext value={atHand}>
			<div className="case" data-part={part} data-form={inForm ? true : undefined}>
				<FaceStrip />
				<FaceSheet heading={heading} />
				<div className="case-main">
					{opened && !inForm && <Notice tone="warn">{words.noSuchForm}</Notice>}
					{grant && <GlassBanner grant={grant} />}
					{stale && <Notice tone="warn">{words.staleCase}</Notice>}
					<Conflicts shown={shown} />
					<Sides />
					{Side ? <Side /> : <Timeline shown={shown} saved={saved} />}
				</div>
				{inForm && (
					<aside className="case-form">
						{inForm.rec?.withheld ? (
							<Closed recs={[inForm.rec]} />
						) : inForm.type.type === 'assessment' ? (
							<ScaleForm key={`sheet/${inForm.rec?.id}/${inForm.of}`} {...inForm} onClose={close} />
						) : (
							<RecordForm key={`${inForm.type.type}/${inForm.of}/${inForm.rec?.id}`} {...inForm} caseId={doc.case} lexicon={lexicon} onClose={close} />
						)}
					</aside>
				)}
			</div>
		</CaseContext>
	);
}

function addressOf(caseId: Id, doing: Doing): string {
	if ('letter' in doing) return toLetter(doing.letter);
	return 'edit' in doing ? toEdit(caseId, doing.edit) : toAdd(caseId, doing.add, doing.of);
}

type Opened = Exclude<NonNullable<Form>, { next: true }>;

/** What is due next is known when the newest of the case is; then its form stands
 * in the address, so that coming back finds that one and not the one after it. */
function useNext(doc: CaseFile, form: Form, lexicon: Lexicon): Opened | null {
	const { cases } = useData();
	const { reader } = useWorkplace();
	const asked = form !== null && 'next' in form;
	const [fresh, setFresh] = useState(false);
	useEffect(() => {
		if (!asked) return undefined;
		let wanted = true;
		void cases.load(doc.case).then(() => wanted && setFresh(true));
		return () => {
			wanted = false;
			setFresh(false);
		};
	}, [asked, cases, doc.case]);
	useEffect(() => {
		if (!asked || !fresh) return;
		const item = nextDue(doc.due);
		const doing = item && doingOf(item, doc.records, lexicon.pack(doc.summary.programme), reader.may);
		goInstead(doing ? addressOf(doc.case, doing) : toCase(doc.case));
	}, [asked, fresh, doc, lexicon, reader.may]);
	return form === null || 'next' in form ? null : form;
}

/** The sides of the case, each an address of its own. */
function Sides() {
	const words = useCaseWords();
	const { doc, part } = useCase();
	return (
		<nav className="sides-of-case" aria-label={words.sidesLabel}>
			{CASE_PARTS.map((one) => (
				<a key={one} href={toCase(doc.case, one)} aria-current={one === part ? 'page' : undefined} onPointerEnter={() => one !== 'timeline' && SIDES[one].fetch()}>
					{words.sides[one]}
				</a>
			))}
		</nav>
	);
}

function formOf(form: Opened, shown: readonly Shown[], lexicon: Lexicon) {
	const rec = 'edit' in form ? (shown.find((one) => one.rec.id === form.edit)?.rec ?? null) : null;
	const type = lexicon.type('edit' in form ? (rec?.type ?? '') : form.type);
	const of = 'edit' in form ? null : form.of;
	const drawn = type && (canDraw(type) || type.type === 'assessment') && (type.scope === 'case' || (type.scope === 'person' && rec !== null));
	return drawn && ('edit' in form ? rec !== null : true) ? { type, of, rec } : null;
}

/** Back to where the work goes on: the saved record, or the button that opened. */
function focusAfterForm(saved: Id | null): void {
	setTimeout(() => {
		const record = saved ? document.querySelector<HTMLElement>(`[data-rec="${saved}"] button`) : null;
		(record ?? document.getElementById('add'))?.focus();
	});
}
