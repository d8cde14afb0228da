// What comes after a password that was right: the second factor, a password of
// one's own, a second factor to be set up.
import { type FormEvent, useRef, useState } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import type { Failure } from '../../data/http';
import type { OpenStep } from '../../data/session';
import { useOwnWords } from '../../kit/language';
import { Button, FailureNotice } from '../../kit/parts';
import { CodeBox, TextBox } from './boxes';
import { FactorSetUp, RecoveryCodes } from './factor';
import { PasswordForm } from './password';
import { doorWords } from './words';

export function NextStep({ step }: { step: OpenStep }) {
	const { sessions, account } = useData();
	const words = useOwnWords(doorWords);
	const codes = useCell(account.codes);
	// Nothing else is offered before they are kept. They stay until one is in.
	const goOn = async () => {
		const failure = await sessions.look();
		if (!failure) account.codes.set(null);
		return failure;
	};
	if (step === 'enrol' && codes) return <RecoveryCodes codes={codes} onDone={goOn} />;
	return (
		<>
			{step === 'factor' && <GiveFactor />}
			{step === 'change' && (
				<>
					<div>
						<h2>{words.changeTitle}</h2>
						<p>{words.changeHelp}</p>
					</div>
					<PasswordForm />
				</>
			)}
			{step === 'enrol' && (
				<>
					<div>
						<h2>{words.enrolTitle}</h2>
						<p>{words.enrolHelp}</p>
					</div>
					<FactorSetUp />
				</>
			)}
			<Button look="quiet" onClick={() => void sessions.startOver()}>
				{words.startOver}
			</Button>
		</>
	);
}

function GiveFactor() {
	const { sessions } = useData();
	const words = useOwnWords(doorWords);
	const box = useRef<HTMLInputElement>(null);
	const [lost, setLost] = useState(false);
	const [typed, setTyped] = useState('');
	const [missing, setMissing] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [busy, setBusy] = useState(false);
	const submit = async (event: FormEvent) => {
		event.preventDefault();
		if (busy) return;
		const lacks = lost ? typed.trim() === '' : !/^\d{6}$/.test(typed);
		setMissing(lacks);
		setFailure(null);
		if (lacks) return box.current?.focus();
		setBusy(true);
		const refused = await sessions.giveFactor(lost ? { recovery: typed } : { code: typed });
		setBusy(false);
		if (!refused) return;
		setFailure(refused);
		box.current?.focus();
		box.current?.select();
	};
	const change = () => {
		setLost(!lost);
		setTyped('');
		setMissing(false);
		setFailure(null);
	};
	return (
		<form className="sign-in-form" onSubmit={(event) => void submit(event)} noValidate>
			<h2>{words.secondTitle}</h2>
			{lost ? (
				<TextBox
					key="recovery"
					label={words.recoveryLabel}
					hint={words.recoveryHelp}
					value={typed}
					fault={missing ? words.needRecovery : null}
					box={box}
					onChange={setTyped}
					autoComplete="off"
					autoFocus
				/>
			) : (
				<CodeBox
					key="code"
					label={words.codeLabel}
					hint={words.codeHelp}
					value={typed}
					fault={missing ? words.needCode : null}
					box={box}
					onChange={setTyped}
					autoFocus
				/>
			)}
			{failure && <FailureNotice failure={failure} />}
			<Button look="main" type="submit" aria-disabled={busy}>
				{busy ? words.goingOn : words.goOn}
			</Button>
			<Button look="quiet" onClick={change}>
				{lost ? words.useCode : words.useRecovery}
			</Button>
		</form>
	);
}
