// The app on a page, over a made-up centre, and a person's hands on it.
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { App } from '../app';
import { createData, type Data } from '../data';
import type { CatalogueDoc, Session } from '../data/wire';
import { type Asked, CATALOGUE, type Centre, centre, problem, type Reply, SESSION, summary } from './fake';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

export interface Page {
	data: Data;
	there: Centre;
	leave: () => Promise<void>;
}

export async function show(hash: string, answer: (asked: Asked) => Reply | undefined, catalogue: CatalogueDoc = CATALOGUE, session: Session = SESSION): Promise<Page> {
	document.cookie = 'lang=zh; path=/';
	window.location.hash = hash;
	const there = centre((asked) => {
		const own = answer(asked);
		if (own) return own;
		if (asked.path === '/v1/session') return { body: session };
		if (asked.path === '/v1/catalogue') return { body: catalogue };
		if (asked.path === '/v1/directory') return { body: { head: '', records: [] } };
		if (asked.path === '/v1/caseload') return { body: { rows: [summary()], total: 1, next: null } };
		return problem(404, 'not_found', 'never');
	});
	const place = document.createElement('div');
	document.body.append(place);
	const root: Root = createRoot(place);
	const data = createData(there.fetch);
	await act(async () => root.render(<App data={data} />));
	const leave = async () => {
		await act(async () => root.unmount());
		document.body.replaceChildren();
	};
	return { data, there, leave };
}

export const text = () => document.body.textContent ?? '';

/** Lets React work in turns until `look` holds: pages arrive in pieces. */
export async function settle(look: () => unknown): Promise<void> {
	const end = Date.now() + 10_000;
	while (!look()) {
		if (Date.now() > end) throw new Error(`waited in vain; the page says: ${text()}`);
		await act(() => new Promise((resolve) => setTimeout(resolve, 5)));
	}
}

export const named = (name: string) => [...document.querySelectorAll<HTMLElement>('button')].find((one) => (one.textContent ?? '').trim() === name)!;
export const boxOf = (field: string) => document.querySelector<HTMLInputElement | HTMLTextAreaElement>(`[data-field=${field}] :is(input, textarea)`)!;
export const press = (element: HTMLElement) => act(async () => element.click());

export async function type(box: HTMLInputElement | HTMLTextAreaElement, value: string): Promise<void> {
	await act(async () => {
		const proto = box instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
		Object.getOwnPropertyDescriptor(proto, 'value')!.set!.call(box, value);
		box.dispatchEvent(new Event('input', { bubbles: true }));
	});
}

type Sent = { id: string; rec: string };

export const applied = (changes: readonly Sent[], ver = 1): Reply => ({
	body: { head: '', results: changes.map(({ id, rec }) => ({ id, rec, status: 'applied', ver, csn: 7 })) },
});
