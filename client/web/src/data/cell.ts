// One observable value. The data layer keeps its state in cells; a component
// that reads one is drawn again when it changes, and nothing else is.
import { useSyncExternalStore } from 'react';

export class Cell<T> {
	private value: T;
	private readonly watchers = new Set<() => void>();

	constructor(value: T) {
		this.value = value;
	}

	readonly get = (): T => this.value;

	set(value: T): void {
		if (Object.is(value, this.value)) return;
		this.value = value;
		for (const watcher of [...this.watchers]) watcher();
	}

	update(change: (value: T) => T): void {
		this.set(change(this.value));
	}

	/** Calls `watcher` after every change; the answer ends that. */
	readonly watch = (watcher: () => void): (() => void) => {
		this.watchers.add(watcher);
		return () => this.watchers.delete(watcher);
	};
}

export function useCell<T>(cell: Cell<T>): T {
	return useSyncExternalStore(cell.watch, cell.get);
}
