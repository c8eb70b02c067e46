import { expect, it } from '@jest/globals';
import { AS_SOON_AS_MAY_BE, readFrom } from './effective-at';

const read = (value: string, badInput = false) => readFrom({ value, validity: { badInput } });

it('reads a moment by the clock of whoever sets the price', () => {
  expect(read('2026-12-01T01:00')).toEqual({ text: '2026-12-01T01:00', effectiveAt: new Date(2026, 11, 1, 1).toISOString(), isNone: false });
});

it('takes an empty field for as soon as may be, but not one that is filled in by half', () => {
  expect(read('')).toEqual(AS_SOON_AS_MAY_BE);
  expect(read('', true)).toEqual({ text: '', isNone: true });
});

it.each(['202612-12-01T01:00', '275761-01-01T00:00', '10000-01-02T00:00', 'soon'])('keeps %s as what is no moment, without failing on it', (text) => {
  expect(read(text)).toEqual({ text, isNone: true });
});
