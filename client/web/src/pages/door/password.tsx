// Another password of one's own: at a first sign-in, and on the page of the account,
// where the one until now is asked for as well.
import { type FormEvent, useRef, useState } from 'react';
import { useData } from '../../data';
import type { Failure } from '../../data/http';
import { useOwnWords } from '../../kit/language';
import { Button, FailureNotice } from '../../kit/parts';
import { PasswordBox } from './boxes';
import { doorWords } from './words';

export function PasswordForm({ asksOld = false, onDone }: { asksOld?: boolean; onDone?: () => void }) {
	const { sessions } = useData();
	const words = useOwnWords(doorWords);
	const oldBox = useRef<HTMLInputElement>(null);
	const newBox = useRef<HTMLInputElement>(null);
	const againBox = useRef<HTMLInputElement>(null);
	const [old, setOld] = useState('');
	const [fresh, setFresh] = useState('');
	const [again, setAgain] = useState('');
	const [tried, setTried] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [busy, setBusy] = useState(false);
	const faults = {
		old: asksOld && old === '' ? words.needPassword : null,
		fresh: fresh === '' ? words.needPassword : null,
		again: again !== fresh ? words.repeatDiffers : null,
	};
	const submit = async (event: FormEvent) => {
		event.preventDefault();
		if (busy) return;
		setTried(true);
		setFailure(null);
		const first = faults.old ? oldBox : faults.fresh ? newBox : faults.again ? againBox : null;
		if (first) return first.current?.focus();
		setBusy(true);
		const refused = await sessions.changePassword({ new: fresh, ...(asksOld && { password: old }) });
		setBusy(false);
		if (refused) {
			setFailure(refused);
			return newBox.current?.focus();
		}
		setTried(false);
		for (const clear of [setOld, setFresh, setAgain]) clear('');
		onDone?.();
	};
	return (
		<form className="sign-in-form" onSubmit={(event) => void submit(event)} noValidate>
			{asksOld && (
				<PasswordBox label={words.oldPassword} value={old} fault={tried ? faults.old : null} box={oldBox} onChange={setOld} autoFocus={false} />
			)}
			<PasswordBox
				label={words.newPassword}
				hint={words.newPasswordHelp}
				value={fresh}
				fault={tried ? faults.fresh : null}
				box={newBox}
				onChange={setFresh}
				autoComplete="new-password"
				autoFocus={!asksOld}
			/>
			<PasswordBox
				label={words.repeatPassword}
				value={again}
				fault={tried ? faults.again : null}
				box={againBox}
				onChange={setAgain}
				autoComplete="new-password"
				autoFocus={false}
			/>
			{failure && <FailureNotice failure={failure} />}
			<Button look="main" type="submit" aria-disabled={busy}>
				{busy ? words.goingOn : words.savePassword}
			</Button>
		</form>
	);
}
