// A station's screen while it is locked: nothing of anybody is on it. What was
// open and what was typed waits behind the passphrase.
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { useData } from '../data';
import type { Failure } from '../data/http';
import { useLanguage } from '../kit/language';
import { Button, FailureNotice } from '../kit/parts';
import { Mark } from './sign-in';

export function LockPage() {
	const { lang, words, change } = useLanguage();
	useEffect(() => {
		document.title = `${words.lockedTitle} · ${words.product}`;
	}, [words]);
	return (
		<main className="sign-in">
			<div className="sign-in-card">
				<div className="sign-in-head">
					<Mark />
					<div>
						<h1>{words.lockedTitle}</h1>
						<p>{words.lockedHelp}</p>
					</div>
				</div>
				<UnlockForm />
			</div>
			<Button look="quiet" lang={lang === 'zh' ? 'en' : 'zh-CN'} onClick={() => change(lang === 'zh' ? 'en' : 'zh')}>
				{words.language}
			</Button>
		</main>
	);
}

function UnlockForm() {
	const { sessions } = useData();
	const { words } = useLanguage();
	const id = useId();
	const box = useRef<HTMLInputElement>(null);
	const [passphrase, setPassphrase] = useState('');
	const [missing, setMissing] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [busy, setBusy] = useState(false);

	const submit = async (event: FormEvent) => {
		event.preventDefault();
		setMissing(passphrase === '');
		setFailure(null);
		if (passphrase === '') return box.current?.focus();
		setBusy(true);
		const refused = await sessions.unlock(passphrase);
		setBusy(false);
		if (!refused) return;
		setFailure(refused);
		box.current?.select();
	};

	return (
		<form className="sign-in-form" onSubmit={(event) => void submit(event)} noValidate>
			<div className="field">
				<label htmlFor={id}>{words.passphrase}</label>
				<input
					id={id}
					ref={box}
					type="password"
					value={passphrase}
					onChange={(event) => setPassphrase(event.target.value)}
					autoComplete="off"
					autoFocus
					aria-invalid={missing}
					aria-describedby={missing ? `${id}-fault` : undefined}
				/>
				{missing && (
					<p id={`${id}-fault`} className="fault">
						{words.needPassphrase}
					</p>
				)}
			</div>
			{failure && <FailureNotice failure={failure} />}
			<Button look="main" type="submit" aria-disabled={busy} onClick={(event) => busy && event.preventDefault()}>
				{busy ? words.unlocking : words.unlock}
			</Button>
		</form>
	);
}
