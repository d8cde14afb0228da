// What stands around every page: where one is, who one is, whether everything
// written here has arrived, and the switch that hides names.
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { type Data, useData } from '../data';
import { type Cell, useCell } from '../data/cell';
import { isUnsent } from '../data/outbox';
import { notTaken, onlyHere } from '../data/station';
import type { Session } from '../data/wire';
import { useAnnounce } from '../kit/announce';
import { useLanguage, useWords } from '../kit/language';
import { later } from '../kit/later';
import { Button, Chip } from '../kit/parts';
import { useAtStake, useGuardedClosing } from '../kit/stake';
import { toPage, toSync } from '../route';
import { firstPage, placesFor } from './nav';
import { Notices } from './notices';
import { Mark } from './door/frame';

const SignInAgain = later(() => import('./dialogs').then((all) => all.SignInAgain), 0);
const StepUp = later(() => import('./door/step-up').then((all) => all.StepUp), 0);
const AskBeforeLeaving = later(() => import('./dialogs').then((all) => all.AskBeforeLeaving), 0);

interface ShellProps {
	session: Session;
	expired: boolean;
	here: string;
	children: ReactNode;
}

export function Shell({ session, expired, here, children }: ShellProps) {
	const words = useWords();
	const proving = useCell(useData().sessions.proving);
	useGuardedClosing();
	useKeeping();
	useLockWhenLeft();
	return (
		<>
			<a className="skip" href="#main" onClick={skipToMain}>
				{words.skip}
			</a>
			<TopBar session={session} here={here} />
			<Notices session={session} here={here} />
			<main id="main" tabIndex={-1}>
				{children}
			</main>
			{expired && <SignInAgain />}
			{proving && <StepUp proving={proving} />}
		</>
	);
}

// The part after # names the page, so the link must not really be followed.
function skipToMain(event: React.MouseEvent): void {
	event.preventDefault();
	document.getElementById('main')?.focus();
}

/** Writes what was typed when the page goes out of sight, and reads what other tabs
 * wrote when it comes back. */
function useKeeping(): void {
	const { keep } = useData();
	useEffect(() => {
		const look = () => void (document.visibilityState === 'hidden' ? keep.flush() : keep.look());
		document.addEventListener('visibilitychange', look);
		window.addEventListener('pagehide', look);
		return () => {
			document.removeEventListener('visibilitychange', look);
			window.removeEventListener('pagehide', look);
		};
	}, [keep]);
}

const LEFT_CHECK_MS = 5_000;
/** What is restricted is closed when nobody touched the page for so long. */
const OPEN_MS = 300_000;

/** An online page that nobody has touched for a while shows nothing more; a station
 * looks after itself. */
function useLockWhenLeft(): void {
	const { sessions, cases } = useData();
	useEffect(() => {
		const touch = () => sessions.touch();
		const events = ['keydown', 'pointerdown', 'wheel'] as const;
		for (const event of events) window.addEventListener(event, touch, { passive: true, capture: true });
		const timer = setInterval(() => {
			if (sessions.leftFor() >= OPEN_MS) cases.shut();
			void sessions.lockIfLeft();
		}, LEFT_CHECK_MS);
		return () => {
			for (const event of events) window.removeEventListener(event, touch, { capture: true });
			clearInterval(timer);
		};
	}, [sessions, cases]);
}

function TopBar({ session, here }: { session: Session; here: string }) {
	const { lang, words, change } = useLanguage();
	const { reader } = session;
	const reference = useCell(useData().references.state);
	const site = reference && 'value' in reference ? reference.value.directory.get(reader.site) : undefined;
	const inEnglish = lang === 'en' ? site?.body['name_en'] : undefined;
	return (
		<header className="top">
			<a className="brand" href={toPage(firstPage(session))}>
				<Mark />
				{words.product}
			</a>
			{session.demo && <span className="demo">{words.demoData}</span>}
			<nav>
				{placesFor(session).map((place) => (
					<a key={place.page} href={toPage(place.page)} aria-current={here === place.page ? 'page' : undefined}>
						{place.name(words)}
						{place.waiting && <WaitingThere of={place.waiting} />}
					</a>
				))}
			</nav>
			{session.mode === 'station' ? <AtStation here={here} /> : <Delivery mode={session.mode} />}
			<div className="top-right">
				<MaskSwitch />
				<Button look="quiet" lang={lang === 'zh' ? 'en' : 'zh-CN'} onClick={() => change(lang === 'zh' ? 'en' : 'zh')}>
					{words.language}
				</Button>
				<Who session={session} site={typeof inEnglish === 'string' ? inEnglish : reader.site_name} here={here} />
				<Lock />
				{session.mode === 'central' && <SignOut />}
			</div>
		</header>
	);
}

