// The widgets HTML has no good answer for: dates and times in the page's
// language, and choosing from a list by typing. React Aria brings the keyboard
// and screen-reader behaviour, our style sheet the looks.
import { CalendarDate, type CalendarDateTime, parseDate, parseDateTime } from '@internationalized/date';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { ComboBox, Input, ListBox, ListBoxItem } from 'react-aria-components/ComboBox';
import {
	Button as AriaButton,
	Calendar,
	CalendarCell,
	CalendarGrid,
	DateInput,
	DatePicker,
	DateSegment,
	Group,
	Popover,
} from 'react-aria-components/DatePicker';
import { Dialog, Heading } from 'react-aria-components/Dialog';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { HALF_TYPED } from '../data/check';
import { clockOf, dayOf, joinTime } from '../data/time';
import type { Lang } from '../data/wire';
import { useLanguage, useWords } from './language';
import { Icon } from './parts';

/** Canadian English writes 2026-11-22, as the rest of the app does. */
const LOCALES: { [lang in Lang]: string } = { zh: 'zh-CN', en: 'en-CA' };

function Localized({ children }: { children: ReactNode }) {
	const { lang } = useLanguage();
	return <I18nProvider locale={LOCALES[lang]}>{children}</I18nProvider>;
}

interface BoxProps {
	labelledBy: string;
	describedBy: string | undefined;
	invalid: boolean;
	required: boolean;
}

interface DateBoxProps extends BoxProps {
	/** `YYYY-MM-DD`, or RFC 3339 when `timed`; HALF_TYPED or null. */
	value: string | null;
	onChange: (value: string | null) => void;
	timed?: boolean;
}

function read(value: string | null, timed: boolean): CalendarDate | CalendarDateTime | null {
	if (!value || value === HALF_TYPED) return null;
	try {
		return timed ? parseDateTime(`${dayOf(value)}T${clockOf(value)}`) : parseDate(value);
	} catch {
		return null;
	}
}

function write(value: { toString(): string }, timed: boolean): string {
	const text = value.toString();
	return timed ? joinTime(text.slice(0, 10), text.slice(11, 16)) : text.slice(0, 10);
}

export function DateBox({ value, onChange, timed = false, labelledBy, describedBy, invalid, required }: DateBoxProps) {
	const words = useWords();
	const box = useRef<HTMLDivElement>(null);
	const date = useMemo(() => read(value, timed), [value, timed]);
	// A date of which only some parts are typed has no value; without this it
	// would be taken for an empty one and vanish when the form is saved.
	const look = () => {
		const parts = [...(box.current?.querySelectorAll('[role=spinbutton]') ?? [])];
		const open = parts.filter((part) => part.hasAttribute('data-placeholder')).length;
		const now = open < parts.length ? HALF_TYPED : null;
		// Only to have come by is to have typed nothing.
		if (open > 0 && now !== (value || null)) onChange(now);
	};
	return (
		<Localized>
			<DatePicker
				className="date-box"
				value={date}
				onChange={(next) => next && onChange(write(next, timed))}
				onBlur={look}
				granularity={timed ? 'minute' : 'day'}
				hourCycle={24}
				shouldForceLeadingZeros
				aria-labelledby={labelledBy}
				aria-describedby={describedBy}
				isInvalid={invalid}
				isRequired={required}
				validationBehavior="aria"
			>
				<Group className="date-group" ref={box}>
					<DateInput className="date-parts">{(part) => <DateSegment segment={part} className="date-part" />}</DateInput>
					<AriaButton className="button button-quiet" aria-label={words.choose}>
						<Icon shape="down" />
					</AriaButton>
				</Group>
				<Popover className="popover">
					<Dialog className="calendar-dialog">
						<Calendar className="calendar">
							<header>
								<AriaButton slot="previous" className="button button-quiet">
									<Icon shape="back" />
								</AriaButton>
								<Heading />
								<AriaButton slot="next" className="button button-quiet turned">
									<Icon shape="back" />
								</AriaButton>
							</header>
							<CalendarGrid>{(day) => <CalendarCell date={day} className="calendar-day" />}</CalendarGrid>
						</Calendar>
					</Dialog>
				</Popover>
			</DatePicker>
		</Localized>
	);
}

export interface Option {
	code: string;
	label: string;
	/** A second, quieter line. */
	under?: string;
}

interface ComboProps extends BoxProps {
	options: readonly Option[];
	value: string | null;
	onChange: (code: string | null) => void;
	/** Stands in the empty box. */
	hint?: string;
}

/** Pixels. React Aria gives the list all the room there is, whatever the style says. */
const LIST_MAX = 288;

/** Choosing one of many by typing a part of it. */
export function Combo({ options, value, onChange, labelledBy, describedBy, invalid, required, hint }: ComboProps) {
	const words = useWords();
	const chosen = options.find((option) => option.code === value);
	const [typed, setTyped] = useState(chosen?.label ?? '');
	const [seen, setSeen] = useState(value);
	const [shown, setShown] = useState(chosen?.label);
	// A value set from outside (a cleared draft) must show, and in the page's language.
	if (seen !== value || (shown !== chosen?.label && typed === shown)) {
		setSeen(value);
		setTyped(chosen?.label ?? '');
	}
	if (shown !== chosen?.label) setShown(chosen?.label);
	const query = typed === chosen?.label ? '' : typed.toLowerCase();
	const found = options.filter((option) => `${option.label} ${option.under ?? ''}`.toLowerCase().includes(query));
	return (
		<Localized>
			<ComboBox
				className="combo"
				items={found}
				value={value}
				onChange={(key) => {
					if (key === null && typed !== '') return;
					setSeen(key === null ? null : String(key));
					setTyped(options.find((option) => option.code === key)?.label ?? '');
					onChange(key === null ? null : String(key));
				}}
				inputValue={typed}
				onInputChange={setTyped}
				onBlur={() => {
					if (typed === '' && value !== null) onChange(null);
					else setTyped(chosen?.label ?? '');
				}}
				allowsEmptyCollection
				menuTrigger="focus"
				aria-labelledby={labelledBy}
				aria-describedby={describedBy}
				isInvalid={invalid}
				isRequired={required}
				validationBehavior="aria"
			>
				<div className="combo-box">
					<Input placeholder={hint ?? words.choose} />
					<AriaButton className="button button-quiet">
						<Icon shape="down" />
					</AriaButton>
				</div>
				<Popover className="popover combo-list" maxHeight={LIST_MAX}>
					<ListBox renderEmptyState={() => <p className="faint combo-none">{words.noChoice}</p>}>
						{(option: Option) => (
							<ListBoxItem id={option.code} textValue={option.label} className="combo-item">
								<span>{option.label}</span>
								{option.under && <span className="under">{option.under}</span>}
							</ListBoxItem>
						)}
					</ListBox>
				</Popover>
			</ComboBox>
		</Localized>
	);
}
