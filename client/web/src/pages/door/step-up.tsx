// Is it still the person who signed in? Asked in a dialog, over whatever was being
// done, and on the locked page of somebody who went away.
import { type FormEvent, useRef, useState } from 'react';
import { useData } from '../../data';
import type { Failure } from '../../data/http';
import type { Proving } from '../../data/session';
import { Ask } from '../../kit/dialog';
import { useOwnWords, useWords } from '../../kit/language';
import { Button, FailureNotice } from '../../kit/parts';
import { useAtStake } from '../../kit/stake';
import { AskBeforeLeaving } from '../dialogs';
import { CodeBox, PasswordBox } from './boxes';
import { doorWords } from './words';

type Proof = { password: string } | { code: string };

interface ProofFormProps {
	/** A code will do as well. */
	factor: boolean;
	/** The passphrase of the store is wanted, and is given as a password is. */
	station?: boolean;
	word: string;
	wordBusy: string;
	give: (proof: Proof) => Promise<Failure | null>;
	onCancel: () => void;
	cancel: string;
}

function ProofForm({ factor, station = false, word, wordBusy, give, onCancel, cancel }: ProofFormProps) {
	const words = useOwnWords(doorWords);
	const general = useWords();
	const box = useRef<HTMLInputElement>(null);
	const [byCode, setByCode] = useState(false);
	const [typed, setTyped] = useState('');
	const [missing, setMissing] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [busy, setBusy] = useState(false);
	const submit = async (event: FormEvent) => {
		event.preventDefault();
		if (busy) return;
		const lacks = byCode ? !/^\d{6}$/.test(typed) : typed === '';
		setMissing(lacks);
		setFailure(null);
		if (lacks) return box.current?.focus();
		setBusy(true);
		const refused = await give(byCode ? { code: typed } : { password: typed });
		setBusy(false);
		if (!refused) return;
		setFailure(refused);
		box.current?.focus();
		box.current?.select();
	};
	const change = () => {
		setByCode(!byCode);
		setTyped('');
		setMissing(false);
	};
	return (
		<form className="sign-in-form" onSubmit={(event) => void submit(event)} noValidate>
			{byCode ? (
				<CodeBox key="code" label={words.codeLabel} value={typed} fault={missing ? words.needCode : null} box={box} onChange={setTyped} autoFocus />
			) : (
				<PasswordBox
					key="password"
					{...(station && { label: general.passphrase, autoComplete: 'off' })}
					value={typed}
					fault={missing ? (station ? general.needPassphrase : words.needPassword) : null}
					box={box}
					onChange={setTyped}
					autoFocus
				/>
			)}
			{failure && <FailureNotice failure={failure} />}
			<Button look="main" type="submit" aria-disabled={busy}>
				{busy ? wordBusy : word}
			</Button>
			{factor && (
				<Button look="quiet" onClick={change}>
					{byCode ? words.orPassword : words.orCode}
				</Button>
			)}
			<Button look="quiet" onClick={onCancel}>
				{cancel}
			</Button>
		</form>
	);
}

export function StepUp({ proving }: { proving: Proving }) {
	const { sessions } = useData();
	const words = useOwnWords(doorWords);
	const stop = () => proving.answer(false);
	return (
		<Ask title={words.stepUpTitle} onClose={stop}>
			<p>{proving.station ? words.stepUpStation : words.stepUpHelp}</p>
			<ProofForm
				factor={proving.factor && !proving.station}
				station={proving.station}
				word={words.goOn}
				wordBusy={words.goingOn}
				give={(proof) => sessions.prove(proving.station && 'password' in proof ? { passphrase: proof.password } : proof)}
				onCancel={stop}
				cancel={words.cancel}
			/>
		</Ask>
	);
}

/** Whether there is a second factor a locked page is not told, so it offers the code. */
export function UnlockOnline() {
	const { sessions } = useData();
	const words = useOwnWords(doorWords);
	const { items, uploads } = useAtStake();
	const [leaving, setLeaving] = useState(false);
	return (
		<>
			<ProofForm
				factor
				word={words.unlock}
				wordBusy={words.unlocking}
				give={(proof) => sessions.unlock(proof)}
				onCancel={() => (items + uploads > 0 ? setLeaving(true) : void sessions.signOut())}
				cancel={words.someoneElse}
			/>
			{leaving && <AskBeforeLeaving onStay={() => setLeaving(false)} />}
		</>
	);
}
