// An act of administration is asked for once more, with what it does, before it is
// done; what stands in its way is shown where it was asked.
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { type Failure, failureOf } from '../../data/http';
import { Ask } from '../../kit/dialog';
import { useWords } from '../../kit/language';
import { Button, FailureNotice } from '../../kit/parts';

interface ConfirmProps {
	title: string;
	children?: ReactNode;
	/** What the button says. */
	act: string;
	/** Absent: nothing is typed. */
	typed?: { label: string; help?: string; max: number; start?: string; kind?: 'number'; fault: (text: string) => string | null };
	run: (typed: string) => Promise<void>;
	onClose: () => void;
}

export function Confirm({ title, children, act, typed, run, onClose }: ConfirmProps) {
	const words = useWords();
	const id = useId();
	const [text, setText] = useState(typed?.start ?? '');
	const [tried, setTried] = useState(false);
	const [busy, setBusy] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
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
							onChange={(event) => setText(event.target.value)}
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
					<Button onClick={onClose}>{words.cancel}</Button>
					<Button look="main" type="submit" autoFocus={!typed} aria-disabled={busy}>
						{act}
					</Button>
				</div>
			</form>
		</Ask>
	);
}
