// What the eco-map is drawn from: relations, the latest inventory of resources,
// the sites of the care group, and where the client is cared for now.
import { asNumber } from '../../../data/body';
import type { Json, Rec } from '../../../data/wire';
import { useCase } from '../context';
import { useMapWords } from './say';
import { kindOfRelation, type Tie } from './draw';
import { inEffect, text, useToday } from '../part';

const INVENTORY = 'resource_inventory';

type Row = { [name: string]: Json };

/** The options of a field of the inventory's rows, by code. */
function useRowLabels(): (field: string, code: Json | undefined) => string {
	const { lexicon } = useCase();
	const rows = lexicon.formField(INVENTORY, 'resources');
	return (name, code) => {
		const field = rows?.fields?.find((one) => one.name === name);
		const option = field?.options?.find((one) => one.code === code);
		return option ? lexicon.text(option) : typeof code === 'string' ? code : '';
	};
}

export function useTies(): Tie[] {
	const words = useMapWords();
	const { records, lexicon, mask, doc } = useCase();
	const day = useToday();
	const labelOf = useRowLabels();
	const live = (type: string): Rec[] => records.filter((rec) => rec.type === type && rec.state !== 'retracted');
	const supports = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map((one) => lexicon.code('support_kind', String(one))) : []);

	const relations = live('relation')
		.filter((rec) => !doc.summary.person || text(rec, 'subject') === doc.summary.person)
		.map((rec): Tie => {
			const is = (name: string) => rec.body[name] === true;
			return {
				key: rec.id,
				kind: kindOfRelation(text(rec, 'kind')),
				name: mask.name(text(rec, 'name') || lexicon.name(text(rec, 'person'))),
				role: lexicon.code('family_relation', text(rec, 'kind')),
				together: is('lives_together'),
				strength: asNumber(rec.body['support_strength']),
				supports: supports(rec.body['support_kinds']),
				strain: is('suspected') ? words.suspected : '',
				marks: [is('guardian') && words.guardian, is('caregiver') && words.caregiver].filter((one): one is string => one !== false),
				rec,
				from: rec.id,
			};
		});
	const inventory = live('response')
		.filter((rec) => text(rec, 'form') === INVENTORY)
		.sort((a, b) => (a.entered_at < b.entered_at ? -1 : 1))
		.pop();
	const answers = inventory?.body['answers'];
	const rows = answers && typeof answers === 'object' && !Array.isArray(answers) && Array.isArray(answers['resources']) ? (answers['resources'] as Row[]) : [];
	const resources = rows.map(
		(row, place): Tie => ({
			key: `${inventory!.id}/${place}`,
			kind: 'resource',
			name: mask.prose(String(row['name'] ?? '')),
			role: [labelOf('kind', row['kind']), labelOf('status', row['status'])].filter(Boolean).join(' · '),
			together: false,
			strength: asNumber(row['strength']),
			supports: supports(row['support_kinds']),
			strain: row['tension'] === true ? words.tension : '',
			marks: [],
			rec: null,
			from: inventory!.id,
		}),
	);
	const sites = [...new Set(live('member').filter((rec) => inEffect(rec, day)).map((rec) => text(rec, 'site')))].filter(Boolean);
	const setting = live('segment').filter((rec) => inEffect(rec, day));
	const settingOf = (site: string): string[] => setting.filter((rec) => text(rec, 'site') === site).map((rec) => lexicon.code('care_setting', text(rec, 'setting')));
	const helpers = (site: string): string =>
		live('member')
			.filter((rec) => inEffect(rec, day) && text(rec, 'site') === site)
			.map((rec) => lexicon.code('member_role', text(rec, 'role')))
			.filter((role, place, all) => role && all.indexOf(role) === place)
			.join(words.listComma);
	const care = [...new Set([...sites, ...setting.map((rec) => text(rec, 'site')).filter(Boolean)])].map(
		(site): Tie => ({
			key: site,
			kind: 'care',
			name: lexicon.name(site),
			role: [helpers(site), ...settingOf(site)].filter(Boolean).join(' · '),
			together: false,
			strength: null,
			supports: [],
			strain: '',
			marks: [],
			rec: null,
			from: null,
		}),
	);
	return [...relations, ...resources, ...care];
}
