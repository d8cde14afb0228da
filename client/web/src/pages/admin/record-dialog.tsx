// A record of the directory, made or changed: a site, a member of staff. It goes the
// way of every change, and the dialog stays until the centre has answered.
import { type FormEvent, useMemo, useState } from 'react';
import { useData } from '../../data';
import { createChange, patchChange } from '../../data/change';
import { askable, check } from '../../data/check';
import type { Body, Rec, Why } from '../../data/wire';
import { useAnnounce } from '../../kit/announce';
import { Ask } from '../../kit/dialog';
import { useOwnWords } from '../../kit/language';
import { Button, Notice, useWhyText } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import { FormField } from '../case/field';
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
	const { outbox, references, make } = useData();
	const words = useOwnWords(adminWords);
	const whyText = useWhyText();
	const announce = useAnnounce();
	const { lexicon } = useWorkplace();
	const type = lexicon.type(name)!;
	const before = useMemo(() => rec?.body ?? start, [rec, start]);
	const [values, setValues] = useState<Body>(before);
	const [tried, setTried] = useState(false);
	const [busy, setBusy] = useState(false);
	const [why, setWhy] = useState<Why | null>(null);
	const { body, faults } = check(type, values, before);
	const fields = askable(type)
		.filter((field) => !without.includes(field.name))
		.map((field) => {
			const allowed = only[field.name];
			return allowed ? { ...field, options: lexicon.choices(field).filter(({ code }) => allowed.includes(code)).map(({ code, label }) => ({ code, zh: label, en: label })) } : field;
		});
	const save = async (event: FormEvent) => {
		event.preventDefault();
		if (busy) return;
		setTried(true);
		if (faults.size > 0) return;
		const id = rec?.id ?? make.id();
		const change = rec ? patchChange(make, type, rec, body) : createChange(make, name, null, body, id);
		if (!change) return onClose();
		setBusy(true);
		setWhy(null);
		const entry = await outbox.add(change);
		setBusy(false);
		if (entry.progress === 'refused') {
			outbox.remove(change.id);
			return setWhy(entry.why);
		}
		await references.load();
		announce(words.saved);
		onSaved(id);
	};
	return (
		<Ask title={title} onClose={onClose}>
			<form className="admin-ask" noValidate autoComplete="off" onSubmit={(event) => void save(event)}>
				{why && <Notice tone="bad">{whyText(why, (field) => lexicon.fieldLabel(name, field))}</Notice>}
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
							onChange={(value) => setValues((all) => ({ ...all, [field.name]: value }))}
						/>
					))}
				</div>
				<div className="dialog-actions">
					<Button onClick={onClose}>{words.cancel}</Button>
					<Button look="main" type="submit" aria-disabled={busy}>
						{busy ? words.saving : words.save}
					</Button>
				</div>
			</form>
		</Ask>
	);
}
