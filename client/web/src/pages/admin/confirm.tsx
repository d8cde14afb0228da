// An act of administration is asked for once more, with what it does, before it is
// done; what stands in its way is shown where it was asked. What is typed into it is
// a draft like any other.
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { textIn } from '../../data/body';
import { type Failure, failureOf } from '../../data/http';
import { Ask } from '../../kit/dialog';
import { useWords } from '../../kit/language';
import { type About, useNoted } from '../../kit/noted';
import { Button, FailureNotice, Notice } from '../../kit/parts';
import { useSlow } from '../../kit/slow';

interface ConfirmProps {
	title: string;
	children?: ReactNode;
	/** What the button says. */
	act: string;
	/** Absent: nothing is typed. `about`: whose draft it is. */
	typed?: { about: About; label: string; help?: string; max: number; start?: string; kind?: 'number'; fault: (text: string) => string | null };
	/** Said when it takes long: that it is kept, and may be left. */
	slowly?: string;
	run: (typed: string) => Promise<void>;
	onClose: () => void;
}

/** What a question is about in which nothing is typed; no draft is ever made of it. */
const NOTHING: About = { case: '', rec: '', type: '', step: 'act' };

export function Confirm({ title, children, act, typed, slowly, run, onClose }: ConfirmProps) {
	const words = useWords();
	const id = useId();
	const noted = useNoted(typed?.about ?? NOTHING, { text: typed?.start ?? '' });
	const text = textIn(noted.values, 'text');
	const [tried, setTried] = useState(false);
	const [busy, setBusy] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const slow = useSlow(busy) && slowly;
	const fault = typed?.fault(text.trim()) ?? null;
	const go = async (event: FormEvent) => {
		event.preventDefault();
		if (busy) return;
		setTried(true);
		if (fault) return document.getElementById(id)?.focus();
		setBusy(true);
		setFailure(null);
		try {
			await run(text.trim());
			if (typed) noted.done();
		} catch (error) {
			setFailure(failureOf(error));
		}
		setBusy(false);
	};
	return (
		<Ask title={title} onClose={onClose}>
			<form className="admin-ask" noValidate autoComplete="off" onSubmit={(event) => void go(event)}>
				{children}
				{failure && <FailureNotice failure={failure} />}
				{slow && <Notice tone="warn">{slow}</Notice>}
				{typed && (
					<div className="field">
						<label htmlFor={id}>{typed.label}</label>
						<input
							id={id}
							autoComplete="off"
							spellCheck={false}
							autoFocus
							inputMode={typed.kind === 'number' ? 'numeric' : undefined}
							maxLength={typed.max}
							value={text}
							aria-required
							aria-invalid={tried && fault !== null}
							aria-describedby={`${id}-hint ${id}-fault`}
							onChange={(event) => noted.set({ text: event.target.value })}
						/>
						<p className="hint" id={`${id}-hint`}>
							{typed.help}
						</p>
						{tried && fault && (
							<p className="fault" id={`${id}-fault`}>
								{fault}
							</p>
						)}
					</div>
				)}
				<div className="dialog-actions">
					<Button onClick={onClose}>{slow ? words.close : words.cancel}</Button>
					<Button look="main" type="submit" autoFocus={!typed} aria-disabled={busy}>
						{act}
					</Button>
				</div>
			</form>
		</Ask>
	);
}
