// Where a draft is, said beside the form it is of.
import { useState } from 'react';
import { useData } from '../data';
import { useCell } from '../data/cell';
import { Ask } from './dialog';
import { useWords } from './language';
import { Button } from './parts';

export function DraftKept() {
	const { keep } = useData();
	const words = useWords();
	const where = useCell(keep.where);
	const unwritten = useCell(keep.unwritten);
	if (where === 'page') return <span className="faint">{words.draftKept}</span>;
	if (unwritten > 0) return <span className="faint">{words.draftSaving}</span>;
	return <span className="faint">{where === 'station' ? words.draftAtStation : words.draftOnComputer}</span>;
}

/** Why something that is not sent yet is not lost. */
export function KeptHelp() {
	const words = useWords();
	return useCell(useData().keep.where) === 'page' ? words.keptHelp : words.keptHelpSafe;
}

/** Drops a draft once a person has said so twice. */
export function Discard({ onDiscard }: { onDiscard: () => void }) {
	const words = useWords();
	const [asking, setAsking] = useState(false);
	return (
		<>
			<Button look="quiet" onClick={() => setAsking(true)}>
				{words.discard}
			</Button>
			{asking && (
				<Ask title={words.discardTitle} onClose={() => setAsking(false)}>
					<p>{words.discardHelp}</p>
					<div className="dialog-actions">
						<Button
							onClick={() => {
								setAsking(false);
								onDiscard();
							}}
						>
							{words.discard}
						</Button>
						<Button look="main" autoFocus onClick={() => setAsking(false)}>
							{words.cancel}
						</Button>
					</div>
				</Ask>
			)}
		</>
	);
}
