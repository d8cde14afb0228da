// What each step of a letter asks for. Which steps there are is told with the
// letter; what must be written down with one, the centre checks again.
export interface AskedFor {
	field: string;
	/** The step cannot be taken without it. */
	needed?: boolean;
}

type Steps = { [type: string]: { [to: string]: readonly AskedFor[] } };

const ASKED: Steps = {
	referral: {
		accepted: [{ field: 'manager' }, { field: 'decision_note' }],
		declined: [{ field: 'decline_reason', needed: true }, { field: 'decision_note' }],
		in_progress: [],
		on_hold: [],
		returned: [{ field: 'return_letter', needed: true }, { field: 'outcome' }],
		failed: [{ field: 'outcome', needed: true }],
		acknowledged: [{ field: 'client_confirmed' }],
		withdrawn: [{ field: 'cancel_reason' }],
	},
	request: {
		triaged: [{ field: 'triage', needed: true }],
		accepted: [{ field: 'provider' }],
		in_progress: [],
		done: [{ field: 'result', needed: true }],
		unmet: [{ field: 'unmet_reason', needed: true }, { field: 'result' }],
		withdrawn: [{ field: 'cancel_reason' }],
	},
};

export const askedFor = (type: string, to: string): readonly AskedFor[] => ASKED[type]?.[to] ?? [];

/** Steps that go on as the person who reads hopes; the others stand apart. */
const FORWARD = new Set(['requested', 'accepted', 'in_progress', 'returned', 'acknowledged', 'done']);
export const isForward = (to: string): boolean => FORWARD.has(to);

export interface Milestone {
	name: 'sent' | 'answered' | 'declined' | 'begun' | 'returned' | 'failed' | 'closed' | 'withdrawn' | 'asked' | 'taken' | 'done' | 'unmet';
	/** The field that says when. */
	field: string | null;
	/** The letter has come this far. */
	reached: boolean;
}

const FAR: { [type: string]: readonly (readonly string[])[] } = {
	referral: [['draft'], ['requested'], ['accepted'], ['in_progress', 'on_hold'], ['returned', 'failed'], ['acknowledged']],
	request: [['open', 'triaged'], ['accepted', 'in_progress'], ['done']],
};

/** The road of a letter from its sending to the closed loop. */
export function roadOf(type: string, status: string, declined: boolean): Milestone[] {
	const at = FAR[type]?.findIndex((states) => states.includes(status)) ?? -1;
	if (type === 'request') {
		const asked: Milestone = { name: 'asked', field: 'requested', reached: true };
		if (status === 'withdrawn') return [asked, { name: 'withdrawn', field: null, reached: true }];
		if (status === 'unmet') return [asked, { name: 'unmet', field: null, reached: true }];
		return [asked, { name: 'taken', field: 'responded', reached: at >= 1 }, { name: 'done', field: 'result_at', reached: at >= 2 }];
	}
	const sent: Milestone = { name: 'sent', field: 'requested', reached: status !== 'draft' };
	const closed: Milestone = { name: 'closed', field: 'acknowledged', reached: status === 'acknowledged' };
	if (status === 'withdrawn') return [sent, { name: 'withdrawn', field: 'withdrawn', reached: true }];
	if (declined) return [sent, { name: 'declined', field: 'decided', reached: true }, closed];
	return [
		sent,
		{ name: 'answered', field: 'decided', reached: at >= 2 },
		{ name: 'begun', field: 'started', reached: at >= 3 },
		status === 'failed' ? { name: 'failed', field: null, reached: true } : { name: 'returned', field: 'returned', reached: at >= 4 },
		closed,
	];
}
