// A record's fields, labelled by the catalogue; what is empty is left out.
import { isIdentifying } from './identifying';
import { isForPeople } from '../../data/check';
import type { Body, Field } from '../../data/wire';
import { useCase } from './context';

export function useShownValue(): (type: string, field: Field, value: Body[string] | undefined) => string {
	const { lexicon, mask } = useCase();
	return (type, field, value) => {
		const whole = lexicon.value(field, value);
		const text = type === 'flag' && field.name === 'text' ? lexicon.raised(whole) : whole;
		const kind = isIdentifying(type, field.name);
		if (kind === 'name') return mask.name(text);
		return kind === 'detail' ? mask.detail(text) : mask.prose(text);
	};
}

export function Fields({ type, body, only }: { type: string; body: Body; only?: readonly string[] }) {
	const { lexicon } = useCase();
	const show = useShownValue();
	const fields = (lexicon.type(type)?.fields ?? []).filter((field) => isForPeople(type, field.name) && (!only || only.includes(field.name)));
	const filled = fields.map((field) => ({ field, text: show(type, field, body[field.name]) })).filter(({ text }) => text);
	return (
		<dl className="fields-shown">
			{filled.map(({ field, text }) => (
				<div key={field.name} data-long={field.kind === 'text' && text.length > 40 ? true : undefined}>
					<dt>{lexicon.text(field.label)}</dt>
					<dd>{text}</dd>
				</div>
			))}
		</dl>
	);
}
