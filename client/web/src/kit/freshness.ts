// Loads again when a page opens, or the person comes back to it, on old data.
import { useEffect, useLayoutEffect, useRef } from 'react';

/** What is older than this is fetched again. */
const STALE_MS = 5 * 60 * 1000;

/** `loadedAt`: when the data was last whole, in ms; 0 before that. */
export function useFreshness(load: () => void, loadedAt: () => number, staleMs = STALE_MS): void {
	// Both are made anew with every turn of the page, which is no reason to ask again.
	const now = useRef({ load, loadedAt });
	useLayoutEffect(() => {
		now.current = { load, loadedAt };
	});
	useEffect(() => {
		const look = () => {
			const at = now.current.loadedAt();
			if (document.visibilityState === 'visible' && at > 0 && Date.now() - at > staleMs) now.current.load();
		};
		look();
		document.addEventListener('visibilitychange', look);
		return () => document.removeEventListener('visibilitychange', look);
	}, [staleMs]);
}
