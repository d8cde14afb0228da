// What a page tells its station of the person before it: the screen is locked
// when nobody is there, and never under somebody's hands.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createData } from '../data';
import { type Centre, centre, problem, type Reply } from './fake';

const REPORT: Reply = { body: { count: {}, step: { here: '' }, round: { state: 'idle' } } };
const EVERY_MS = 5000;

let there: Centre;
let leave: () => void;

function watch(answer: () => Reply = () => REPORT): void {
	there = centre(answer);
	leave = createData(there.fetch, () => 0).station.watch();
}

/** Of each question whether it said that somebody is there. */
const said = () => there.asked.filter(({ path }) => path === '/v1/sync').map(({ query }) => query.has('active'));
const wait = () => vi.advanceTimersByTimeAsync(EVERY_MS);

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
	leave();
	vi.useRealTimers();
});

describe('the question for the standing', () => {
	it('says nothing of a person when there was no key and no touch', async () => {
		watch();
		await wait();
		await wait();
		expect(said()).toEqual([false, false, false]);
	});

	it.each(['keydown', 'pointerdown', 'wheel', 'click', 'input'])('says once that there was one: %s', async (kind) => {
		watch();
		await wait();
		window.dispatchEvent(new Event(kind));
		await wait();
		await wait();
		expect(said()).toEqual([false, false, true, false]);
	});

	it('forgets none that comes while it is asked', async () => {
		let first = true;
		watch(() => {
			if (first) window.dispatchEvent(new Event('keydown'));
			first = false;
			return REPORT;
		});
		await wait();
		await wait();
		expect(said()).toEqual([false, true, false]);
	});

	it('says it again when it was not heard', async () => {
		let heard = false;
		watch(() => (heard ? REPORT : problem(503, 'busy')));
		window.dispatchEvent(new Event('keydown'));
		await wait();
		heard = true;
		await wait();
		await wait();
		expect(said()).toEqual([false, true, true, false]);
	});
});
