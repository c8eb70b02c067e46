import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { describeRuntime } from '@steelyard/runtime-testkit';
import echo from './index.js';

const items = [{ text: 'a', x: { dtype: 'float32', shape: [2], data: new Float32Array([1, 2]) } }, { text: 'b' }] as const;

/** Texts are put together again, the last of other values stays. */
function join(parts: readonly unknown[]): Record<string, unknown> {
  const joined: Record<string, unknown> = {};
  for (const part of parts as Record<string, unknown>[]) {
    for (const [name, value] of Object.entries(part)) joined[name] = typeof value === 'string' ? `${(joined[name] as string | undefined) ?? ''}${value}` : value;
  }
  return joined;
}

describeRuntime({
  runtime: echo,
  describe,
  it,
  fixture: {
    files: {},
    items,
    expected: items,
    slow: { options: { delayMs: 20_000 }, item: {}, runMs: 20_000 },
    stream: {
      options: { parts: true, partDelayMs: 1 },
      item: { text: ' one  two\nthree', n: 7, x: items[0].x },
      join,
      long: { item: { text: 'word '.repeat(40) }, partsMin: 40 },
      partsAfterMax: 0,
    },
  },
});

it('has the version of its package', () => {
  expect(echo.version).toBe((createRequire(import.meta.url)('../package.json') as { version: string }).version);
});
