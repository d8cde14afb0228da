// Asking for a service from the menu, or for something that is on none.
import { useEffect, useMemo, useState } from 'react';
import { useData } from '../../data';
import { stamp } from '../../data/time';
import type { Body, Rec } from '../../data/wire';
import { useAnnounce } from '../../kit/announce';
import { DraftKept } from '../../kit/kept';
import { Button, Icon, Notice } from '../../kit/parts';
import { TypedOn } from '../../kit/saving';
import { useWorkplace } from '../../kit/workplace';
import { go, toLetter, toLetters } from '../../route';
import { useWriting, WritingFields } from './letter-form';
import { Menu, menuOf } from './menu';
import { textOf, useLetterWords } from './stand';

const FIELDS = ['urgency', 'ward', 'client_label', 'requested_by_kind', 'need'] as const;
const OTHER = ['item_name', 'to_site', ...FIELDS] as const;

/** Who asks, by what they are. */
const ASKERS: { [role: string]: string } = { nurse: 'nurse', psychiatrist: 'doctor', prevention_doctor: 'doctor' };

export function AskPage() {
	const { make } = useData();
	const words = useLetterWords();
	const announce = useAnnounce();
	const { lexicon, reader } = useWorkplace();
	const items = useMemo(() => menuOf(lexicon), [lexicon]);
	const start = { urgency: 'routine', requested_by_kind: ASKERS[reader.role] ?? 'other_staff' };
	const writing = useWriting('request', reader.site, null, start, OTHER);
	const item = items.find((one) => one.id === writing.values['item']);
	// What was begun for something that is on no menu is open again with what was typed.
	const [other, setOther] = useState(items.length === 0 || (writing.hasDraft && !item));
	const { busy } = writing.saving;
	useEffect(() => {
		document.title = `${words.askForService} · ${words.product}`;
		window.scrollTo(0, 0);
	}, [words]);

	const pick = (one: Rec) => {
		writing.set('item', one.id);
		setTimeout(() => writing.box.current?.querySelector<HTMLElement>('select, input')?.focus());
	};
	const send = async () => {
		if (busy) return;
		const named: Body = item && !other ? { item: item.id, item_name: textOf(item, 'clinical_name'), to_site: textOf(item, 'site') } : { item: null };
		const body = writing.judge({ ...named, status: 'open', requested: stamp(make.now()) });
		if (!body) return;
		if (!body['item'] && !body['item_name']) return writing.refuse('item_name', words.faultRequired);
		const end = await writing.send(null, body);
		if (end === 'refused') return;
		announce(words.askedNow);
		if (end !== 'typed') go(toLetter(writing.rec));
	};
	return (
		<div className="refer">
			<header className="letter-head">
				<a className="back" href={toLetters}>
					<Icon shape="back" />
					{words.lettersPlace}
				</a>
				<div className="letter-title">
					<h1>{words.askForService}</h1>
				</div>
			</header>
			<div className="refer-body">
				<section className="sending" aria-label={words.serviceMenu}>
					<h2>{words.serviceMenu}</h2>
					<Menu items={items} chosen={other ? null : (item?.id ?? null)} onPick={(one) => (setOther(false), pick(one))} bySite />
					<Button aria-pressed={other} onClick={() => setOther(!other)}>
						{words.notOnMenu}
					</Button>
				</section>
				<form
					autoComplete="off"
					className="refer-form"
					ref={writing.box}
					noValidate
					onSubmit={(event) => {
						event.preventDefault();
						void send();
					}}
				>
					<TypedOn saving={writing.saving} />
					{writing.trouble && <Notice tone="bad">{writing.trouble}</Notice>}
					{!item && !other && <p className="faint">{words.pickFirst}</p>}
					{item && !other && (
						<p className="picked-item">
							<strong>{textOf(item, 'clinical_name')}</strong>
							<span className="under">
								{textOf(item, 'patient_name')} · {lexicon.name(textOf(item, 'site'))}
							</span>
						</p>
					)}
					{(item || other) && (
						<>
							<WritingFields writing={writing} names={other ? OTHER : FIELDS} needed={other ? ['item_name'] : []} />
							<p className="hint">{words.labelHint}</p>
							<div className="step-foot">
								<Button look="main" type="submit" aria-disabled={busy}>
									{busy ? words.saving : words.askNow}
								</Button>
								{writing.hasDraft && <DraftKept />}
							</div>
						</>
					)}
				</form>
			</div>
		</div>
	);
}
