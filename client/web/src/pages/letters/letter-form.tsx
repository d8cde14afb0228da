// The fields of a letter that is being written, drawn from the catalogue.
import { useMemo, useRef, useState } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import { same } from '../../data/change';
import { check, type Checked } from '../../data/check';
import { draftKey } from '../../data/drafts';
import { changeTo } from '../../data/record-form';
import type { Lexicon } from '../../data/lexicon';
import type { Body, Id, Json, Rec, RecordType } from '../../data/wire';
import { useAnnounce } from '../../kit/announce';
import { useWhyText } from '../../kit/parts';
import { type Saving, useSaving } from '../../kit/saving';
import { useWorkplace } from '../../kit/workplace';
import { FormField } from '../case/field';
import { useLetterWords } from './stand';

export interface Writing {
	type: RecordType;
	values: Body;
	hasDraft: boolean;
	set: (name: string, value: Json) => void;
	/** Null when something must be mended first; the first such field has the focus. */
	judge: (more: Body) => Body | null;
	/** Sends the letter as it shall be; `typed`: and more was typed since. */
	send: (caseId: Id | null, body: Body) => Promise<'saved' | 'typed' | 'refused' | 'same'>;
	saving: Saving;
	refuse: (field: string | undefined, text: string) => void;
	/** What was refused without a field of this form. */
	trouble: string | null;
	box: React.RefObject<HTMLFormElement | null>;
	rec: Id;
	faults: ReadonlyMap<string, Checked['faults'] extends ReadonlyMap<string, infer F> ? F : never> | null;
	refusal: { field?: string | undefined; text: string } | null;
}

/** `about`: the case, or the own site for what is about none. `letter`: the one being
 * written on; null for a new one. */
export function useWriting(typeName: string, about: Id, letter: Rec | null, fresh: Body, shown: readonly string[]): Writing {
	const { drafts, outbox, make } = useData();
	const words = useLetterWords();
	const announce = useAnnounce();
	const { lexicon } = useWorkplace();
	const type = lexicon.type(typeName)!;
	const key = draftKey(about, typeName, letter?.id ?? null);
	const draft = useCell(drafts.all).get(key);
	const rec = useMemo(() => draft?.rec ?? letter?.id ?? make.id(), [draft?.rec, letter?.id, make]);
	// Typed over what stood then, also when others wrote in the letter since.
	const base = draft?.base ?? (letter && { ver: letter.ver, body: letter.body });
	const values = draft?.values ?? letter?.body ?? fresh;
	const whyText = useWhyText();
	const saving = useSaving();
	const [tried, setTried] = useState<Body | null>(null);
	const [refusal, setRefusal] = useState<Writing['refusal']>(null);
	const box = useRef<HTMLFormElement>(null);
	const focusOn = (name: string) =>
		setTimeout(() => box.current?.querySelector<HTMLElement>(`[data-field="${name}"] :is(input, textarea, select, [role=spinbutton])`)?.focus());
	const faults = tried ? check(type, { ...values, ...tried }, {}).faults : null;
	const refuse = (field: string | undefined, text: string) => {
		setRefusal({ field, text });
		if (field) focusOn(field);
	};
	const send = async (caseId: Id | null, body: Body): Promise<'saved' | 'typed' | 'refused' | 'same'> => {
		const refused = outbox.refusedOf(rec);
		const change = changeTo(make, type, { case: caseId, id: rec, base }, body, refused);
		if (!change) return 'same';
		if (refused) outbox.remove(refused.id);
		const saved = await saving.save({ key, changes: [change], values, type });
		if (saved.end !== 'refused') return saved.end;
		const why = saved.entries[0]?.why;
		outbox.remove(change.id);
		refuse(why?.field, why ? whyText(why, (name) => lexicon.fieldLabel(typeName, name)) : words.refused);
		return 'refused';
	};
	return {
		type,
		saving,
		send,
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
			drafts.keep(key, { case: about, type: typeName, rec, base, values: { ...values, [name]: value } });
		},
		judge: (more) => {
			setTried(more);
			setRefusal(null);
			const result = check(type, { ...values, ...more }, {});
			if (result.faults.size === 0) return result.body;
			announce(words.faults(result.faults.size));
			focusOn([...result.faults.keys()][0]!);
			return null;
		},
		refuse,
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
