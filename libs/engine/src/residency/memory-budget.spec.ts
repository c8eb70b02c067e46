import { afterEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createFixture, outcomes, runnersOf, until, type Fixture } from '../../test/engine-fixture.js';
import type { DeviceStatus } from '../engine-status.js';
import type { EngineLimits } from '../limits.js';

const MIB = 1024 * 1024;
const HOG = { options: { allocateMb: true }, memoryMb: 512 };

let fixture: Fixture;
afterEach(() => fixture.close());

const setup = async (limits: Partial<EngineLimits> = {}) => (fixture = await createFixture(limits));
const handleOf = (name: string) => ({ digest: name, label: `acme/${name}@1.0.0` });
const stateOf = (name: string) => fixture.host.status().models.find(({ digest }) => digest === name)?.state;
const cpu = () => fixture.host.status().devices[0]!;

/** Anonymous memory of the runners, as the kernel counts it. */
function memoryOfRunners(): number {
  const kilobytes = runnersOf(fixture.root).map((pid) => Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0));
  return kilobytes.reduce((sum, each) => sum + each * 1024, 0);
}

describe('EngineHost, within its memory', () => {
  it('gives back what a model took when another needs it, and says what is used', async () => {
    const { addModel, call, exits } = await setup({ memoryMb: 320 });
    await addModel('large', HOG);
    await addModel('small');
    await call('large', { allocateMb: 200 });
    const before = memoryOfRunners();
    expect(before).toBeGreaterThan(200 * MIB);
    expect(cpu()).toMatchObject({ name: 'cpu', budgetBytes: 320 * MIB, reservedBytes: 0 });
    expect(Math.abs(cpu().usedBytes - before)).toBeLessThan(0.1 * before);
    // Twice what is left: the large one has to go.
    await addModel('next', { memoryBytes: 200 * MIB });
    await call('next', {});
    expect(exits).toEqual([{ label: 'acme/large@1.0.0', reason: 'evicted' }]);
    await until(() => fixture.host.unload('next'));
    await until(() => cpu().usedBytes === 0);
    expect(memoryOfRunners()).toBeLessThan(0.1 * before);
  });

  it('never sets aside more than there is, however many different models are called at once', async () => {
    const { addModel, call } = await setup({ memoryMb: 250, turnMs: 100 });
    const names = ['a', 'b', 'c', 'd'];
    for (const name of names) await addModel(name, { memoryBytes: 100 * MIB, options: { delayMs: 20 } });
    const seen: DeviceStatus[] = [];
    const watching = setInterval(() => seen.push(cpu()), 2);
    const answers = await Promise.all(Array.from({ length: 24 }, (_, n) => call(names[n % 4]!, { n })));
    clearInterval(watching);
    expect(answers).toEqual(Array.from({ length: 24 }, (_, n) => ({ n })));
    expect(Math.max(...seen.map(({ reservedBytes }) => reservedBytes))).toBe(200 * MIB);
    expect(Math.max(...seen.map(({ usedBytes, reservedBytes }) => usedBytes + reservedBytes))).toBeLessThanOrEqual(250 * MIB);
  });

  it('lets a model in that waits beside one that is never idle, and back again', async () => {
    const { addModel, call, exits } = await setup({ maxRunners: 1, turnMs: 100 });
    await addModel('steady', { options: { delayMs: 20 }, batching: { maxSize: 1, maxDelayMs: 0 } });
    await addModel('rare');
    await call('steady', {});
    let more = true;
    const caller = async (): Promise<void> => {
      while (more) await call('steady', {});
    };
    const load = Promise.all([caller(), caller(), caller()]);
    expect(await call('rare', { n: 1 })).toEqual({ n: 1 });
    more = false;
    await load;
    expect(exits.map(({ label, reason }) => `${reason} ${label}`)).toEqual(['evicted acme/steady@1.0.0', 'evicted acme/rare@1.0.0']);
  });

  it('refuses a model that is larger than all there is', async () => {
    const { addModel, call } = await setup({ memoryMb: 256 });
    await addModel('huge', { memoryBytes: 300 * MIB });
    await expect(call('huge', {})).rejects.toMatchObject({
      code: 'ENGINE.MEMORY_INSUFFICIENT',
      message: 'acme/huge@1.0.0 needs 300 MiB of memory on cpu; models may take 256 MiB there',
    });
    // That says nothing about the model: the circuit stays closed.
    expect(await outcomes(Array.from({ length: 8 }, () => call('huge', {})))).not.toContain('ENGINE.CIRCUIT_OPEN');
  });
});

describe('EngineHost, pins', () => {
  it('loads what is pinned, keeps it, and brings it back when it is lost', async () => {
    const { addModel, call, host, exits } = await setup({ maxRunners: 2, restartDelayMs: 10 });
    for (const name of ['kept', 'one', 'two']) await addModel(name);
    await host.pin(handleOf('kept'), true);
    expect(stateOf('kept')).toBe('ready');
    expect(host.unload('kept')).toBe(false);
    await call('one', {});
    await call('two', {});
    expect(exits).toEqual([{ label: 'acme/one@1.0.0', reason: 'evicted' }]);
    const { pid } = host.status().models.find(({ digest }) => digest === 'kept')!.runners[0]!;
    process.kill(pid!, 'SIGKILL');
    await until(() => stateOf('kept') !== 'ready');
    await until(() => stateOf('kept') === 'ready');
    await host.pin(handleOf('kept'), false);
    expect(host.unload('kept')).toBe(true);
    await until(() => stateOf('kept') === 'idle');
  });

  it('refuses what does not fit beside other pins, and what does not load', async () => {
    const { addModel, host } = await setup({ memoryMb: 256 });
    await addModel('first', { memoryBytes: 100 * MIB });
    await addModel('second', { memoryBytes: 250 * MIB });
    await addModel('future', { range: '^99' });
    await host.pin(handleOf('first'), true);
    expect(await outcomes([host.pin(handleOf('second'), true), host.pin(handleOf('future'), true)])).toEqual(['ENGINE.PINS_EXCEEDED', 'RUNTIME.INCOMPATIBLE']);
    expect(host.status().models.filter(({ pinned }) => pinned).map(({ digest }) => digest)).toEqual(['first']);
  });
});
