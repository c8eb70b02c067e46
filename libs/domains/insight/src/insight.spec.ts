import 'reflect-metadata';
import { beforeAll, expect, it } from '@jest/globals';
import { Catalog } from '@steelyard/domain-catalog';
import { OrganizationHandles } from '@steelyard/domain-identity';
import { flushUsage, ReadCalls, type DoneRecord } from '@steelyard/domain-metering';
import { newId } from '@steelyard/kernel';
import { normaliseManifest } from '@steelyard/model-package';
import { silentLogger } from '@steelyard/platform-observability';
import { describeDatabase } from '@steelyard/test-support';
import { CanaryGuard } from './canary/canary-guard.job.js';
import { CompareCanary } from './canary/compare-canary.js';
import { LiveFigures } from './figures/live-figures.job.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
const MEASUREMENTS = { loadMs: 1, memoryBytes: 1, latencyMs: { p50: 1, p95: 1 }, runs: 1, device: 'cpu' };

describeDatabase('insight', (context) => {
  const database = () => context.database();
  const tenantId = newId();
  const move = { tenantId, actorId: 'key-1', channel: 'stable' };
  let catalog: Catalog;
  let calls: ReadCalls;
  let guard: CanaryGuard;

  beforeAll(async () => {
    await database().withPlatform((tx) => tx.organization.create({ data: { id: tenantId, handle: 'acme', name: 'Acme' } }));
    catalog = new Catalog(database(), new OrganizationHandles(database()));
    calls = new ReadCalls(database());
    guard = new CanaryGuard(database(), silentLogger, catalog, new CompareCanary(calls));
  });

  interface Versions {
    readonly model: string;
    readonly modelId: string;
    readonly stable: string;
    readonly candidate: string;
  }

  /** A model whose 1.0.0 is stable. */
  async function publish(model: string): Promise<Versions> {
    const ids: { modelId: string; versionId: string }[] = [];
    for (const version of ['1.0.0', '2.0.0']) {
      const { manifest } = normaliseManifest({
        schema: 1, name: model, version, license: 'MIT', intendedUse: 'For tests.', task: 'custom', runtime: { name: 'echo', range: '*' },
        input: { type: 'object', properties: { text: { type: 'string' } } }, output: { type: 'object' },
      });
      const price = { currency: 'usd', components: [{ unit: 'request' as const, amountNano: 1n, per: 1n }] };
      const drafted = await catalog.draftVersion({ tenantId, manifest, digest: newId(), files: [], card: '', samples: [], price });
      await catalog.finishVersion({ tenantId, versionId: drafted.versionId }, { ready: true, measurements: MEASUREMENTS });
      ids.push(drafted);
    }
    await catalog.releaseVersion({ ...move, model, version: '1.0.0' });
    return { model, modelId: ids[0]!.modelId, stable: ids[0]!.versionId, candidate: ids[1]!.versionId };
  }

  interface Calls {
    readonly count: number;
    readonly faults?: number;
    readonly totalMs?: number;
    readonly ageMs?: number;
  }

  async function called({ modelId }: Versions, versionId: string, { count, faults = 0, totalMs = 10, ageMs = 0 }: Calls): Promise<void> {
    // From now on, so that they come after the canary began; the first answer is before the second call.
    const startMs = Date.now() - ageMs + 100;
    const records = Array.from({ length: count }, (_, at): DoneRecord => {
      const failed = at < faults;
      const admittedAtMs = startMs + at * 20;
      return {
        eventId: newId(admittedAtMs), consumerTenantId: newId(), providerTenantId: tenantId, keyId: 'key1', modelId, versionId, priceId: newId(),
        status: failed ? 'failed' : 'succeeded', errorCode: failed ? 'RUNTIME.RUN_FAILED' : undefined, unit: 'request',
        quantity: failed ? 0n : 1n, amountNano: 0n, feeNano: 0n, currency: 'usd', queueMicros: 0, computeMicros: 0,
        totalMicros: totalMs * 1_000, occurredAtMs: admittedAtMs + totalMs,
      };
    });
    await flushUsage(database().pool, records);
  }

  const isRunning = async ({ modelId }: Versions) => (await catalog.runningCanaries()).some((one) => one.modelId === modelId);
  const lastEvent = ({ modelId }: Versions) =>
    database().withTenant(tenantId, (tx) => tx.channelEvent.findFirst({ where: { tenantId, modelId }, orderBy: { id: 'desc' } }));

  async function startCanary(model: string): Promise<Versions> {
    const versions = await publish(model);
    await catalog.startCanary({ ...move, model, version: '2.0.0', percent: 10 });
    return versions;
  }

  it('rolls back the canaries that fault or are slow, and leaves the others', async () => {
    const [sound, young, faulty, slow, alone] = [await startCanary('sound'), await startCanary('young'), await startCanary('faulty'), await startCanary('slow'), await startCanary('alone')];
    for (const versions of [sound, faulty, slow]) await called(versions, versions.stable, { count: 210 });
    await called(sound, sound.candidate, { count: 200, faults: 4, totalMs: 14 });
    await called(young, young.candidate, { count: 199, faults: 19 });
    await called(faulty, faulty.candidate, { count: 200, faults: 5 });
    await called(slow, slow.candidate, { count: 200, totalMs: 16 });
    await called(alone, alone.candidate, { count: 200, totalMs: 1_000 });
    await guard.look();
    expect(await Promise.all([sound, young, faulty, slow, alone].map(isRunning))).toEqual([true, true, false, false, true]);
    expect(await lastEvent(faulty)).toMatchObject({ action: 'canary-rolled-back', actorId: 'steelyard', reason: '5 faults in 200 calls are 2.5 %, more than 2.0 %' });
    expect(await lastEvent(slow)).toMatchObject({ action: 'canary-rolled-back', reason: 'over 200 calls p95 16.0 ms, stable 10.0 ms: more than 1.5 times as long' });
  });

  it('compares with what stable was like before, where it is hardly called any more', async () => {
    const versions = await publish('before');
    await called(versions, versions.stable, { count: 300, ageMs: 3 * DAY_MS });
    await catalog.startCanary({ ...move, model: 'before', version: '2.0.0', percent: 99 });
    await called(versions, versions.stable, { count: 5, totalMs: 500 });
    await called(versions, versions.candidate, { count: 200, totalMs: 30 });
    await guard.look();
    expect(await isRunning(versions)).toBe(false);
  });

  it('does not judge a canary by the calls that its version had before', async () => {
    const versions = await publish('again');
    await called(versions, versions.candidate, { count: 300, faults: 300, ageMs: DAY_MS });
    await catalog.startCanary({ ...move, model: 'again', version: '2.0.0', percent: 10 });
    await guard.look();
    expect(await isRunning(versions)).toBe(true);
  });

  it('shows in the catalog what the calls of the last seven days were like', async () => {
    const versions = await publish('shown');
    await called(versions, versions.stable, { count: 100, faults: 3, totalMs: 20, ageMs: 2 * DAY_MS });
    await called(versions, versions.candidate, { count: 50, totalMs: 40, ageMs: DAY_MS });
    await called(versions, versions.stable, { count: 70, ageMs: 8 * DAY_MS });
    await new LiveFigures(database(), silentLogger, catalog, calls).refresh();
    const listing = await database().withPlatform((tx) => tx.modelListing.findFirst({ where: { modelId: versions.modelId } }));
    expect(listing).toMatchObject({ calls: 150n, faults: 3n, p50Micros: 20_000, p95Micros: 40_000, sampled: 147 });
    expect(listing!.figuresAt!.getTime() - listing!.figuresFrom!.getTime()).toBe(7 * DAY_MS);
    expect(Date.now() - listing!.figuresAt!.getTime()).toBeLessThan(5_000);
  });
});
