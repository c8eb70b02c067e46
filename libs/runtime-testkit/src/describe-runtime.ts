import assert from 'node:assert/strict';
import { SPI_VERSION } from '@steelyard/runtime-kit';
import type { Item } from '@steelyard/runtime-kit';
import { encodeValue } from '@steelyard/wire';
import { assertAnswer } from './assert-answer.js';
import { describeContinuous } from './describe-continuous.js';
import { describeStreaming } from './describe-streaming.js';
import { withModel, withPackage } from './fixture.js';
import type { RuntimeFixture } from './fixture.js';
import { runContext, runSingly } from './run-context.js';
import type { RuntimeSuite } from './suite.js';

const ABORT_AFTER_MS = 20;
/** Loads over which memory is watched, after as many that fill pools and caches. */
const LOADS = 2;
const MEMORY_GROWTH_BYTES_MAX = 64 * 2 ** 20;

/** Registers the tests that every runtime passes. What they ask is what the runner relies on. */
export function describeRuntime(suite: RuntimeSuite): void {
  const { runtime, fixture, describe } = suite;
  describe(`runtime ${runtime.name}`, () => {
    describeDeclaration(suite);
    describeInspection(suite);
    describeRuns(suite);
    describeLoads(suite);
    if (fixture.slow) describeCancellation(suite, fixture.slow);
    if (runtime.capabilities.streaming) describeStreaming(suite);
    if (runtime.capabilities.continuous) describeContinuous(suite);
  });
}

