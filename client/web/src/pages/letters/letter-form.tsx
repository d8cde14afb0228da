// The fields of a letter that is being written, drawn from the catalogue.
import { useMemo, useRef, useState } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import { same } from '../../data/change';
import { check, type Checked } from '../../data/check';
import { draftKey } from '../../data/drafts';
import type { Lexicon } from '../../data/lexicon';
import type { Body, Id, Json, RecordType } from '../../data/wire';
import { useAnnounce } from '../../kit/announce';
import { useWorkplace } from '../../kit/workplace';
import { FormField } from '../case/field';
import { useLetterWords } from './stand';

export interface Writing {
	type: RecordType;
	values: Body;
	hasDraft: boolean;
	set: (name: string, value: Json) => void;
	drop: () => void;
	/** Null when something must be mended first; the first such field has the focus. */
	judge: (more: Body) => Body | null;
	refuse: (field: string | undefined, text: string) => void;
	/** What was refused without a field of this form. */
	trouble: string | null;
	box: React.RefObject<HTMLFormElement | null>;
	rec: Id;
	faults: ReadonlyMap<string, Checked['faults'] extends ReadonlyMap<string, infer F> ? F : never> | null;
	refusal: { field?: string | undefined; text: string } | null;
}

/** `about`: the case, or the own site for what is about none. */
export function useWriting(typeName: string, about: Id, draftOf: Id | null, start: Body, shown: readonly string[]): Writing {
	const { drafts, make } = useData();
	const words = useLetterWords();
	const announce = useAnnounce();
	const { lexicon } = useWorkplace();
	const type = lexicon.type(typeName)!;
	const key = draftKey(about, typeName, draftOf);
	const draft = useCell(drafts.all).get(key);
	const rec = useMemo(() => draft?.rec ?? draftOf ?? make.id(), [draft?.rec, draftOf, make]);
	const values = draft?.values ?? start;
	const [tried, setTried] = useState<Body | null>(null);
	const [refusal, setRefusal] = useState<Writing['refusal']>(null);
	const box = useRef<HTMLFormElement>(null);
	const focusOn = (name: string) =>
		setTimeout(() => box.current?.querySelector<HTMLElement>(`[data-field="${name}"] :is(input, textarea, select, [role=spinbutton])`)?.focus());
	const faults = tried ? check(type, { ...values, ...tried }, {}).faults : null;
	return {
		type,
		values,
		hasDraft: draft !== undefined,
		rec,
		box,
		faults,
		refusal,
		trouble: refusal && !(refusal.field && shown.includes(refusal.field)) ? refusal.text : null,
		set: (name, value) => {
			if (same(values[name] ?? null, value)) return;
			setRefusal(null);
			drafts.keep(key, { case: about, type: typeName, rec, values: { ...values, [name]: value } });
		},
		drop: () => drafts.drop(key),
		judge: (more) => {
			setTried(more);
			setRefusal(null);
			const result = check(type, { ...values, ...more }, {});
			if (result.faults.size === 0) return result.body;
			announce(words.faults(result.faults.size));
			focusOn([...result.faults.keys()][0]!);
			return null;
		},
		refuse: (field, text) => {
			setRefusal({ field, text });
			if (field) focusOn(field);
		},
	};
}

interface FieldsProps {
	writing: Writing;
	names: readonly string[];
	needed?: readonly string[];
	/** One that offers less to choose from. */
	lexicon?: Lexicon;
}

/** Fields by name; `needed` are required here, whatever the catalogue says. */
export function WritingFields({ writing, names, needed = [], lexicon: given }: FieldsProps) {
	const words = useLetterWords();
	const { lexicon: whole } = useWorkplace();
	const lexicon = given ?? whole;
	const { type, values, faults, refusal, set } = writing;
	return (
		<div className="fields">
			{names.flatMap((name) => {
				const field = lexicon.field(type.type, name);
				if (!field) return [];
				const blank = faults !== null && needed.includes(name) && !values[name];
				return [
					<FormField
						key={name}
						field={needed.includes(name) ? { ...field, required: true } : field}
						lexicon={lexicon}
						value={values[name] ?? null}
						standing={null}
						fault={faults?.get(name) ?? (blank ? () => words.faultRequired : undefined)}
						refusal={refusal?.field === name ? refusal.text : undefined}
						onChange={(value) => set(name, value)}
					/>,
				];
			})}
		</div>
	);
}
