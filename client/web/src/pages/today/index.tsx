// The day of somebody who looks after people: what is overdue and due, worst
// first, each one press from the form that does it; beside it what waits for them
// otherwise. Made so that a tired person finds the next visit at once.
import { useEffect } from 'react';
import { useData } from '../../data';
import { useCell } from '../../data/cell';
import { today as dayToday, weekday } from '../../data/time';
import { useFreshness } from '../../kit/freshness';
import { useOwnWords } from '../../kit/language';
import { FailureNotice } from '../../kit/parts';
import { DueList } from './due-list';
import { Beside } from './beside';
import { todayWords } from './words';

export function TodayPage() {
	const { caseload, references, today, make } = useData();
	const words = useOwnWords(todayWords);
	const day = dayToday(make.now());
	const { failure } = useCell(today.state);
	useEffect(() => {
		document.title = `${words.today} · ${words.product}`;
	}, [words]);
	useEffect(() => {
		void today.load();
		const look = () => {
			if (document.visibilityState === 'visible') void today.load();
		};
		document.addEventListener('visibilitychange', look);
		return () => document.removeEventListener('visibilitychange', look);
	}, [today]);
	useFreshness(() => {
		void caseload.load();
		void references.load();
	}, caseload.loadedAt);
	return (
		<div className="today">
			<h1>
				{words.today}
				<span className="today-day">{words.dayTitle(day.slice(5, 7), day.slice(8), words.weekdays[weekday(day)] ?? '')}</span>
			</h1>
			{failure && <FailureNotice failure={failure} onRetry={() => void today.load()} />}
			<div className="today-columns">
				<DueList day={day} />
				<Beside day={day} />
			</div>
		</div>
	);
}
