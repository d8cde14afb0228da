// The register: what people ask about their own records, assessments of impact,
// incidents. For who keeps it, and for who audits it.
import { useCallback, useEffect, useState } from 'react';
import { useData } from '../../data';
import type { Duty, DutyKind } from '../../data/duties';
import type { Id } from '../../data/wire';
import { useAnnounce } from '../../kit/announce';
import { useOwnWords } from '../../kit/language';
import { useMask } from '../../kit/mask';
import { Button, Chip, Empty, FailureNotice, Waiting } from '../../kit/parts';
import { useLoad } from '../../kit/use-load';
import { useWorkplace } from '../../kit/workplace';
import { EntryDialog, StepDialog } from './dialogs';
import { Kept, Paper } from './kept';
import { registerWords } from './words';

type Asked = { kind: DutyKind } | { duty: Duty };

export function RegisterPage() {
	const { duties } = useData();
	const words = useOwnWords(registerWords);
	const announce = useAnnounce();
	const [all, setAll] = useState(false);
	const [asked, setAsked] = useState<Asked | null>(null);
	const [paper, setPaper] = useState<Id | null>(null);
	const { value, failure, again } = useLoad(useCallback(() => duties.list(all), [duties, all]));
	useEffect(() => {
		document.title = [words.registerPlace, words.product].join(' · ');
	}, [words]);
	const close = () => setAsked(null);
	const done = () => {
		close();
		again();
		announce(words.done);
	};
	if (paper) return <Paper id={paper} onBack={() => setPaper(null)} />;
	return (
		<div className="admin">
			<h1>{words.registerPlace}</h1>
			<p className="admin-lead">{words.registerLead}</p>
			<div className="admin-head">
				<label className="tick">
					<input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} />
					{words.alsoClosed}
				</label>
				<span className="register-acts">
					{value?.keeps.map((kind) => (
						<Button key={kind} icon="plus" onClick={() => setAsked({ kind })}>
							{words.add[kind]}
						</Button>
					))}
				</span>
			</div>
			{failure && <FailureNotice failure={failure} onRetry={again} />}
			{!value && !failure && <Waiting lines={4} />}
			{value?.rows.length === 0 && <Empty title={words.nothing}>{words.nothingHelp}</Empty>}
			<ul className="review-list">
				{value?.rows.map((one) => (
					<Entry key={one.id} one={one} onStep={value.keeps.includes(one.kind) ? () => setAsked({ duty: one }) : null} />
				))}
			</ul>
			<Kept onPaper={setPaper} />
			{asked && 'kind' in asked && <EntryDialog kind={asked.kind} onDone={done} onClose={close} />}
			{asked && 'duty' in asked && <StepDialog duty={asked.duty} onDone={done} onClose={close} />}
		</div>
	);
}

/** `onStep`: null, when the reader does not keep this kind. */
function Entry({ one, onStep }: { one: Duty; onStep: (() => void) | null }) {
	const words = useOwnWords(registerWords);
	const { lexicon } = useWorkplace();
	const mask = useMask();
	return (
		<li className="group-part">
			<div className="group-part-head">
				<h2>{lexicon.code('duty_matter', one.matter)}</h2>
				<span className="chips">
					<Chip>{words.kinds[one.kind]}</Chip>
					{one.closed_at ? (
						<Chip tone="good" icon="check">
							{words.closed}
						</Chip>
					) : (
						<Chip tone={one.late ? 'bad' : 'warn'} icon={one.late ? 'alert' : 'clock'}>
							{one.late ? words.late : words.open}
						</Chip>
					)}
				</span>
			</div>
			<p>
				{[lexicon.site(one.site, one.site_name), words.since(one.opened_on), !one.closed_at && words.dueBy(one.due_on), one.number && words.aboutCase(one.number)].filter(Boolean).join(' · ')}
				<span className="faint"> · {words.by(one.by_name)}</span>
			</p>
			<p className="prose">{one.words === null ? <span className="faint">{words.hidden}</span> : mask.detail(one.words)}</p>
			{one.steps.length > 0 && (
				<ol className="review-steps" aria-label={words.steps}>
					{one.steps.map((step, place) => (
						<li key={place}>
							<span className="faint">
								{lexicon.time(step.at)} {step.by_name}
							</span>{' '}
							<strong>{lexicon.code('duty_step', step.step)}</strong> {step.words !== null && mask.detail(step.words)}
						</li>
					))}
				</ol>
			)}
			{onStep && !one.closed_at && (
				<div className="admin-acts">
					<Button onClick={onStep}>{words.addStep}</Button>
				</div>
			)}
		</li>
	);
}
