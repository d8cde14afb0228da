// Loads again when a page opens, or the person comes back to it, on old data.
import { useEffect, useLayoutEffect, useRef } from 'react';

/** What is older than this is fetched again. */
const STALE_MS = 5 * 60 * 1000;

/** `loadedAt`: when the data was last whole, in ms; 0 before that. */
export function useFreshness(load: () => void, loadedAt: () => number, staleMs = STALE_MS): void {
	const again = useRef(load);
	useLayoutEffect(() => {
		again.current = load;
	});
	useEffect(() => {
		const look = () => {
			const at = loadedAt();
			if (document.visibilityState === 'visible' && at > 0 && Date.now() - at > staleMs) again.current();
		};
		look();
		document.addEventListener('visibilitychange', look);
		return () => document.removeEventListener('visibilitychange', look);
	}, [loadedAt, staleMs]);
}
