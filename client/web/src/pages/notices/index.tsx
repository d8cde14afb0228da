// What stands above every page until its person did something about it: what
// administrators ask to do to their account, and when they were here before.
import { useEffect, useState } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import { type Failure, failureOf } from '../../data/http';
import { clockOf, dayOf } from '../../data/time';
import type { AccountNotice, Session } from '../../data/wire';
import { useAnnounce } from '../../kit/announce';
import { useOwnWords } from '../../kit/language';
import { Button, FailureNotice, Notice } from '../../kit/parts';
import { noticeWords } from './words';

const at = (time: string) => `${dayOf(time)} ${clockOf(time)}`;

export function Notices({ session, here }: { session: Session; here: string }) {
	const { sessions } = useData();
	const words = useOwnWords(noticeWords);
	const before = useCell(sessions.before);
	useEffect(() => {
		void sessions.glance();
	}, [sessions, here]);
	const notices = session.notices ?? [];
	if (notices.length === 0 && !before) return null;
	return (
		<aside className="notices" aria-label={words.aboutYou}>
			{notices.map((one) => (
				<Asked key={one.id} notice={one} />
			))}
			{before && (
				<p className={before.missed > 0 ? 'before missed' : 'before'}>
					{words.before(at(before.at), before.place ?? '', before.missed)}{' '}
					<Button look="quiet" onClick={() => sessions.before.set(null)}>
						{words.seen}
					</Button>
				</p>
			)}
		</aside>
	);
}

function Asked({ notice }: { notice: AccountNotice }) {
	const { sessions } = useData();
	const words = useOwnWords(noticeWords);
	const announce = useAnnounce();
	const [failure, setFailure] = useState<Failure | null>(null);
	const object = async () => {
		try {
			await sessions.objectTo(notice.id);
			announce(words.objected);
		} catch (error) {
			setFailure(failureOf(error));
		}
	};
	return (
		<>
			<Notice tone="warn" action={<Button onClick={() => void object()}>{words.object}</Button>}>
				<strong>{words.asked[notice.kind]!(notice.by || words.somebody)}</strong> {words.from(at(notice.due))}
			</Notice>
			{failure && <FailureNotice failure={failure} />}
		</>
	);
}