function describeDeclaration({ runtime, it }: RuntimeSuite): void {
  it('declares itself for this SPI', async () => {
    assert.equal(runtime.spi, SPI_VERSION);
    assert.match(runtime.name, /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
    assert.match(runtime.version, /^\d+\.\d+\.\d+/);
    assert.equal(runtime.optionsSchema['type'], 'object');
    assert.equal(runtime.optionsSchema['additionalProperties'], false, 'a misspelt option must be refused');
  });

  it('probes at least one device that it says it knows', async () => {
    const devices = await runtime.probe();
    assert.ok(devices.length > 0);
    for (const device of devices) assert.ok(runtime.capabilities.devices.includes(device), device);
    for (const device of devices) assert.ok(((await runtime.memoryOf?.(device)) ?? 1) > 0, `${device} has no memory`);
  });
}

function describeInspection({ runtime, fixture, it }: RuntimeSuite): void {
  it('accepts its own fixture', async () => {
    const { format } = await withPackage(runtime, fixture, (context) => runtime.inspect(context));
    if (runtime.formats.length > 0) assert.ok(runtime.formats.includes(format), format);
  });
  if (runtime.formats.length === 0) return;

  it('refuses contents that are no model, in place of any artifact', async () => {
    assert.ok(fixture.garbage && fixture.garbage.length > 0, 'the fixture needs garbage');
    for (const content of fixture.garbage) {
      for (const file of Object.keys(fixture.files)) {
        const files = { ...fixture.files, [file]: content };
        await rejectsWithCode(withPackage(runtime, { ...fixture, files }, (context) => runtime.inspect(context)), 'RUNTIME.ARTIFACT_REFUSED');
      }
    }
  });

  it('refuses a package whose file is not there', async () => {
    await rejectsWithCode(
      withPackage(runtime, fixture, (context) => runtime.inspect({ ...context, dir: `${context.dir}/elsewhere` })),
      undefined,
    );
  });
}

function describeRuns(suite: RuntimeSuite): void {
  const { runtime, fixture, it } = suite;
  const { items, expected, badItem } = fixture;
  const { batching, continuous } = runtime.capabilities;
  const together = batching && !continuous;
  const expectAll = (answers: readonly (Item | Error)[]): void => expectAnswers(fixture, answers);

  it('refuses a device that it has not', async () => {
    await rejectsWithCode(withPackage(runtime, fixture, (context) => runtime.open({ ...context, device: 'abacus' })), 'RUNTIME.DEVICE_UNAVAILABLE');
  });

  it('answers one request at a time', () =>
    withModel(runtime, fixture, async (model) => {
      assert.ok(items.length >= 2 && expected.length === items.length, 'the fixture needs two requests with their answers');
      assert.ok(runtime.capabilities.devices.includes(model.device), model.device);
      expectAll(await runSingly(model, items));
    }));

  it('answers a batch as it answers its members, in order', () =>
    withModel(runtime, fixture, async (model) => {
      if (!together) return;
      expectAll(await model.run(items, runContext()));
      expectAll([...(await model.run([...items].reverse(), runContext()))].reverse());
    }));

  it('refuses a bad request and answers its neighbours', () =>
    withModel(runtime, fixture, async (model) => {
      assert.ok(badItem !== undefined || model.inputs.length === 0, 'a model that declares inputs needs a bad request');
      if (badItem === undefined) return;
      const batch = together ? [...items.slice(0, 1), badItem, ...items.slice(1)] : [badItem];
      const answers = [...(await model.run(batch, runContext()).catch((error: Error) => (together ? Promise.reject(error) : [error])))];
      const [refused] = answers.splice(together ? 1 : 0, 1);
      assert.equal((refused as { code?: string }).code, 'INPUT.INVALID');
      if (together) expectAll(answers);
      else expectAll(await runSingly(model, items));
    }));

  it('leaves requests and earlier answers as they are', () =>
    withModel(runtime, fixture, async (model) => {
      const before = encodeValue(items);
      const answers = await runSingly(model, items);
      await runSingly(model, items);
      assert.ok(Buffer.compare(encodeValue(items), before) === 0, 'a request was changed');
      expectAll(answers);
    }));

  it('runs on after a run that nobody waited for', () =>
    withModel(runtime, fixture, async (model) => {
      await model.run(items.slice(0, 1), runContext(AbortSignal.abort())).catch(() => undefined);
      expectAll(await runSingly(model, items));
    }));
}

function describeLoads({ runtime, fixture, it }: RuntimeSuite): void {
  it('loads again after a close, without keeping the memory of the earlier loads', async () => {
    const loadAll = async (): Promise<number> => {
      for (let round = 0; round < LOADS; round++) await withModel(runtime, fixture, async (model) => expectAnswers(fixture, await runSingly(model, fixture.items)));
      return process.memoryUsage.rss();
    };
    const sizeBytes = Object.values(fixture.files).reduce((sum, { length }) => sum + length, 0);
    const grownBytes = -(await loadAll()) + (await loadAll());
    assert.ok(grownBytes < MEMORY_GROWTH_BYTES_MAX + sizeBytes, `${LOADS} loads took ${grownBytes} bytes for good`);
  });
}

function describeCancellation({ runtime, fixture, it }: RuntimeSuite, slow: NonNullable<RuntimeFixture['slow']>): void {
  it('stops early when nobody waits any more', () =>
    withModel(runtime, { ...fixture, options: slow.options }, async (model) => {
      const startedAtMs = performance.now();
      await model.run([slow.item], runContext(AbortSignal.timeout(ABORT_AFTER_MS))).catch(() => undefined);
      const tookMs = performance.now() - startedAtMs;
      assert.ok(tookMs < slow.runMs / 2, `it took ${tookMs} ms of ${slow.runMs}`);
    }));
}

function expectAnswers({ items, expected, tolerance = 1e-5 }: RuntimeFixture, answers: readonly (Item | Error)[]): void {
  assert.equal(answers.length, items.length);
  for (const [index, answer] of answers.entries()) assertAnswer(answer, expected[index] as Item, tolerance);
}

async function rejectsWithCode(work: Promise<unknown>, code: string | undefined): Promise<void> {
  await assert.rejects(work, (error: { code?: string }) => code === undefined || assert.equal(error.code, code) === undefined);
}
