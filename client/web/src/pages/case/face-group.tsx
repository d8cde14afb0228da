// Who helps: the care group and the family.
import { Chip } from '../../kit/parts';
import { useCase, useCaseWords } from './context';
import { inEffect, Part, text, useOf, useToday } from './part';

export function CareGroup() {
	const words = useCaseWords();
	const { lexicon } = useCase();
	const day = useToday();
	const all = useOf('member').filter((rec) => rec.state !== 'retracted');
	const present = all.filter((rec) => inEffect(rec, day));
	present.sort((a, b) => Number(b.body['lead'] === true) - Number(a.body['lead'] === true));
	const former = all.length - present.length;
	return (
		<Part title={words.careGroup}>
			{present.length === 0 && <p className="faint">{words.noMembers}</p>}
			<ul className="plain">
				{present.map((rec) => (
					<li key={rec.id}>
						{text(rec, 'staff') ? lexicon.name(text(rec, 'staff')) : text(rec, 'name')}
						{rec.body['lead'] === true && <Chip>{words.lead}</Chip>}
						<span className="under">
							{[lexicon.code('member_role', text(rec, 'role')), lexicon.name(text(rec, 'site'))].filter(Boolean).join(' · ')}
						</span>
					</li>
				))}
			</ul>
			{former > 0 && <p className="faint">{words.formerMembers(former)}</p>}
		</Part>
	);
}

export function Family() {
	const words = useCaseWords();
	const { lexicon, mask } = useCase();
	const all = useOf('relation').filter((rec) => rec.state !== 'retracted');
	if (all.length === 0) return null;
	return (
		<Part title={words.family}>
			<ul className="plain">
				{all.map((rec) => {
					const marks = [
						rec.body['guardian'] === true && words.guardian,
						rec.body['caregiver'] === true && words.caregiver,
						rec.body['lives_together'] === true && words.together,
					].filter(Boolean);
					return (
						<li key={rec.id}>
							{mask.name(text(rec, 'name') || lexicon.name(text(rec, 'person')))}
							<span className="faint"> {lexicon.code('family_relation', text(rec, 'kind'))}</span>
							<span className="under">{[...marks, mask.detail(text(rec, 'phone'))].filter(Boolean).join(' · ')}</span>
						</li>
					);
				})}
			</ul>
		</Part>
	);
}
