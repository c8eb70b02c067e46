import { expect, it } from '@jest/globals';
import { SteelyardError } from '@steelyard/client';
import { retryOf } from './retry-of';

const call = { ref: 'acme/story', input: { prompt: 'once' }, idempotencyKey: 'k1' };
const failed = (charged?: 'yes' | 'no') => new SteelyardError({ kind: 'unavailable', code: 'INFERENCE.CUT_SHORT_BY_LIMIT', message: 'it ended', charged });

it('makes a new call after one that was charged, which its key leads to for good', () => {
  const retry = retryOf(call, failed('yes'));
  expect(retry).toEqual({ ...call, idempotencyKey: expect.any(String) });
  expect(retry.idempotencyKey).not.toBe('k1');
});

it('makes the same call again where nothing was charged, or nobody knows', () => {
  expect(retryOf(call, failed('no'))).toBe(call);
  expect(retryOf(call, failed())).toBe(call);
  expect(retryOf(call, new Error('lost'))).toBe(call);
  expect(retryOf(call, null)).toBe(call);
});
