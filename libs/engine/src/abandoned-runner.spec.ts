import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createFixture, runnerEntry, runnersOf, until, type Fixture } from '../test/engine-fixture.js';

let fixture: Fixture;
afterEach(() => fixture.close());

/** An engine in a process of its own, from the compiled sources, with a model that hangs for ever. Nobody looks at what it logs and measures. */
const script = (root: string) => `
  import { createEngineHost } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
  import { readFileSync } from 'node:fs';
  const dir = ${JSON.stringify(root)} + '/hanging';
  const manifest = JSON.parse(readFileSync(dir + '/manifest.json', 'utf8'));
  const log = { info() {}, warn() {}, error() {} };
  // Killed before anybody would read its log or its figures.
  const host = createEngineHost({
    runnerEntry: ${JSON.stringify(runnerEntry)}, workDir: ${JSON.stringify(root)} + '/work', log,
    store: { materialize: async () => ({ dir, manifest }) }, metrics: { batch() {}, runnerExit() {}, loaded() {}, refused() {} },
  });
  const call = (hex) => host.run({ id: '', tenantId: '', model: { digest: 'd', label: 'a/hanging@1.0.0' },
    input: Buffer.from(hex, 'hex'), deadlineAtMs: Date.now() + 60_000 });
  await call('a0');
  console.log('ready');
  void call('a16468616e67f5');
`;

/** More processor time, in ticks of 10 ms, than an idle runner takes in a while: it is in its endless loop. */
const BUSY_TICKS = 10;

function cpuTicksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  return Number(fields[11]);
}

describe('a runner whose engine is killed', () => {
  it('goes with it even while it is busy, and its folder goes with the next engine', async () => {
    fixture = await createFixture();
    const { root, host, addModel, call } = fixture;
    await addModel('hanging', { options: { hangOn: true } });
    await addModel('echo');
    const engine = spawn(process.execPath, ['--input-type=module', '-e', script(root)], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise<void>((resolve) => engine.stdout.once('data', () => resolve()));
    expect(runnersOf(root)).toHaveLength(1);
    const [runner] = runnersOf(root);
    const idleTicks = cpuTicksOf(runner!);
    await until(() => cpuTicksOf(runner!) > idleTicks + BUSY_TICKS);
    engine.kill('SIGKILL');
    const left = () => readdirSync(`${root}/work`).filter((name) => name.includes(`-${engine.pid}-`));
    expect(left()).toHaveLength(1);
    await call('echo', {});
    if (host.status().protections.find(({ name }) => name === 'dies-with-engine')?.active) {
      await until(() => runnersOf(root).length === 1);
    }
    expect(left()).toEqual([]);
  });
});
