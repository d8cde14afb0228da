// The boxes of every form at the door.
import { type KeyboardEvent, useId, useState } from 'react';
import { useWords } from '../../kit/language';
import { Button } from '../../kit/parts';

/** The digits of an app: a phone's keyboard of numbers, and the system's own filling in. */
export function CodeBox({ label, value, fault, box, onChange, autoFocus, hint }: Omit<TextBoxProps, 'autoComplete'>) {
	const id = useId();
	return (
		<div className="field">
			<label htmlFor={id}>{label}</label>
			<input
				id={id}
				ref={box}
				className="code"
				value={value}
				onChange={(event) => onChange(event.target.value.replace(/\s/g, ''))}
				inputMode="numeric"
				maxLength={6}
				autoComplete="one-time-code"
				autoFocus={autoFocus}
				aria-invalid={fault !== null}
				aria-describedby={`${fault ? `${id}-fault ` : ''}${hint ? `${id}-hint` : ''}` || undefined}
			/>
			{hint && (
				<p id={`${id}-hint`} className="hint">
					{hint}
				</p>
			)}
			{fault && (
				<p id={`${id}-fault`} className="fault">
					{fault}
				</p>
			)}
		</div>
	);
}

interface TextBoxProps {
	label: string;
	value: string;
	fault: string | null;
	box: React.RefObject<HTMLInputElement | null>;
	onChange: (value: string) => void;
	autoComplete: string;
	autoFocus: boolean;
	hint?: string;
}

export function TextBox({ label, value, fault, box, onChange, autoComplete, autoFocus, hint }: TextBoxProps) {
	const id = useId();
	return (
		<div className="field">
			<label htmlFor={id}>{label}</label>
			<input
				id={id}
				ref={box}
				value={value}
				onChange={(event) => onChange(event.target.value)}
				autoComplete={autoComplete}
				autoCapitalize="none"
				spellCheck={false}
				autoFocus={autoFocus}
				aria-invalid={fault !== null}
				aria-describedby={`${fault ? `${id}-fault ` : ''}${hint ? `${id}-hint` : ''}` || undefined}
			/>
			{hint && (
				<p id={`${id}-hint`} className="hint">
					{hint}
				</p>
			)}
			{fault && (
				<p id={`${id}-fault`} className="fault">
					{fault}
				</p>
			)}
		</div>
	);
}

interface PasswordBoxProps extends Omit<TextBoxProps, 'label' | 'autoComplete'> {
	label?: string;
	autoComplete?: string;
}

export function PasswordBox({ label, value, fault, box, onChange, autoFocus, autoComplete = 'current-password', hint }: PasswordBoxProps) {
	const words = useWords();
	const id = useId();
	const [shown, setShown] = useState(false);
	const [caps, setCaps] = useState(false);
	const look = (event: KeyboardEvent) => setCaps(event.getModifierState?.('CapsLock') ?? false);
	return (
		<div className="field">
			<label htmlFor={id}>{label ?? words.password}</label>
			<div className="password">
				<input
					id={id}
					ref={box}
					type={shown ? 'text' : 'password'}
					value={value}
					onChange={(event) => onChange(event.target.value)}
					onKeyDown={look}
					onKeyUp={look}
					autoComplete={autoComplete}
					autoCapitalize="none"
					spellCheck={false}
					autoFocus={autoFocus}
					aria-invalid={fault !== null}
					aria-describedby={`${fault ? `${id}-fault ` : ''}${hint ? `${id}-hint ` : ''}${id}-caps`}
				/>
				<Button
					look="quiet"
					icon={shown ? 'hidden' : 'eye'}
					aria-label={shown ? words.hidePassword : words.showPassword}
					onClick={() => setShown(!shown)}
				/>
			</div>
			{hint && (
				<p id={`${id}-hint`} className="hint">
					{hint}
				</p>
			)}
			<p id={`${id}-caps`} className="hint" role="status">
				{caps ? words.capsLock : ''}
			</p>
			{fault && (
				<p id={`${id}-fault`} className="fault">
					{fault}
				</p>
			)}
		</div>
	);
}
