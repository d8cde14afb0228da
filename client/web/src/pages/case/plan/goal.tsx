// One goal: the ladder of its five levels (GAS, −2 … +2) with where it stands,
// and writing down that a level was reached.
import { useId, useState } from 'react';
import { useData } from '../../../data';
import { asBody, numberIn, textIn } from '../../../data/body';
import { patchChange } from '../../../data/change';
import { levelName, LEVELS, type Reached, reachedIn } from '../../../data/levels';
import { today as dayToday } from '../../../data/time';
import type { Body, Rec } from '../../../data/wire';
import { useAnnounce } from '../../../kit/announce';
import { Ask } from '../../../kit/dialog';
import { useNoted, useReopened } from '../../../kit/noted';
import { Button, Chip } from '../../../kit/parts';
import { DateBox } from '../../../kit/widgets';
import { useWorkplace } from '../../../kit/workplace';
import { useCase } from '../context';
import { usePlanWords } from './say';
import { Fields } from '../fields';
import { RecordHistory } from '../history';
import { mayPatch } from '../may';
import { text } from '../part';
import { RecordActions } from '../record-actions';

const LEVEL_MAX = 300;

export const reachedOf = (rec: Rec): Reached[] => reachedIn(rec.body['reached']);

function levelTexts(rec: Rec): Body {
	const levels = rec.body['levels'];
	return levels && typeof levels === 'object' && !Array.isArray(levels) ? levels : {};
}

export function GoalCard({ rec }: { rec: Rec }) {
	const words = usePlanWords();
	const { doc, lexicon, mask } = useCase();
	const { reader } = useWorkplace();
	const [history, setHistory] = useState(false);
	const [asked, setAsked] = useState<'level' | 'texts' | null>(null);
	const about = { case: doc.case, rec: rec.id, type: 'goal' };
	useReopened({ ...about, step: 'level' }, () => setAsked('level'));
	useReopened({ ...about, step: 'levels' }, () => setAsked('texts'));
	const reached = reachedOf(rec);
	const texts = levelTexts(rec);
	const described = Object.keys(texts).length > 0;
	const [first, last] = [reached[0], reached[reached.length - 1]];
	const may = mayPatch(rec, reader);
	return (
		<article className="card goal" data-rec={rec.id}>
			<header className="card-head">
				<h4>{mask.prose(text(rec, 'title'))}</h4>
				{text(rec, 'status') && <Chip>{lexicon.code('goal_status', text(rec, 'status'))}</Chip>}
				{typeof rec.body['weight'] === 'number' && <span className="faint">{words.weight(rec.body['weight'])}</span>}
			</header>
			<Fields type="goal" body={rec.body} only={['indicator', 'baseline', 'target', 'due', 'responsible']} />
			{described ? (
				<ol className="ladder" aria-label={words.levels}>
					{LEVELS.map((level) => (
						<li key={level} data-now={last?.level === level || undefined}>
							<span className="ladder-no">{levelName(level)}</span>
							<span>{mask.prose(String(texts[String(level)] ?? '')) || <span className="faint">{words.levelNames[String(level) as keyof typeof words.levelNames]}</span>}</span>
							{last?.level === level && (
								<Chip tone={level >= 0 ? 'good' : 'warn'} icon={level >= 0 ? 'check' : 'clock'}>
									{words.reachedOn(last.on)}
								</Chip>
							)}
							{first && first !== last && first.level === level && <Chip>{words.beganOn(first.on)}</Chip>}
						</li>
					))}
				</ol>
			) : (
				<p className="faint">{words.noLevels}</p>
			)}
			{reached.length > 1 && (
				<details>
					<summary>{words.course(reached.length)}</summary>
					<ul className="plain">
						{reached.map((step, place) => (
							<li key={place}>
								{step.on} · <strong>{levelName(step.level)}</strong> {step.note && mask.prose(step.note)}
							</li>
						))}
					</ul>
				</details>
			)}
			<div className="record-actions">
				{may && described && <Button onClick={() => setAsked('level')}>{words.recordLevel}</Button>}
				{may && (
					<Button look={described ? 'quiet' : 'plain'} onClick={() => setAsked('texts')}>
						{described ? words.editLevels : words.writeLevels}
					</Button>
				)}
				<RecordActions rec={rec} />
				<Button look="quiet" aria-expanded={history} onClick={() => setHistory(!history)}>
					{history ? words.hideHistory : words.history}
				</Button>
			</div>
			{history && <RecordHistory rec={rec} />}
			{asked === 'level' && <LevelAsked rec={rec} onClose={() => setAsked(null)} />}
			{asked === 'texts' && <TextsAsked rec={rec} onClose={() => setAsked(null)} />}
		</article>
	);
}

interface AskedProps {
	rec: Rec;
	onClose: () => void;
}

/** `rec`: as it was seen; what others wrote since is not replaced unseen. */
function useGoalPatch(onClose: () => void): (rec: Rec, set: Body, said: string) => void {
	const { outbox, make } = useData();
	const announce = useAnnounce();
	const { lexicon } = useCase();
	return (rec, set, said) => {
		const type = lexicon.type('goal');
		const change = type && patchChange(make, type, rec, { ...rec.body, ...set });
		onClose();
		if (change) void outbox.add(change).then((done) => done.progress !== 'refused' && announce(said));
	};
}

