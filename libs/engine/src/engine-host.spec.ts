import { afterEach, describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { encodeValue } from '@steelyard/wire';
import { createFixture, environmentOf, outcomes, runnersOf, until, type Fixture } from '../test/engine-fixture.js';
import type { EngineLimits } from './limits.js';

let fixture: Fixture;
afterEach(() => fixture.close());

const setup = async (limits: Partial<EngineLimits> = {}) => (fixture = await createFixture(limits));
const runnerOf = (name: string) => {
  const model = fixture.host.status().models.find(({ digest }) => digest === name);
  return { ...model?.runners[0], label: model?.label, state: model?.state, inFlight: model?.inFlight ?? 0, restarts: model?.faults };
};
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('EngineHost, at work', () => {
  it('answers, loading the model at the first call', async () => {
    const { addModel, call } = await setup();
    await addModel('echo');
    expect(await call('echo', { a: [1, 'x'], image: new Uint8Array([1, 2]) })).toEqual({ a: [1, 'x'], image: new Uint8Array([1, 2]) });
    expect(runnerOf('echo')).toMatchObject({ label: 'acme/echo@1.0.0', state: 'ready', restarts: 0 });
    expect(runnerOf('echo').memoryBytes).toBeGreaterThan(1e6);
  });

  it('loads once for a herd of 100 first calls', async () => {
    const { addModel, call, materialized, lines } = await setup();
    await addModel('echo');
    const answers = await Promise.all(numbers(100).map((n) => call('echo', { n }, { tenantId: `t${n % 7}` })));
    expect(answers).toEqual(numbers(100).map((n) => ({ n })));
    expect(materialized.get('echo')).toBe(1);
    expect(lines.filter((line) => line.startsWith('runner started'))).toHaveLength(1);
  });

  it('gives in batches what it gives one at a time', async () => {
    const { addModel, call, batches } = await setup();
    await addModel('single', { batching: { maxSize: 1, maxDelayMs: 0 } });
    await addModel('batched', { batching: { maxSize: 16, maxDelayMs: 0 } });
    const inputs = numbers(80).map((n) => ({ n, text: 'é'.repeat(n), data: new Float32Array(n).fill(n) }));
    const single = await Promise.all(inputs.map((input) => call('single', input)));
    const batched = await Promise.all(inputs.map((input) => call('batched', input)));
    expect(batched).toEqual(single);
    expect(batched).toEqual(inputs);
    const sizes = batches.filter(({ label }) => label.includes('batched')).map(({ size }) => size);
    expect(Math.max(...sizes)).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(16);
  });

  it('serves a quiet tenant beside 500 queued calls of a noisy one', async () => {
    const { addModel, call } = await setup();
    await addModel('slow', { options: { delayMs: 5 }, batching: { maxSize: 4, maxDelayMs: 0 } });
    await call('slow', {});
    let noisyDone = 0;
    const noisy = numbers(500).map((n) => call('slow', { n }, { tenantId: 'noisy' }).then(() => (noisyDone += 1)));
    await call('slow', {}, { tenantId: 'quiet' });
    expect(noisyDone).toBeLessThan(30);
    await Promise.all(noisy);
  });

  it('refuses a tenant beyond its line, and nobody else', async () => {
    const { addModel, call } = await setup({ queuedPerTenant: 3 });
    await addModel('echo');
    const greedy = numbers(5).map((n) => call('echo', { n }, { tenantId: 'greedy' }));
    const modest = call('echo', {}, { tenantId: 'modest' });
    expect(await outcomes([...greedy, modest])).toEqual(['ok', 'ok', 'ok', 'ENGINE.OVERLOADED', 'ENGINE.OVERLOADED', 'ok']);
  });

  it('fails a call at its deadline and on its cancellation, and goes on', async () => {
    const { addModel, call } = await setup();
    await addModel('slow', { options: { delayMs: 200 }, batching: { maxSize: 1, maxDelayMs: 0 } });
    await call('slow', {});
    const abort = new AbortController();
    const calls = [call('slow', {}), call('slow', {}, { timeoutMs: 50 }), call('slow', {}, { signal: abort.signal }), call('slow', {})];
    abort.abort();
    expect(await outcomes(calls)).toEqual(['ok', 'ENGINE.DEADLINE_EXCEEDED', 'ENGINE.CANCELLED', 'ok']);
    expect(await outcomes([call('slow', {}, { signal: abort.signal }), call('slow', {}, { timeoutMs: -1 })])).toEqual([
      'ENGINE.CANCELLED',
      'ENGINE.DEADLINE_EXCEEDED',
    ]);
    expect(runnerOf('slow').restarts).toBe(0);
  });

  it('fails only the call whose input cannot be read', async () => {
    const { addModel, host, call } = await setup();
    await addModel('echo');
    const malformed = host.run({
      id: '',
      tenantId: 'a',
      model: { digest: 'echo', label: 'acme/echo@1.0.0' },
      input: new Uint8Array([0xff]),
      deadlineAtMs: Date.now() + 20_000,
    });
    expect(await outcomes([malformed, call('echo', {})])).toEqual(['WIRE.MALFORMED', 'ok']);
  });
});

describe('EngineHost, losing runners', () => {
  it('retries the calls of a runner that was killed, and starts another', async () => {
    const { addModel, call, exits } = await setup();
    await addModel('slow', { options: { delayMs: 50 }, batching: { maxSize: 4, maxDelayMs: 0 } });
    await call('slow', {});
    const { pid } = runnerOf('slow');
    const calls = numbers(40).map((n) => call('slow', { n }));
    await until(() => runnerOf('slow').inFlight > 0);
    process.kill(pid!, 'SIGKILL');
    expect(await Promise.all(calls)).toEqual(numbers(40).map((n) => ({ n })));
    expect(runnerOf('slow')).toMatchObject({ state: 'ready', restarts: 1 });
    expect(runnerOf('slow').pid).not.toBe(pid);
    expect(exits).toEqual([{ label: 'acme/slow@1.0.0', reason: 'crashed' }]);
  });

  it('fails the call that crashes the runner, twice tried, and none of its batch', async () => {
    const { addModel, call } = await setup({ restartDelayMs: 10 });
    await addModel('fragile', { options: { crashOn: true } });
    await call('fragile', {});
    const calls = numbers(9).map((n) => call('fragile', { n, crash: n === 4 }));
    expect(await outcomes(calls)).toEqual(numbers(9).map((n) => (n === 4 ? 'ENGINE.RUNNER_LOST' : 'ok')));
    expect(runnerOf('fragile').restarts).toBe(2);
  });

  it('ends a runner that hangs, fails the call that did it, and answers the others', async () => {
    const { addModel, call, exits } = await setup({ killGraceMs: 100, restartDelayMs: 10 });
    await addModel('hanging', { options: { hangOn: true }, limits: { loadMs: 20_000, runMs: 1_000 } });
    await call('hanging', {});
    const calls = numbers(5).map((n) => call('hanging', { n, hang: n === 2 }));
    expect(await outcomes(calls)).toEqual(['ok', 'ok', 'ENGINE.DEADLINE_EXCEEDED', 'ok', 'ok']);
    expect(exits.map(({ reason }) => reason)).toEqual(['run-deadline', 'run-deadline']);
  });

  it('refuses for a while after repeated crashes, then tries again', async () => {
    const { addModel, call } = await setup({ restartDelayMs: 1, failuresToOpen: 3, circuitOpenMs: 400 });
    await addModel('fragile', { options: { crashOn: true } });
    expect(await outcomes([call('fragile', { crash: true })])).toEqual(['ENGINE.RUNNER_LOST']);
    expect(await outcomes([call('fragile', { crash: true })])).toEqual(['ENGINE.CIRCUIT_OPEN']);
    await expect(call('fragile', {})).rejects.toMatchObject({ code: 'ENGINE.CIRCUIT_OPEN', retryable: true });
    const { retryAfterMs } = await call('fragile', {}).catch((error: { details: { retryAfterMs: number } }) => error.details) as { retryAfterMs: number };
    await new Promise((resolve) => setTimeout(resolve, retryAfterMs + 1));
    expect(await call('fragile', { n: 1 })).toEqual({ n: 1 });
  });

  it('survives a runner that needs more memory than its version may have', async () => {
    const { addModel, call, host } = await setup({ restartDelayMs: 10 });
    await addModel('greedy', { options: { allocateMb: true }, memoryMb: 64 });
    await call('greedy', {});
    if (!host.status().protections.some(({ name, active }) => name === 'memory-limit' && active)) return;
    const [greedy, modest] = await outcomes([call('greedy', { allocateMb: 4_000 }), call('greedy', { n: 1 })]);
    expect(greedy).toMatch(/^(RUNTIME\.RUN_FAILED|ENGINE\.RUNNER_LOST)$/);
    expect(modest).toBe('ok');
  });

  it('gives a runner no more memory than all models may take together, whatever its manifest asks for', async () => {
    const { addModel, call, host } = await setup({ memoryMb: 256, runnerBaseMb: 512 });
    await addModel('vast', { memoryMb: 2 ** 20 });
    await call('vast', {});
    if (!host.status().protections.some(({ name, active }) => name === 'memory-limit' && active)) return;
    expect(readFileSync(`/proc/${runnerOf('vast').pid}/limits`, 'utf8')).toMatch(new RegExp(`^Max data size +${(256 + 512) * 2 ** 20} `, 'm'));
  });

  it('says why a model does not load, with the code of its runtime', async () => {
    const { addModel, call } = await setup();
    await addModel('future', { range: '^99' });
    await addModel('strange', { runtime: 'abacus' });
    expect(await outcomes([call('future', {}), call('future', {}), call('strange', {})])).toEqual([
      'RUNTIME.INCOMPATIBLE',
      'RUNTIME.INCOMPATIBLE',
      'ENGINE.RUNTIME_UNKNOWN',
    ]);
  });

  it('ends a load that takes too long', async () => {
    const { addModel, call, exits } = await setup();
    await addModel('heavy', { options: { loadDelayMs: 20_000 }, limits: { loadMs: 50, runMs: 1_000 } });
    await expect(call('heavy', {})).rejects.toMatchObject({ code: 'ENGINE.LOAD_FAILED', message: expect.stringContaining('longer than 50 ms') });
    expect(exits).toEqual([{ label: 'acme/heavy@1.0.0', reason: 'load-deadline' }]);
  });

  it('shows what a process that does not start wrote, in the log only', async () => {
    fixture = await createFixture({}, { runnerEntry: '/nonexistent/runner.js' });
    await fixture.addModel('echo');
    const failure = await fixture.call('echo', {}).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'ENGINE.LOAD_FAILED', details: { reason: 'it ended with exit code 1' } });
    expect(JSON.stringify(failure)).not.toContain('nonexistent');
    expect(fixture.lines.join('\n')).toContain('/nonexistent/runner.js');
  });
});

