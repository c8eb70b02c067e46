import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Item, LoadedModel } from '@steelyard/runtime-kit';
import { fixtureManifest, withModel, withPackage } from '@steelyard/runtime-testkit';
import { chainModel, CHAT_TEMPLATE, CONTEXT_TOKENS } from '../spec/chain-model.js';
import llamaCpp from './index.js';

const files = { 'model.gguf': chainModel({ chatTemplate: CHAT_TEMPLATE }) };
const invalid = (field: string, reason: RegExp) => expect.objectContaining({ code: 'INPUT.INVALID', message: expect.stringMatching(reason), details: expect.objectContaining({ field }) });
const greedy = (prompt: string, more: Item = {}): Item => ({ prompt, temperature: 0, ...more });

// One model for the whole file: it keeps nothing between runs, which is tested below.
let model: LoadedModel;
let end: () => void;
let closed: Promise<void>;
beforeAll(async () => {
  await new Promise<void>((opened, failed) => {
    closed = withModel(llamaCpp, { files }, async (loaded) => {
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

async function run(item: Item, { signal = new AbortController().signal, emit = async (_part: unknown): Promise<void> => {} } = {}): Promise<any> {
  const [answer] = await model.run([item], { signal, emit: (_index, part) => emit(part) });
  return answer;
}

async function parts(item: Item): Promise<string[]> {
  const seen: string[] = [];
  await run(item, { emit: async (part) => void seen.push((part as { text: string }).text) });
  return seen;
}

describe('text', () => {
  it('goes on until the model ends it', async () => {
    expect(await run(greedy('w'))).toEqual({ text: 'xyz', finishReason: 'stop', usage: { inputTokens: 2, outputTokens: 3 } });
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
    await run(greedy('A', { maxTokens: 4 }), { emit: async (part) => void seen.push(part) });
    expect(seen).toEqual([{ text: 'ü', usage: { inputTokens: 2, outputTokens: 2 } }, { text: 'B', usage: { inputTokens: 2, outputTokens: 3 } }]);
  });

  it('comes in whole characters', async () => {
    expect(await parts(greedy('A'))).toEqual(['ü', 'B', '🦊', 'C']);
    expect((await run(greedy('A', { maxTokens: 4 }))).text).toBe('üB');
  });
});

describe('stop texts', () => {
  it('end the answer before them, also within several tokens', async () => {
    expect(await run(greedy('a', { stop: ['zz', 'efg'] }))).toMatchObject({ text: 'bcd', finishReason: 'stop', usage: { outputTokens: 6 } });
    expect(await run(greedy('a', { stop: ['b'] }))).toMatchObject({ text: '', finishReason: 'stop' });
  });

  it('are in no part, and what only looks like one is', async () => {
    expect(await parts(greedy('a', { stop: ['efg'] }))).toEqual(['b', 'c', 'd']);
    expect((await parts(greedy('v', { stop: ['xyA'] }))).join('')).toBe('wxyz');
    expect(await parts(greedy('v', { stop: ['xyA'] }))).toEqual(['w', 'xyz']);
  });
});

describe('chance', () => {
  const chance = { prompt: '.', temperature: 1, maxTokens: 60 };

  it('is the same for the same seed, alone or among others', async () => {
    const alone = (await run({ ...chance, seed: 7 })).text;
    expect(alone).toMatch(/^[!?;:]{60}$/);
    const together = await Promise.all(Array.from({ length: 12 }, (_, index) => run({ ...chance, seed: index % 2 === 0 ? 7 : index })));
    expect(together.filter((_, index) => index % 2 === 0).map(({ text }) => text)).toEqual(Array(6).fill(alone));
    expect(new Set(together.map(({ text }) => text)).size).toBe(6);
  });

  it('is another without a seed', async () => {
    const [first, second] = await Promise.all([run(chance), run(chance)]);
    expect(first.text).not.toBe(second.text);
  });

  it('is narrowed by topP', async () => {
    const all = new Set((await run({ ...chance, seed: 1 })).text);
    const narrow = new Set((await run({ ...chance, seed: 1, topP: 0.01 })).text);
    expect([all.size, narrow.size]).toEqual([4, 1]);
  });
});

describe('messages', () => {
  it('go through the chat template of the file', async () => {
    expect(await run({ messages: [{ role: 'user', content: 'xyz' }], temperature: 0, maxTokens: 3 })).toEqual({
      text: 'abc',
      finishReason: 'length',
      usage: { inputTokens: 6, outputTokens: 3 },
    });
  });

  it('are no control tokens, whatever they say', async () => {
    const content = '<|end|><|begin|>';
    expect((await run({ messages: [{ role: 'user', content }], maxTokens: 1 })).usage.inputTokens).toBe(3 + content.length);
    expect((await run({ prompt: content, maxTokens: 1 })).usage.inputTokens).toBe(1 + content.length);
  });

  it('are refused where the template refuses them or leaves one out', async () => {
    expect(await run({ messages: [{ role: 'system', content: 'x' }] })).toEqual(invalid('messages', /no system messages/));
    const forgetful = "{% for m in messages %}{% if m.role == 'user' %}{{ m.content }}{% endif %}{% endfor %}";
    await withModel(llamaCpp, { files, options: { chatTemplate: forgetful } }, async (other) => {
      const [answer] = await other.run([{ messages: [{ role: 'user', content: 'x' }, { role: 'assistant', content: 'y' }] }], { signal: new AbortController().signal, emit: async () => {} });
      expect(answer).toEqual(invalid('messages', /leaves out message 1, of the role assistant/));
    });
  });

  it('need a template', async () => {
    await withModel(llamaCpp, { files: { 'model.gguf': chainModel() } }, async (other) => {
      const [answer] = await other.run([{ messages: [{ role: 'user', content: 'x' }] }], { signal: new AbortController().signal, emit: async () => {} });
      expect(answer).toEqual(invalid('messages', /no chat template/));
    });
  });
});

describe('answers held to a JSON Schema', () => {
  const jsonSchema = { type: 'object', properties: { mood: { enum: ['sad', 'happy'] }, ok: { type: 'boolean' }, n: { type: 'array', items: { type: 'integer' }, minItems: 1, maxItems: 2 } }, required: ['mood'] };

  it('are such JSON, in parts as well', async () => {
    for (const seed of [1, 2, 3]) {
      const seen: string[] = [];
      const { text, finishReason } = await run({ prompt: '"', temperature: 1, seed, jsonSchema, maxTokens: 400 }, { emit: async (part) => void seen.push((part as { text: string }).text) });
      expect(finishReason).toBe('stop');
      expect(seen.join('')).toBe(text);
      const { mood, ok, n } = JSON.parse(text);
      expect([['sad', 'happy'].includes(mood), typeof ok, n.length >= 1 && n.length <= 2 && n.every(Number.isInteger)]).toEqual([true, 'boolean', true]);
    }
  });

  it('are cut at maxTokens and say so', async () => {
    expect(await run({ prompt: '"', jsonSchema, maxTokens: 2 })).toMatchObject({ finishReason: 'length', usage: { outputTokens: 2 } });
  });

  it.each<[string, unknown, RegExp]>([
    ['jsonSchema.pattern', { type: 'string', pattern: 'a+' }, /pattern/],
    ['jsonSchema.properties.a.minimum', { type: 'object', properties: { a: { type: 'integer', minimum: 3 } } }, /keyword/],
    ['jsonSchema.items', { type: 'array', items: {} }, /needs one of/],
    ['jsonSchema.maxLength', { type: 'string', maxLength: 1e9 }, /above 1000/],
    ['jsonSchema.required', { type: 'object', properties: {}, required: ['a'] }, /no property "a"/],
    ['jsonSchema', { type: 'nonsense' }, /./],
    ['jsonSchema', [], /no object/],
  ])('are refused where %s cannot be held', async (field, schema, reason) => {
    const answer = await run({ prompt: 'a', jsonSchema: schema });
    expect(answer).toEqual(expect.objectContaining({ code: 'INPUT.INVALID', message: expect.stringMatching(reason) }));
    expect(answer.details.field.startsWith('jsonSchema')).toBe(true);
    expect(field.startsWith(answer.details.field)).toBe(true);
  });
});

describe('what is no request', () => {
  it.each<[string, Item]>([
    ['prompt', {}],
    ['prompt', { prompt: '' }],
    ['messages', { prompt: 'x', messages: [{ role: 'user', content: 'x' }] }],
    ['messages', { messages: [] }],
    ['messages[0].role', { messages: [{ role: 'tool', content: 'x' }] }],
    ['messages[1].content', { messages: [{ role: 'user', content: 'x' }, { role: 'user' }] }],
    ['maxTokens', { prompt: 'x', maxTokens: 0 }],
    ['temperature', { prompt: 'x', temperature: NaN }],
    ['topP', { prompt: 'x', topP: 0 }],
    ['seed', { prompt: 'x', seed: 1.5 }],
    ['stop', { prompt: 'x', stop: 'x' }],
    ['stop', { prompt: 'x', stop: ['x'], jsonSchema: { type: 'boolean' } }],
    ['text', { text: 'embed me' }],
  ])('is refused by %s', async (field, item) => {
    expect(await run(item)).toEqual(invalid(field, /./));
  });
});

describe('runs side by side', () => {
  it('do not wait for one whose reader does not read', async () => {
    let release = (): void => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const stuck = run(greedy('0', { maxTokens: 5 }), { emit: () => released });
    expect((await run(greedy('v'))).text).toBe('wxyz');
    release();
    expect((await stuck).text).toBe('12345');
  });

  it('are answered when they are done, not when the others are', async () => {
    let parts = 0;
    const long = Promise.all(Array.from({ length: 4 }, () => run(greedy('0', { maxTokens: 400 }), { emit: async () => void parts++ })));
    for (const prompt of ['v', 'w', 'x']) expect((await run(greedy(prompt))).finishReason).toBe('stop');
    expect(parts).toBeLessThan(4 * 100);
    await long;
    expect(parts).toBe(4 * 400);
  });

  it('give what they have when they are stopped', async () => {
    const controller = new AbortController();
    const answer = await run(greedy('0', { maxTokens: 400 }), {
      signal: controller.signal,
      emit: async (part) => void ((part as { text: string }).text === '4' && controller.abort()),
    });
    expect(answer).toEqual({ text: '1234', finishReason: 'stop', usage: { inputTokens: 2, outputTokens: 4 } });
  });

  it('wait for a place, and leave the queue when they are stopped', async () => {
    await withPackage(llamaCpp, { files }, async (context) => {
      const manifest = { ...fixtureManifest(llamaCpp, { files }), batching: { maxSize: 2, maxDelayMs: 0 } };
      const small = await llamaCpp.open({ ...context, manifest });
      const controller = new AbortController();
      const ask = (item: Item, signal = new AbortController().signal) => small.run([item], { signal, emit: async () => {} });
      const long = [ask(greedy('0', { maxTokens: 60 })), ask(greedy('5', { maxTokens: 60 }))];
      const left = ask(greedy('a'), controller.signal);
      const waiting = ask(greedy('w'));
      controller.abort();
      expect(await left).toEqual([{ text: '', finishReason: 'stop', usage: { inputTokens: 0, outputTokens: 0 } }]);
      expect(await waiting).toMatchObject([{ text: 'xyz' }]);
      expect((await Promise.all(long)).map(([answer]) => (answer as { text: string }).text.length)).toEqual([60, 60]);
      await small.close();
    });
  });
});

describe('options', () => {
  it('bound the context', async () => {
    await withModel(llamaCpp, { files, options: { contextTokens: 20 } }, async (small) => {
      const [answer] = await small.run([greedy('0', { maxTokens: 100 })], { signal: new AbortController().signal, emit: async () => {} });
      expect(answer).toMatchObject({ usage: { inputTokens: 2, outputTokens: 18 } });
    });
  });

  it('are refused where the model cannot keep them', async () => {
    const open = (options: Record<string, unknown>) => withModel(llamaCpp, { files, options }, async () => {});
    await expect(open({ contextTokens: CONTEXT_TOKENS + 1 })).rejects.toMatchObject({ code: 'RUNTIME.OPTIONS_INVALID', message: expect.stringContaining('trained on 512') });
    await expect(open({ chatTemplate: '{% for %}' })).rejects.toMatchObject({ code: 'RUNTIME.LOAD_FAILED' });
  });
});
