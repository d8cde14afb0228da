import { describe, expect, it } from 'vitest';
import { Http } from '../data/http';

// A request that waits for a proof belongs to who sent it.
describe('a request that waits for a proof', () => {
	const answer = (status: number, body: unknown) =>
		new Response(JSON.stringify(body), { status, headers: { 'content-type': status === 200 ? 'application/json' : 'application/problem+json' } });

	function asking(next: string | null) {
		const sent: (string | null)[] = [];
		const http = new Http(async (_url, init) => {
			sent.push(new Headers(init?.headers).get('Casebridge-Staff'));
			return sent.length === 1 ? answer(403, { code: 'step_up', title: '', status: 403 }) : answer(200, {});
		});
		http.staff = 'a';
		http.onStepUp = async () => {
			http.staff = next;
			return true;
		};
		return { http, sent };
	}

	it('is sent again by the same person', async () => {
		const { http, sent } = asking('a');
		await http.call('POST', '/v1/x', { body: {} });
		expect(sent).toEqual(['a', 'a']);
	});

	it('is not sent by the next one', async () => {
		const { http, sent } = asking('b');
		await expect(http.call('POST', '/v1/x', { body: {} })).rejects.toThrow();
		expect(sent).toEqual(['a']);
	});
});
