// One member of staff: what may be done with the record and the account.
import { useState } from 'react';
import { useData } from '../../data';
import { patchChange } from '../../data/change';
import { CallError } from '../../data/http';
import type { AccountAct, OnceOnly } from '../../data/office';
import { useAnnounce } from '../../kit/announce';
import { Ask } from '../../kit/dialog';
import { useOwnWords } from '../../kit/language';
import { Button, Notice } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import { Confirm } from './confirm';
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
	const { office, outbox, references, make } = useData();
	const words = useOwnWords(adminWords);
	const announce = useAnnounce();
	const { lexicon, reader } = useWorkplace();
	const [asked, setAsked] = useState<Asked | null>(null);
	const [once, setOnce] = useState<OnceOnly | null>(null);
	const { rec, name, role, account, left } = person;
	const self = rec.id === reader.staff;
	const granted = reader.may?.grant?.includes(role) ?? false;
	const mine = !self && granted;
	const done = () => {
		setAsked(null);
		onChanged();
		announce(words.done);
	};
	const act = async (what: AccountAct) => {
		const password = await office.changeAccount(rec.id, what);
		if (password) setOnce(password);
		done();
	};
	const movePost = async () => {
		const change = patchChange(make, lexicon.type('staff')!, rec, { ...rec.body, active: left });
		const entry = change && (await outbox.add(change));
		if (entry?.progress === 'refused') {
			outbox.remove(entry.change.id);
			throw new CallError({ kind: 'refused', problem: { ...entry.why!, title: '', status: 422 }, afterSeconds: null });
		}
		await references.load();
		done();
	};
	if (once) return <Once once={once} onClose={() => setOnce(null)} />;
	if (asked === 'edit')
		return (
			<RecordDialog
				title={words.editStaff}
				type="staff"
				rec={rec}
				without={[...(reader.role === 'site_admin' || self ? ['site'] : []), ...(self ? ['role'] : []), 'active']}
				only={{ role: reader.may?.grant ?? [] }}
				onSaved={done}
				onClose={() => setAsked(null)}
			/>
		);
	if (asked === 'give')
		return (
			<Confirm
				title={`${words.giveAccount}：${name}`}
				act={words.giveAccount}
				typed={{ label: words.loginLabel, help: words.loginHelp, max: 64, fault: (text) => (LOGIN.test(text) ? null : words.loginHelp) }}
				run={async (login) => {
					setOnce(await office.giveAccount(rec.id, login));
					done();
				}}
				onClose={() => setAsked(null)}
			/>
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
			<Confirm title={`${title}：${name}`} act={title} run={() => (asked === 'post' ? movePost() : act(asked))} onClose={() => setAsked(null)}>
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
			{self && <Notice tone="calm">{words.selfHelp}</Notice>}
			{!self && !granted && <Notice tone="calm">{words.notYours}</Notice>}
			{mine && (
				<div className="admin-acts">
					{!left && !account && (
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

/** Shown until somebody says that it was passed on. */
function Once({ once, onClose }: { once: OnceOnly; onClose: () => void }) {
	const words = useOwnWords(adminWords);
	return (
		<Ask title={words.onceTitle}>
			<p>{words.onceFor(once.login)}</p>
			<p className="once">{once.password}</p>
			<p>{words.onceHelp}</p>
			<div className="dialog-actions">
				<Button look="main" autoFocus onClick={onClose}>
					{words.onceSeen}
				</Button>
			</div>
		</Ask>
	);
}
