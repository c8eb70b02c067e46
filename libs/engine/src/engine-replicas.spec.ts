import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createFixture, outcomes, until, type EchoModel, type Fixture } from '../test/engine-fixture.js';
import type { MaterializedModel } from './engine-host.js';
import type { EngineLimits } from './limits.js';

let fixture: Fixture;
afterEach(() => fixture.close());

const setup = async (limits: Partial<EngineLimits> = {}) => (fixture = await createFixture(limits));
const statusOf = (name: string) => fixture.host.status().models.find(({ digest }) => digest === name)!;
const readyRunners = () => statusOf('slow').runners.filter(({ state }) => state === 'ready');
/** Runs one call at a time for 40 ms. */
const slow = (tuning: Partial<NonNullable<EchoModel['tuning']>> = {}): EchoModel => ({
  options: { delayMs: 40 },
  tuning: { batchSize: 1, threads: 1, threadsAlone: 1, replicas: 2, ...tuning },
});
/** Keeps so many calls going until it is told to stop; gives how many were answered. */
function load(count: number): () => Promise<number> {
  let going = true;
  let answered = 0;
  const client = async () => {
    for (; going; answered += 1) await fixture.call('slow', {});
  };
  const clients = Array.from({ length: count }, client);
  return async () => {
    going = false;
    await Promise.all(clients);
    return answered;
  };
}

const cores = availableParallelism();

describe('EngineHost, with several runners of a model', () => {
  it('starts another while one has more to do than it can and a core is free; it ends when it is idle', async () => {
    const { addModel, exits, materialized } = await setup({ replicaIdleMs: 200 });
    await addModel('slow', slow());
    const stop = load(6);
    const wanted = Math.min(2, cores);
    await until(() => readyRunners().length === wanted && readyRunners().every(({ inFlight }) => inFlight > 0));
    const startedAtMs = performance.now();
    await until(() => performance.now() - startedAtMs > 400);
    expect(statusOf('slow').runners).toHaveLength(wanted);
    await stop();
    await until(() => statusOf('slow').runners.length === 1);
    expect(exits).toEqual(Array.from({ length: wanted - 1 }, () => ({ label: 'acme/slow@1.0.0', reason: 'idle' })));
    expect(materialized.get('slow')).toBe(1);
    expect(await fixture.call('slow', { n: 1 })).toEqual({ n: 1 });
  });

  it('answers every call when one of them is lost', async () => {
    if (cores < 2) return;
    const { addModel, call } = await setup({ restartDelayMs: 10 });
    await addModel('slow', slow());
    const stop = load(4);
    await until(() => readyRunners().length === 2 && readyRunners().every(({ inFlight }) => inFlight > 0));
    process.kill(readyRunners()[0]!.pid!, 'SIGKILL');
    await until(() => statusOf('slow').faults === 1);
    expect(await stop()).toBeGreaterThan(4);
    expect(await call('slow', { n: 1 })).toEqual({ n: 1 });
    expect(statusOf('slow').lastFault).toBe('crashed: signal SIGKILL');
  });

  describe('when the first is lost while another is loaded', () => {
    /** Runners that start from now on take so long to load it. */
    const loadsIn = async ({ dir, manifest }: MaterializedModel, loadDelayMs: number) => {
      const runtime = { ...manifest.runtime, options: { ...manifest.runtime.options, loadDelayMs } };
      await writeFile(join(dir, 'manifest.json'), JSON.stringify({ ...manifest, runtime }));
    };
    const startingRunner = () => statusOf('slow').runners.find(({ state, pid }) => state === 'starting' && pid !== undefined);
    const loseFirstWhileOther = async (loadDelayMs: number) => {
      const { addModel, call } = await setup({ restartDelayMs: 10 });
      const model = await addModel('slow', slow());
      await call('slow', {});
      await loadsIn(model, loadDelayMs);
      const calls = Array.from({ length: 60 }, (_, n) => call('slow', { n }));
      await until(() => startingRunner() !== undefined);
      process.kill(readyRunners()[0]!.pid!, 'SIGKILL');
      await until(() => statusOf('slow').faults === 1);
      return { model, calls };
    };

    it('answers every call when the other does not load', async () => {
      if (cores < 2) return;
      const { model, calls } = await loseFirstWhileOther(15_000);
      process.kill(startingRunner()!.pid!, 'SIGKILL');
      await loadsIn(model, 0);
      expect(await outcomes(calls)).toEqual(calls.map(() => 'ok'));
    });

    it('has pinned it when the other is there', async () => {
      if (cores < 2) return;
      const { calls } = await loseFirstWhileOther(1_500);
      await fixture.host.pin({ digest: 'slow', label: 'acme/slow@1.0.0' }, true);
      expect(readyRunners()).toHaveLength(1);
      expect(await outcomes(calls)).toEqual(calls.map(() => 'ok'));
    });
  });

  it('starts no other for a version that was not measured to gain by it', async () => {
    const { addModel } = await setup();
    await addModel('slow', slow({ replicas: 1 }));
    const stop = load(6);
    await until(() => statusOf('slow').calls > 15);
    expect(statusOf('slow').runners).toHaveLength(1);
    await stop();
  });

  it('gives a runner all threads while it is alone, and its share when it is not', async () => {
    if (cores < 2) return;
    const { addModel, call } = await setup();
    await addModel('slow', slow({ threads: 1, threadsAlone: 2 }));
    await call('slow', {});
    expect(readyRunners().map(({ threads }) => threads)).toEqual([2]);
    const stop = load(6);
    await until(() => readyRunners().length === 2 && readyRunners().every(({ threads }) => threads === 1));
    await stop();
    expect(statusOf('slow').faults).toBe(0);
  });

  it('makes batches as large as was measured best', async () => {
    const { addModel, call, batches } = await setup();
    await addModel('tuned', { options: { delayMs: 1 }, tuning: { batchSize: 3, threads: 1, threadsAlone: 1, replicas: 1 } });
    await Promise.all(Array.from({ length: 60 }, () => call('tuned', {})));
    expect(Math.max(...batches.map(({ size }) => size))).toBe(3);
  });
});

