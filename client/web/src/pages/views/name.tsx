// Giving a view its name; apart from the bar because it is rarely needed.
import { type FormEvent, useId, useState } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import { characters } from '../../data/check';
import type { Wanted } from '../../data/search';
import { VIEW_NAME_MAX } from '../../data/views';
import { useAnnounce } from '../../kit/announce';
import { Ask } from '../../kit/dialog';
import { useOwnWords } from '../../kit/language';
import { Button } from '../../kit/parts';
import { viewWords } from './words';

export function NameView({ wanted, onClose }: { wanted: Wanted; onClose: () => void }) {
	const { views } = useData();
	const words = useOwnWords(viewWords);
	const announce = useAnnounce();
	const id = useId();
	const [name, setName] = useState('');
	const [tried, setTried] = useState(false);
	const given = name.trim();
	const long = characters(given) > VIEW_NAME_MAX;
	const fault = long ? words.viewNameLong(VIEW_NAME_MAX) : given === '' && tried ? words.viewNameMissing : null;
	const replaces = useCell(views.all).some((view) => view.name === given);
	const save = (event: FormEvent) => {
		event.preventDefault();
		setTried(true);
		if (given === '' || long) return;
		views.save(given, wanted);
		announce(words.viewSaved(given));
		onClose();
	};
	return (
		<Ask title={words.saveViewTitle} onClose={onClose}>
			<p>{words.saveViewHelp}</p>
			<form autoComplete="off" className="record-form" onSubmit={save} noValidate>
				<div className="field">
					<label htmlFor={id}>{words.viewName}</label>
					<input
						id={id}
						autoComplete="off"
						autoFocus
						value={name}
						aria-invalid={fault !== null}
						aria-describedby={fault ? `${id}-fault` : undefined}
						onChange={(event) => setName(event.target.value)}
					/>
					{replaces && <p className="hint">{words.viewReplaces}</p>}
					{fault && (
						<p id={`${id}-fault`} className="fault">
							{fault}
						</p>
					)}
				</div>
				<div className="dialog-actions">
					<Button onClick={onClose}>{words.cancel}</Button>
					<Button look="main" type="submit">
						{words.save}
					</Button>
				</div>
			</form>
		</Ask>
	);
}
