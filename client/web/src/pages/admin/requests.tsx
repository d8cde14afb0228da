// What one administrator asked to be done to an account, and another carries out.
import { useState } from 'react';
import { useData } from '../../data';
import type { AccountRequest, OnceOnly } from '../../data/office';
import { useAnnounce } from '../../kit/announce';
import { Ask } from '../../kit/dialog';
import { useOwnWords } from '../../kit/language';
import { Button, Notice } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import { Confirm } from './confirm';
import { adminWords } from './words';

export function Requests({ requests, onChanged }: { requests: AccountRequest[]; onChanged: () => void }) {
	const { office } = useData();
	const words = useOwnWords(adminWords);
	const announce = useAnnounce();
	const { lexicon, reader } = useWorkplace();
	const [asked, setAsked] = useState<{ request: AccountRequest; grant: boolean } | null>(null);
	const [once, setOnce] = useState<OnceOnly | null>(null);
	if (once) return <Once once={once} onClose={() => setOnce(null)} />;
	if (requests.length === 0) return null;
	const title = ({ kind, name }: AccountRequest) => words.askedFor[kind]!(name);
	const refusal = (one: AccountRequest) => (one.made_by === reader.staff ? words.endCode : words.refuse);
	const early = ({ due }: AccountRequest) => Date.parse(due) > Date.now();
	const whyNot = (one: AccountRequest): string | null => {
		if (one.staff === reader.staff) return words.askedOfYou;
		const wait = early(one) ? words.askedEarly(lexicon.time(one.due)) : null;
		if (one.made_by === reader.staff) return [words.askedByYou, wait].filter(Boolean).join(' ');
		return one.second ? wait : words.askedByYours;
	};
	const decide = async ({ request, grant }: { request: AccountRequest; grant: boolean }) => {
		const password = await office.decideRequest(request.id, grant);
		setAsked(null);
		if (password) setOnce(password);
		onChanged();
		announce(grant ? words.done : words.refusedNow);
	};
	return (
		<section className="group-part" aria-labelledby="asked">
			<h2 id="asked">{words.askedTitle}</h2>
			<p className="hint">{words.askedHelp}</p>
			<ul className="admin-list">
				{requests.map((one) => (
					<li key={one.id}>
						<div>
							<strong>{title(one)}</strong>
							<span className="under">
								{[lexicon.code('staff_role', one.role), lexicon.site(one.site, one.site_name), words.askedBy(lexicon.name(one.made_by), lexicon.time(one.at))].join(' · ')}
							</span>
							{whyNot(one) && <span className="under">{whyNot(one)}</span>}
						</div>
						{one.staff !== reader.staff && (
							<div className="admin-acts">
								{!whyNot(one) && (
									<Button look="main" aria-label={`${words.grant}：${title(one)}`} onClick={() => setAsked({ request: one, grant: true })}>
										{words.grant}
									</Button>
								)}
								<Button aria-label={`${refusal(one)}：${title(one)}`} onClick={() => setAsked({ request: one, grant: false })}>
									{refusal(one)}
								</Button>
							</div>
						)}
					</li>
				))}
			</ul>
			{asked && (
				<Confirm
					title={title(asked.request)}
					act={asked.grant ? words.grant : refusal(asked.request)}
					run={() => decide(asked)}
					onClose={() => setAsked(null)}
				>
					<Notice tone="calm">{asked.grant ? words.askedGrant[asked.request.kind]! : words.askedRefuse}</Notice>
				</Confirm>
			)}
		</section>
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
