// Who may see the case and why: the care group, the consents, the copies.
// A membership ends and a consent is withdrawn in one step that first shows who
// loses what.
import { type ReactNode, useState } from 'react';
import { useData } from '../../../data';
import { asList } from '../../../data/body';
import type { Id, Rec } from '../../../data/wire';
import { type About, notedKey, useReopened } from '../../../kit/noted';
import { Button, Chip, TableBox } from '../../../kit/parts';
import { useWorkplace } from '../../../kit/workplace';
import { go, toAdd, toEdit } from '../../../route';
import { useCase } from '../context';
import { usePeopleWords } from './say';
import { CopiesOf } from './copies';
import { mayCreate, mayEdit, mayWithdraw } from '../may';
import { inEffect, text, useOf, useToday } from '../part';
import { WithdrawAsked } from './withdraw';

export function People() {
	const words = usePeopleWords();
	const [chosen, setChosen] = useState<ReadonlySet<Id>>(new Set());
	const [asked, setAsked] = useState<readonly Id[] | null>(null);
	const [turn, setTurn] = useState(0);
	const { drafts } = useData();
	const { doc } = useCase();
	const about: About = { case: doc.case, rec: doc.case, type: 'case', step: 'withdraw' };
	useReopened(about, () => {
		const records = asList(drafts.all.get().get(notedKey(about))?.values['records']).map(String);
		setChosen(new Set(records));
		if (records.length > 0) setAsked(records);
	});
	const choose = (id: Id) =>
		setChosen((so) => {
			const next = new Set(so);
			if (!next.delete(id)) next.add(id);
			return next;
		});
	const picking = { chosen, choose };
	return (
		<div className="people">
			<Members {...picking} />
			<Consents {...picking} />
			{chosen.size > 0 && (
				<div className="people-step">
					<span role="status">{words.chosen(chosen.size)}</span>
					<Button look="main" onClick={() => setAsked([...chosen])}>
						{words.endChosen}
					</Button>
					<Button onClick={() => setChosen(new Set())}>{words.clear}</Button>
				</div>
			)}
			<CopiesOf turn={turn} />
			{asked && (
				<WithdrawAsked
					records={asked}
					onClose={(done) => {
						setAsked(null);
						if (!done) return;
						setChosen(new Set());
						setTurn(turn + 1);
					}}
				/>
			)}
		</div>
	);
}

interface Picking {
	chosen: ReadonlySet<Id>;
	choose: (id: Id) => void;
}

function AddButton({ type, label }: { type: string; label: string }) {
	const { doc } = useCase();
	const { reader } = useWorkplace();
	if (!mayCreate(type, reader)) return null;
	return (
		<Button icon="plus" onClick={() => go(toAdd(doc.case, type, null, 'people'))}>
			{label}
		</Button>
	);
}

/** Chosen for the step, or changed as it stands. */
function RowActions({ rec, label, chosen, choose }: Picking & { rec: Rec; label: string }) {
	const words = usePeopleWords();
	const { doc, lexicon } = useCase();
	const { reader } = useWorkplace();
	const type = lexicon.type(rec.type);
	return (
		<td className="row-actions">
			{type && mayEdit(rec, type, reader, doc.summary.manager) && (
				<Button look="quiet" aria-label={words.editOf(label)} onClick={() => go(toEdit(doc.case, rec.id, 'people'))}>
					{words.edit}
				</Button>
			)}
			{mayWithdraw(rec, reader) && (
				<label className="pick">
					<input type="checkbox" checked={chosen.has(rec.id)} aria-label={words.chooseToEnd(label)} onChange={() => choose(rec.id)} />
					{rec.type === 'member' ? words.toEnd : words.toWithdraw}
				</label>
			)}
		</td>
	);
}

