// Whether the browser prints now: what a screen draws in part is then drawn whole.
import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';

export function usePrinting(): boolean {
	const [printing, setPrinting] = useState(false);
	useEffect(() => {
		const start = () => flushSync(() => setPrinting(true));
		const stop = () => setPrinting(false);
		window.addEventListener('beforeprint', start);
		window.addEventListener('afterprint', stop);
		return () => {
			window.removeEventListener('beforeprint', start);
			window.removeEventListener('afterprint', stop);
		};
	}, []);
	return printing;
}
