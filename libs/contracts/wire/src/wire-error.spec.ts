import { describe, expect, it } from '@jest/globals';
import { AppError } from '@steelyard/kernel';
import { decodeValue } from './decode-value.js';
import { encodeValue } from './encode-value.js';
import { fromWireError, toWireError } from './wire-error.js';

describe('errors that cross a process', () => {
  it('arrive as they left', () => {
    const error = new AppError('INPUT.INVALID', 'no image', { kind: 'invalid', fix: 'send one', details: { field: 'image' }, retryable: false });
    const arrived = fromWireError(decodeValue(encodeValue(toWireError(error))));
    expect(arrived).toBeInstanceOf(AppError);
    expect(toWireError(arrived)).toEqual(toWireError(error));
  });

  it('cross even with details that have no encoding', () => {
    const error = new AppError('A.B', 'm', { kind: 'internal', details: { when: new Date(0), amount: 5n, act: () => 1 } });
    expect(fromWireError(decodeValue(encodeValue(toWireError(error)))).details).toEqual({ when: '1970-01-01T00:00:00.000Z', amount: '5' });
  });

  it('cross without details that could not be sent', () => {
    const deep = Array.from({ length: 62 }).reduce((inner: object) => ({ inner }), {}) as Record<string, unknown>;
    for (const details of [deep, { ...JSON.parse('{"__proto__": 1}') }, JSON.parse('{"a": {"__proto__": 1}}')]) {
      const error = toWireError(new AppError('A.B', 'm', { kind: 'internal', details }));
      expect(decodeValue(encodeValue({ items: [{ ok: false, error }] }))).toMatchObject({ items: [{ error: { code: 'A.B', message: 'm' } }] });
    }
  });

  it.each([undefined, 5, 'text', [], {}, { code: 'x', message: 'y' }, { code: 'A.B' }])('are made up for %p', (wire) => {
    expect(fromWireError(wire)).toMatchObject({ code: 'WIRE.UNEXPECTED', kind: 'internal' });
  });

  it('take no unknown kind and no endless message', () => {
    const error = fromWireError({ code: 'A.B', kind: 'root', message: 'x'.repeat(100_000), fix: 5, details: [] });
    expect(error).toMatchObject({ code: 'A.B', kind: 'internal', fix: undefined, details: undefined });
    expect(error.message.length).toBeLessThan(5_000);
  });
});
