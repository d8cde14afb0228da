// Whether something under way takes so long that it should be said.
import { useEffect, useState } from 'react';

const LONG_MS = 4000;

export function useSlow(busy: boolean, ms = LONG_MS): boolean {
	const [slow, setSlow] = useState(false);
	useEffect(() => {
		setSlow(false);
		if (!busy) return undefined;
		const timer = setTimeout(() => setSlow(true), ms);
		return () => clearTimeout(timer);
	}, [busy, ms]);
	return slow;
}
