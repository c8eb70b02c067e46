/**
 * @jest-environment ./plugins/runtimes/onnx/spec/native-arrays.cjs
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Item, LoadedModel } from '@steelyard/runtime-kit';
import { withModel } from '@steelyard/runtime-testkit';
import { chainConfig, chainDecoder, chainFiles, CONTEXT_TOKENS } from '../../spec/chain-decoder.fixture.js';
import transformers from '../index.js';

const invalid = (field: string, reason: RegExp) => expect.objectContaining({ code: 'INPUT.INVALID', message: expect.stringMatching(reason), details: expect.objectContaining({ field }) });
const greedy = (prompt: string, more: Item = {}): Item => ({ prompt, temperature: 0, ...more });
const chain = (changed: Record<string, unknown> = {}, options: Record<string, unknown> = {}) => ({ files: chainFiles(changed), task: 'text-generation' as const, batchSizeMax: 1, options });
const withChanged = (changed: Record<string, unknown>, use: (model: LoadedModel) => Promise<void>): Promise<void> => withModel(transformers, chain(changed), use);

interface Reader {
  readonly signal?: AbortSignal;
  readonly emit?: (part: string) => Promise<void> | void;
}

async function ask(model: LoadedModel, item: Item, { signal = new AbortController().signal, emit = () => {} }: Reader = {}): Promise<any> {
  const [answer] = await model.run([item], { signal, emit: async (_index, part) => emit((part as { text: string }).text) });
  return answer;
}

// One model for the whole file: it keeps nothing between runs.
let model: LoadedModel;
let end: () => void;
let closed: Promise<void>;
beforeAll(async () => {
  await new Promise<void>((opened, failed) => {
    closed = withModel(transformers, chain(), async (loaded) => {
      model = loaded;
      opened();
      await new Promise<void>((resolve) => (end = resolve));
    });
    closed.catch(failed);
  });
});
afterAll(async () => {
  end();
  await closed;
});

const run = (item: Item, reader: Reader = {}): Promise<any> => ask(model, item, reader);

async function parts(item: Item): Promise<string[]> {
  const seen: string[] = [];
  await run(item, { emit: (part) => void seen.push(part) });
  return seen;
}

describe('text', () => {
  it('goes on until the model ends it', async () => {
    expect(await run(greedy('w'))).toEqual({ text: 'xyz', finishReason: 'stop', usage: { inputTokens: 2, outputTokens: 3 } });
    expect(await run(greedy('z'))).toEqual({ text: '', finishReason: 'stop', usage: { inputTokens: 2, outputTokens: 0 } });
  });

  it('goes on to maxTokens, or until the context is full', async () => {
    expect(await run(greedy('0', { maxTokens: 3 }))).toMatchObject({ text: '123', finishReason: 'length' });
    const full = await run(greedy('0', { maxTokens: 32_768 }));
    expect(full).toMatchObject({ finishReason: 'length', usage: { inputTokens: 2, outputTokens: CONTEXT_TOKENS - 2 } });
  });

  it('may take the whole context but one', async () => {
    const prompt = '0'.repeat(CONTEXT_TOKENS - 2);
    expect(await run(greedy(prompt))).toEqual({ text: '1', finishReason: 'length', usage: { inputTokens: CONTEXT_TOKENS - 1, outputTokens: 1 } });
    expect(await run(greedy(`${prompt}0`))).toEqual(invalid('prompt', /512 tokens; the context holds 512/));
  });

  it('says with each part how many tokens there were', async () => {
    const seen: unknown[] = [];
    await model.run([greedy('A', { maxTokens: 4 })], { signal: new AbortController().signal, emit: async (_index, part) => void seen.push(part) });
    expect(seen).toEqual([{ text: 'ü', usage: { inputTokens: 2, outputTokens: 2 } }, { text: 'B', usage: { inputTokens: 2, outputTokens: 3 } }]);
  });

  it('comes in whole characters', async () => {
    expect(await parts(greedy('A'))).toEqual(['ü', 'B', '🦊', 'C']);
    expect((await run(greedy('A', { maxTokens: 4 }))).text).toBe('üB');
  });

  it('is a failure where the model gives no numbers, and the next run is none', async () => {
    expect(await run(greedy('~'))).toMatchObject({ code: 'RUNTIME.OUTPUT_INVALID' });
    expect((await run(greedy('x'))).text).toBe('yz');
  });
});

describe('stop texts', () => {
  it('end the answer before them, also within several tokens', async () => {
    expect(await run(greedy('a', { stop: ['zz', 'efg'] }))).toMatchObject({ text: 'bcd', finishReason: 'stop', usage: { outputTokens: 6 } });
  });

  it('are in no part, and what only looks like one is', async () => {
    expect(await parts(greedy('a', { stop: ['efg'] }))).toEqual(['b', 'c', 'd']);
    expect(await parts(greedy('v', { stop: ['xyA'] }))).toEqual(['w', 'xyz']);
  });
});

describe('chance', () => {
  const chance = { prompt: '.', temperature: 1, maxTokens: 60 };

  it('is the same for the same seed, and another without', async () => {
    const [first, again, other] = [await run({ ...chance, seed: 7 }), await run({ ...chance, seed: 7 }), await run(chance)];
    expect(first.text).toMatch(/^[!?;:]{60}$/);
    expect(again).toEqual(first);
    expect(other.text).not.toBe(first.text);
  });

  it('is narrowed by topP', async () => {
    const narrow = await run({ ...chance, seed: 1, topP: 0.01 });
    expect(new Set(narrow.text).size).toBe(1);
  });
});

describe('messages', () => {
  const content = 'xyz';

  it('go through the chat template of the package', async () => {
    const answer = await run({ messages: [{ role: 'user', content }], temperature: 0, maxTokens: 3 });
    expect(answer).toEqual({ text: 'abc', finishReason: 'length', usage: { inputTokens: 7, outputTokens: 3 } });
  });

  it('are read as in training: a space before a text joins its first word', async () => {
    expect((await run({ messages: [{ role: 'user', content: 'hi' }], maxTokens: 1 })).usage.inputTokens).toBe(4);
  });

  it('are no control tokens, whatever they say', async () => {
    const spoken = '<|end|><|begin|>';
    expect((await run({ messages: [{ role: 'user', content: spoken }], maxTokens: 1 })).usage.inputTokens).toBe(4 + spoken.length);
    expect((await run({ prompt: spoken, maxTokens: 1 })).usage.inputTokens).toBe(1 + spoken.length);
  });

  it('are refused where the template refuses them, or there is none', async () => {
    expect(await run({ messages: [{ role: 'system', content }] })).toEqual(invalid('messages', /no system messages/));
    await withChanged({ 'tokenizer_config.json': { bos_token: '<|begin|>' } }, async (other) => {
      expect(await ask(other, { messages: [{ role: 'user', content }] })).toEqual(invalid('messages', /no chat template/));
    });
  });
});

describe('what is no request', () => {
  it.each<[string, Item]>([
    ['prompt', {}],
    ['prompt', { prompt: '' }],
    ['messages', { prompt: 'x', messages: [{ role: 'user', content: 'x' }] }],
    ['messages[0].role', { messages: [{ role: 'tool', content: 'x' }] }],
    ['maxTokens', { prompt: 'x', maxTokens: 0 }],
    ['temperature', { prompt: 'x', temperature: NaN }],
    ['topP', { prompt: 'x', topP: 0 }],
    ['seed', { prompt: 'x', seed: 1.5 }],
    ['stop', { prompt: 'x', stop: 'x' }],
    ['text', { text: 'embed me' }],
    ['jsonSchema', { prompt: 'x', jsonSchema: { type: 'boolean' } }],
  ])('is refused by %s', async (field, item) => {
    expect(await run(item)).toEqual(invalid(field, /./));
  });
});

describe('a run that nobody waits for any more', () => {
  const long = greedy('0', { maxTokens: 400 });

  it('ends at the token at which its reader leaves, with what there is', async () => {
    const controller = new AbortController();
    const answer = await run(long, { signal: controller.signal, emit: (part) => void (part === '4' && controller.abort()) });
    expect(answer).toEqual({ text: '1234', finishReason: 'stop', usage: { inputTokens: 2, outputTokens: 4 } });
  });

  it('hears of it while it has nothing to hand out', async () => {
    const controller = new AbortController();
    const stop = [`${'1234567890'.repeat(40)}x`];
    setTimeout(() => controller.abort(), 1);
    const { usage } = await run({ ...long, stop }, { signal: controller.signal, emit: () => controller.abort() });
    expect(usage.outputTokens).toBeLessThan(400);
  });

  it('ends at its deadline', async () => {
    const { usage } = await run(greedy('0', { maxTokens: 32_768 }), { signal: AbortSignal.timeout(10) });
    expect(usage.outputTokens).toBeLessThan(CONTEXT_TOKENS - 2);
  });

  it('does not begin', async () => {
    await expect(run(long, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });
});

it('writes no token more than its reader has taken', async () => {
  const seen: string[] = [];
  let take = (): void => {};
  const running = run(greedy('0', { maxTokens: 5 }), { emit: (part) => new Promise<void>((resolve) => void (seen.push(part), (take = resolve))) });
  for (let count = 1; count <= 5; count++) {
    while (seen.length < count) await new Promise(setImmediate);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(seen).toHaveLength(count);
    take();
  }
  expect((await running).text).toBe('12345');
});

describe('a package', () => {
  it('bounds its context by tokensPerRun', async () => {
    await withModel(transformers, chain({}, { tokensPerRun: 20 }), async (small) => {
      expect(await ask(small, greedy('0'))).toMatchObject({ usage: { inputTokens: 2, outputTokens: 18 } });
    });
  });

  it('may have logits of 16 bits', async () => {
    await withChanged({ 'onnx/model.onnx': chainDecoder({ logits: 'float16' }) }, async (other) => {
      expect(await ask(other, greedy('w'))).toEqual(await run(greedy('w')));
    });
  });

  it('may end answers by several tokens, or by that of its tokenizer', async () => {
    const { eos_token_id: end, ...config } = chainConfig;
    await withChanged({ 'generation_config.json': { eos_token_id: [end, 99] } }, async (other) => {
      expect((await ask(other, greedy('w'))).finishReason).toBe('stop');
    });
    await withChanged({ 'config.json': config, 'generation_config.json': undefined }, async (other) => {
      expect((await ask(other, greedy('w'))).text).toBe('xyz');
    });
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['a model without a cache', { 'onnx/model.onnx': chainDecoder({ hasCache: false }) }, /export it with its cache/],
    ['an encoder', { 'config.json': { ...chainConfig, model_type: 'vit' } }, /vit/],
    ['a tokenizer that is none', { 'tokenizer.json': { model: {} } }, /./],
  ])('does not load with %s', async (_name, changed, reason) => {
    await expect(withChanged(changed, async () => {})).rejects.toMatchObject({ code: 'RUNTIME.LOAD_FAILED', message: expect.stringMatching(reason) });
  });
});
