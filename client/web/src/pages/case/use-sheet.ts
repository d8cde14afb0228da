// The sheet of a pack inside a form: of a response, once it is known which form it
// answers.
import { useMemo } from 'react';
import { asBody } from '../../data/body';
import { without } from '../../data/record-form';
import { type About, judgeSheet, type JudgedSheet, previousAnswers, type Sheet } from '../../data/sheet';
import type { Suggestion } from '../../data/suggestions';
import type { Body, Id, Rec, RecordType } from '../../data/wire';
import { useCase } from './context';
import { useSuggestion } from './sheet';

interface SheetAtHand {
	sheet: Sheet | undefined;
	/** The type without what the sheet fills in by itself. */
	drawn: RecordType;
	judged: JudgedSheet | null;
	said: Suggestion | null;
}

const OWN = ['form', 'version', 'answers'];

export function useSheet(type: RecordType, values: Body, id: Id, rec: Rec | null, of: string | null): SheetAtHand {
	const { records, lexicon } = useCase();
	const name = type.type === 'response' ? String(rec?.body['form'] ?? of ?? values['form'] ?? '') : '';
	const version = rec?.body['version'];
	const sheet = name ? lexicon.sheet(name, typeof version === 'string' ? version : undefined) : undefined;
	// Chosen in the form itself, it can still be chosen otherwise.
	const fixed = rec !== null || of !== null;
	const drawn = useMemo(() => {
		if (type.type !== 'response') return type;
		if (!sheet) return without(type, ['version', 'answers']);
		return without(type, [...(fixed ? OWN : OWN.slice(1)), ...Object.keys(sheet.lifts ?? {})]);
	}, [type, sheet, fixed]);
	const { subject, responded } = values;
	const about = useMemo((): About => {
		const day = typeof responded === 'string' ? responded : '';
		const find = (ref: unknown) => records.find((one) => one.id === ref)?.body ?? null;
		return {
			responded: day,
			previous: name ? previousAnswers(records, id, name, subject ?? null, day) : null,
			person: find(subject),
			case: records.find((one) => one.type === 'case')?.body ?? null,
		};
	}, [records, id, name, subject, responded]);
	const typed = values['answers'];
	const judged = useMemo(() => (sheet ? judgeSheet(sheet, asBody(typed), about) : null), [sheet, typed, about]);
	const said = useSuggestion(sheet, judged, about);
	return { sheet, drawn, judged, said };
}
