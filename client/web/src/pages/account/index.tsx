// One's own account: the second factor and its recovery codes, where one is signed in
// and where one is known, the password, the language.
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useData } from '../../data';
import type { OwnAccount, OwnDevice, OwnSession, Place } from '../../data/account';
import { useCell } from '../../data/cell';
import { type Failure, failureOf } from '../../data/http';
import { clockOf, dayOf } from '../../data/time';
import { useAnnounce } from '../../kit/announce';
import { Ask } from '../../kit/dialog';
import { useLanguage, useOwnWords } from '../../kit/language';
import { Button, Chip, FailureNotice, Notice, TableBox, Waiting } from '../../kit/parts';
import { dictionary } from '../../words';
import { FactorSetUp, RecoveryCodes } from '../door/factor';
import { PasswordForm } from '../door/password';
import { doorWords } from '../door/words';
import { noticeWords } from '../notices/words';

const at = (time: string) => `${dayOf(time)} ${clockOf(time)}`;

export function AccountPage() {
	const { account } = useData();
	const words = useOwnWords(doorWords);
	const notices = useOwnWords(noticeWords);
	const { own, failure } = useCell(account.state);
	const heading = useRef<HTMLHeadingElement>(null);
	useEffect(() => {
		document.title = [words.accountTitle, words.product].join(' · ');
	}, [words]);
	useEffect(() => {
		heading.current?.focus();
		void account.load();
	}, [account]);
	return (
		<div className="account">
			<header>
				<h1 ref={heading} tabIndex={-1}>
					{words.accountTitle}
				</h1>
				{own && <p className="hint">{words.accountLead(own.login)}</p>}
				{own?.before && <p className="hint">{notices.before(at(own.before.at), own.before.place ?? '', own.before.missed)}</p>}
			</header>
			{!own && !failure && <Waiting lines={8} />}
			{failure && <FailureNotice failure={failure} onRetry={() => void account.load()} />}
			{own && (
				<>
					<SecondFactor factor={own.factor} />
					<SignedIn sessions={own.sessions} />
					<Known devices={own.devices} />
					<Password />
					<Language />
				</>
			)}
		</div>
	);
}

function Part({ title, children }: { title: string; children: ReactNode }) {
	return (
		<section className="card" aria-label={title}>
			<h2>{title}</h2>
			{children}
		</section>
	);
}

/** Does what was asked, shows what came of it, and says so. */
function useDoing(): { failure: Failure | null; busy: boolean; run: (work: () => Promise<void>) => Promise<void> } {
	const { account } = useData();
	const words = useOwnWords(doorWords);
	const announce = useAnnounce();
	const [failure, setFailure] = useState<Failure | null>(null);
	const [busy, setBusy] = useState(false);
	const run = async (work: () => Promise<void>) => {
		if (busy) return;
		setBusy(true);
		setFailure(null);
		try {
			await work();
			await account.load();
			announce(words.done);
		} catch (error) {
			setFailure(failureOf(error));
		}
		setBusy(false);
	};
	return { failure, busy, run };
}

function SecondFactor({ factor }: { factor: OwnAccount['factor'] }) {
	const { account, sessions } = useData();
	const words = useOwnWords(doorWords);
	const { failure, busy, run } = useDoing();
	const [doing, setDoing] = useState<'setUp' | 'turnOff' | null>(null);
	const codes = useCell(account.codes);
	const done = async () => {
		setDoing(null);
		account.codes.set(null);
		await account.load();
		return sessions.look();
	};
	if (codes)
		return (
			<Part title={words.secondTitle}>
				<RecoveryCodes codes={codes} onDone={done} />
			</Part>
		);
	if (doing === 'setUp')
		return (
			<Part title={words.secondTitle}>
				<FactorSetUp />
				<Button look="quiet" onClick={() => setDoing(null)}>
					{words.cancel}
				</Button>
			</Part>
		);
	return (
		<Part title={words.secondTitle}>
			<p>{words.factorLead}</p>
			<p>
				<Chip tone={factor.on ? 'good' : 'calm'} icon={factor.on ? 'check' : undefined}>
					{factor.on && factor.since ? words.factorOn(dayOf(factor.since)) : words.factorOff}
				</Chip>{' '}
				{factor.on && words.codesLeft(factor.codes)}
			</p>
			{factor.required && <p className="hint">{words.factorRequired}</p>}
			{failure && <FailureNotice failure={failure} />}
			<div className="record-actions">
				<Button onClick={() => setDoing('setUp')}>{factor.on ? words.replace : words.setUp}</Button>
				{factor.on && (
					<Button aria-disabled={busy} onClick={() => void run(() => account.newCodes())}>
						{words.newCodes}
					</Button>
				)}
				{factor.on && !factor.required && <Button onClick={() => setDoing('turnOff')}>{words.turnOff}</Button>}
			</div>
			{factor.on && <p className="hint">{words.newCodesHelp}</p>}
			{doing === 'turnOff' && (
				<Ask title={words.turnOff} onClose={() => setDoing(null)}>
					<p>{words.turnOffSure}</p>
					<div className="dialog-actions">
						<Button
							onClick={() => {
								setDoing(null);
								void run(() => account.turnOff().then(() => void sessions.look()));
							}}
						>
							{words.turnOff}
						</Button>
						<Button look="main" autoFocus onClick={() => setDoing(null)}>
							{words.cancel}
						</Button>
					</div>
				</Ask>
			)}
		</Part>
	);
}

