import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@steelyard/kernel';
import { describeDatabase, RunningPlatform, writeEchoPackage } from '@steelyard/test-support';
import { month, writePastCalls } from './past-calls.js';

describeDatabase('a month of calls', (context) => {
  const last = month(-1);
  let platform: RunningPlatform;
  let provider: string;
  let consumer: string;
  const events: string[] = [];

  const operator = (...args: string[]) => platform.cli(platform.operatorKey, ...args, '--operator-key-file', join(platform.dataDir, 'operator.key'), '--json');

  beforeAll(async () => {
    // The month is closed by the operator here, and not by itself.
    platform = await RunningPlatform.start({ databaseUrl: context.url(), env: { STEELYARD_CLOSE_AFTER_HOURS: '744' } });
    provider = await platform.openOrganization('maker');
    await platform.publish(provider, await writeEchoPackage({ amount: '0.0125' }), '--public');
    consumer = await platform.openOrganization('acme', '10.00');
    events.push(...(await writePastCalls(context.database().pool, { consumer: 'acme', count: 250, at: last.at, amountNano: 12_500_000n, tag: 'tag é "quoted"' })));
  }, 90_000);

  afterAll(() => platform.stop());

  it('is closed by the operator, invoiced, downloaded and verified, and a charge of it taken back', async () => {
    const running = await operator('period', 'close', String(month(0).period));
    expect([running.code, JSON.parse(running.stdout)]).toEqual([1, { error: expect.objectContaining({ code: 'BILLING.PERIOD_NOT_OVER' }) }]);
    const closed = await operator('period', 'close', String(last.period));
    expect([closed.code, JSON.parse(closed.stdout)]).toMatchObject([0, { period: last.period, documents: 2, issued: 2, stuck: [] }]);

    const { nodes } = JSON.parse((await platform.cli(consumer, 'invoice', 'list', '--json')).stdout) as { nodes: { number: string; total: string; paid: boolean }[] };
    const year = new Date().getUTCFullYear();
    expect(nodes).toMatchObject([{ number: `SY-${year}-000001`, total: '3.12', paid: true }]);
    // 3.125 is rounded half-even, and the wallet has paid whole cents.
    expect(await platform.settledBalance(consumer)).toMatchObject({ availableNano: '6880000000' });
    expect((await platform.cli(consumer, 'invoice', 'show', nodes[0]!.number)).stdout).toMatch(/maker\/echo@1\.0\.0 +request +250 +0 +250 +3\.12/);

    expect((await platform.cli(consumer, 'invoice', 'download', nodes[0]!.number)).code).toBe(0);
    const path = join(platform.dataDir, `${nodes[0]!.number}.jsonl`);
    expect((await platform.cli('', 'invoice', 'verify', path)).stdout).toContain('\nvalid\n');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"amountNano":"12500000","currency":"usd","freeQuantity"', '"amountNano":"12500001","currency":"usd","freeQuantity"'));
    expect(await platform.cli('', 'invoice', 'verify', path)).toMatchObject({ code: 1, stdout: expect.stringContaining('NOT VALID') });

    const corrected = await operator('usage', 'correct', ...events.slice(0, 8), '--reason', 'noise');
    expect(JSON.parse(corrected.stdout)).toMatchObject({ creditNotes: [{ number: `SY-CN-${year}-000001`, total: '0.10', invoice: { number: nodes[0]!.number } }] });
    const again = await operator('usage', 'correct', events[0]!, newId(), '--reason', 'noise');
    expect([again.code, again.stdout]).toEqual([2, expect.stringMatching(/was taken back before[^]*is no call that there is/)]);
    expect(await platform.settledBalance(consumer)).toMatchObject({ availableNano: '6980000000' });
    expect(await platform.settledBalance(provider)).toMatchObject({ earnedNano: String(242n * (12_500_000n - 1_875_000n)) });
  }, 60_000);

  it('is stated to the provider, who finds nothing of who called in its file', async () => {
    const { nodes } = JSON.parse((await platform.cli(provider, 'statement', 'list', '--json')).stdout) as { nodes: { number: string; net: string }[] };
    expect(nodes).toMatchObject([{ net: '2.65625', grossNano: '3125000000', correctedNano: '0' }]);
    const file = await platform.cli(provider, 'statement', 'download', nodes[0]!.number, '--output', '-');
    expect(file.stdout.split('\n')).toHaveLength(1 + 1 + 250 + 1);
    expect(['acme', 'quoted', '"key"'].filter((secret) => file.stdout.includes(secret))).toEqual([]);
    expect((await platform.cli(consumer, 'statement', 'download', nodes[0]!.number)).stderr).toContain('BILLING.DOCUMENT_NOT_FOUND');
    const { trialBalance } = await platform.graphql<{ trialBalance: { balanced: boolean }[] }>(platform.operatorKey, '{ trialBalance { balanced } }');
    expect(trialBalance).toEqual([{ balanced: true }]);
  });
});
