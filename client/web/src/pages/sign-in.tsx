// Signing in: the page everybody sees first.
import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useData } from '../data';
import type { Failure } from '../data/http';
import type { Stage } from '../data/session';
import { useLanguage, useWords } from '../kit/language';
import { Button, FailureNotice, Notice } from '../kit/parts';

type Out = Stage & { name: 'out' };

export function SignInPage({ stage }: { stage: Out }) {
	const { lang, words, change } = useLanguage();
	useEffect(() => {
		document.title = `${words.signInTitle} · ${words.product}`;
	}, [words]);
	return (
		<main className="sign-in">
			<div className="sign-in-card">
				<div className="sign-in-head">
					<Mark />
					<div>
						<h1>{words.product}</h1>
						<p>{words.tagline}</p>
					</div>
				</div>
				{stage.left && <HowLeft stage={stage} />}
				<SignInForm />
			</div>
			<Button
				look="quiet"
				lang={lang === 'zh' ? 'en' : 'zh-CN'}
				onClick={() => change(lang === 'zh' ? 'en' : 'zh')}
			>
				{words.language}
			</Button>
		</main>
	);
}

function HowLeft({ stage: { told, stays = 0, by, lost } }: { stage: Out }) {
	const { sessions } = useData();
	const words = useWords();
	if (!by) return <Notice tone={told ? 'good' : 'warn'}>{!told ? words.leftUntold : stays > 0 ? words.leftKept(stays) : words.left}</Notice>;
	return (
		<>
			<Notice tone={lost || by === 'entered' ? 'warn' : 'good'}>
				{by === 'entered' ? words.otherEntered : words.leftElsewhere} {lost && words.lastLost}
			</Notice>
			{by === 'entered' && <Button onClick={() => void sessions.start()}>{words.goOnHere}</Button>}
		</>
	);
}

/** The bridge over a stream that also stands in the tab. */
export function Mark() {
	return (
		<svg className="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
			<path d="M5 21c3.500-7.500 7-11 11-11s7.500 3.500 11 11M5 23.500h22M16 10v13.500M10.200 14v9.500M21.800 14v9.500" />
		</svg>
	);
}

/** Account and password; also used when a session ends in the middle of work,
 * then with the account that was used before. */
export function SignInForm({ onDone }: { onDone?: () => void }) {
	const { sessions } = useData();
	const words = useWords();
	const [login, setLogin] = useState(sessions.login);
	const [password, setPassword] = useState('');
	const [missing, setMissing] = useState<'login' | 'password' | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [busy, setBusy] = useState(false);
	const loginBox = useRef<HTMLInputElement>(null);
	const passwordBox = useRef<HTMLInputElement>(null);

	const submit = async (event: FormEvent) => {
		event.preventDefault();
		const lacks = login.trim() === '' ? 'login' : password === '' ? 'password' : null;
		setMissing(lacks);
		setFailure(null);
		if (lacks) return (lacks === 'login' ? loginBox : passwordBox).current?.focus();
		setBusy(true);
		const refused = await sessions.signIn(login.trim(), password);
		setBusy(false);
		if (!refused) return onDone?.();
		setFailure(refused);
		passwordBox.current?.focus();
		passwordBox.current?.select();
	};

	return (
		<form className="sign-in-form" onSubmit={(event) => void submit(event)} noValidate>
			<TextBox
				label={words.login}
				value={login}
				fault={missing === 'login' ? words.needLogin : null}
				box={loginBox}
				onChange={setLogin}
				autoComplete="username"
				autoFocus={login === ''}
			/>
			<PasswordBox
				value={password}
				fault={missing === 'password' ? words.needPassword : null}
				box={passwordBox}
				onChange={setPassword}
				autoFocus={login !== ''}
			/>
			{failure && <FailureNotice failure={failure} />}
			<Button look="main" type="submit" aria-disabled={busy} onClick={(event) => busy && event.preventDefault()}>
				{busy ? words.signingIn : words.signIn}
			</Button>
		</form>
	);
}

interface TextBoxProps {
	label: string;
	value: string;
	fault: string | null;
	box: React.RefObject<HTMLInputElement | null>;
	onChange: (value: string) => void;
	autoComplete: string;
	autoFocus: boolean;
}

function TextBox({ label, value, fault, box, onChange, autoComplete, autoFocus }: TextBoxProps) {
	const id = useId();
	return (
		<div className="field">
			<label htmlFor={id}>{label}</label>
			<input
				id={id}
				ref={box}
				value={value}
				onChange={(event) => onChange(event.target.value)}
				autoComplete={autoComplete}
				autoCapitalize="none"
				spellCheck={false}
				autoFocus={autoFocus}
				aria-invalid={fault !== null}
				aria-describedby={fault ? `${id}-fault` : undefined}
			/>
			{fault && (
				<p id={`${id}-fault`} className="fault">
					{fault}
				</p>
			)}
		</div>
	);
}

function PasswordBox({ value, fault, box, onChange, autoFocus }: Omit<TextBoxProps, 'label' | 'autoComplete'>) {
	const words = useWords();
	const id = useId();
	const [shown, setShown] = useState(false);
	const [caps, setCaps] = useState(false);
	const look = (event: KeyboardEvent) => setCaps(event.getModifierState?.('CapsLock') ?? false);
	return (
		<div className="field">
			<label htmlFor={id}>{words.password}</label>
			<div className="password">
				<input
					id={id}
					ref={box}
					type={shown ? 'text' : 'password'}
					value={value}
					onChange={(event) => onChange(event.target.value)}
					onKeyDown={look}
					onKeyUp={look}
					autoComplete="current-password"
					autoCapitalize="none"
					spellCheck={false}
					autoFocus={autoFocus}
					aria-invalid={fault !== null}
					aria-describedby={`${fault ? `${id}-fault ` : ''}${id}-caps`}
				/>
				<Button
					look="quiet"
					icon={shown ? 'hidden' : 'eye'}
					aria-label={shown ? words.hidePassword : words.showPassword}
					onClick={() => setShown(!shown)}
				/>
			</div>
			<p id={`${id}-caps`} className="hint" role="status">
				{caps ? words.capsLock : ''}
			</p>
			{fault && (
				<p id={`${id}-fault`} className="fault">
					{fault}
				</p>
			)}
		</div>
	);
}
