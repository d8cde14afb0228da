// How high something is just now: what stays over a list while it scrolls must not hide
// what has the focus.
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

export function useHeight(): [RefObject<HTMLDivElement | null>, number] {
	const box = useRef<HTMLDivElement>(null);
	const [height, setHeight] = useState(0);
	useLayoutEffect(() => {
		if (!box.current) return;
		const element = box.current;
		const look = () => setHeight(element.offsetHeight);
		look();
		const watcher = new ResizeObserver(look);
		watcher.observe(element);
		return () => watcher.disconnect();
	}, []);
	return [box, height];
}
