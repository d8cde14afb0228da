// Beginning something new in a case: a service note with one press, anything else
// the role may write by typing a part of its name; and going on with what was
// begun.
import { useDeferredValue, useId, useMemo } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import { canDraw } from '../../data/check';
import { type Draft, draftTitle } from '../../data/drafts';
import type { Lexicon } from '../../data/lexicon';
import { asBody } from '../../data/body';
import type { Id, Json, May } from '../../data/wire';
import { useOwnWords } from '../../kit/language';
import { Button } from '../../kit/parts';
import { Combo, type Option } from '../../kit/widgets';
import { useWorkplace } from '../../kit/workplace';
import { go, toAdd, useAddress } from '../../route';
import { useCase, useCaseWords } from './context';
import { formWords } from './forms/words';

/** Made by steps of their own, or together with the case. */
const NOT_HERE: ReadonlySet<string> = new Set(['case', 'conflict']);

export function AddBar() {
	const words = useCaseWords();
	const own = useOwnWords(formWords);
	const { doc, lexicon } = useCase();
	const { reader } = useWorkplace();
	const id = useId();
	const options = useMemo(
		() => addable(lexicon, doc.summary.programme, reader.may, { mine: own.ofProgramme, form: own.aForm, scale: own.aScale, record: own.aRecord }),
		[lexicon, doc.summary.programme, reader.may, own],
	);
	const open = (code: string) => {
		const [type = '', of = null] = code.split('/');
		go(toAdd(doc.case, type, of));
	};
	// A hundred choices: they come right after what the page was opened for.
	const drawn = useDeferredValue(true, false);
	return (
		<div className="add-bar">
			{mayAdd(reader.may, 'service') && (
				<Button id="add" look="main" icon="plus" onClick={() => go(toAdd(doc.case, 'service'))}>
					{words.addService}
				</Button>
			)}
			{options.length > 0 && (
				<div className="add-other">
					<span id={id} className="only-read">
						{own.addOther}
					</span>
					{drawn && (
						<Combo
							labelledBy={id}
							describedBy={undefined}
							invalid={false}
							required={false}
							hint={own.addOther}
							options={options}
							// Never holds a choice itself: choosing opens the form.
							value={null}
							onChange={(code) => code && open(code)}
						/>
					)}
				</div>
			)}
			<Begun caseId={doc.case} />
		</div>
	);
}

const mayAdd = (may: May | undefined, type: string): boolean => !may || may.create.includes(type);

/** What may be added: the programme's forms, every other form, scales, every other
 * record. */
export function addable(
	lexicon: Lexicon,
	programme: string | null,
	may: May | undefined,
	kinds: { mine: string; form: string; scale: string; record: string },
): Option[] {
	const own = formsOf(lexicon.pack(programme));
	const forms = mayAdd(may, 'response') ? lexicon.sheetNames() : [];
	const sheets = [...own.filter((name) => forms.includes(name)), ...forms.filter((name) => !own.includes(name))].map((name) => ({
		code: `response/${name}`,
		label: lexicon.text(lexicon.sheet(name)?.label) || name,
		under: own.includes(name) ? kinds.mine : kinds.form,
	}));
	const scales = mayAdd(may, 'assessment') ? lexicon.choices({ codes: 'instrument' }) : [];
	const instruments = scales.map(({ code, label }) => ({ code: `assessment/${code}`, label, under: kinds.scale }));
	const records = lexicon
		.types('case')
		.filter((type) => !NOT_HERE.has(type.type) && type.type !== 'response' && canDraw(type) && mayAdd(may, type.type))
		.map((type) => ({ code: type.type, label: lexicon.text(type.label), under: kinds.record }));
	return [...sheets, ...instruments, ...records];
}

function formsOf(pack: Json | undefined): string[] {
	const { forms } = asBody(pack);
	return Array.isArray(forms) ? forms.map((one) => String(asBody(one)['form'] ?? '')) : [];
}

/** What was begun in this case and not saved. */
function Begun({ caseId }: { caseId: Id }) {
	const { drafts } = useData();
	const words = useOwnWords(formWords);
	const { lexicon } = useCase();
	const here = useAddress();
	const begun = [...useCell(drafts.all)].filter(([, draft]) => draft.case === caseId && (draft.step || draft.at !== here));
	const goOn = (key: string, draft: Draft) => {
		if (draft.step) drafts.reopened.set(key);
		go(draft.at ?? here);
	};
	return (
		<>
			{begun.map(([key, draft]) => (
				<Button key={key} onClick={() => goOn(key, draft)}>
					{words.goOn(draftTitle(draft, lexicon, words))}
				</Button>
			))}
		</>
	);
}
