// Where a draft is, said beside the form it is of.
import { useData } from '../data';
import { useCell } from '../data/cell';
import { useWords } from './language';

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
