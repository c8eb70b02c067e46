import { describe, expect, it } from '@jest/globals';
import { parseValue } from 'graphql';
import { DateTimeScalar, JsonScalar, NanoScalar } from './scalars.js';
import { pageOf, toPage } from './connection.js';

describe('Nano', () => {
  it('keeps every digit, both ways', () => {
    const digits = '123456789012345678901234567890';
    expect(NanoScalar.serialize(NanoScalar.parseValue(digits))).toBe(digits);
    for (const bad of [1, '1.5', '', '0x1', null, 1n]) expect(() => NanoScalar.parseValue(bad)).toThrow(TypeError);
  });
});

describe('DateTime', () => {
  it('reads any offset and writes UTC', () => {
    const date = DateTimeScalar.parseValue('2026-11-05T09:30:00+02:00');
    expect(DateTimeScalar.serialize(date)).toBe('2026-11-05T07:30:00.000Z');
  });

  it('refuses what is no moment', () => {
    for (const bad of ['2026-11-05', 'yesterday', '2026-13-40T00:00:00Z', 1_700_000_000, null, '2026-11-05T09:30:00']) {
      expect(() => DateTimeScalar.parseValue(bad)).toThrow(TypeError);
    }
    expect(() => DateTimeScalar.serialize(new Date(Number.NaN))).toThrow(TypeError);
  });
});

describe('JSON', () => {
  it('reads literals, variables within them included', () => {
    const node = parseValue('{a: [1, 2.5, "x", true, null], b: $v, __proto__: {polluted: 1}}');
    const value = JsonScalar.parseLiteral(node, { v: 7 }) as Record<string, unknown>;
    expect(JSON.stringify(value)).toBe('{"a":[1,2.5,"x",true,null],"b":7,"__proto__":{"polluted":1}}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});

describe('pages', () => {
  const ids = Array.from({ length: 3 }, (_, index) => `00000000-0000-7000-8000-00000000000${index}`);

  it('cut what was fetched and point behind the last', () => {
    const page = toPage(ids, 2, (id) => id, (id) => ({ id }));
    expect(page.nodes).toEqual([{ id: ids[0] }, { id: ids[1] }]);
    expect(page.pageInfo.hasNextPage).toBe(true);
    expect(pageOf({ first: 5, after: page.pageInfo.endCursor! })).toEqual({ limit: 5, afterId: ids[1] });
    expect(toPage([], 2, String, String).pageInfo).toEqual({ hasNextPage: false, endCursor: null });
  });

  it('refuse sizes and cursors that are none', () => {
    for (const args of [{ first: 0 }, { first: 101 }, { first: 5, after: 'hello' }]) {
      expect(() => pageOf(args)).toThrow(expect.objectContaining({ code: 'GRAPHQL.PAGE_INVALID' }));
    }
  });
});
