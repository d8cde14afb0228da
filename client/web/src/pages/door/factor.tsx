// A second factor is set up: a picture and a key, a code that shows that the app has
// it, and codes for the day the phone is lost.
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { useData } from '../../data';
import type { FactorOffer } from '../../data/account';
import { type Failure, failureOf } from '../../data/http';
import { useOwnWords } from '../../kit/language';
import { Button, FailureNotice, Waiting } from '../../kit/parts';
import { CodeBox } from './boxes';
import { doorWords } from './words';

/** Ends with `account.codes`: whoever shows this shows those. */
export function FactorSetUp() {
	const { account } = useData();
	const words = useOwnWords(doorWords);
	const [offer, setOffer] = useState<FactorOffer | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [turn, setTurn] = useState(0);
	useEffect(() => {
		let here = true;
		account.offer().then(
			(made) => here && setOffer(made),
			(error) => here && setFailure(failureOf(error)),
		);
		return () => {
			here = false;
		};
	}, [account, turn]);
	const again = () => {
		setFailure(null);
		setTurn(turn + 1);
	};
	if (failure) return <FailureNotice failure={failure} onRetry={again} />;
	if (!offer) return <Waiting lines={6} />;
	return (
		<div className="factor">
			<p>{words.enrolOne}</p>
			<p>{words.enrolTwo}</p>
			<Qr rows={offer.qr} label={words.qrLabel} />
			<p className="factor-key">
				<span>{words.secretLabel}</span> <code>{offer.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
			</p>
			<p>{words.enrolThree}</p>
			<Confirm />
		</div>
	);
}

/** The quiet zone of four modules belongs to it, also on a dark page. */
function Qr({ rows, label }: { rows: string[]; label: string }) {
	if (rows.length === 0) return null;
	const size = rows.length + 8;
	const path = rows.map((row, y) => [...row].map((module, x) => (module === '1' ? `M${x + 4} ${y + 4}h1v1h-1z` : '')).join('')).join('');
	return (
		<svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
			<rect width={size} height={size} className="qr-paper" />
			<path d={path} className="qr-ink" />
		</svg>
	);
}

function Confirm() {
	const { account } = useData();
	const words = useOwnWords(doorWords);
	const box = useRef<HTMLInputElement>(null);
	const [code, setCode] = useState('');
	const [missing, setMissing] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [busy, setBusy] = useState(false);
	const submit = async (event: FormEvent) => {
		event.preventDefault();
		if (busy) return;
		const lacks = !/^\d{6}$/.test(code);
		setMissing(lacks);
		setFailure(null);
		if (lacks) return box.current?.focus();
		setBusy(true);
		try {
			await account.confirm(code);
		} catch (error) {
			setFailure(failureOf(error));
			setBusy(false);
			box.current?.focus();
			box.current?.select();
		}
	};
	return (
		<form className="sign-in-form" onSubmit={(event) => void submit(event)} noValidate>
			<CodeBox label={words.codeLabel} value={code} fault={missing ? words.needCode : null} box={box} onChange={setCode} autoFocus={false} />
			{failure && <FailureNotice failure={failure} />}
			<Button look="main" type="submit" aria-disabled={busy}>
				{busy ? words.goingOn : words.confirm}
			</Button>
		</form>
	);
}

/** Shown once; whoever goes on has said that they are kept. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => Promise<Failure | null> }) {
	const words = useOwnWords(doorWords);
	const id = useId();
	const heading = useRef<HTMLHeadingElement>(null);
	const tick = useRef<HTMLInputElement>(null);
	const [kept, setKept] = useState(false);
	const [asked, setAsked] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [busy, setBusy] = useState(false);
	useEffect(() => heading.current?.focus(), []);
	const finish = async () => {
		setAsked(!kept);
		if (!kept) return tick.current?.focus();
		if (busy) return;
		setBusy(true);
		setFailure(await onDone());
		setBusy(false);
	};
	return (
		<section className="factor recovery">
			<h2 ref={heading} tabIndex={-1}>
				{words.codesTitle}
			</h2>
			<p>{words.codesHelp}</p>
			<ul>
				{codes.map((code) => (
					<li key={code}>
						<code>{code}</code>
					</li>
				))}
			</ul>
			<div className="field">
				<label className="tick">
					<input
						ref={tick}
						type="checkbox"
						checked={kept}
						aria-invalid={asked && !kept}
						aria-describedby={asked && !kept ? `${id}-fault` : undefined}
						onChange={(event) => setKept(event.target.checked)}
					/>
					{words.codesKept}
				</label>
				{asked && !kept && (
					<p id={`${id}-fault`} className="fault">
						{words.tickKept}
					</p>
				)}
			</div>
			{failure && <FailureNotice failure={failure} />}
			<div className="record-actions">
				<Button icon="print" onClick={() => window.print()}>
					{words.printCodes}
				</Button>
				<Button look="main" aria-disabled={busy} onClick={() => void finish()}>
					{words.finish}
				</Button>
			</div>
		</section>
	);
}