describe('EngineHost, housekeeping', () => {
  it('ends the least recently used runner to make room', async () => {
    const { addModel, call, exits } = await setup({ maxRunners: 2 });
    for (const name of ['one', 'two', 'three']) await addModel(name);
    await call('one', {});
    await call('two', {});
    await call('one', {});
    await call('three', {});
    expect(exits).toEqual([{ label: 'acme/two@1.0.0', reason: 'evicted' }]);
    expect(await call('two', { n: 1 })).toEqual({ n: 1 });
    expect(fixture.host.status().models.filter(({ state }) => state === 'ready')).toHaveLength(2);
  });

  it('takes turns when more models are busy than there may be runners', async () => {
    const { addModel, call } = await setup({ maxRunners: 1 });
    for (const name of ['one', 'two']) await addModel(name, { options: { delayMs: 5 } });
    const calls = numbers(20).map((n) => call(n % 2 ? 'one' : 'two', { n }));
    expect(await Promise.all(calls)).toEqual(numbers(20).map((n) => ({ n })));
  });

  it('ends idle runners', async () => {
    const { addModel, call, exits } = await setup({ idleMs: 40 });
    await addModel('echo');
    await call('echo', {});
    await until(() => exits.length > 0);
    expect(exits).toEqual([{ label: 'acme/echo@1.0.0', reason: 'idle' }]);
    await until(() => runnersOf(fixture.root).length === 0);
  });

  it('leaves no process, socket or folder behind, and answers everyone', async () => {
    const { addModel, call, host, workDir, root } = await setup();
    await addModel('slow', { options: { delayMs: 10_000 } });
    await addModel('echo');
    await call('echo', {});
    const waiting = numbers(5).map(() => call('slow', {}));
    await until(() => runnerOf('slow')?.inFlight > 0);
    expect(runnersOf(root)).toHaveLength(2);
    const ended = outcomes(waiting);
    await host.close();
    expect(await ended).toEqual(numbers(5).map(() => 'ENGINE.CLOSED'));
    expect(runnersOf(root)).toEqual([]);
    expect(readdirSync(workDir)).toEqual([]);
    expect(await outcomes([call('echo', {})])).toEqual(['ENGINE.CLOSED']);
  });

  it('closes in the middle of a start', async () => {
    const { addModel, call, host, workDir, root } = await setup();
    await addModel('echo');
    const ended = outcomes([call('echo', {})]);
    await host.close();
    expect(await ended).toEqual(['ENGINE.CLOSED']);
    expect(runnersOf(root)).toEqual([]);
    expect(existsSync(workDir) ? readdirSync(workDir) : []).toEqual([]);
  });
});