function useWhere(): (place: Place) => string {
	const words = useOwnWords(doorWords);
	return ({ station, browser }) => (station ? words.station(station) : (browser ?? words.otherBrowser));
}

function SignedIn({ sessions }: { sessions: OwnSession[] }) {
	const { account } = useData();
	const words = useOwnWords(doorWords);
	const where = useWhere();
	const { failure, busy, run } = useDoing();
	return (
		<Part title={words.sessionsTitle}>
			<TableBox label={words.sessionsTitle}>
				<table className="list">
					<thead>
						<tr>
							<th scope="col">{words.where}</th>
							<th scope="col">{words.signedInAt}</th>
							<th scope="col">{words.lastSeen}</th>
							<td />
						</tr>
					</thead>
					<tbody>
						{sessions.map((one) => (
							<tr key={one.id}>
								<td>
									{where(one)} {one.this && <Chip tone="good">{words.thisOne}</Chip>}
								</td>
								<td>{at(one.created_at)}</td>
								<td>{at(one.last_seen)}</td>
								<td>
									{!one.this && (
										<Button look="quiet" aria-disabled={busy} aria-label={words.endOf(where(one))} onClick={() => void run(() => account.end(one.id))}>
											{words.endIt}
										</Button>
									)}
								</td>
							</tr>
						))}
					</tbody>
				</table>
			</TableBox>
			{failure && <FailureNotice failure={failure} />}
			{sessions.length > 1 ? (
				<div className="record-actions">
					<Button aria-disabled={busy} onClick={() => void run(() => account.end())}>
						{words.endOthers}
					</Button>
				</div>
			) : (
				<p className="hint">{words.onlyHere}</p>
			)}
		</Part>
	);
}

function Known({ devices }: { devices: OwnDevice[] }) {
	const { account } = useData();
	const words = useOwnWords(doorWords);
	const where = useWhere();
	const { failure, busy, run } = useDoing();
	return (
		<Part title={words.devicesTitle}>
			<p className="hint">{words.devicesHelp}</p>
			{devices.length === 0 && <p>{words.noDevices}</p>}
			{devices.length > 0 && (
				<TableBox label={words.devicesTitle}>
					<table className="list">
						<thead>
							<tr>
								<th scope="col">{words.where}</th>
								<th scope="col">{words.lastSeen}</th>
								<td />
							</tr>
						</thead>
						<tbody>
							{devices.map((one) => (
								<tr key={one.id}>
									<td>{where(one)}</td>
									<td>{at(one.last_ok)}</td>
									<td>
										<Button look="quiet" aria-disabled={busy} aria-label={words.forgetOf(where(one))} onClick={() => void run(() => account.forgetPlace(one.id))}>
											{words.forgetIt}
										</Button>
									</td>
								</tr>
							))}
						</tbody>
					</table>
				</TableBox>
			)}
			{failure && <FailureNotice failure={failure} />}
		</Part>
	);
}

function Password() {
	const { account } = useData();
	const words = useOwnWords(doorWords);
	const [saved, setSaved] = useState(false);
	return (
		<Part title={words.passwordTitle}>
			{saved && <Notice tone="good">{words.passwordSaved}</Notice>}
			<PasswordForm
				asksOld
				onDone={() => {
					setSaved(true);
					void account.load();
				}}
			/>
		</Part>
	);
}

function Language() {
	const { lang, change } = useLanguage();
	const words = useOwnWords(doorWords);
	return (
		<Part title={words.languageTitle}>
			<fieldset className="either">
				<legend className="only-read">{words.languageTitle}</legend>
				<label lang="zh-CN">
					<input type="radio" name="language" checked={lang === 'zh'} onChange={() => change('zh')} /> {dictionary.en.language}
				</label>
				<label lang="en">
					<input type="radio" name="language" checked={lang === 'en'} onChange={() => change('en')} /> {dictionary.zh.language}
				</label>
			</fieldset>
		</Part>
	);
}