/** Online the name leads to one's own account; at a station that is kept elsewhere. */
function Who({ session: { mode, reader }, site, here }: { session: Session; site: string; here: string }) {
	const words = useWords();
	const name = (
		<>
			<strong>{reader.name}</strong>
			<span>{site}</span>
		</>
	);
	if (mode === 'station') return <span className="who">{name}</span>;
	return (
		<a className="who" href={toPage('account')} aria-current={here === 'account' ? 'page' : undefined} title={words.myAccount}>
			{name}
			<span className="only-read">{words.myAccount}</span>
		</a>
	);
}

function WaitingThere({ of }: { of: (data: Data) => Cell<number> }) {
	const words = useWords();
	const n = useCell(of(useData()));
	if (n === 0) return null;
	return (
		<span className="nav-count">
			<span aria-hidden="true">{n > 99 ? '99+' : n}</span>
			<span className="only-read">{words.waitingForUs(n)}</span>
		</span>
	);
}

/** One line that says whether all work has arrived, and which has not. */
function Delivery({ mode }: { mode: Session['mode'] }) {
	const { outbox, drafts } = useData();
	const words = useWords();
	const entries = useCell(outbox.entries);
	// A grid saves by itself when the keys rest: until then its cells have not arrived.
	const resting = [...useCell(drafts.all).values()].some(({ type, step }) => type === 'attendance' && !step);
	const refused = entries.filter((entry) => entry.progress === 'refused').length;
	const unsent = entries.filter(isUnsent).length - refused;
	if (entries.length === 0 && !resting) return <div className="delivery" role="status" />;
	const stored = entries.some((entry) => entry.progress === 'stored');
	return (
		<div className="delivery" role="status">
			{refused > 0 && (
				<Chip tone="bad" icon="alert">
					{words.refusedCount(refused)}
				</Chip>
			)}
			{unsent > 0 && (
				<Chip tone="warn" icon="clock">
					{words.unsent(unsent)}
				</Chip>
			)}
			{unsent === 0 && resting && (
				<Chip tone="warn" icon="clock">
					{words.saving}
				</Chip>
			)}
			{unsent > 0 && entries.some((entry) => entry.failure) && (
				<Button look="quiet" onClick={() => void outbox.send()}>
					{words.sendNow}
				</Button>
			)}
			{refused + unsent === 0 && !resting && (
				<Chip tone="good" icon="check">
					{stored || mode === 'station' ? words.allStored : words.allConfirmed}
				</Chip>
			)}
		</div>
	);
}

/** The same at a station: saved here at once, and so the question is what the
 * centre has. */
function AtStation({ here }: { here: string }) {
	const { station, outbox } = useData();
	const words = useWords();
	const { report } = useCell(station.state);
	const refused = useCell(outbox.entries).filter((entry) => entry.progress === 'refused').length;
	useEffect(() => station.watch(), [station]);
	const waiting = report ? onlyHere(report.count) : 0;
	const trouble = refused + (report ? notTaken(report.count) : 0);
	return (
		<div className="delivery" role="status">
			{trouble > 0 && (
				<Chip tone="bad" icon="alert">
					{words.refusedCount(trouble)}
				</Chip>
			)}
			{(report?.trail?.wrong ?? 0) > 0 && (
				<Chip tone="bad" icon="alert">
					{words.trailWrong}
				</Chip>
			)}
			<a href={toSync} aria-current={here === 'sync' ? 'page' : undefined}>
				{!report && words.syncTitle}
				{report?.round.state === 'running' && words.syncRunning}
				{report && report.round.state !== 'running' && (waiting > 0 ? words.syncOnlyHere(waiting) : report.step.equal ? words.synced : words.notSynced)}
			</a>
		</div>
	);
}

function Lock() {
	const { sessions } = useData();
	const words = useWords();
	return (
		<Button look="quiet" onClick={() => void sessions.lock()}>
			{words.lock}
		</Button>
	);
}

function MaskSwitch() {
	const { masked } = useData();
	const words = useWords();
	const announce = useAnnounce();
	const on = useCell(masked);
	const toggle = useCallback(() => {
		masked.update((was) => !was);
		announce(masked.get() ? words.maskedNow : words.unmaskedNow);
	}, [masked, announce, words]);
	useEffect(() => {
		const press = (event: KeyboardEvent) => {
			if (event.key !== words.maskKey || event.repeat) return;
			event.preventDefault();
			toggle();
		};
		window.addEventListener('keydown', press);
		return () => window.removeEventListener('keydown', press);
	}, [toggle, words]);
	return (
		<Button look="quiet" icon={on ? 'hidden' : 'eye'} aria-pressed={on} aria-keyshortcuts={words.maskKey} onClick={toggle}>
			{words.mask} <kbd>{words.maskKey}</kbd>
		</Button>
	);
}

function SignOut() {
	const { sessions } = useData();
	const words = useWords();
	const { items, uploads } = useAtStake();
	const [asking, setAsking] = useState(false);
	return (
		<>
			<Button look="quiet" onClick={() => (items + uploads > 0 ? setAsking(true) : void sessions.signOut())}>
				{words.signOut}
			</Button>
			{asking && <AskBeforeLeaving onStay={() => setAsking(false)} />}
		</>
	);
}
