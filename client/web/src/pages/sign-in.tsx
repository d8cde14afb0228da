// Signing in: the page everybody sees first.
import { type FormEvent, useRef, useState } from 'react';
import { useData } from '../data';
import { useCell } from '../data/cell';
import type { Failure } from '../data/http';
import type { Stage } from '../data/session';
import { useWords } from '../kit/language';
import { later } from '../kit/later';
import { Button, FailureNotice, Notice } from '../kit/parts';
import { PasswordBox, TextBox } from './door/boxes';
import { Door } from './door/frame';

const NextStep = later(() => import('./door/steps').then((all) => all.NextStep), 4);

type Out = Stage & { name: 'out' };

export function SignInPage({ stage }: { stage: Out }) {
	const words = useWords();
	const step = useCell(useData().sessions.step);
	return (
		<Door tab={words.signInTitle} title={words.product} lead={words.tagline}>
			{stage.left && !step && <HowLeft stage={stage} />}
			<SignInForm />
		</Door>
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

/** Account and password, and what comes after them; also used when a session ends in
 * the middle of work, then with the account that was used before. */
export function SignInForm() {
	const { sessions } = useData();
	const step = useCell(sessions.step);
	return step ? <NextStep step={step} /> : <FirstStep />;
}

function FirstStep() {
	const { sessions } = useData();
	const words = useWords();
	const [login, setLogin] = useState(sessions.login);
	const [password, setPassword] = useState('');
	const [missing, setMissing] = useState<'login' | 'password' | null>(null);
	const fellBack = useCell(sessions.fellBack);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [busy, setBusy] = useState(false);
	const loginBox = useRef<HTMLInputElement>(null);
	const passwordBox = useRef<HTMLInputElement>(null);

	const submit = async (event: FormEvent) => {
		event.preventDefault();
		const lacks = login.trim() === '' ? 'login' : password === '' ? 'password' : null;
		setMissing(lacks);
		setFailure(null);
		sessions.fellBack.set(null);
		if (lacks) return (lacks === 'login' ? loginBox : passwordBox).current?.focus();
		setBusy(true);
		const refused = await sessions.signIn(login.trim(), password);
		setBusy(false);
		if (!refused) return;
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
			{(failure ?? fellBack) && <FailureNotice failure={(failure ?? fellBack)!} />}
			<Button look="main" type="submit" aria-disabled={busy} onClick={(event) => busy && event.preventDefault()}>
				{busy ? words.signingIn : words.signIn}
			</Button>
		</form>
	);
}
