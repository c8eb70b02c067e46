import { describe, expect, it } from '@jest/globals';
import type { LoadedModel, RunContext } from '@steelyard/runtime-kit';
import { fixtureManifest, turnsRuntime } from '@steelyard/runtime-testkit';
import { decodeValue, encodeValue, PARTS_IN_FLIGHT, toJsonValue } from '@steelyard/wire';
import { ModelVersion } from './model-version.js';
import type { ModelVersionOptions } from './model-version.js';

const manifest = fixtureManifest({ name: 'any' }, { files: {} });
const host = new AbortController().signal;
const modelOf = (run: LoadedModel['run']): LoadedModel => ({ inputs: [], outputs: [], device: 'cpu', run, close: async () => {} });

class Caller {
  readonly parts: [number, unknown][] = [];
  readonly version: ModelVersion;
  #lastId = 0;

  constructor(model: LoadedModel, capabilities: ModelVersionOptions['capabilities']) {
    this.version = new ModelVersion({ manifest, model, capabilities, threads: 1, aborted: host });
  }

  /** Answers, or the codes of errors. */
  async run(...inputs: unknown[]): Promise<unknown[]> {
    const bodies = inputs.map(encodeValue);
    const id = ++this.#lastId;
    const items = bodies.map(({ length }) => ({ length, deadlineAtMs: Date.now() + 5000, stream: true }));
    const ran = await this.version.run({ id, header: { items }, body: Buffer.concat(bodies), sendPart: (_item, part) => this.parts.push([id, decodeValue(part)]) });
    const outputs = ran.bodies.map(decodeValue);
    return ran.header.items.map((item) => (item.ok ? outputs.shift() : item.error.code));
  }
}

describe('a continuous runtime', () => {
  const open = () => turnsRuntime.open({ dir: '', manifest, device: 'cpu', threads: 1, options: {} });

  it('gets runs at the same time, and its answers come as they are ready', async () => {
    const caller = new Caller(await open(), turnsRuntime.capabilities);
    const order: string[] = [];
    const answers = await Promise.all(
      ['one two three', 'four'].map(async (text) => {
        const [answer] = await caller.run({ text });
        order.push(text);
        return answer;
      }),
    );
    expect(answers).toEqual([{ text: 'ONE TWO THREE' }, { text: 'FOUR' }]);
    expect(order).toEqual(['four', 'one two three']);
    const runs = caller.parts.map(([id]) => id);
    expect(runs.indexOf(2)).toBeLessThan(runs.lastIndexOf(1));
  });

  it('gets the items of one run alone, so that one ends without the others', async () => {
    const caller = new Caller(await open(), turnsRuntime.capabilities);
    const run = caller.run({ text: 'a '.repeat(100) }, { text: 'b c' });
    caller.version.cancel(1, { items: [0] });
    expect(await run).toEqual(['RUNTIME.CANCELLED', { text: 'B C' }]);
  });
});

describe('a runtime that does not keep to the rules', () => {
  const batching = { batching: true };

  it('has its parts before its answer, though it waited for none', async () => {
    const parts = Array.from({ length: PARTS_IN_FLIGHT + 3 }, (_, i) => i);
    const caller = new Caller(modelOf(async (items, { emit }) => (parts.forEach((part) => void emit(0, part)), items)), batching);
    const run = caller.run({});
    while (caller.parts.length < PARTS_IN_FLIGHT) await new Promise(setImmediate);
    caller.version.more(1, { item: 0, parts: 3 });
    expect(await run).toEqual([{}]);
    expect(caller.parts.map(([, part]) => part)).toEqual(parts);
  });

  it('has no parts after its answer', async () => {
    let kept: RunContext | undefined;
    const caller = new Caller(modelOf(async (items, context) => ((kept = context), items)), batching);
    await caller.run({});
    await kept?.emit(0, 'late');
    expect(caller.parts).toEqual([]);
  });

  it.each<[string, LoadedModel['run']]>([
    ['gives a part of an item that is not there', async (items, { emit }) => (await emit(7, 'x'), items)],
    ['gives a part that cannot be carried', async (items, { emit }) => (await emit(0, () => {}), items)],
    ['gives a part that JSON has not', async (items, { emit }) => (await emit(0, { score: NaN }), items)],
    ['gives too few answers', async () => []],
    ['throws', () => Promise.reject(new TypeError('x is not a function'))],
  ])('fails where it %s', async (_what, run) => {
    expect(await new Caller(modelOf(run), batching).run({}, {})).toEqual([expect.stringMatching(/RUN_FAILED|UNENCODABLE|OUTPUT_INVALID/), expect.any(String)]);
  });
});

it('fails an item whose answer nobody could read, and answers its neighbour', async () => {
  const deep = Array.from({ length: 70 }).reduce((inner: object) => ({ inner }), {}) as Record<string, unknown>;
  const unreadable = [deep, { when: new Date(0) }, JSON.parse('{"__proto__": 1}') as Record<string, unknown>];
  const caller = new Caller(modelOf(async () => [...unreadable, { y: 1 }]), { batching: true });
  expect(await caller.run({}, {}, {}, {})).toEqual([...unreadable.map(() => 'RUNTIME.OUTPUT_INVALID'), { y: 1 }]);
});

describe('numbers that are not finite', () => {
  const answer = async (output: Record<string, unknown>) => (await new Caller(modelOf(async () => [output]), { batching: true }).run({}))[0];
  const tensor = { dtype: 'float32', shape: [3], data: Float32Array.of(NaN, Infinity, -Infinity) };

  it('stay what they are in a tensor', async () => {
    expect(await answer({ y: tensor })).toEqual({ y: tensor });
    expect(JSON.parse(JSON.stringify(toJsonValue(tensor)))).toEqual({ dtype: 'float32', shape: [3], data: [null, null, null] });
  });

  it.each([NaN, Infinity, -Infinity])('are refused elsewhere: %p', async (score) => {
    expect(await answer({ score })).toBe('RUNTIME.OUTPUT_INVALID');
    expect(await answer({ scores: [{ score: 1 }, { score }] })).toBe('RUNTIME.OUTPUT_INVALID');
  });
});
