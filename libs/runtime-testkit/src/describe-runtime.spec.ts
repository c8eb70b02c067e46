import { describe, expect, it } from '@jest/globals';
import type { LoadedModel, Runtime } from '@steelyard/runtime-kit';
import { describeRuntime } from './describe-runtime.js';
import type { RuntimeFixture } from './fixture.js';
import { turnsRuntime } from './turns-runtime.js';

const fixture: RuntimeFixture = {
  files: {},
  items: [{ text: 'one two three' }, { text: ' four' }, { text: '' }],
  expected: [{ text: 'ONE TWO THREE' }, { text: ' FOUR' }, { text: '' }],
  badItem: { text: 1 },
  slow: { options: {}, item: { text: 'word '.repeat(10_000) }, runMs: 10_000 },
  stream: {
    item: { text: 'one two three' },
    join: (parts) => ({ text: (parts as { text: string }[]).map(({ text }) => text).join('') }),
    long: { item: { text: 'word '.repeat(30) }, partsMin: 30 },
  },
};

describeRuntime({ runtime: turnsRuntime, describe, it, fixture });

describe('the suite finds a runtime that', () => {
  const DEFECTS: readonly [string, string, Partial<Runtime> | ((model: LoadedModel) => Partial<LoadedModel>)][] = [
    ['was written for another SPI', 'declares itself for this SPI', { spi: 99 }],
    ['takes any option', 'declares itself for this SPI', { optionsSchema: { type: 'object' } }],
    ['takes any device', 'refuses a device that it has not', { open: (context) => turnsRuntime.open({ ...context, device: 'cpu' }) }],
    ['waits for no reader', 'goes no further than its reader', (model) => ({
      run: (items, { signal, emit }) => model.run(items, { signal, emit: (index, part) => (void emit(index, part), Promise.resolve()) }),
    })],
    ['hears of no leaving', 'stops when its reader leaves, and runs on for others', (model) => ({
      run: (items, { emit }) => model.run(items, { signal: new AbortController().signal, emit: (index, part) => emit(index, part) }),
    })],
    ['gives no parts', 'hands out parts that make up the answer', (model) => ({ run: (items, { signal }) => model.run(items, { signal, emit: async () => {} }) })],
    ['loses a part', 'hands out parts that make up the answer', (model) => ({
      run: (items, { signal, emit }) => model.run(items, { signal, emit: async (index, part) => ((part as { text: string }).text === 'TWO ' ? undefined : emit(index, part)) }),
    })],
    ['mixes runs up', 'answers several runs at once as it answers them one by one', (model) => {
      let latest: Parameters<LoadedModel['run']>[0] = [];
      return { run: (items, context) => ((latest = items), Promise.resolve().then(() => model.run(latest, context))) };
    }],
  ];

  it.each(DEFECTS)('%s', async (_defect, caughtBy, change) => {
    const runtime: Runtime = typeof change === 'function' ? { ...turnsRuntime, open: async (context) => changed(await turnsRuntime.open(context), change) } : { ...turnsRuntime, ...change };
    expect(await failedTests(runtime)).toContain(caughtBy);
  });

  it('nothing in one without defects', async () => {
    expect(await failedTests(turnsRuntime)).toEqual([]);
  });
});

function changed(model: LoadedModel, change: (model: LoadedModel) => Partial<LoadedModel>): LoadedModel {
  return { inputs: [], outputs: [], device: model.device, run: (items, context) => model.run(items, context), close: () => model.close(), ...change(model) };
}

/** The names of the tests that a runtime fails. */
async function failedTests(runtime: Runtime): Promise<string[]> {
  const tests: [string, () => Promise<void>][] = [];
  describeRuntime({ runtime, fixture: { ...fixture, slow: undefined }, describe: (_name, body) => body(), it: (name, body) => tests.push([name, body]) });
  const results = await Promise.all(tests.map(async ([name, body]) => body().then(() => [], () => [name])));
  return results.flat();
}
