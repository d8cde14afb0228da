// Opening a case nobody shared: by its very number, with a reason and one's
// password once more. What it opens is the page of the case, for an hour.
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { useData } from '../../data';
import { textIn } from '../../data/body';
import { characters } from '../../data/check';
import { CallError, type Failure } from '../../data/http';
import { useOwnWords } from '../../kit/language';
import { useNoted } from '../../kit/noted';
import { Button, FailureNotice, Notice } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import { go, toCase } from '../../route';
import { emergencyWords } from './words';

/** The centre's limits. */
export const REASON_MIN = 20;
export const REASON_MAX = 200;

export function EmergencyPage() {
	const { emergencies } = useData();
	const words = useOwnWords(emergencyWords);
	const { lexicon, reader } = useWorkplace();
	const id = useId();
	const noted = useNoted({ case: reader.site, rec: reader.site, type: 'case', step: 'emergency' }, {});
	// The password alone is kept nowhere.
	const [password, setPassword] = useState('');
	const order = { number: textIn(noted.values, 'number'), category: textIn(noted.values, 'category'), reason: textIn(noted.values, 'reason'), password };
	const [tried, setTried] = useState(false);
	const [busy, setBusy] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const heading = useRef<HTMLHeadingElement>(null);
	useEffect(() => {
		document.title = [words.emergencyTitle, words.product].join(' · ');
		heading.current?.focus();
	}, [words]);
	const set = ({ password: typed, ...more }: Partial<typeof order>) => (typed === undefined ? noted.set(more) : setPassword(typed));
	const length = characters(order.reason.trim());
	const faults: { [name in keyof typeof order]: string | null } = {
		number: order.number.trim() ? null : words.faultRequired,
		category: order.category ? null : words.faultRequired,
		reason: length >= REASON_MIN && length <= REASON_MAX ? null : words.reasonLength(REASON_MIN, REASON_MAX, length),
		password: order.password ? null : words.needPassword,
	};
	const open = async (event: FormEvent) => {
		event.preventDefault();
		if (busy) return;
		setTried(true);
		setFailure(null);
		const first = (Object.keys(faults) as (keyof typeof order)[]).find((name) => faults[name]);
		if (first) return document.getElementById(`${id}-${first}`)?.focus();
		setBusy(true);
		try {
			const grant = await emergencies.begin({ ...order, number: order.number.trim(), reason: order.reason.trim() });
			noted.done();
			go(toCase(grant.case));
		} catch (error) {
			if (!(error instanceof CallError)) throw error;
			setFailure(error.failure);
			set({ password: '' });
		}
		setBusy(false);
	};
	const about = (name: keyof typeof order) => ({
		id: `${id}-${name}`,
		value: order[name],
		'aria-required': true,
		'aria-invalid': tried && faults[name] !== null,
		'aria-describedby': `${id}-${name}-fault ${id}-${name}-hint`,
	});
	const fault = (name: keyof typeof order) =>
		tried &&
		faults[name] && (
			<p id={`${id}-${name}-fault`} className="fault">
				{faults[name]}
			</p>
		);
	return (
		<form className="emergency card" onSubmit={(event) => void open(event)} noValidate autoComplete="off">
			<h1 ref={heading} tabIndex={-1}>
				{words.emergencyTitle}
			</h1>
			<Notice tone="warn">{words.emergencyLead}</Notice>
			{failure && <FailureNotice failure={failure} />}
			<div className="field">
				<label htmlFor={`${id}-number`}>{words.caseNumber}</label>
				<input autoComplete="off" {...about('number')} onChange={(event) => set({ number: event.target.value })} />
				<p id={`${id}-number-hint`} className="hint">
					{words.numberHelp}
				</p>
				{fault('number')}
			</div>
			<div className="field">
				<label htmlFor={`${id}-category`}>{words.emergencyKind}</label>
				<select {...about('category')} onChange={(event) => set({ category: event.target.value })}>
					<option value="">{words.choose}</option>
					{lexicon.codes('emergency_category').map(({ code, label }) => (
						<option key={code} value={code}>
							{label}
						</option>
					))}
				</select>
				{fault('category')}
			</div>
			<div className="field">
				<label htmlFor={`${id}-reason`}>{words.emergencyReason}</label>
				<textarea autoComplete="off" {...about('reason')} rows={3} onChange={(event) => set({ reason: event.target.value })} />
				<p id={`${id}-reason-hint`} className="hint">
					{words.reasonHelp(REASON_MIN, REASON_MAX)}
				</p>
				{fault('reason')}
			</div>
			<div className="field">
				<label htmlFor={`${id}-password`}>{words.ownPassword}</label>
				<input {...about('password')} type="password" autoComplete="current-password" onChange={(event) => set({ password: event.target.value })} />
				{fault('password')}
			</div>
			<div className="record-actions">
				<Button look="main" type="submit" aria-disabled={busy}>
					{busy ? words.opening : words.openNow}
				</Button>
			</div>
		</form>
	);
}