describe('EngineHost, saying what it does', () => {
  it('counts calls, batches and cold starts, by model', async () => {
    const { addModel, call, host } = await setup();
    await addModel('echo');
    await Promise.all(Array.from({ length: 20 }, () => call('echo', {})));
    const [model] = host.status().models;
    expect(model).toMatchObject({ state: 'ready', calls: 20, faults: 0, lastFault: undefined, queued: 0, inFlight: 0 });
    expect(model!.batchSize).toBeGreaterThanOrEqual(1);
    expect(model!.coldStartMs).toBeGreaterThan(0);
    expect(model!.runners).toEqual([expect.objectContaining({ state: 'ready', device: 'cpu', threads: 1, inFlight: 0, memoryBytes: expect.any(Number) })]);
  });

  it('shows a version that fails again and again as unhealthy, and why', async () => {
    const { addModel, call } = await setup({ restartDelayMs: 1, failuresToOpen: 2, circuitOpenMs: 60_000 });
    await addModel('broken', { range: '^99' });
    expect(await outcomes([call('broken', {})])).toEqual(['RUNTIME.INCOMPATIBLE']);
    expect(await outcomes([call('broken', {})])).toEqual(['RUNTIME.INCOMPATIBLE']);
    expect(await outcomes([call('broken', {})])).toEqual(['ENGINE.CIRCUIT_OPEN']);
    expect(statusOf('broken')).toMatchObject({ state: 'unhealthy', faults: 2, lastFault: expect.stringContaining('RUNTIME.INCOMPATIBLE') });
    expect(fixture.refusals).toEqual([{ label: 'acme/broken@1.0.0', code: 'ENGINE.CIRCUIT_OPEN' }]);
  });

  it('says when to come back to those that it refuses', async () => {
    const { addModel, call, refusals } = await setup({ queuedPerTenant: 10 });
    await addModel('slow', { options: { delayMs: 20 }, batching: { maxSize: 1, maxDelayMs: 0 } });
    await call('slow', {});
    const calls = Array.from({ length: 12 }, () => call('slow', {}));
    await expect(calls[11]).rejects.toMatchObject({ code: 'ENGINE.OVERLOADED', kind: 'rate-limited', details: { queued: 10, retryAfterMs: expect.any(Number) } });
    const { retryAfterMs } = await calls[11]!.catch((error: { details: { retryAfterMs: number } }) => error.details) as { retryAfterMs: number };
    expect(retryAfterMs).toBeGreaterThanOrEqual(150);
    expect(retryAfterMs).toBeLessThan(2_000);
    expect(refusals.map(({ code }) => code)).toEqual(['ENGINE.OVERLOADED', 'ENGINE.OVERLOADED']);
    await Promise.allSettled(calls);
  });
});
