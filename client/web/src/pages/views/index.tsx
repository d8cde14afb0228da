// Views of the caseload: a few everybody has, and one's own under a name.
import { useState } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import { EVERYTHING } from '../../data/search';
import { isShown, type View } from '../../data/views';
import { useOwnWords } from '../../kit/language';
import { later } from '../../kit/later';
import { Button } from '../../kit/parts';
import { viewWords } from './words';

const NameView = later(() => import('./name').then((all) => all.NameView), 0);

export function ViewBar() {
	const { caseload, views } = useData();
	const words = useOwnWords(viewWords);
	const wanted = useCell(caseload.wanted);
	const own = useCell(views.all);
	const [naming, setNaming] = useState(false);
	const given: View[] = [
		{ name: words.viewAll, wanted: EVERYTHING },
		{ name: words.viewOverdue, wanted: { ...EVERYTHING, due: 'overdue' } },
		{ name: words.viewMine, wanted: { ...EVERYTHING, mine: true } },
		{ name: words.viewWorried, wanted: { ...EVERYTHING, order: 'danger' } },
	];
	const known = [...given, ...own].some((view) => isShown(view, wanted));
	return (
		<div className="views" role="group" aria-label={words.views}>
			{given.map((view) => (
				<ViewButton key={view.name} view={view} on={isShown(view, wanted)} />
			))}
			{own.map((view) => (
				<span key={`own/${view.name}`} className="view-own">
					<ViewButton view={view} on={isShown(view, wanted)} />
					<Button look="quiet" icon="close" aria-label={words.removeView(view.name)} onClick={() => views.remove(view.name)} />
				</span>
			))}
			{!known && (
				<Button look="quiet" icon="plus" onClick={() => setNaming(true)}>
					{words.saveView}
				</Button>
			)}
			{naming && <NameView wanted={wanted} onClose={() => setNaming(false)} />}
		</div>
	);
}

function ViewButton({ view, on }: { view: View; on: boolean }) {
	const { caseload } = useData();
	return (
		<button type="button" className="kind" aria-pressed={on} onClick={() => caseload.wanted.set(view.wanted)}>
			{view.name}
		</button>
	);
}
