// Which windows of this browser are still there. Each holds a lock of its own name
// as long as it lives, so that others hear when it is gone, however it went.

const lockOf = (window: string): string => `casebridge-window/${window}`;

export class Windows {
	readonly own: string = crypto.randomUUID();
	/** False where nobody can tell. */
	readonly tells: boolean;
	private readonly locks: LockManager | undefined = globalThis.navigator?.locks;

	constructor() {
		this.tells = Boolean(this.locks);
		void this.locks?.request(lockOf(this.own), () => new Promise(() => {}));
	}

	/** Calls `then` when that window is gone; at once, where it is or nobody can tell. */
	whenGone(other: string, then: () => void): void {
		if (this.locks) void this.locks.request(lockOf(other), then);
		else then();
	}
}
