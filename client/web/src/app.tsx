// The app: who is signed in decides what there is; the address decides which
// page of it. Pages other than sign-in and caseload arrive when first opened.
import { type ComponentType, useEffect } from 'react';
import { type Data, DataProvider, useData } from './data';
import type { Reference } from './data/catalogue';
import { useCell } from './data/cell';
import type { Session } from './data/wire';
import { AnnounceProvider } from './kit/announce';
import { Boundary } from './kit/boundary';
import { LanguageProvider, useWords } from './kit/language';
import { later } from './kit/later';
import { Empty, FailureNotice, Waiting } from './kit/parts';
import { useLexiconOf, WorkplaceProvider } from './kit/workplace';
import { CaseloadPage } from './pages/caseload';
import { Shell } from './pages/shell';
import { LockPage } from './pages/lock';
import { SignInPage } from './pages/sign-in';
import { TodayPage } from './pages/today';
import { firstPage, isThere, placesFor } from './pages/nav';
import { type AdminPart, type AuditPart, goInstead, type PlainPage, type Route, takeKey, toCaseload, useRoute } from './route';

const SyncPage = later(() => import('./pages/sync').then((all) => all.SyncPage), 6);
const LettersPage = later(() => import('./pages/letters').then((all) => all.LettersPage), 8);
const LetterPage = later(() => import('./pages/letters').then((all) => all.LetterPage), 8);
const ReferPage = later(() => import('./pages/letters').then((all) => all.ReferPage), 8);
const AskPage = later(() => import('./pages/letters').then((all) => all.AskPage), 8);
const GroupsPage = later(() => import('./pages/groups').then((all) => all.GroupsPage), 8);
const GroupPage = later(() => import('./pages/groups').then((all) => all.GroupPage), 8);
const NewGroupPage = later(() => import('./pages/groups').then((all) => all.NewGroupPage), 8);
const FiguresPage = later(() => import('./pages/figures').then((all) => all.FiguresPage), 10);
const EmergencyPage = later(() => import('./pages/emergency').then((all) => all.EmergencyPage), 8);
const SalvagePage = later(() => import('./pages/salvage').then((all) => all.SalvagePage), 6);
const AdminPage = later(() => import('./pages/admin').then((all) => all.AdminPage), 8);
const CarePage = later(() => import('./pages/care').then((all) => all.CarePage), 8);
const SittingPage = later(() => import('./pages/care').then((all) => all.SittingPage), 8);
const ReviewPage = later(() => import('./pages/care/review').then((all) => all.ReviewPage), 8);
const AuditPage = later(() => import('./pages/audit').then((all) => all.AuditPage), 8);
const RegisterPage = later(() => import('./pages/register').then((all) => all.RegisterPage), 8);
const AccountPage = later(() => import('./pages/account').then((all) => all.AccountPage), 8);
const CasePage = later(() => import('./pages/case').then((all) => all.CasePage), 8);

/** Pages that stand under a place of the bar. */
const UNDER: { [page: string]: PlainPage } = { letter: 'letters', refer: 'letters', ask: 'letters', group: 'groups', newGroup: 'groups', figure: 'figures', review: 'care', sitting: 'care' };

/** How often it is asked whether what is known of letters is old. */
const LOOK_AGAIN_MS = 60_000;

export function App({ data }: { data: Data }) {
	return (
		<DataProvider value={data}>
			<LanguageProvider>
				<Boundary>
					<AnnounceProvider>
						<Front />
					</AnnounceProvider>
				</Boundary>
			</LanguageProvider>
		</DataProvider>
	);
}

function Front() {
	const { sessions } = useData();
	const stage = useCell(sessions.stage);
	useEffect(() => {
		void sessions.start(takeKey());
	}, [sessions]);
	// Who comes next begins at their own first page, not where somebody left.
	const left = stage.name === 'out' && stage.left;
	useEffect(() => {
		if (left) goInstead('#/');
	}, [left]);
	switch (stage.name) {
		case 'starting':
			return null;
		case 'unreachable':
			return (
				<main className="alone">
					<FailureNotice failure={stage.failure} onRetry={() => void sessions.start()} />
				</main>
			);
		case 'out':
			return <SignInPage stage={stage} />;
		case 'locked':
			return <LockPage at={stage.at} />;
		case 'in':
		case 'expired':
			return <Inside session={stage.session} expired={stage.name === 'expired'} />;
	}
}

