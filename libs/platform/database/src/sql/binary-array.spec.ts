import { expect, it } from '@jest/globals';
import { newId } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { bigintArray, integerArray, timeArray, uuidArray } from './binary-array.js';

describeDatabase('arrays in binary', (context) => {
  const asText = async (type: string, array: Buffer) => {
    const { rows } = await context.database().pool.query<{ text: string[] }>({ name: type, text: `SELECT $1::${type}[]::text[] AS text`, values: [array] });
    return rows[0]!.text;
  };

  it('are what the server takes them for', async () => {
    const [one, other] = [newId(), '00ffa09f-1234-7abc-8def-0123456789ab'];
    expect(await asText('uuid', uuidArray([one, one, other, one, other.toUpperCase()]))).toEqual([one, one, other, one, other]);
    const large = [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 12_345n];
    expect(await asText('bigint', bigintArray(large))).toEqual(large.map(String));
    const small = [0, -1, 2 ** 31 - 1, -(2 ** 31)];
    expect(await asText('integer', integerArray(small))).toEqual(small.map(String));
    const times = ['2026-11-30 01:02:03.004+00', '1970-01-01 00:00:00+00', '1969-12-31 23:59:59.999+00'];
    expect(await asText('timestamptz', timeArray(times.map((time) => Date.parse(time))))).toEqual(times);
  });

  it('may be empty', async () => {
    for (const [type, array] of [['uuid', uuidArray([])], ['bigint', bigintArray([])], ['integer', integerArray([])], ['timestamptz', timeArray([])]] as const) {
      expect(await asText(type, array)).toEqual([]);
    }
  });
});
