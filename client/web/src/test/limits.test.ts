// Limits the pages say before the centre does. They are the centre's: read from where
// it has them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ADDED } from '../pages/case/glass';
import { REASON_MAX as WITHDRAW_MAX } from '../pages/case/people/withdraw';
import { REASON_MAX, REASON_MIN } from '../pages/emergency';

const source = (path: string) => readFileSync(join(import.meta.dirname, '../../../..', path), 'utf8');

const limit = (name: string) => Number(new RegExp(`^${name},(\\d+),`, 'm').exec(source('proto/limits.csv'))?.[1]);

it('of a reason are the centre’s', () => {
	expect([REASON_MIN, REASON_MAX]).toEqual([limit('GLASS_REASON_LEAST'), limit('GLASS_REASON')]);
	expect(WITHDRAW_MAX).toBe(limit('WITHDRAWAL_REASON'));
});

it('of an emergency are the policy’s', () => {
	const rows = source('server/access/policy.csv').split('\n').filter((line) => line.split(',')[2] === 'glass_create');
	expect(rows.length).toBeGreaterThan(0);
	expect(new Set(rows.flatMap((row) => row.split(',')[4]!.trim().split(' ')))).toEqual(new Set(ADDED));
});