function Members(picking: Picking) {
	const words = usePeopleWords();
	const { lexicon } = useCase();
	const day = useToday();
	const all = useOf('member').filter((rec) => rec.state !== 'retracted');
	const present = all.filter((rec) => inEffect(rec, day)).sort((a, b) => Number(b.body['lead'] === true) - Number(a.body['lead'] === true));
	const former = all.filter((rec) => !inEffect(rec, day));
	const nameOf = (rec: Rec) => (text(rec, 'staff') ? lexicon.name(text(rec, 'staff')) : text(rec, 'name'));
	const row = (rec: Rec, active: boolean) => (
		<tr key={rec.id} data-rec={rec.id}>
			<th scope="row">
				{nameOf(rec)} {rec.body['lead'] === true && <Chip>{words.lead}</Chip>}
			</th>
			<td>{lexicon.code('member_role', text(rec, 'role'))}</td>
			<td>{text(rec, 'site') ? lexicon.name(text(rec, 'site')) : words.noSeat}</td>
			<td className="nowrap">{text(rec, 'from')}</td>
			<td>
				<span className="nowrap">{text(rec, 'to')}</span>
				{text(rec, 'reason') && <span className="under">{text(rec, 'reason')}</span>}
			</td>
			{active ? <RowActions rec={rec} label={nameOf(rec)} {...picking} /> : <td />}
		</tr>
	);
	return (
		<Listed
			id="members"
			heading={words.careGroup}
			add={<AddButton type="member" label={words.addMember} />}
			columns={[words.name, words.role, words.site, words.joined, words.leftOn]}
			none={all.length === 0 && words.noMembers}
		>
			{present.map((rec) => row(rec, true))}
			{former.map((rec) => row(rec, false))}
		</Listed>
	);
}

function Consents(picking: Picking) {
	const words = usePeopleWords();
	const { lexicon, mask } = useCase();
	const day = useToday();
	const all = useOf('consent').filter((rec) => rec.state !== 'retracted');
	const valid = (rec: Rec) => inEffect(rec, day);
	const list = (rec: Rec, field: string, show: (one: string) => string) => {
		const value = rec.body[field];
		return Array.isArray(value) ? value.map((one) => show(String(one))).join(words.listComma) : '';
	};
	const standing = (rec: Rec) =>
		text(rec, 'withdrawn') && text(rec, 'withdrawn') <= day ? (
			<Chip tone="warn">{words.withdrawnOn(text(rec, 'withdrawn'))}</Chip>
		) : valid(rec) ? (
			<Chip tone="good" icon="check">
				{words.inForce}
			</Chip>
		) : (
			<Chip>{words.notInForce}</Chip>
		);
	return (
		<Listed
			id="consents"
			heading={words.consents}
			add={<AddButton type="consent" label={words.addConsent} />}
			columns={[words.purpose, words.classes, words.toSites, words.givenBy, words.term]}
			none={all.length === 0 && words.noConsent}
		>
			{[...all].sort((a, b) => Number(valid(b)) - Number(valid(a))).map((rec) => {
				const label = lexicon.code('consent_purpose', text(rec, 'purpose'));
				const basis = text(rec, 'basis');
				return (
					<tr key={rec.id} data-rec={rec.id}>
						<th scope="row">
							{label}
							{basis && basis !== 'consent' && <span className="under">{lexicon.code('legal_basis', basis)}</span>}
						</th>
						<td>{list(rec, 'classes', (one) => lexicon.code('record_class', one))}</td>
						<td>{list(rec, 'sites', (one) => lexicon.name(one))}</td>
						<td>
							{mask.name(text(rec, 'given_by'))}
							{text(rec, 'relation_to_client') && <span className="under">{lexicon.code('family_relation', text(rec, 'relation_to_client'))}</span>}
						</td>
						<td>
							{standing(rec)}
							<span className="under">
								{[text(rec, 'from'), text(rec, 'to') || words.openEnded].filter(Boolean).join(' – ')}
							</span>
						</td>
						{valid(rec) ? <RowActions rec={rec} label={label} {...picking} /> : <td />}
					</tr>
				);
			})}
		</Listed>
	);
}

interface ListedProps {
	id: string;
	heading: string;
	add: ReactNode;
	columns: readonly string[];
	/** What is said when there are no rows. */
	none: string | false;
	children: ReactNode;
}

/** A table of records under its heading; the last column is what can be done. */
function Listed({ id, heading, add, columns, none, children }: ListedProps) {
	const words = usePeopleWords();
	return (
		<section aria-labelledby={id}>
			<div className="timeline-head">
				<h2 id={id}>{heading}</h2>
				{add}
			</div>
			<TableBox label={heading}>
				<table className="list" aria-label={heading}>
					<thead>
						<tr>
							{columns.map((column) => (
								<th key={column} scope="col">
									{column}
								</th>
							))}
							<th scope="col">
								<span className="only-read">{words.actions}</span>
							</th>
						</tr>
					</thead>
					<tbody>{children}</tbody>
				</table>
			</TableBox>
			{none && <p className="faint">{none}</p>}
		</section>
	);
}
