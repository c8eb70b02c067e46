import { afterEach, describe, expect, it } from '@jest/globals';
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeValue } from '@steelyard/wire';
import { createFixture, until, type EchoModel, type Fixture } from '../../test/engine-fixture.js';
import { builtInRuntimes } from '../built-in-runtimes.js';
import type { EngineLimits } from '../limits.js';

const MIB = 1024 * 1024;
const RUNTIME = fileURLToPath(new URL('../../test/gpu-runtime.mjs', import.meta.url));

let fixture: Fixture;
let folder: string | undefined;
afterEach(async () => {
  await fixture.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  folder = undefined;
});

/** An engine with a runtime that can use `cuda`, which has 1024 MiB. A model of 200 MiB takes 576 of them. */
async function setup(limits: Partial<EngineLimits> = {}): Promise<Fixture> {
  folder = await mkdtemp(join(tmpdir(), 'engine-gpu-'));
  await chmod(folder, 0o755);
  const home = join(folder, 'node_modules', 'gpu-runtime');
  await mkdir(home, { recursive: true });
  await cp(RUNTIME, join(home, 'index.mjs'));
  await writeFile(join(home, 'package.json'), JSON.stringify({ name: 'gpu-runtime', version: '0.1.0', type: 'module', exports: './index.mjs' }));
  return (fixture = await createFixture(limits, { packageFolder: folder, runtimePackages: { ...builtInRuntimes, gpu: 'gpu-runtime' } }));
}

const add = (name: string, over: EchoModel = {}) => fixture.addModel(name, { runtime: 'gpu', gpu: 'prefer', artifactMb: 200, ...over });
const deviceOf = async (name: string): Promise<unknown> => ((await fixture.call(name, {})) as { device: string }).device;
const runnersOf = (name: string) => fixture.host.status().models.find(({ digest }) => digest === name)!.runners;
const exitsOf = (prefix: string) => fixture.exits.filter(({ label }) => label.startsWith(prefix));
const cuda = () => fixture.host.status().devices.find(({ name }) => name === 'cuda');

describe('EngineHost, devices', () => {
  it('puts a model where its manifest says, and counts what it takes of each device', async () => {
    await setup();
    await add('never', { gpu: 'never' });
    await add('prefers');
    expect([await deviceOf('never'), await deviceOf('prefers')]).toEqual(['cpu', 'cuda']);
    expect(cuda()).toEqual({ name: 'cuda', budgetBytes: 1024 * MIB, usedBytes: 576 * MIB, reservedBytes: 0, cores: undefined });
    const [never, prefers] = [runnersOf('never')[0]!, runnersOf('prefers')[0]!];
    expect(never).toMatchObject({ device: 'cpu', deviceReason: undefined, deviceMemoryBytes: undefined });
    expect(prefers).toMatchObject({ device: 'cuda', deviceReason: undefined, deviceMemoryBytes: 576 * MIB });
    const cpu = fixture.host.status().devices.find(({ name }) => name === 'cpu')!;
    expect(cpu.usedBytes).toBe(never.memoryBytes + prefers.memoryBytes);
  });

  it('counts what the runtime says that a model takes, rather than what its files suggest', async () => {
    await setup();
    await add('small', { options: { takesMb: 100 } });
    expect(await deviceOf('small')).toBe('cuda');
    expect(cuda()).toMatchObject({ usedBytes: 100 * MIB });
    await add('next');
    await add('last', { options: { takesMb: 1 }, artifactMb: 10 });
    expect([await deviceOf('next'), await deviceOf('last')]).toEqual(['cuda', 'cuda']);
    expect(exitsOf('acme/')).toEqual([]);
  });

  it('has an idle model make room on the GPU, and goes to the CPU rather than wait for a busy one', async () => {
    await setup();
    await add('first');
    await add('second', { options: { delayMs: 500 } });
    await add('third');
    expect(await deviceOf('first')).toBe('cuda');
    const busy = deviceOf('second');
    await until(() => runnersOf('second').some(({ inFlight }) => inFlight > 0));
    expect(exitsOf('acme/')).toEqual([{ label: 'acme/first@1.0.0', reason: 'evicted' }]);
    expect(await deviceOf('third')).toBe('cpu');
    expect(runnersOf('third')[0]!.deviceReason).toBe('cuda had no room: it needs 576 MiB, and 576 of 1024 MiB were taken');
    expect(await busy).toBe('cuda');
  });

  it('lets a model that requires the GPU wait for its turn there', async () => {
    await setup({ turnMs: 50 });
    await add('busy', { options: { delayMs: 300 } });
    await add('requires', { gpu: 'require' });
    const answers = [deviceOf('busy')];
    await until(() => runnersOf('busy').some(({ inFlight }) => inFlight > 0));
    answers.push(deviceOf('requires'));
    expect(await Promise.all(answers)).toEqual(['cuda', 'cuda']);
    expect(exitsOf('acme/')).toEqual([{ label: 'acme/busy@1.0.0', reason: 'evicted' }]);
  });

  it('goes by the operator\'s setting where there is one, and says what a model lacks that requires the GPU', async () => {
    await setup({ gpuMemoryMb: 300 });
    await add('prefers');
    await add('requires', { gpu: 'require' });
    expect(await deviceOf('prefers')).toBe('cpu');
    await expect(fixture.call('requires', {})).rejects.toMatchObject({
      code: 'ENGINE.MEMORY_INSUFFICIENT',
      message: 'acme/requires@1.0.0 needs 576 MiB of memory on cuda; models may take 300 MiB there',
      fix: expect.stringContaining('STEELYARD_ENGINE_GPU_MEMORY_MB'),
    });
  });

  it('waits for the GPU where the CPU could never hold the model', async () => {
    await setup({ memoryMb: 600, turnMs: 50 });
    await add('busy', { artifactMb: 100, options: { delayMs: 300 } });
    await add('large', { artifactMb: 400 });
    const busy = deviceOf('busy');
    await until(() => runnersOf('busy').some(({ inFlight }) => inFlight > 0));
    expect(await Promise.all([busy, deviceOf('large')])).toEqual(['cuda', 'cuda']);
  });

  it('keeps pins within the memory of the device that they are on', async () => {
    await setup();
    for (const name of ['one', 'two']) await add(name, { gpu: 'require' });
    const pin = (name: string) => fixture.host.pin({ digest: name, label: `acme/${name}@1.0.0` }, true);
    await pin('one');
    await expect(pin('two')).rejects.toMatchObject({ code: 'ENGINE.PINS_EXCEEDED', details: expect.objectContaining({ device: 'cuda', pinnedBytes: 576 * MIB }) });
  });
});

