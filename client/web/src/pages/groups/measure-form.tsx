// A member's sheet of an instrument, before the group or after it.
import { type FormEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useData } from '../../data';
import { Cell, useCell } from '../../data/cell';
import { draftKey } from '../../data/drafts';
import { changeTo } from '../../data/record-form';
import type { ScoreState } from '../../data/scores';
import { isDay, today as dayToday } from '../../data/time';
import type { Body, Id, Json, Rec } from '../../data/wire';
import { useAnnounce } from '../../kit/announce';
import { focusFault } from '../../kit/faults';
import { Discard } from '../../kit/kept';
import { Button, Notice, useWhyText } from '../../kit/parts';
import { TypedOn, useSaving } from '../../kit/saving';
import { DateBox } from '../../kit/widgets';
import { useCase } from '../case/context';
import { Items, Live, ticksIn } from '../case/scales/form';
import { sheetOf } from '../case/scales/sheets';
import { sheetsOf } from './roll';
import { useGroupWords } from './say';

const NONE = new Cell<ScoreState>('unknown');

interface MeasureFormProps {
	member: Rec;
	instrument: string;
	timepoint: string;
	name: string;
	onClose: (saved: Id | null) => void;
}

export function MeasureForm({ member, instrument, timepoint, name, onClose }: MeasureFormProps) {
	const { drafts, outbox, scores, make } = useData();
	const words = useGroupWords();
	const announce = useAnnounce();
	const whyText = useWhyText();
	const { doc, records, lexicon } = useCase();
	const scale = lexicon.scale(instrument)!;
	const key = draftKey(doc.case, 'group_assessment', `${member.id}/${instrument}/${timepoint}`);
	const draft = useCell(drafts.all).get(key);
	const id = useMemo(() => draft?.rec ?? make.id(), [draft?.rec, make]);
	const [tried, setTried] = useState(false);
	const saving = useSaving();
	const { busy } = saving;
	const [refusal, setRefusal] = useState<string | null>(null);
	const form = useRef<HTMLFormElement>(null);
	const values: Body = draft?.values ?? { assessed: dayToday(make.now()) };
	const given = Array.isArray(values['answers']) ? values['answers'] : [];
	const answers = (scale.items ?? []).map((_, place): Json => given[place] ?? null);
	const open = answers.filter((one) => one === null).length;
	const day = typeof values['assessed'] === 'string' && isDay(values['assessed']) ? values['assessed'] : null;
	const { first } = useMemo(() => sheetsOf(records, member.id, instrument), [records, member.id, instrument]);
	const before = timepoint !== 'baseline' && first ? { before: sheetOf(first) } : {};
	const score = useCell(open === 0 && answers.length > 0 ? scores.of({ instrument, answers, ...before }) : NONE);
	const dayId = `${id}-assessed`;

	useEffect(() => {
		form.current?.querySelector<HTMLElement>('h2')?.focus();
	}, []);
	const set = (more: Body) => {
		setRefusal(null);
		drafts.keep(key, { case: doc.case, type: 'group_assessment', rec: id, base: draft?.base ?? null, values: { ...values, ...more } });
	};
	const save = async (event: FormEvent) => {
		event.preventDefault();
		if (busy) return;
		if (!day || open > 0) {
			announce(words.faults(open + (day ? 0 : 1)));
			return focusFault(form.current, () => setTried(true), '[data-fault], [data-open]');
		}
		const body: Body = { participant: member.id, instrument, answers, respondent: 'self', timepoint, assessed: day };
		const type = lexicon.type('group_assessment')!;
		const refused = outbox.refusedOf(id);
		const change = changeTo(make, type, { case: doc.case, id, base: draft?.base }, body, refused);
		if (!change) return onClose(null);
		if (refused) outbox.remove(refused.id);
		const saved = await saving.save({ key, changes: [change], values, type });
		if (saved.end === 'refused') {
			const why = saved.entries[0]?.why;
			outbox.remove(change.id);
			return setRefusal(why ? whyText(why, (field) => lexicon.fieldLabel('group_assessment', field)) : words.refused);
		}
		announce(words.saved(lexicon.typeLabel('group_assessment')));
		if (saved.end === 'saved') onClose(null);
	};
	return (
		<form autoComplete="off" className="record-form scale-form" ref={form} noValidate onSubmit={(event) => void save(event)}>
			<div className="form-head">
				<h2 tabIndex={-1}>
					{name} · {lexicon.code('instrument', instrument)} · {lexicon.code('timepoint', timepoint)}
				</h2>
				<Button look="quiet" icon="close" aria-label={words.close} onClick={() => onClose(null)} />
			</div>
			<TypedOn saving={saving} />
			{refusal && <Notice tone="bad">{refusal}</Notice>}
			<div className="field" data-field="assessed" data-fault={(tried && !day) || undefined}>
				<span id={dayId} className="label">
					{lexicon.fieldLabel('group_assessment', 'assessed')}
					<span className="required">{words.required}</span>
				</span>
				<DateBox labelledBy={dayId} describedBy={tried && !day ? `${dayId}-fault` : undefined} invalid={tried && !day} required value={day} onChange={(value) => set({ assessed: value })} />
				{tried && !day && (
					<p id={`${dayId}-fault`} className="fault">
						{words.faultDate}
					</p>
				)}
			</div>
			<Items scale={scale} answers={answers} ticks={ticksIn(values)} tried={tried} onChange={(next, ticks) => set({ answers: next, ticks })} />
			<Live scale={scale} open={open} of={answers.length} score={score} />
			<div className="form-foot">
				<Button look="main" type="submit" aria-disabled={busy}>
					{busy ? words.saving : words.save}
				</Button>
				<Button onClick={() => onClose(null)}>{words.close}</Button>
				{draft && <Discard onDiscard={() => drafts.drop(key)} />}
			</div>
		</form>
	);
}
