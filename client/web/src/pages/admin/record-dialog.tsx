// A record of the directory, made or changed: a site, a member of staff. It goes the
// way of every change, and the dialog stays until the centre has answered.
import { type FormEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useData } from '../../data';
import { createChange, patchChange } from '../../data/change';
import { askable, check } from '../../data/check';
import type { Body, Rec } from '../../data/wire';
import { useAnnounce } from '../../kit/announce';
import { Ask } from '../../kit/dialog';
import { DraftKept } from '../../kit/kept';
import { useOwnWords } from '../../kit/language';
import { useNoted } from '../../kit/noted';
import { Button, Notice, useWhyText } from '../../kit/parts';
import { useSlow } from '../../kit/slow';
import { useWorkplace } from '../../kit/workplace';
import { FormField } from '../case/field';
import { type Done, useDirectly } from './directly';
import { adminWords } from './words';

interface RecordDialogProps {
	title: string;
	type: string;
	/** Null: a new one. */
	rec: Rec | null;
	start?: Body;
	/** Fields that are not asked for here. */
	without?: readonly string[];
	/** Of a code field, only these. */
	only?: { [field: string]: readonly string[] };
	onSaved: (rec: string) => void;
	onClose: () => void;
}

export function RecordDialog({ title, type: name, rec, start = {}, without = [], only = {}, onSaved, onClose }: RecordDialogProps) {
	const { make } = useData();
	const directly = useDirectly();
	const words = useOwnWords(adminWords);
	const whyText = useWhyText();
	const announce = useAnnounce();
	const { lexicon, reader } = useWorkplace();
	const type = lexicon.type(name)!;
	const before = useMemo(() => rec?.body ?? start, [rec, start]);
	// Only what was typed is a draft: what others change meanwhile is not taken back by it.
	const typed = useNoted({ case: reader.district, rec: rec?.id ?? name, type: name, step: 'record' }, {});
	const values = { ...before, ...typed.values };
	const here = useRef(true);
	useEffect(() => {
		here.current = true;
		return () => {
			here.current = false;
		};
	}, []);
	const [tried, setTried] = useState(false);
	const [busy, setBusy] = useState(false);
	const [ended, setEnded] = useState<Done | null>(null);
	const slow = useSlow(busy);
	const { body, faults } = check(type, values, before);
	const fields = askable(type)
		.filter((field) => !without.includes(field.name))
		.map((field) => {
			const allowed = only[field.name];
			return allowed ? { ...field, options: lexicon.choices(field).filter(({ code }) => allowed.includes(code)).map(({ code, label }) => ({ code, zh: label, en: label })) } : field;
		});
	const close = () => {
		// What is as it was is no draft.
		if (rec && !patchChange(make, type, rec, body)) typed.done();
		onClose();
	};
	const save = async (event: FormEvent) => {
		event.preventDefault();
		if (busy) return undefined;
		setTried(true);
		if (faults.size > 0) return undefined;
		const id = rec?.id ?? make.id();
		const change = rec ? patchChange(make, type, rec, body) : createChange(make, name, null, body, id);
		if (!change) return close();
		setBusy(true);
		setEnded(null);
		const done = await directly(change);
		if (done.end === 'saved') typed.done();
		// Closed meanwhile: it went on without the dialog.
		if (!here.current) return undefined;
		setBusy(false);
		if (done.end !== 'saved') return setEnded(done);
		announce(words.saved);
		return onSaved(id);
	};
	return (
		<Ask title={title} onClose={close}>
			<form className="admin-ask" noValidate autoComplete="off" onSubmit={(event) => void save(event)}>
				{ended?.end === 'refused' && <Notice tone="bad">{ended.why ? whyText(ended.why, (field) => lexicon.fieldLabel(name, field)) : words.refused}</Notice>}
				{ended?.end === 'overtaken' && <Notice tone="bad">{words.overtaken}</Notice>}
				{slow && <Notice tone="warn">{words.stillSending}</Notice>}
				<div className="admin-fields">
					{fields.map((field) => (
						<FormField
							key={field.name}
							field={field}
							lexicon={lexicon}
							value={values[field.name] ?? null}
							standing={null}
							fault={tried ? faults.get(field.name) : undefined}
							refusal={undefined}
							onChange={(value) => !busy && typed.set({ [field.name]: value })}
						/>
					))}
				</div>
				<div className="dialog-actions">
					{Object.keys(typed.values).length > 0 && <DraftKept />}
					<Button onClick={close}>{slow ? words.close : words.cancel}</Button>
					<Button look="main" type="submit" aria-disabled={busy}>
						{busy ? words.saving : words.save}
					</Button>
				</div>
			</form>
		</Ask>
	);
}
