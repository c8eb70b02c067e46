import { beforeAll, expect, it } from '@jest/globals';
import { withClient } from '@steelyard/platform-database/embedded';
import { describePlatform, newName, writeEchoPackage, type PredictAnswer, type SharedPlatform } from '@steelyard/test-support';

const CHANNELS = `query ($ref: String!) { model(ref: $ref) { channels {
  name version { version } canary { percent version { version } comparison { calls faults p95Ms stableCalls stableFaults stableP95Ms verdict } }
  history { action from to actorId reason } } } }`;

/** Long enough that what the machine adds to a call matters little. */
const QUICK_MS = 30;

describePlatform('canaries', (context) => {
  const handles = { acme: newName('acme'), globex: newName('globex'), caller: newName('caller') };
  let platform: SharedPlatform;
  const keys = { acme: '', globex: '', caller: '' };

  beforeAll(async () => {
    platform = context.platform();
    keys.acme = await platform.openOrganization(handles.acme);
    keys.globex = await platform.openOrganization(handles.globex);
    keys.caller = await platform.openOrganization(handles.caller, '100.00');
    await Promise.all([
      publishPair('globex', 'sound', { delayMs: QUICK_MS }, { delayMs: QUICK_MS }),
      publishPair('acme', 'broken', {}, { failOn: true }),
      publishPair('acme', 'slow', { delayMs: QUICK_MS }, { delayMs: 4 * QUICK_MS }),
    ]);
  }, 90_000);

  /** Version 1.0.0 is stable, version 2.0.0 on no channel that anybody uses. */
  async function publishPair(owner: 'acme' | 'globex', name: string, one: object, two: object): Promise<void> {
    await platform.publish(keys[owner], await writeEchoPackage({ name, version: '1.0.0', options: { ...one } }), '--public');
    await platform.publish(keys[owner], await writeEchoPackage({ name, version: '2.0.0', options: { ...two } }), '--channel', 'next');
  }

  const channelOf = async (key: string, ref: string) => {
    const { model } = await platform.graphql(key, CHANNELS, { ref });
    return model.channels.find(({ name }: { name: string }) => name === 'stable');
  };
  const canary = async (key: string, ...args: string[]) => {
    const { code, stdout, stderr } = await platform.cli(key, 'canary', ...args, '--json');
    return code === 0 ? JSON.parse(stdout) : { code, stderr: stderr + stdout };
  };
  const versionOf = ({ headers }: PredictAnswer) => headers.get('steelyard-model')?.split('@')[1];

  /** Sends calls, so many at a time, and gives their answers. */
  async function send(ref: string, count: number, inputOf: (at: number) => object = () => ({ text: 'x' })): Promise<PredictAnswer[]> {
    const answers: PredictAnswer[] = [];
    let next = 0;
    const sender = async () => {
      for (let at = next++; at < count; at = next++) answers[at] = await platform.predict(keys.caller, ref, inputOf(at));
    };
    await Promise.all(Array.from({ length: 48 }, sender));
    return answers;
  }

  /** Waits for the guard; what the issue asks for is 30 s. */
  async function rolledBack(ref: string) {
    const until = Date.now() + 30_000;
    for (;;) {
      const channel = await channelOf(keys.acme, ref);
      if (channel.canary === null || Date.now() > until) return channel;
      await new Promise((later) => setTimeout(later, 200));
    }
  }

  it('gets its share of the calls, and stays while it is healthy', async () => {
    expect(await canary(keys.globex, 'start', 'sound', '2.0.0', '--percent', '10', '--reason', 'smaller')).toMatchObject({ canary: { percent: 10 } });
    const answers = await send(`${handles.globex}/sound`, 2_500);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const candidates = answers.filter((answer) => versionOf(answer) === '2.0.0').length;
    // Five standard deviations.
    expect(Math.abs(candidates - 250)).toBeLessThan(75);
    await platform.settledBalance(keys.caller);
    const { canary: running } = await channelOf(keys.globex, `${handles.globex}/sound`);
    expect(running).toMatchObject({ percent: 10, version: { version: '2.0.0' }, comparison: { faults: 0, stableFaults: 0, verdict: expect.stringMatching(/^healthy: /) } });
    // The trials of the publications are no calls.
    expect([running.comparison.calls, running.comparison.stableCalls]).toEqual([candidates, 2_500 - candidates]);
    expect((await channelOf(keys.caller, `${handles.globex}/sound`)).canary).toEqual({ percent: 10, version: { version: '2.0.0' }, comparison: null });
  }, 120_000);

  it('draws the same version for a retry with the same idempotency key', async () => {
    await canary(keys.acme, 'start', 'broken', '2.0.0', '--percent', '50');
    // The candidate fails these calls, which gives the key back, and stable answers them.
    const attempt = async (at: number) => (await platform.predict(keys.caller, `${handles.acme}/broken`, { text: 'x', fail: true }, { 'idempotency-key': `order-${at}` })).status;
    const first = await Promise.all(Array.from({ length: 16 }, (_, at) => attempt(at)));
    const second = await Promise.all(Array.from({ length: 16 }, (_, at) => attempt(at)));
    expect(second).toEqual(first);
    expect(new Set(first).size).toBe(2);
  });

  it('is rolled back when it faults, and the calls go on', async () => {
    await send(`${handles.acme}/broken`, 600, (at) => ({ text: 'x', fail: at % 10 === 0 }));
    const sentAtMs = Date.now();
    const channel = await rolledBack(`${handles.acme}/broken`);
    expect(Date.now() - sentAtMs).toBeLessThan(30_000);
    expect(channel).toMatchObject({ version: { version: '1.0.0' }, canary: null });
    expect(channel.history[0]).toMatchObject({ action: 'canary-rolled-back', from: '2.0.0', to: '1.0.0', actorId: 'steelyard' });
    expect(channel.history[0].reason).toMatch(/^\d+ faults in \d+ calls are \d+\.\d %, more than 2\.0 %$/);
    const answers = await send(`${handles.acme}/broken`, 50, () => ({ text: 'x', fail: true }));
    expect(new Set(answers.map((answer) => `${answer.status} ${versionOf(answer)}`))).toEqual(new Set(['200 1.0.0']));
  }, 60_000);

  it('is rolled back when it is slow', async () => {
    await canary(keys.acme, 'start', 'slow', '2.0.0', '--percent', '50');
    await send(`${handles.acme}/slow`, 600);
    const channel = await rolledBack(`${handles.acme}/slow`);
    expect(channel.history[0]).toMatchObject({ action: 'canary-rolled-back', actorId: 'steelyard', reason: expect.stringMatching(/^over \d+ calls p95 [\d.]+ ms, stable [\d.]+ ms: more than 1\.5 times as long$/) });
  }, 60_000);

  it('left the canary of another organization alone', async () => {
    const { canary: running, history } = await channelOf(keys.globex, `${handles.globex}/sound`);
    expect(running).toMatchObject({ percent: 10 });
    expect(history.map(({ action }: { action: string }) => action)).toEqual(['canary', 'release']);
  });

  it('left figures in the catalog that are those of the calls, within a minute of them', async () => {
    const figuresOf = async () => (await platform.graphql(keys.caller, `{ model(ref: "${handles.globex}/sound") { id figures { calls availability p50Ms p95Ms sampled updatedAt } } }`)).model;
    const until = Date.now() + 60_000;
    let model = await figuresOf();
    while (model.figures.calls < 2_500 && Date.now() < until) {
      await new Promise((later) => setTimeout(later, 500));
      model = await figuresOf();
    }
    const { rows } = await withClient(platform.databaseUrl, (client) => client.query(
      `SELECT count(*)::int AS calls, percentile_disc(0.5) WITHIN GROUP (ORDER BY total_micros) / 1000.0::float8 AS p50,
              percentile_disc(0.95) WITHIN GROUP (ORDER BY total_micros) / 1000.0::float8 AS p95 FROM usage_event WHERE model_id = $1`,
      [model.id],
    ));
    expect(rows[0].calls).toBe(2_500);
    expect(model.figures).toMatchObject({ calls: 2_500, availability: 1, sampled: 2_500, p50Ms: rows[0].p50, p95Ms: rows[0].p95 });
    expect(Date.now() - Date.parse(model.figures.updatedAt)).toBeLessThan(60_000);
  }, 90_000);

  it('is promoted or stopped by its owner, and a rollback takes the promotion back', async () => {
    expect(await canary(keys.globex, 'status', 'sound')).toMatchObject({ canary: { comparison: { verdict: expect.any(String) } } });
    expect(await canary(keys.globex, 'start', 'sound', '1.0.0')).toMatchObject({ stderr: expect.stringContaining('CATALOG.CANDIDATE_IS_STABLE') });
    expect(await canary(keys.globex, 'promote', 'sound', '--reason', 'healthy')).toMatchObject({ canary: null, version: { version: '2.0.0' } });
    expect(versionOf(await platform.predict(keys.caller, `${handles.globex}/sound`, { text: 'x' }))).toBe('2.0.0');
    await platform.graphql(keys.globex, 'mutation { rollback(input: { model: "sound" }) { name } }');
    await canary(keys.globex, 'start', 'sound', '2.0.0');
    expect(await canary(keys.globex, 'stop', 'sound')).toMatchObject({ canary: null, version: { version: '1.0.0' } });
    const { history } = await channelOf(keys.globex, `${handles.globex}/sound`);
    expect(history.map(({ action, to }: { action: string; to: string }) => `${action} ${to}`)).toEqual([
      'canary-stopped 1.0.0',
      'canary 2.0.0',
      'rollback 1.0.0',
      'canary-promoted 2.0.0',
      'canary 2.0.0',
      'release 1.0.0',
    ]);
  });
});
