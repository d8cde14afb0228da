// A locked screen: nothing of anybody is on it. What was open and what was typed
// waits, at a station behind its passphrase, online behind password or code.
import { type FormEvent, useRef, useState } from 'react';
import { useData } from '../data';
import type { Failure } from '../data/http';
import { useWords } from '../kit/language';
import { later } from '../kit/later';
import { Button, FailureNotice } from '../kit/parts';
import { useGuardedClosing } from '../kit/stake';
import { PasswordBox } from './door/boxes';
import { Door } from './door/frame';

const UnlockOnline = later(() => import('./door/step-up').then((all) => all.UnlockOnline), 3);

export function LockPage({ at }: { at: 'station' | 'central' }) {
	const words = useWords();
	useGuardedClosing();
	return (
		<Door tab={words.lockedTitle} title={words.lockedTitle} lead={words.lockedHelp}>
			{at === 'station' ? <UnlockStation /> : <UnlockOnline />}
		</Door>
	);
}

function UnlockStation() {
	const { sessions } = useData();
	const words = useWords();
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
		const refused = await sessions.unlock({ passphrase });
		setBusy(false);
		if (!refused) return;
		setFailure(refused);
		box.current?.select();
	};

	return (
		<form className="sign-in-form" onSubmit={(event) => void submit(event)} noValidate>
			<PasswordBox
				label={words.passphrase}
				value={passphrase}
				fault={missing ? words.needPassphrase : null}
				box={box}
				onChange={setPassphrase}
				autoComplete="off"
				autoFocus
			/>
			{failure && <FailureNotice failure={failure} />}
			<Button look="main" type="submit" aria-disabled={busy} onClick={(event) => busy && event.preventDefault()}>
				{busy ? words.unlocking : words.unlock}
			</Button>
		</form>
	);
}
