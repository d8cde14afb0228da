// A component whose code is fetched when it is first needed, or before.
//
// React.lazy would do, but it shows its stand-in for a third of a second even
// when the code is already there, and a fetch that fails takes the page down.
import { type ComponentType, type ReactNode, useEffect } from 'react';
import { Cell, useCell } from '../data/cell';
import { FailureNotice, Waiting } from './parts';

export interface Later<P> {
	(props: P): ReactNode;
	/** Fetches the code ahead of its use. */
	fetch: () => void;
}

/** `lines`: how much room the stand-in takes until the code is there. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, lines: number): Later<P> {
	const state = new Cell<{ part: ComponentType<P> } | 'failed' | null>(null);
	const fetch = () => {
		const now = state.get();
		if (now !== null && now !== 'failed') return;
		load().then(
			(part) => state.set({ part }),
			() => state.set('failed'),
		);
	};
	function Part(props: P): ReactNode {
		const now = useCell(state);
		useEffect(fetch, []);
		if (now === null) return lines > 0 ? <Waiting lines={lines} /> : null;
		if (now === 'failed') return <FailureNotice failure={{ kind: 'unreachable' }} onRetry={fetch} />;
		const Loaded = now.part;
		return <Loaded {...props} />;
	}
	return Object.assign(Part, { fetch });
}
