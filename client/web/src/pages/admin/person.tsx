// One member of staff: what may be done with the record and the account.
import { useState } from 'react';
import { useData } from '../../data';
import { patchChange } from '../../data/change';
import type { AccountAct } from '../../data/office';
import { useAnnounce } from '../../kit/announce';
import { Ask } from '../../kit/dialog';
import { useOwnWords } from '../../kit/language';
import { Button, Notice } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import { Confirm } from './confirm';
import { failIfUndone, useDirectly } from './directly';
import { RecordDialog } from './record-dialog';
import { AccountState, type Person } from './staff';
import { adminWords } from './words';

const LOGIN = /^[a-z0-9][a-z0-9._@-]{0,63}$/;

type Asked = 'edit' | 'give' | 'post' | AccountAct;

interface StaffDialogProps {
	person: Person;
	onChanged: () => void;
	onClose: () => void;
}

export function StaffDialog({ person, onChanged, onClose }: StaffDialogProps) {
	const { office, make } = useData();
	const directly = useDirectly();
	const words = useOwnWords(adminWords);
	const announce = useAnnounce();
	const { lexicon, reader } = useWorkplace();
	const [asked, setAsked] = useState<Asked | null>(null);
	// What another administrator has to grant: nothing else on this person shows it yet.
	const [waits, setWaits] = useState(false);
	const { rec, name, role, account, left } = person;
	const self = rec.id === reader.staff;
	const granted = reader.may?.grant?.includes(role) ?? false;
	const mine = !self && granted;
	const done = (said = words.done) => {
		setAsked(null);
		setWaits(said === words.askedNow);
		onChanged();
		announce(said);
	};
	const act = async (what: AccountAct) => {
		done((await office.changeAccount(rec.id, what)) ? words.askedNow : words.done);
	};
	const movePost = async () => {
		const change = patchChange(make, lexicon.type('staff')!, rec, { ...rec.body, active: left });
		if (change) failIfUndone(await directly(change));
		// It may have been closed meanwhile, and something else be open.
		setAsked((now) => (now === 'post' ? null : now));
		onChanged();
		announce(words.done);
	};
	if (asked === 'edit')
		return (
			<RecordDialog
				title={words.editStaff}
				type="staff"
				rec={rec}
				without={[...(reader.role === 'site_admin' || self ? ['site'] : []), ...(self ? ['role'] : []), 'active']}
				only={{ role: reader.may?.grant ?? [] }}
				onSaved={() => done()}
				onClose={() => setAsked(null)}
			/>
		);
	if (asked === 'give')
		return (
			<Confirm
				title={`${words.giveAccount}${words.colon}${name}`}
				act={words.giveAccount}
				typed={{ about: { case: reader.district, rec: rec.id, type: 'staff', step: 'act' }, label: words.loginLabel, help: words.loginHelp, max: 64, fault: (text) => (LOGIN.test(text) ? null : words.loginHelp) }}
				run={async (login) => {
					await office.giveAccount(rec.id, login);
					done(words.askedNow);
				}}
				onClose={() => setAsked(null)}
			>
				<p>{words.giveAccountHelp}</p>
			</Confirm>
		);
	if (asked) {
		const questions: { [one in Exclude<Asked, 'edit' | 'give'>]: [string, string] } = {
			password: [words.newPassword, words.newPasswordHelp],
			suspend: [words.suspend, words.suspendHelp],
			resume: [words.resume, words.resumeHelp],
			end_sessions: [words.endSessions, words.endSessionsHelp],
			factor: [words.resetFactor, words.resetFactorHelp],
			post: left ? [words.back, words.backHelp] : [words.leave, words.leaveHelp],
		};
		const [title, help] = questions[asked];
		return (
			<Confirm title={`${title}${words.colon}${name}`} act={title} {...(asked === 'post' && { slowly: words.stillSending })} run={() => (asked === 'post' ? movePost() : act(asked))} onClose={() => setAsked(null)}>
				<p>{help}</p>
			</Confirm>
		);
	}
	return (
		<Ask title={name} onClose={onClose}>
			<dl className="fields-shown">
				<div>
					<dt>{words.staffRole}</dt>
					<dd>{lexicon.code('staff_role', role)}</dd>
				</div>
				<div>
					<dt>{words.stationSite}</dt>
					<dd>{lexicon.name(person.site)}</dd>
				</div>
				<div>
					<dt>{words.staffAccount}</dt>
					<dd>{account?.login ?? words.noAccount}</dd>
				</div>
				{account && (
					<div>
						<dt>{words.staffSeen}</dt>
						<dd>
							{account.seen ? lexicon.time(account.seen) : words.never} · {words.sessionsNow(account.sessions)}
						</dd>
					</div>
				)}
			</dl>
			<AccountState person={person} />
			{waits && <Notice tone="good">{words.askedNow}</Notice>}
			{self && <Notice tone="calm">{words.selfHelp}</Notice>}
			{!self && !granted && <Notice tone="calm">{words.notYours}</Notice>}
			{mine && (
				<div className="admin-acts">
					{!left && !account && !waits && (
						<Button look="main" onClick={() => setAsked('give')}>
							{words.giveAccount}
						</Button>
					)}
					<Button onClick={() => setAsked('edit')}>{words.editStaff}</Button>
					{account && !left && <Button onClick={() => setAsked('password')}>{words.newPassword}</Button>}
					{account && <Button onClick={() => setAsked('factor')}>{words.resetFactor}</Button>}
					{account && account.sessions > 0 && <Button onClick={() => setAsked('end_sessions')}>{words.endSessions}</Button>}
					{account && !account.disabled_at && <Button onClick={() => setAsked('suspend')}>{words.suspend}</Button>}
					{account?.disabled_at && !left && <Button onClick={() => setAsked('resume')}>{words.resume}</Button>}
					<Button onClick={() => setAsked('post')}>{left ? words.back : words.leave}</Button>
				</div>
			)}
			<div className="dialog-actions">
				<Button autoFocus onClick={onClose}>
					{words.close}
				</Button>
			</div>
		</Ask>
	);
}