describe('EngineHost, quarantine', () => {
  it('tries a version: rounds of answers with latencies, and no runner afterwards', async () => {
    const { addModel, host, root } = await setup();
    const model = await addModel('echo');
    const loads: number[] = [];
    const inputs = [{ n: 1 }, { n: 2 }].map(encodeValue);
    const trial = await host.trial(model, inputs, 3, ({ loadMs }) => loads.push(loadMs));
    expect(trial.answers.map((answer) => answer.ok && Buffer.from(answer.output).equals(Buffer.from(inputs[0]!)))).toEqual([true, false, true, false, true, false]);
    expect(trial.answers.every((answer) => answer.ok && answer.latencyMs > 0)).toBe(true);
    expect(trial.memoryBytes).toBeGreaterThan(1e6);
    expect(loads).toHaveLength(1);
    expect(runnersOf(root)).toEqual([]);
  });

  it('shows which sample hangs', async () => {
    const { addModel, host } = await setup({ killGraceMs: 50 });
    const model = await addModel('hanging', { options: { hangOn: true }, limits: { loadMs: 20_000, runMs: 200 } });
    const { answers } = await host.trial(model, [{}, { hang: true }, {}].map(encodeValue));
    expect(answers.map((answer) => (answer.ok ? 'ok' : (answer.error as { code?: string }).code))).toEqual([
      'ok',
      'ENGINE.DEADLINE_EXCEEDED',
      'ENGINE.DEADLINE_EXCEEDED',
    ]);
  });

  it('describes a runtime once and inspects a package, each in a runner that ends', async () => {
    const { addModel, host, root, lines } = await setup();
    const model = await addModel('echo');
    const described = await Promise.all([host.describe('echo'), host.describe('echo')]);
    expect(described[0]).toMatchObject({ name: 'echo', capabilities: { batching: true }, devices: ['cpu'] });
    await host.describe('echo');
    expect(lines.filter((line) => line.startsWith('runner started'))).toHaveLength(1);
    expect(await host.inspect(model)).toEqual({ format: 'none', notes: [] });
    await until(() => runnersOf(root).length === 0);
    expect(await outcomes([host.describe('abacus')])).toEqual(['ENGINE.RUNTIME_UNKNOWN']);
  });
});

