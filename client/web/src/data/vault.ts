// What is kept in the browser, sealed.
//
// Many people use the computer of a station or a ward, and its disk is nobody's in
// particular. So nothing is written in clear: an entry is AES-256-GCM under a key
// that the server gives to the signed-in person and that stays in this page's
// memory (docs/wire.md "What was typed and not saved"). Neither the next person at
// the computer nor who takes the disk can read it or tell whose it is; the same
// person reads it after the next sign-in. The entry's name is inside; outside stand
// an HMAC of it, to find it by, a tag of the person's key, and the day it was
// written, to clear away what nobody came back for. Its length is rounded up.
import type { Kept, Shelf } from './keep';

/** One entry as it lies there. */
export interface Row {
	id: string;
	owner: string;
	at: number;
	iv: Uint8Array<ArrayBuffer>;
	sealed: ArrayBuffer;
}

/** The place itself; the browser's, or a test's. */
export interface Rows {
	all(): Promise<Row[]>;
	change(put: readonly Row[], drop: readonly string[]): Promise<void>;
	/** Every row as `judge` says, null: none; nobody writes between its being read and
	 * that. */
	sweep(judge: (row: Row) => Row | null): Promise<void>;
}

const DAYS_KEPT = 90;
/** A row younger than this is not written again to say that its owner was here. */
const DAYS_FRESH = 7;
const DAY_MS = 86400 * 1000;
const IV_BYTES = 12;
const PAD_BYTES = 256;

/** The day alone: when in the day somebody works is nobody's business. */
const dayOf = (ms: number): number => Math.floor(ms / DAY_MS) * DAY_MS;
const utf8 = new TextEncoder();
const hex = (bytes: ArrayBuffer): string => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
	const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
	return Uint8Array.from(text, (one) => one.charCodeAt(0));
}

/** Neither key can be taken out of the browser again. */
interface Keys {
	seal: CryptoKey;
	name: CryptoKey;
	owner: string;
}

async function keysOf(pageKey: string): Promise<Keys> {
	const { subtle } = crypto;
	const root = await subtle.importKey('raw', bytesOf(pageKey), 'HKDF', false, ['deriveKey', 'deriveBits']);
	const part = (info: string) => ({ name: 'HKDF', hash: 'SHA-256', salt: utf8.encode('casebridge page 1'), info: utf8.encode(info) });
	const [seal, name, owner] = await Promise.all([
		subtle.deriveKey(part('seal'), root, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']),
		subtle.deriveKey(part('name'), root, { name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign']),
		subtle.deriveBits(part('owner'), root, 128),
	]);
	return { seal, name, owner: hex(owner) };
}

export class Vault implements Shelf {
	private constructor(
		private readonly keys: Keys,
		private readonly rows: Rows,
	) {}

	/** `pageKey`: 32 bytes, base64url, as the session has it. */
	static async open(pageKey: string, rows: Rows, now: number): Promise<Vault> {
		const vault = new Vault(await keysOf(pageKey), rows);
		await vault.clearOld(now);
		return vault;
	}

	async read(): Promise<Kept[]> {
		const mine = (await this.rows.all()).filter((row) => row.owner === this.keys.owner);
		const kept = await Promise.all(mine.map((row) => this.opened(row)));
		return kept.filter((one): one is Kept => one !== null);
	}

	async write(put: readonly Kept[], drop: readonly string[]): Promise<void> {
		const [rows, ids] = await Promise.all([Promise.all(put.map((one) => this.sealed(one))), Promise.all(drop.map((key) => this.idOf(key)))]);
		await this.rows.change(rows, ids);
	}

	async clear(): Promise<void> {
		await this.rows.sweep((row) => (row.owner === this.keys.owner ? null : row));
	}

	/** One's own is there as long as one comes back; what is not, and is old, nobody
	 * came back for. */
	private async clearOld(now: number): Promise<void> {
		await this.rows.sweep((row) => {
			if (row.owner === this.keys.owner) return row.at < now - DAYS_FRESH * DAY_MS ? { ...row, at: dayOf(now) } : row;
			return row.at < now - DAYS_KEPT * DAY_MS ? null : row;
		});
	}

	private async idOf(key: string): Promise<string> {
		return hex(await crypto.subtle.sign('HMAC', this.keys.name, utf8.encode(key)));
	}

	/** An entry that was moved or put back from another one does not open. */
	private about(id: string): Uint8Array<ArrayBuffer> {
		return utf8.encode(`${this.keys.owner}/${id}`);
	}

	private async sealed(one: Kept): Promise<Row> {
		const id = await this.idOf(one.key);
		const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
		const text = utf8.encode(JSON.stringify(one));
		// JSON ends where its spaces begin.
		const padded = new Uint8Array(Math.ceil((text.length + 1) / PAD_BYTES) * PAD_BYTES).fill(0x20);
		padded.set(text);
		const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: this.about(id) }, this.keys.seal, padded);
		return { id, owner: this.keys.owner, at: dayOf(one.at), iv, sealed };
	}

	/** Null when it does not open: it is damaged, and no reason to lose the rest. */
	private async opened(row: Row): Promise<Kept | null> {
		try {
			const text = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: row.iv, additionalData: this.about(row.id) }, this.keys.seal, row.sealed);
			return JSON.parse(new TextDecoder().decode(text)) as Kept;
		} catch {
			return null;
		}
	}
}

const DATABASE = 'casebridge';
const TABLE = 'kept';

const done = <T>(request: IDBRequest<T>): Promise<T> =>
	new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error ?? new Error('IndexedDB'));
	});

/** The browser's own; null where it has none, or lets nobody use it. */
export async function browserRows(): Promise<Rows | null> {
	if (typeof indexedDB === 'undefined' || typeof crypto === 'undefined' || !crypto.subtle) return null;
	let database: IDBDatabase;
	try {
		const request = indexedDB.open(DATABASE, 1);
		request.onupgradeneeded = () => request.result.createObjectStore(TABLE, { keyPath: 'id' });
		database = await done(request);
	} catch {
		return null;
	}
	// Another tab that wants a newer form of it must not wait for this one.
	database.onversionchange = () => database.close();
	return {
		all: () => done(database.transaction(TABLE).objectStore(TABLE).getAll() as IDBRequest<Row[]>),
		change: (put, drop) =>
			new Promise((resolve, reject) => {
				const run = database.transaction(TABLE, 'readwrite');
				run.oncomplete = () => resolve();
				run.onabort = () => reject(run.error ?? new Error('IndexedDB'));
				for (const row of put) run.objectStore(TABLE).put(row);
				for (const id of drop) run.objectStore(TABLE).delete(id);
			}),
		sweep: (judge) =>
			new Promise((resolve, reject) => {
				const run = database.transaction(TABLE, 'readwrite');
				run.oncomplete = () => resolve();
				run.onabort = () => reject(run.error ?? new Error('IndexedDB'));
				const all = run.objectStore(TABLE).openCursor();
				all.onsuccess = () => {
					const at = all.result;
					if (!at) return;
					const next = judge(at.value as Row);
					if (next === null) at.delete();
					else if (next !== at.value) at.update(next);
					at.continue();
				};
			}),
	};
}
