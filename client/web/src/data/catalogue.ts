// The catalogue and the directory: what records look like, and who and what
// they name. Both are needed before any case can be shown; both change rarely,
// so they are kept in memory and only asked whether they are still current.
import { Cell } from './cell';
import { type Failure, failureOf, type Http, NOT_MODIFIED } from './http';
import type { CatalogueDoc, Directory, Id, Rec } from './wire';

export interface Reference {
	catalogue: CatalogueDoc;
	directory: ReadonlyMap<Id, Rec>;
}

export type ReferenceState = { value: Reference } | { failure: Failure } | null;

export class References {
	readonly state = new Cell<ReferenceState>(null);
	private etag: string | null = null;

	constructor(private readonly http: Http) {}

	/** Fetches what is missing or out of date; keeps what it has on failure. */
	async load(): Promise<void> {
		const held = this.held();
		try {
			const [catalogue, directory] = await Promise.all([this.catalogue(held), this.directory()]);
			this.state.set({ value: { catalogue, directory } });
		} catch (error) {
			const failure = failureOf(error);
			if (!held) this.state.set({ failure });
		}
	}

	forget(): void {
		this.etag = null;
		this.state.set(null);
	}

	private held(): Reference | null {
		const state = this.state.get();
		return state && 'value' in state ? state.value : null;
	}

	private async catalogue(held: Reference | null): Promise<CatalogueDoc> {
		const answer = await this.http.ask<CatalogueDoc>('GET', '/v1/catalogue', { etag: held && this.etag });
		if (answer === NOT_MODIFIED) return held!.catalogue;
		this.etag = answer.etag;
		return answer.value;
	}

	private async directory(): Promise<ReadonlyMap<Id, Rec>> {
		const { value } = await this.http.call<Directory>('GET', '/v1/directory');
		return new Map(value.records.map((rec) => [rec.id, rec]));
	}
}
