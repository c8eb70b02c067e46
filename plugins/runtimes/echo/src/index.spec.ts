import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { describeRuntime } from '@steelyard/runtime-testkit';
import echo from './index.js';

const items = [{ text: 'a', x: { dtype: 'float32', shape: [2], data: new Float32Array([1, 2]) } }, { text: 'b' }] as const;

describeRuntime({
  runtime: echo,
  describe,
  it,
  fixture: { files: {}, items, expected: items, slow: { options: { delayMs: 20_000 }, item: {}, runMs: 20_000 } },
});

it('has the version of its package', () => {
  expect(echo.version).toBe((createRequire(import.meta.url)('../package.json') as { version: string }).version);
});
