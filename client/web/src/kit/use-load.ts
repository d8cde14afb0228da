// What a page of administration or audit shows: asked for when it opens, and again after
// every act.
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Failure, failureOf } from '../data/http';

export interface Loaded<T> {
	value: T | null;
	failure: Failure | null;
	again: () => void;
}

export function useLoad<T>(ask: () => Promise<T>): Loaded<T> {
	const [value, setValue] = useState<T | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	// Of two questions under way the older one's answer is not wanted any more.
	const run = useRef(0);
	const again = useCallback(() => {
		const own = ++run.current;
		ask().then(
			(got) => {
				if (own !== run.current) return;
				setValue(got);
				setFailure(null);
			},
			(error: unknown) => own === run.current && setFailure(failureOf(error)),
		);
	}, [ask]);
	useEffect(again, [again]);
	return { value, failure, again };
}
