import { expect, it } from '@jest/globals';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { repositoryRoot, runNode } from '@steelyard/test-support';

it('the demo does the main job while the runner is killed under it, and the sums match', async () => {
  // Outside of the repository: no module is found from there but what the demo brings along.
  const dataDir = await mkdtemp(join(tmpdir(), 'steelyard-demo-'));
  try {
    const { code, stdout, stderr } = await runNode(
      [join(repositoryRoot, 'tools/bootstrap/demo.mjs'), '--exit', '--json', '--kill-runner', '--data-dir', dataDir],
      { cwd: repositoryRoot, env: { PATH: process.env['PATH'], HOME: process.env['HOME'], STEELYARD_BUILT: 'true' } },
    );
    expect(stderr).toBe('');
    const result = JSON.parse(stdout.trim().split('\n').at(-1)!);
    expect(code).toBe(0);
    expect(result.digits.images).toBe(1_000);
    expect(result.digits.accuracy).toBeGreaterThanOrEqual(0.985);
    expect(result.patients).toMatchObject({ rows: 100 });
    expect(result.patients.accuracy).toBeGreaterThanOrEqual(0.95);
    expect(result.money).toEqual({ currency: 'usd', consumerChargedNano: '300000000', providerEarnedNano: '255000000', platformFeeNano: '45000000' });
    expect(result.ledger).toBe('balanced');
    expect(result.invoice).toEqual({ number: `SY-${new Date().getUTCFullYear()}-000001`, totalCents: expect.stringMatching(/^[1-9]\d*$/), calls: expect.any(Number), verified: true, changedDigit: 'found' });
    expect(result.invoice.calls).toBeGreaterThan(1_000);
    expect(await readdir(tmpdir())).not.toContain(basename(dataDir));
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}, 180_000);
