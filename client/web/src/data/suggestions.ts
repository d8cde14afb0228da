// What a form makes of answers that are still being filled in: a proposed class, a
// next date, contradictions, flags (POST /v1/suggest). Nothing of it is stored.
import { CallError, type Http } from './http';
import type { Body, Label } from './wire';

export interface Suggestion {
	suggest: { [field: string]: Label & { value: string | number | boolean; missing: string[] } };
	due: string | null;
	warnings: (Label & { code: string; field: string; level: 'refuse' | 'warn' })[];
	flags: (Label & { kind: string; level: number })[];
}

export interface SuggestAsk {
	form: string;
	version: string;
	answers: Body;
	previous?: Body;
	responded?: string;
	age?: number;
}

export class Suggestions {
	constructor(private readonly http: Http) {}

	/** Null when nobody can say now; the form is filled in without it. */
	async ask(body: SuggestAsk): Promise<Suggestion | null> {
		try {
			return (await this.http.call<Suggestion>('POST', '/v1/suggest', { body })).value;
		} catch (error) {
			if (error instanceof CallError) return null;
			throw error;
		}
	}
}
