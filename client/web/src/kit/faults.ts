// Where a form that cannot be saved sends the person: to the first field in want.
import { flushSync } from 'react-dom';

const BOXES = ':is(input, textarea, select, [role=spinbutton], button)';

/** Draws the marks, which `mark` sets, before it looks for the first of them; a part
 * that is folded away is opened. `place`: how a field or its group is found. */
export function focusFault(form: HTMLElement | null, mark: () => void, place: string): void {
	flushSync(mark);
	const found = form?.querySelector<HTMLElement>(place);
	const box = found?.matches(BOXES) ? found : (found?.querySelector<HTMLElement>(BOXES) ?? found);
	for (let part = box?.closest('details'); part; part = part.parentElement?.closest('details')) part.open = true;
	box?.focus();
	box?.scrollIntoView({ block: 'center' });
}
