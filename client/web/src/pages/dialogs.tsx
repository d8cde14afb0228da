// The shell's own questions, apart from it because they are rarely needed.
import { useState } from 'react';
import { useData } from '../data';
import { useCell } from '../data/cell';
import type { Leaving } from '../data/session';
import { Ask } from '../kit/dialog';
import { useWords } from '../kit/language';
import { Button, Notice } from '../kit/parts';
import { useAtStake } from '../kit/stake';
import { SignInForm } from './sign-in';

/** The session ended while somebody was working. Nothing behind it is lost. */
export function SignInAgain() {
	const { sessions } = useData();
	const words = useWords();
	const { items, uploads } = useAtStake();
	const [leaving, setLeaving] = useState(false);
	if (leaving) return <AskBeforeLeaving onStay={() => setLeaving(false)} />;
	return (
		<Ask title={words.expiredTitle}>
			<p>{words.expiredHelp}</p>
			<SignInForm />
			<Button look="quiet" onClick={() => (items + uploads > 0 ? setLeaving(true) : void sessions.signOut())}>
				{words.signOut}
			</Button>
		</Ask>
	);
}

export function AskBeforeLeaving({ onStay }: { onStay: () => void }) {
	const { sessions, keep } = useData();
	const words = useWords();
	const { items, uploads } = useAtStake();
	const where = useCell(keep.where);
	const stays = items > 0 && where !== 'page';
	const [trouble, setTrouble] = useState<Leaving>('out');
	const leave = (how: { clear?: boolean; stays?: number }) => void sessions.signOut(how).then(setTrouble);
	return (
		<Ask title={words.leaveTitle} onClose={onStay}>
			{items > 0 && <p>{stays ? words.leaveKept(items) : words.leaveHelp(items)}</p>}
			{uploads > 0 && <p>{words.leaveUploads(uploads)}</p>}
			{trouble !== 'out' && <Notice tone="bad">{trouble === 'unwritten' ? words.notKept : words.notCleared}</Notice>}
			<div className="dialog-actions">
				{stays ? (
					<>
						{trouble === 'unwritten' && <Button onClick={() => leave({})}>{words.leaveAnyway}</Button>}
						<Button onClick={() => leave({ clear: true })}>{words.leaveAndClear}</Button>
						<Button onClick={() => leave({ stays: items })}>{words.leaveAndKeep}</Button>
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
