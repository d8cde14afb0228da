// The small parts every page is made of. Native elements, own style sheet;
// what needs more keyboard behaviour than HTML has is in widgets.tsx.
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import type { Failure } from '../data/http';
import type { Why } from '../data/wire';
import { useLanguage, useWords } from './language';

const SHAPES = {
	search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zm5 12 4.500 4.500',
	back: 'M15 5l-7 7 7 7',
	plus: 'M12 5v14M5 12h14',
	eye: 'M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
	hidden: 'M4 4l16 16M9.500 5.900A9.600 9.600 0 0 1 12 5.500c6 0 9.500 6.500 9.500 6.500a17 17 0 0 1-3 3.700M6 7.500A16.500 16.500 0 0 0 2.500 12S6 18.500 12 18.500a9.500 9.500 0 0 0 4-.9M10 10a3 3 0 0 0 4 4',
	alert: 'M12 4 2.500 20h19zM12 10v4.500M12 17.200v.3',
	flag: 'M6 21V4M6 4.500h11l-2.500 4 2.500 4H6',
	check: 'M4.500 12.500 10 18 19.500 7',
	clock: 'M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM12 7.500V12l3.500 2',
	arrows: 'M7 8h11l-3-3M17 16H6l3 3',
	down: 'M6 9l6 6 6-6',
	up: 'M6 15l6-6 6 6',
	close: 'M6 6l12 12M18 6 6 18',
	sent: 'M4 12l16-7-5 15-3.500-6.500z',
	computer: 'M4 5h16v11H4zM9 20h6M12 16v4',
	print: 'M7 9V4h10v5M7 17H4.500V9.500h15V17H17M7 14h10v6H7z',
} as const;

export type Shape = keyof typeof SHAPES;

/** A line drawing next to words; it never carries meaning alone. */
export function Icon({ shape }: { shape: Shape }) {
	return (
		<svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
			<path d={SHAPES[shape]} />
		</svg>
	);
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
	look?: 'main' | 'plain' | 'quiet';
	icon?: Shape;
}

export function Button({ look = 'plain', icon, children, className = '', ...rest }: ButtonProps) {
	return (
		<button type="button" {...rest} className={`button button-${look} ${className}`}>
			{icon && <Icon shape={icon} />}
			{children}
		</button>
	);
}

export type Tone = 'bad' | 'warn' | 'good' | 'calm';

export function Chip({ tone = 'calm', icon, children }: { tone?: Tone; icon?: Shape; children: ReactNode }) {
	return (
		<span className={`chip chip-${tone}`}>
			{icon && <Icon shape={icon} />}
			{children}
		</span>
	);
}

/** Something to know; `bad` ones interrupt a screen reader, others wait. */
export function Notice({ tone, children, action }: { tone: Tone; children: ReactNode; action?: ReactNode }) {
	return (
		<div className={`notice notice-${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
			<Icon shape={tone === 'good' ? 'check' : 'alert'} />
			<div className="notice-text">{children}</div>
			{action}
		</div>
	);
}

export function useFailureText(): (failure: Failure) => string {
	const { lang, words } = useLanguage();
	return (failure) => {
		if (failure.kind === 'refused') return failure.problem.text?.[lang] ?? failure.problem.title;
		return failure.kind === 'unreachable' ? words.unreachable : words.unreadable;
	};
}

/** The centre names a field by its name on the wire; a person knows its label. */
export function useWhyText(): (why: Why, labelOf?: (field: string) => string) => string {
	const { lang } = useLanguage();
	return ({ text, field }, labelOf) => {
		const said = text[lang];
		if (!field || !labelOf) return said;
		return said.split(`“${field}”`).join(`“${labelOf(field)}”`).split(`'${field}'`).join(`“${labelOf(field)}”`);
	};
}

export function FailureNotice({ failure, onRetry }: { failure: Failure; onRetry?: () => void }) {
	const words = useWords();
	const text = useFailureText();
	return (
		<Notice tone="bad" action={onRetry && <Button onClick={onRetry}>{words.retry}</Button>}>
			{text(failure)}
		</Notice>
	);
}

/** What stands where a list would be, when there is nothing to list. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
	return (
		<div className="empty">
			<p className="empty-title">{title}</p>
			{children && <p>{children}</p>}
			{action}
		</div>
	);
}

/** The shape of lines still to come, so that nothing jumps when they do. */
export function Waiting({ lines }: { lines: number }) {
	const words = useWords();
	return (
		<div className="waiting" role="status">
			<span className="only-read">{words.loading}</span>
			{Array.from({ length: lines }, (_, i) => (
				<div key={i} className="waiting-line" />
			))}
		</div>
	);
}

/** A table that scrolls sideways within the page, by keyboard too. */
export function TableBox({ label, children }: { label: string; children: ReactNode }) {
	return (
		<div className="table-box" role="region" aria-label={label} tabIndex={0}>
			{children}
		</div>
	);
}
