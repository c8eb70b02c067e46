import { expect, it } from '@jest/globals';
import { withPackage } from '@steelyard/runtime-testkit';
import { chainModel } from '../spec/chain-model.js';
import { BatchTogether } from './batch-together.js';
import llamaCpp from './index.js';
import { loadLlamaLibrary, startLlama } from './llama-library.js';
import type { LlamaSequence, SequenceDecode } from './llama-library.js';

const decode = (length: number): SequenceDecode => ({ tokens: Array<number>(length).fill(1) });
const amounts = (together: BatchTogether, items: readonly SequenceDecode[], size = 512) => together.choose({ items, size }).map(({ item, processAmount }) => [items.indexOf(item), processAmount]);

it('takes single tokens before long prompts, which get the rest', () => {
  const together = new BatchTogether(100);
  expect(amounts(together, [decode(300), decode(1), decode(60), decode(1)])).toEqual([[1, 1], [3, 1], [2, 60], [0, 38]]);
  expect(amounts(together, [decode(300)], 10)).toEqual([[0, 10]]);
});

it('waits for a straggler, but not for ever', () => {
  const together = new BatchTogether(100);
  together.enter();
  together.enter();
  let empty = 0;
  while (amounts(together, [decode(1)]).length === 0) empty++;
  expect(empty).toBeGreaterThan(3);
  expect(amounts(together, [decode(1), decode(1)])).toHaveLength(2);
  together.leave();
  expect(amounts(together, [decode(1)])).toHaveLength(1);
});

it('does not wait for one whose reader does not read', async () => {
  const together = new BatchTogether(100);
  together.enter();
  together.enter();
  let read = (): void => {};
  const waiting = together.waitFor(new Promise<void>((resolve) => (read = resolve)));
  expect(amounts(together, [decode(1)])).toEqual([]);
  await new Promise((turn) => setImmediate(turn));
  expect(amounts(together, [decode(1)])).toHaveLength(1);
  read();
  await waiting;
  expect(amounts(together, [decode(1)])).toEqual([]);
});

// Without it the library lets two runs take turns: it starts a pass before the second has asked for its next token.
it.each([2, 5])('lets %i runs share their passes over the model', async (runs) => {
  await withPackage(llamaCpp, { files: { 'model.gguf': chainModel() } }, async ({ dir }) => {
    const together = new BatchTogether(512);
    const sizes: number[] = [];
    const itemPrioritizationStrategy: BatchTogether['choose'] = (waiting) => {
      const chosen = together.choose(waiting);
      if (chosen.length > 0) sizes.push(chosen.length);
      return chosen;
    };
    const llama = await startLlama(await loadLlamaLibrary());
    const model = await llama.loadModel({ modelPath: `${dir}/model.gguf`, gpuLayers: 0, ignoreMemorySafetyChecks: true });
    const context = await model.createContext({ sequences: 8, contextSize: 256, threads: 1, ignoreMemorySafetyChecks: true, batching: { itemPrioritizationStrategy } });
    const write = async (sequence: LlamaSequence): Promise<void> => {
      together.enter();
      let tokens = 0;
      for await (const _ of sequence.evaluate(model.tokenize('0'), { temperature: 0, topP: 1, topK: 0, seed: 1 })) {
        await together.waitFor(Promise.resolve());
        if (++tokens === 50) break;
      }
      together.leave();
    };
    await Promise.all(Array.from({ length: runs }, () => write(context.getSequence())));
    expect(sizes.filter((size) => size === runs).length).toBeGreaterThanOrEqual(45);
    await context.dispose();
    await model.dispose();
  });
});