describe('EngineHost, a GPU that fails or is not there', () => {
  it.each([
    ['throws', { failOn: 'cuda' }, /out of memory on cuda/],
    ['ends the process', { crashOn: 'cuda' }, /SIGKILL/],
  ])('loads a model on the CPU when loading it there %s, once, and says why', async (_how, options, reason) => {
    await setup();
    await add('prefers', { options });
    expect(await deviceOf('prefers')).toBe('cpu');
    expect(runnersOf('prefers')).toEqual([expect.objectContaining({ device: 'cpu', deviceReason: expect.stringMatching(reason) })]);
    expect(cuda()).toMatchObject({ usedBytes: 0, reservedBytes: 0 });
    expect(fixture.host.status().models[0]).toMatchObject({ faults: 0 });
    // The next load does not try the GPU again.
    await until(() => fixture.host.unload('prefers'));
    await until(() => runnersOf('prefers').length === 0);
    expect(await deviceOf('prefers')).toBe('cpu');
    const labels = fixture.lines.filter((line) => line.startsWith('runner started') && line.includes('prefers'));
    expect(labels).toHaveLength(3);
  });

  it('fails a model that requires it, with the reason', async () => {
    await setup();
    await add('requires', { gpu: 'require', options: { failOn: 'cuda' } });
    await expect(fixture.call('requires', {})).rejects.toMatchObject({ code: 'RUNTIME.LOAD_FAILED', message: expect.stringContaining('out of memory on cuda') });
  });

  it('says clearly that a GPU is required and absent, however often it is called', async () => {
    await setup({ failuresToOpen: 2 });
    await add('requires', { runtime: 'echo', gpu: 'require' });
    for (let call = 0; call < 4; call++) {
      await expect(fixture.call('requires', {})).rejects.toMatchObject({
        code: 'ENGINE.GPU_MISSING',
        message: 'acme/requires@1.0.0 requires a GPU (resources.gpu in model.yaml), and the runtime echo can use none here',
        retryable: false,
      });
    }
  });

  it('gives its place back and says so when the runtime takes the CPU without a word', async () => {
    await setup();
    await add('silent', { options: { takes: 'cpu' } });
    await deviceOf('silent');
    expect(runnersOf('silent')[0]).toMatchObject({ device: 'cpu', deviceReason: 'asked for cuda, its runtime took cpu' });
    expect(cuda()).toMatchObject({ usedBytes: 0, reservedBytes: 0 });
  });

  it('tries a new version where calls of it would run', async () => {
    await setup();
    const [works, fails] = [await add('works'), await add('fails', { options: { failOn: 'cuda' } })];
    const trials = [await fixture.host.trial(works, [encodeValue({})]), await fixture.host.trial(fails, [encodeValue({})])];
    expect(trials.map(({ loaded }) => loaded.device)).toEqual(['cuda', 'cpu']);
    expect(cuda()).toMatchObject({ usedBytes: 0, reservedBytes: 0 });
  });
});
