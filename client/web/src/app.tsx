// The app: who is signed in decides what there is; the address decides which
// page of it. Pages other than sign-in and caseload arrive when first opened.
import { useEffect } from 'react';
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
import { takeKey, toCaseload, useRoute } from './route';

const SyncPage = later(() => import('./pages/sync').then((all) => all.SyncPage), 6);
const CasePage = later(() => import('./pages/case').then((all) => all.CasePage), 8);

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
			return <SignInPage left={stage.left} told={stage.told} />;
		case 'locked':
			return <LockPage />;
		case 'in':
		case 'expired':
			return <Inside session={stage.session} expired={stage.name === 'expired'} />;
	}
}

function Inside({ session, expired }: { session: Session; expired: boolean }) {
	const { references, caseload } = useData();
	const state = useCell(references.state);
	const route = useRoute();
	// What is opened next is fetched while the person reads the first lines.
	const hasLines = useCell(caseload.state).rows.length > 0;
	useEffect(() => {
		if (hasLines) CasePage.fetch();
	}, [hasLines]);
	useEffect(() => {
		if (expired) return;
		void references.load();
		void caseload.load();
	}, [references, caseload, expired, session.reader.staff]);
	return (
		<Shell session={session} expired={expired} here={route.page}>
			{state === null && <Waiting lines={8} />}
			{state && 'failure' in state && <FailureNotice failure={state.failure} onRetry={() => void references.load()} />}
			{state && 'value' in state && <Page reference={state.value} session={session} />}
		</Shell>
	);
}

function Page({ reference, session }: { reference: Reference; session: Session }) {
	const words = useWords();
	const route = useRoute();
	const lexicon = useLexiconOf(reference);
	return (
		<WorkplaceProvider value={{ lexicon, reader: session.reader, mode: session.mode }}>
			{route.page === 'caseload' && <CaseloadPage />}
			{route.page === 'sync' && <SyncPage />}
			{route.page === 'case' && <CasePage key={route.id} id={route.id} form={route.form} />}
			{route.page === 'none' && (
				<Empty title={words.notFoundTitle} action={<a href={toCaseload}>{words.notFoundBack}</a>} />
			)}
		</WorkplaceProvider>
	);
}
