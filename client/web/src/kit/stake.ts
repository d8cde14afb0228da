// What leaving or closing the page would cost.
import { useEffect } from 'react';
import { useData } from '../data';
import { useCell } from '../data/cell';
import { isUnsent } from '../data/outbox';

export interface AtStake {
	/** What was not sent or saved. */
	items: number;
	/** Files whose bytes are on their way; they end with the page. */
	uploads: number;
	/** How much of it the closing of the page would lose: all of it, where it has no other
	 * place; else only what was typed a moment ago, and what is on its way. */
	atRisk: number;
}

export function useAtStake(): AtStake {
	const { outbox, drafts, files, keep } = useData();
	const items = useCell(outbox.entries).filter(isUnsent).length + useCell(drafts.all).size;
	const uploads = [...useCell(files.uploads).values()].filter(({ state }) => state === 'sending' || state === 'waiting').length;
	const where = useCell(keep.where);
	const unwritten = useCell(keep.unwritten);
	return { items, uploads, atRisk: (where === 'page' ? items : unwritten) + uploads };
}

/** The browser asks before it closes a page with which something would be lost. */
export function useGuardedClosing(): void {
	const guarded = useAtStake().atRisk > 0;
	useEffect(() => {
		if (!guarded) return;
		const ask = (event: BeforeUnloadEvent) => event.preventDefault();
		window.addEventListener('beforeunload', ask);
		return () => window.removeEventListener('beforeunload', ask);
	}, [guarded]);
}