describe('a runner process', () => {
  it('has no secret in its environment, an empty folder to stand in, and the protections that the host reports', async () => {
    const { addModel, call, host } = await setup();
    process.env['STEELYARD_TEST_SECRET'] = 'hunter2';
    await addModel('echo');
    await call('echo', {});
    delete process.env['STEELYARD_TEST_SECRET'];
    const { pid, protections } = runnerOf('echo');
    const names = environmentOf(pid!).map((entry) => entry.split('=', 1)[0]);
    expect(new Set(names)).toEqual(
      // A sandbox says where it stands.
      new Set([...(protections!.includes('own-files') ? ['PWD'] : []), 'PATH', 'HOME', 'TMPDIR', 'ORT_DISABLE_TELEMETRY', ...['SOCKET', 'TOKEN', 'RUNTIME', 'PACKAGE_FOLDER', 'LABEL'].map((name) => `STEELYARD_RUNNER_${name}`)]),
    );
    expect(readdirSync(readlinkSync(`/proc/${pid}/cwd`))).toEqual([]);
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const limits = readFileSync(`/proc/${pid}/limits`, 'utf8');
    const shows: Record<string, () => boolean> = {
      'memory-limit': () => /Max data size +\d+ /.test(limits),
      'own-uid': () => !new RegExp(`^Uid:\\s+${process.getuid!()}\\s`, 'm').test(status),
      'no-network': () => readlinkSync(`/proc/${pid}/ns/net`) !== readlinkSync('/proc/self/ns/net'),
      'no-capabilities': () => /^CapEff:\s+0+$/m.test(status),
      'no-new-privileges': () => /^NoNewPrivs:\s+1$/m.test(status),
      'own-files': () => ['/etc/passwd', '/usr/bin/env', `${process.cwd()}/package.json`].every((path) => existsSync(path) && !existsSync(`/proc/${pid}/root${path}`)),
      'own-processes': () => readlinkSync(`/proc/${pid}/ns/pid`) !== readlinkSync('/proc/self/ns/pid'),
      'system-call-filter': () => /^Seccomp:\s+2$/m.test(status),
      'dies-with-engine': () => true,
    };
    if (process.env['STEELYARD_TEST_SANDBOX']) expect(protections).toEqual(expect.arrayContaining(['own-files', 'own-processes', 'system-call-filter']));
    for (const name of protections!) expect([name, shows[name]!()]).toEqual([name, true]);
    for (const { active, reason } of host.status().protections) expect(active || reason).toBeTruthy();
  });
});
