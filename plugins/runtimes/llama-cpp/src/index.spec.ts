import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { describeRuntime } from '@steelyard/runtime-testkit';
import { chainModel } from '../spec/chain-model.js';
import { header } from '../spec/gguf-writer.js';
import llamaCpp from './index.js';

const fixture = {
  files: { 'model.gguf': chainModel() },
  items: [
    { prompt: 'x', temperature: 0 },
    { prompt: '5', temperature: 0, maxTokens: 4 },
  ],
  expected: [
    { text: 'yz', finishReason: 'stop', usage: { inputTokens: 2, outputTokens: 2 } },
    { text: '6789', finishReason: 'length', usage: { inputTokens: 2, outputTokens: 4 } },
  ],
  badItem: { prompt: 'x', messages: [{ role: 'user', content: 'x' }] },
  garbage: [Buffer.alloc(0), Buffer.from('not a model'), Buffer.from('GGUF'), header(1, 1), Buffer.alloc(1000, 0xff)],
  stream: {
    item: { prompt: 'm', temperature: 0 },
    long: { item: { prompt: '0', temperature: 0, maxTokens: 400 }, partsMin: 400 },
    join: (parts: readonly unknown[]) => ({ text: parts.map((part) => (part as { text: string }).text).join('') }),
  },
};

describeRuntime({ runtime: llamaCpp, describe, it, fixture });

it('has the version of its package', () => {
  expect(llamaCpp.version).toBe((createRequire(import.meta.url)('../package.json') as { version: string }).version);
});
