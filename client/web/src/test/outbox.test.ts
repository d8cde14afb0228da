// Where changes go: each to its own place, also those a closed page left behind.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createData, type Data } from '../data';
import { createChange } from '../data/change';
import type { Kept } from '../data/keep';
import type { Change } from '../data/wire';
import { CASE, centre, problem, SESSION } from './fake';
import { applied } from './page';

const shelf = vi.hoisted(() => ({ held: [] as Kept[] }));
vi.mock('../data/shelves', () => ({
	shelfOf: async () => ({ read: async () => shelf.held, write: async () => {}, clear: async () => {} }),
}));

const OTHER = '01936000-0000-7000-8000-000000000002';
const GRANT = '01936000-0000-7000-8000-0000000000ee';
const grants = { rows: [{ id: GRANT, case_id: CASE, until: '2099-01-01T00:00:00Z', category: null, reason: null, live: true, staff: SESSION.reader.staff }] };

let n = 0;
const make = { id: () => `01936000-0000-7000-8000-0000000001${String(n++).padStart(2, '0')}`, now: () => 0 };
const note = (caseId: string): Change => createChange(make, 'service', caseId, { aim: 'x' }, make.id());

let data: Data;
afterEach(() => {
	data.outbox.forget();
	shelf.held = [];
});

const open = async (glass: () => ReturnType<typeof problem>) => {
	const there = centre(({ path, body }) => {
		if (path === '/v1/session') return { body: SESSION };
		if (path === '/v1/break-glass') return glass();
		return path.endsWith('/changes') ? applied(body.changes) : problem(404, 'not_found', 'never');
	});
	data = createData(there.fetch);
	await data.sessions.start();
	const sent = () => there.asked.filter(({ path }) => path.endsWith('/changes')).map(({ path, body }) => [path, ...body.changes.map((one: Change) => one.case)]);
	return { sent };
};

describe('changes of different places', () => {
	it('go each to their own, in their order', async () => {
		const { sent } = await open(() => ({ body: grants }));
		await data.emergencies.look(CASE, SESSION.reader.staff);
		const notes = [OTHER, OTHER, CASE, OTHER].map(note);
		await data.outbox.addTogether(notes);
		expect(sent()).toEqual([
			['/v1/changes', OTHER, OTHER],
			[`/v1/break-glass/${GRANT}/changes`, CASE],
			['/v1/changes', OTHER],
		]);
	});
});

describe('what a closed page left behind', () => {
	const left = () => {
		shelf.held = [note(CASE), note(OTHER)].map((change) => ({ key: `change/${change.id}`, value: change as unknown as Kept['value'], at: 1 }));
	};

	it('goes by the emergency its case was opened in', async () => {
		left();
		const { sent } = await open(() => ({ body: grants }));
		await vi.waitFor(() => expect(sent()).toEqual([[`/v1/break-glass/${GRANT}/changes`, CASE], ['/v1/changes', OTHER]]));
	});

	it('waits until that is known, and says why', async () => {
		left();
		let silent = true;
		const { sent } = await open(() => (silent ? 'silence' : { body: grants }));
		await vi.waitFor(() => expect(data.outbox.entries.get().map(({ failure }) => failure?.kind)).toEqual(['unreachable', 'unreachable']));
		expect(sent()).toEqual([]);
		silent = false;
		await data.outbox.send();
		await vi.waitFor(() => expect(sent()).toHaveLength(2));
	});

	it('goes where everything goes for whom there are no emergencies', async () => {
		left();
		const { sent } = await open(() => problem(403, 'not_yours', 'never'));
		await vi.waitFor(() => expect(sent()).toEqual([['/v1/changes', CASE, OTHER]]));
	});
});
