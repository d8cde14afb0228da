// A document as a PDF, where this computer can make one: at a station.
import { useState } from 'react';
import { useData } from '../data';
import { useCell } from '../data/cell';
import { failureOf } from '../data/http';
import { stamp } from '../data/time';
import type { Id } from '../data/wire';
import { useLanguage } from './language';
import { Button, Notice, useFailureText } from './parts';
import { hold, save } from './save';
import { useWorkplace } from './workplace';

interface PdfProps {
	doc: 'referral' | 'group';
	id: Id;
	/** Of a referral, the letter that came back. */
	returning?: boolean;
}

export function PdfButton({ doc, id, returning = false }: PdfProps) {
	const { station, masked, make } = useData();
	const { lang, words } = useLanguage();
	const { mode } = useWorkplace();
	const failureText = useFailureText();
	const hidden = useCell(masked);
	const [busy, setBusy] = useState(false);
	const [told, setTold] = useState<string | null>(null);
	if (mode !== 'station') return null;
	const print = async () => {
		if (busy) return;
		setBusy(true);
		setTold(null);
		try {
			const { blob, missing } = await station.pdf(doc, id, lang, [...(hidden ? (['masked'] as const) : []), ...(returning ? (['returning'] as const) : [])]);
			// A name that says nothing about anybody.
			hold(blob, (url) => save(url, `casebridge-${stamp(make.now()).slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}.pdf`));
			if (missing) setTold(words.pdfMissing(missing));
		} catch (error) {
			setTold(failureText(failureOf(error)));
		} finally {
			setBusy(false);
		}
	};
	return (
		<>
			<Button aria-disabled={busy} onClick={() => void print()}>
				{returning ? words.pdfOfReturn : words.asPdf}
			</Button>
			{told && <Notice tone="warn">{told}</Notice>}
		</>
	);
}
