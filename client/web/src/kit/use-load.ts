// What a page of administration or audit shows: asked for when it opens, and again after
// every act.
import { useCallback, useEffect, useState } from 'react';
import { type Failure, failureOf } from '../data/http';

export interface Loaded<T> {
	value: T | null;
	failure: Failure | null;
	again: () => void;
}

export function useLoad<T>(ask: () => Promise<T>): Loaded<T> {
	const [value, setValue] = useState<T | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const again = useCallback(() => {
		ask().then(
			(got) => {
				setValue(got);
				setFailure(null);
			},
			(error: unknown) => setFailure(failureOf(error)),
		);
	}, [ask]);
	useEffect(again, [again]);
	return { value, failure, again };
}
