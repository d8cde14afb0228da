// Goals the programme proposes: one press makes a goal with its levels, for the
// need of that domain, to be changed afterwards.
import { useId, useState } from 'react';
import { useData } from '../../../data';
import { createChange } from '../../../data/change';
import type { Body, Json, Label } from '../../../data/wire';
import { useAnnounce } from '../../../kit/announce';
import { Button } from '../../../kit/parts';
import { useLanguage } from '../../../kit/language';
import { useCase } from '../context';
import { usePlanWords } from './say';
import { text, useOf } from '../part';

interface Template extends Label {
	code: string;
	domain: string;
	indicator?: Label;
	levels?: { [level: string]: Label };
}

const isTemplate = (one: Json): boolean => typeof one === 'object' && one !== null && !Array.isArray(one) && typeof one['code'] === 'string' && typeof one['zh'] === 'string';

/** The templates of the case's programme. */
function useTemplates(): Template[] {
	const { doc, lexicon } = useCase();
	const pack = lexicon.pack(doc.summary.programme ?? '');
	const goals = pack?.['goals'];
	return Array.isArray(goals) ? (goals.filter(isTemplate) as unknown as Template[]) : [];
}

export function Templates() {
	const { outbox, make } = useData();
	const words = usePlanWords();
	const { lang } = useLanguage();
	const announce = useAnnounce();
	const { doc, lexicon } = useCase();
	const id = useId();
	const templates = useTemplates();
	const needs = useOf('need').filter((rec) => rec.state !== 'retracted');
	const plans = useOf('plan').filter((rec) => rec.state !== 'retracted' && text(rec, 'status') !== 'replaced');
	const [code, setCode] = useState('');
	if (templates.length === 0) return null;
	const add = () => {
		const chosen = templates.find((one) => one.code === code);
		if (!chosen) return;
		const need = needs.find((rec) => text(rec, 'domain') === chosen.domain);
		const plan = plans[plans.length - 1];
		const body: Body = { title: chosen[lang], status: 'in_progress', weight: 1 };
		if (need) body['need'] = need.id;
		if (plan) body['plan'] = plan.id;
		if (chosen.indicator) body['indicator'] = chosen.indicator[lang];
		if (chosen.levels) body['levels'] = Object.fromEntries(Object.entries(chosen.levels).map(([level, label]) => [level, label[lang]]));
		setCode('');
		void outbox.add(createChange(make, 'goal', doc.case, body, make.id())).then((done) => done.progress !== 'refused' && announce(words.goalAdded));
	};
	return (
		<div className="filter-line">
			<label htmlFor={id}>{words.fromTemplate}</label>
			<select id={id} value={code} onChange={(event) => setCode(event.target.value)}>
				<option value="">{words.choose}</option>
				{templates.map((one) => (
					<option key={one.code} value={one.code}>
						{lexicon.text(one)}
					</option>
				))}
			</select>
			<Button aria-disabled={code === ''} onClick={add}>
				{words.addGoal}
			</Button>
		</div>
	);
}
