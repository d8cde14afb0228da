// Cases opened in an emergency (docs/wire.md "An emergency"): for an hour, to
// read and to add. While one is open its case is read, and written to, by the
// emergency's own address; everything on the trail.
import { Cell } from './cell';
import { type Failure, failureOf, type Http } from './http';
import type { Id } from './wire';

export interface Grant {
	id: Id;
	case: Id;
	until: string;
	category: string | null;
	reason: string | null;
}

interface Row {
	id: Id;
	case_id: Id;
	until: string;
	category: string | null;
	reason: string | null;
	live: boolean;
	staff: Id;
}

export interface Order {
	number: string;
	category: string;
	reason: string;
	password: string;
}

export class Emergencies {
	/** Those of this person that are not over, by case. */
	readonly open = new Cell<ReadonlyMap<Id, Grant>>(new Map());

	constructor(private readonly http: Http) {}

	async begin(order: Order): Promise<Grant> {
		const { value } = await this.http.call<{ id: Id; case: Id; until: string }>('POST', '/v1/break-glass', { body: order });
		const grant = { ...value, category: order.category, reason: order.reason };
		this.open.update((all) => new Map(all).set(grant.case, grant));
		return grant;
	}

	/** Whatever was opened before the page was loaded anew; true when there is one for that case. */
	async look(caseId: Id, staff: Id | null): Promise<boolean> {
		// Where that fails the case stays closed, and says so by itself.
		await this.learn(staff);
		return this.open.get().has(caseId);
	}

	/** What was opened before the page was loaded anew. Why it is not known, when asking
	 * again may tell; null otherwise, also for whom there can be none. */
	async learn(staff: Id | null): Promise<Failure | null> {
		if (staff === null) return null;
		try {
			const { value } = await this.http.call<{ rows: Row[] }>('GET', '/v1/break-glass');
			const mine = value.rows.filter((row) => row.live && row.staff === staff);
			this.open.set(new Map(mine.map(({ id, case_id, until, category, reason }) => [case_id, { id, case: case_id, until, category, reason }])));
			return null;
		} catch (error) {
			const failure = failureOf(error);
			const final = failure.kind === 'refused' && (failure.problem.retry === 'never' || failure.problem.retry === 'after_edit');
			return final ? null : failure;
		}
	}

	/** Where a case is read. */
	pathOf(caseId: Id): string {
		const grant = this.open.get().get(caseId);
		return grant ? `/v1/break-glass/${grant.id}` : `/v1/cases/${caseId}`;
	}

	/** Where its changes go. */
	changesOf(caseId: Id | null): string {
		const grant = caseId && this.open.get().get(caseId);
		return grant ? `/v1/break-glass/${grant.id}/changes` : '/v1/changes';
	}

	over(caseId: Id): void {
		this.open.update((all) => {
			const rest = new Map(all);
			rest.delete(caseId);
			return rest;
		});
	}

	forget(): void {
		this.open.set(new Map());
	}
}
