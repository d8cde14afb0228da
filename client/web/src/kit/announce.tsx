// One live region for the whole app: what happened, for those who do not see
// the place where it shows.
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';

const AnnounceContext = createContext<(text: string) => void>(() => {});

export function AnnounceProvider({ children }: { children: ReactNode }) {
	const [said, setSaid] = useState({ text: '', turn: 0 });
	const announce = useCallback((text: string) => setSaid(({ turn }) => ({ text, turn: turn + 1 })), []);
	return (
		<AnnounceContext value={announce}>
			{children}
			<div className="only-read" aria-live="polite">
				{/* A new element each time, so that the same words are read again. */}
				<span key={said.turn}>{said.text}</span>
			</div>
		</AnnounceContext>
	);
}

export const useAnnounce = (): ((text: string) => void) => useContext(AnnounceContext);
