// The boxes of every form at the door.
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import { useWords } from '../../kit/language';
import { Button } from '../../kit/parts';

interface BoxedProps {
	id: string;
	label: string;
	hint?: string | undefined;
	fault: string | null;
	/** What else is said between the two. */
	told?: ReactNode;
	children: ReactNode;
}

/** A box with its name above, and below what helps and what is wrong. */
function Boxed({ id, label, hint, fault, told, children }: BoxedProps) {
	return (
		<div className="field">
			<label htmlFor={id}>{label}</label>
			{children}
			{hint && (
				<p id={`${id}-hint`} className="hint">
					{hint}
				</p>
			)}
			{told}
			{fault && (
				<p id={`${id}-fault`} className="fault">
					{fault}
				</p>
			)}
		</div>
	);
}

/** Which of what stands below belongs to the box, for those who listen. */
function toldBy(id: string, fault: string | null, hint: string | undefined, also?: string): string | undefined {
	const parts = [fault && 'fault', hint && 'hint', also].filter(Boolean);
	return parts.length ? parts.map((part) => `${id}-${part}`).join(' ') : undefined;
}

const CODE_DIGITS = 6;

/** The digits of an app, which shows them with a blank in the middle: a phone's keyboard of numbers, and the system's own filling in. */
export function CodeBox({ label, value, fault, box, onChange, autoFocus, hint }: Omit<TextBoxProps, 'autoComplete'>) {
	const id = useId();
	return (
		<Boxed id={id} label={label} hint={hint} fault={fault}>
			<input
				id={id}
				ref={box}
				className="code"
				value={value}
				onChange={(event) => onChange(event.target.value.replace(/\D/g, '').slice(0, CODE_DIGITS))}
				inputMode="numeric"
				autoComplete="one-time-code"
				autoFocus={autoFocus}
				aria-invalid={fault !== null}
				aria-describedby={toldBy(id, fault, hint)}
			/>
		</Boxed>
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
		<Boxed id={id} label={label} hint={hint} fault={fault}>
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
				aria-describedby={toldBy(id, fault, hint)}
			/>
		</Boxed>
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
	const told = (
		<p id={`${id}-caps`} className="hint" role="status">
			{caps ? words.capsLock : ''}
		</p>
	);
	return (
		<Boxed id={id} label={label ?? words.password} hint={hint} fault={fault} told={told}>
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
					aria-describedby={toldBy(id, fault, hint, 'caps')}
				/>
				<Button
					look="quiet"
					icon={shown ? 'hidden' : 'eye'}
					aria-label={shown ? words.hidePassword : words.showPassword}
					onClick={() => setShown(!shown)}
				/>
			</div>
		</Boxed>
	);
}
