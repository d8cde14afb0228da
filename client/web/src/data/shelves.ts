// Where things are kept for whom: online in the browser, sealed with the key of the
// session; at a station in its store, because the address of its pages, and with it
// the browser's storage, is another each time they are opened.
import type { Http } from './http';
import type { Kept, Shelf } from './keep';
import { browserRows, Vault } from './vault';
import type { Session } from './wire';

class StationShelf implements Shelf {
	constructor(private readonly http: Http) {}

	async read(): Promise<Kept[]> {
		return (await this.http.call<{ kept: Kept[] }>('GET', '/v1/kept')).value.kept;
	}

	async write(put: readonly Kept[], drop: readonly string[]): Promise<void> {
		await this.http.call('POST', '/v1/kept', { body: { put, drop } });
	}

	async clear(): Promise<void> {
		await this.write([], (await this.read()).map((one) => one.key));
	}
}

/** Null when there is no place but this page. */
export async function shelfOf(http: Http, session: Session, now: number): Promise<Shelf | null> {
	if (session.mode === 'station') return new StationShelf(http);
	if (!session.page_key) return null;
	const rows = await browserRows();
	try {
		return rows && (await Vault.open(session.page_key, rows, now));
	} catch {
		return null;
	}
}
