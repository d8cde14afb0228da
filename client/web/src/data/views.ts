// How a person likes to see their caseload: searches, filters and orders under a
// name. Kept like drafts, because a search may be somebody's name.
import { Cell } from './cell';
import type { Keep } from './keep';
import { EVERYTHING, type Wanted } from './search';
import type { Json } from './wire';

export interface View {
	name: string;
	wanted: Wanted;
}

const KEPT_AS = 'views';
/** More are no help to find anything. */
export const VIEWS_MAX = 20;
export const VIEW_NAME_MAX = 20;

export class Views {
	readonly all = new Cell<readonly View[]>([]);

	constructor(private readonly kept: Keep) {
		kept.watch(KEPT_AS, (_, value) => this.all.set(read(value)));
	}

	/** One of that name is replaced. */
	save(name: string, wanted: Wanted): void {
		this.set([...this.all.get().filter((view) => view.name !== name), { name, wanted }].slice(-VIEWS_MAX));
	}

	remove(name: string): void {
		this.set(this.all.get().filter((view) => view.name !== name));
	}

	forget(): void {
		this.all.set([]);
	}

	private set(views: readonly View[]): void {
		this.all.set(views);
		if (views.length > 0) this.kept.put(KEPT_AS, views as unknown as Json);
		else this.kept.drop(KEPT_AS);
	}
}

/** A view another release made may know filters this one does not, and the other
 * way round. */
function read(value: Json): View[] {
	if (!Array.isArray(value)) return [];
	return (value as unknown as View[]).map(({ name, wanted }) => ({ name: String(name), wanted: { ...EVERYTHING, ...wanted } }));
}

/** Whether the list shows just this. */
export const isShown = ({ wanted }: View, now: Wanted): boolean =>
	(Object.keys(EVERYTHING) as (keyof Wanted)[]).every((name) => wanted[name] === now[name]);
