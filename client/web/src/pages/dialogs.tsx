// The shell's own questions, apart from it because they are rarely needed.
import { useState } from 'react';
import { useData } from '../data';
import { useCell } from '../data/cell';
import type { Leaving } from '../data/session';
import { Ask } from '../kit/dialog';
import { useWords } from '../kit/language';
import { Button, Notice } from '../kit/parts';
import { SignInForm } from './sign-in';

interface LeavingProps {
	/** How many items and drafts exist only on this page. */
	atStake: number;
	onStay: () => void;
}

/** The session ended while somebody was working. Nothing behind it is lost. */
export function SignInAgain({ atStake }: { atStake: number }) {
	const { sessions } = useData();
	const words = useWords();
	const [leaving, setLeaving] = useState(false);
	if (leaving) return <AskBeforeLeaving atStake={atStake} onStay={() => setLeaving(false)} />;
	return (
		<Ask title={words.expiredTitle}>
			<p>{words.expiredHelp}</p>
			<SignInForm />
			<Button look="quiet" onClick={() => (atStake ? setLeaving(true) : void sessions.signOut())}>
				{words.signOut}
			</Button>
		</Ask>
	);
}

export function AskBeforeLeaving({ atStake, onStay }: LeavingProps) {
	const { sessions, keep } = useData();
	const words = useWords();
	const stays = useCell(keep.where) !== 'page';
	const [trouble, setTrouble] = useState<Leaving>('out');
	const leave = (how: { clear?: boolean; stays?: number }) => void sessions.signOut(how).then(setTrouble);
	return (
		<Ask title={words.leaveTitle} onClose={onStay}>
			<p>{stays ? words.leaveKept(atStake) : words.leaveHelp(atStake)}</p>
			{trouble !== 'out' && <Notice tone="bad">{trouble === 'unwritten' ? words.notKept : words.notCleared}</Notice>}
			<div className="dialog-actions">
				{stays ? (
					<>
						{trouble === 'unwritten' && <Button onClick={() => leave({})}>{words.leaveAnyway}</Button>}
						<Button onClick={() => leave({ clear: true })}>{words.leaveAndClear}</Button>
						<Button onClick={() => leave({ stays: atStake })}>{words.leaveAndKeep}</Button>
					</>
				) : (
					<Button onClick={() => leave({})}>{words.leaveAnyway}</Button>
				)}
				<Button look="main" autoFocus onClick={onStay}>
					{words.stay}
				</Button>
			</div>
		</Ask>
	);
}