/** A level was reached on a day; earlier ones stay. */
function LevelAsked({ rec, onClose }: AskedProps) {
	const { make } = useData();
	const words = usePlanWords();
	const { doc, lexicon, mask } = useCase();
	const id = useId();
	const texts = levelTexts(rec);
	const { values, set, done } = useNoted(
		{ case: doc.case, rec: rec.id, type: 'goal', step: 'level' },
		{ level: null, on: dayToday(make.now()), note: '', seen: rec.body['status'] ?? null, status: text(rec, 'status') },
	);
	const level = numberIn(values, 'level');
	const on = textIn(values, 'on') || null;
	const [note, status, seen] = [textIn(values, 'note'), textIn(values, 'status'), values['seen'] ?? null];
	const [tried, setTried] = useState(false);
	const save = useGoalPatch(() => {
		done();
		onClose();
	});
	const dayFault = tried && !/^\d{4}-\d\d-\d\d$/.test(on ?? '');
	const keep = () => {
		setTried(true);
		if (level === null || !/^\d{4}-\d\d-\d\d$/.test(on ?? '')) return;
		const step = { level, on: on!, ...(note.trim() && { note: note.trim() }) };
		const before = Array.isArray(rec.body['reached']) ? rec.body['reached'] : [];
		// A step goes after whatever is there by now; the status was chosen over what was seen.
		const chosen = status && status !== seen;
		save(chosen ? { ...rec, body: { ...rec.body, status: seen } } : rec, { reached: [...before, step], ...(chosen && { status }) }, words.levelKept);
	};
	return (
		<Ask title={words.recordLevel} onClose={onClose}>
			<p>{mask.prose(text(rec, 'title'))}</p>
			<fieldset className="ladder-pick" aria-describedby={tried && level === null ? `${id}-level-fault` : undefined}>
				<legend>{words.levels}</legend>
				{LEVELS.map((one) => (
					<label key={one} className="option">
						<input type="radio" name={`${id}-level`} checked={level === one} onChange={() => set({ level: one })} />
						<span>
							<strong>{levelName(one)}</strong> {mask.prose(String(texts[String(one)] ?? '')) || words.levelNames[String(one) as keyof typeof words.levelNames]}
						</span>
					</label>
				))}
				{tried && level === null && (
					<p id={`${id}-level-fault`} className="fault">
						{words.faultRequired}
					</p>
				)}
			</fieldset>
			<div className="field">
				<span id={`${id}-on`} className="label">
					{words.levelOn}
				</span>
				<DateBox labelledBy={`${id}-on`} describedBy={dayFault ? `${id}-on-fault` : undefined} invalid={dayFault} required value={on} onChange={(value) => set({ on: value })} />
				{dayFault && (
					<p id={`${id}-on-fault`} className="fault">
						{words.faultDate}
					</p>
				)}
			</div>
			<div className="field">
				<label htmlFor={`${id}-status`}>{words.goalStatus}</label>
				<select id={`${id}-status`} value={status} onChange={(event) => set({ status: event.target.value })}>
					<option value="">{words.choose}</option>
					{lexicon.codes('goal_status').map(({ code, label }) => (
						<option key={code} value={code}>
							{label}
						</option>
					))}
				</select>
			</div>
			<div className="field">
				<label htmlFor={`${id}-note`}>{words.levelNote}</label>
				<input autoComplete="off" id={`${id}-note`} maxLength={LEVEL_MAX} value={note} onChange={(event) => set({ note: event.target.value })} />
			</div>
			<div className="dialog-actions">
				<Button onClick={onClose}>{words.cancel}</Button>
				<Button look="main" onClick={keep}>
					{words.save}
				</Button>
			</div>
		</Ask>
	);
}

/** What each of the five levels looks like for this goal; all five must be said. */
function TextsAsked({ rec, onClose }: AskedProps) {
	const words = usePlanWords();
	const id = useId();
	const { doc } = useCase();
	const before = levelTexts(rec);
	const { values, set, done } = useNoted(
		{ case: doc.case, rec: rec.id, type: 'goal', step: 'levels' },
		{ seen: { ver: rec.ver, body: rec.body }, texts: Object.fromEntries(LEVELS.map((level) => [String(level), String(before[String(level)] ?? '')])) },
	);
	// As it was seen when it was begun.
	const seen = { ...rec, ...(asBody(values['seen']) as unknown as Pick<Rec, 'ver' | 'body'>) };
	const texts = asBody(values['texts']) as { [level: string]: string };
	const [tried, setTried] = useState(false);
	const save = useGoalPatch(() => {
		done();
		onClose();
	});
	const keep = () => {
		setTried(true);
		const open = LEVELS.find((level) => !texts[String(level)]!.trim());
		if (open !== undefined) return document.getElementById(`${id}${open}`)?.focus();
		save(seen, { levels: Object.fromEntries(Object.entries(texts).map(([level, said]) => [level, said.trim()])) }, words.levelsKept);
	};
	return (
		<Ask title={words.levels} onClose={onClose}>
			<p>{words.levelsHelp}</p>
			{LEVELS.map((level) => {
				const fault = tried && !texts[String(level)]!.trim();
				return (
					<div key={level} className="field">
						<label htmlFor={`${id}${level}`}>
							{levelName(level)} {words.levelNames[String(level) as keyof typeof words.levelNames]}
						</label>
						<input autoComplete="off"
							id={`${id}${level}`}
							maxLength={LEVEL_MAX}
							value={texts[String(level)]}
							aria-invalid={fault}
							aria-describedby={fault ? `${id}${level}-fault` : undefined}
							onChange={(event) => set({ texts: { ...texts, [String(level)]: event.target.value } })}
						/>
						{fault && (
							<p id={`${id}${level}-fault`} className="fault">
								{words.faultRequired}
							</p>
						)}
					</div>
				);
			})}
			<div className="dialog-actions">
				<Button onClick={onClose}>{words.cancel}</Button>
				<Button look="main" onClick={keep}>
					{words.save}
				</Button>
			</div>
		</Ask>
	);
}