function Inside({ session, expired }: { session: Session; expired: boolean }) {
	const { references, caseload, keep, letters } = useData();
	const state = useCell(references.state);
	const ready = useCell(keep.ready);
	const asked = useRoute();
	const route: Route = asked.page === 'first' ? { page: firstPage(session) } : asked;
	// What is opened next is fetched while the person reads the first lines.
	const hasCases = placesFor(session).some(({ page }) => page === 'caseload');
	const hasLines = useCell(caseload.state).rows.length > 0;
	useEffect(() => {
		if (hasLines) CasePage.fetch();
	}, [hasLines]);
	useEffect(() => {
		if (expired) return;
		void references.load();
		if (hasCases) void caseload.load();
	}, [references, caseload, expired, hasCases, session.reader.staff]);
	// What waits is told in the bar of every page, and others write meanwhile.
	const hasLetters = placesFor(session).some(({ page }) => page === 'letters');
	useEffect(() => {
		if (expired || !hasLetters) return;
		const look = () => letters.refresh();
		void letters.load();
		const timer = setInterval(look, LOOK_AGAIN_MS);
		document.addEventListener('visibilitychange', look);
		return () => {
			clearInterval(timer);
			document.removeEventListener('visibilitychange', look);
		};
	}, [letters, expired, hasLetters, session.reader.staff]);
	return (
		<Shell session={session} expired={expired} here={UNDER[route.page] ?? route.page}>
			{(state === null || (!ready && 'value' in state)) && <Waiting lines={8} />}
			{state && 'failure' in state && <FailureNotice failure={state.failure} onRetry={() => void references.load()} />}
			{ready && state && 'value' in state && <Page reference={state.value} session={session} route={route} />}
		</Shell>
	);
}

/** The pages that need no more than their name. */
const PLAIN_PAGES: { [page in Exclude<PlainPage, 'figures' | 'admin' | 'audit'>]: ComponentType } = {
	today: TodayPage,
	caseload: CaseloadPage,
	care: CarePage,
	sitting: SittingPage,
	sync: SyncPage,
	letters: LettersPage,
	ask: AskPage,
	groups: GroupsPage,
	newGroup: NewGroupPage,
	emergency: EmergencyPage,
	salvage: SalvagePage,
	register: RegisterPage,
	account: AccountPage,
};

function Page({ reference, session, route }: { reference: Reference; session: Session; route: Route }) {
	const words = useWords();
	const there = isThere(UNDER[route.page] ?? route.page, session);
	const Plain = there && route.page in PLAIN_PAGES ? PLAIN_PAGES[route.page as keyof typeof PLAIN_PAGES] : null;
	const lexicon = useLexiconOf(reference);
	return (
		<WorkplaceProvider value={{ lexicon, reader: session.reader, mode: session.mode }}>
			{Plain && <Plain />}
			{route.page === 'case' && <CasePage key={route.id} id={route.id} part={route.part} form={route.form} />}
			{route.page === 'review' && <ReviewPage key={route.id} id={route.id} />}
			{route.page === 'letter' && <LetterPage key={route.id} id={route.id} />}
			{route.page === 'refer' && <ReferPage key={`${route.id}/${route.draft}`} id={route.id} draft={route.draft} />}
			{route.page === 'group' && <GroupPage key={route.id} id={route.id} form={route.form} />}
			{there && (route.page === 'figure' || route.page === 'figures') && <FiguresPage of={'of' in route ? route.of : null} />}
			{there && route.page === 'audit' && <AuditPage part={'part' in route ? (route.part as AuditPart) : 'search'} />}
			{there && route.page === 'admin' && <AdminPage part={'part' in route ? (route.part as AdminPart) : 'staff'} />}
			{(route.page === 'none' || !there) && (
				<Empty title={there ? words.notFoundTitle : words.onlyAtCentre} action={<a href={toCaseload}>{words.notFoundBack}</a>} />
			)}
		</WorkplaceProvider>
	);
}
