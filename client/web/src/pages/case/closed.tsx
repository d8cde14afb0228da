// A restricted record that is not open: that it is there, and the way to what it says.
import { useState } from 'react';
import { useData } from '../../data';
import { CallError, type Failure } from '../../data/http';
import type { Rec } from '../../data/wire';
import { Button, FailureNotice } from '../../kit/parts';
import { useCaseWords } from './context';

/** `recs` are opened together: a conflict, and the record it is about. */
export function Closed({ recs, help }: { recs: readonly Rec[]; help?: string }) {
	const { cases } = useData();
	const words = useCaseWords();
	const [failure, setFailure] = useState<Failure | null>(null);
	const [busy, setBusy] = useState(false);
	const open = async () => {
		if (busy) return;
		setBusy(true);
		setFailure(null);
		try {
			for (const rec of recs) await cases.open(rec.id);
		} catch (error) {
			if (!(error instanceof CallError)) throw error;
			setFailure(error.failure);
		}
		setBusy(false);
	};
	return (
		<div className="closed">
			<p>{help ?? words.closedHelp}</p>
			{failure && <FailureNotice failure={failure} />}
			<Button icon="hidden" aria-disabled={busy} onClick={() => void open()}>
				{busy ? words.opening : words.openIt}
			</Button>
		</div>
	);
}
