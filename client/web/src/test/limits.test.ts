// Limits the pages say before the centre does. They are the centre's: read from where
// it has them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ADDED } from '../pages/case/glass';
import { REASON_MAX as WITHDRAW_MAX } from '../pages/case/people/withdraw';
import { REASON_MAX, REASON_MIN } from '../pages/emergency';

const source = (path: string) => readFileSync(join(import.meta.dirname, '../../../..', path), 'utf8');
const defined = (path: string, name: string) => Number(new RegExp(`#define ${name}\\s+(\\d+)`).exec(source(path))?.[1]);

it('of a reason are the centre’s', () => {
	expect([REASON_MIN, REASON_MAX]).toEqual(['REASON_MIN', 'REASON_MAX'].map((name) => defined('server/emergency/h_open.c', name)));
	expect(WITHDRAW_MAX).toBe(defined('server/records/h_withdraw.c', 'REASON_MAX'));
});

it('of an emergency are the policy’s', () => {
	const rows = source('server/access/policy.csv').split('\n').filter((line) => line.split(',')[2] === 'glass_create');
	expect(rows.length).toBeGreaterThan(0);
	expect(new Set(rows.flatMap((row) => row.split(',')[4]!.trim().split(' ')))).toEqual(new Set(ADDED));
});
