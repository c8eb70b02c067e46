/**
 * `npm run bench -- auth`: what it costs to know who calls. Processor time per check of a key that is remembered and of one that is not, and per
 * decision whether a caller may; what row level security adds to the query of the portal's page of keys; and how many requests with wrong keys a
 * server refuses, by its processor time, over the calls of a model that it answers.
 */
import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { authorize, CreateOrganization, CreateApiKey, Identity } from '@steelyard/domain-identity';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { isForModel, newId, OPERATOR_SCOPE, PLATFORM_ORGANIZATION_ID, type Arrival, type Caller, type Scope } from '@steelyard/kernel';
import { CONFIG, loadConfig } from '@steelyard/platform-config';
import { DATABASE, openDatabase, type Database } from '@steelyard/platform-database';
import { LOGGER, silentLogger } from '@steelyard/platform-observability';
import { RunningPlatform } from '@steelyard/test-support/platform';
import { writePackage } from './tools/echo-package.js';
import { interleave, median, medianRatio, round, type BenchResult } from './tools/rounds.js';
import { measured, type Target } from './tools/server-cpu.js';

const ROUNDS = 5;
const KEYS = 400;
const CHECKS = 100_000;
const DECISIONS = 2_000_000;
const READS = 400;
const OTHERS = 300;
const KEYS_OF_OTHERS = 100;
const LOAD = { inFlight: 16, forMs: 2_000 };
const WARM_UP_MS = 3_000;

const operator: Caller = { organizationId: PLATFORM_ORGANIZATION_ID, organizationHandle: 'platform', actorId: 'operator', scopes: new Set<Scope>([OPERATOR_SCOPE]) };

const dir = await mkdtemp(join(tmpdir(), 'steelyard-bench-'));
const database = await openDatabase({ dataDir: dir });
const platform = await RunningPlatform.start();
try {
  const checks = await benchChecks();
  const flood = await benchFlood(checks.strange);
  const result: BenchResult = {
    bench: 'auth',
    ratio: flood.ratio,
    unit: 'requests with a wrong key refused per second of processor time, over calls answered',
    rounds: ROUNDS,
    cases: { ...checks.cases, rowLevelSecurity: await benchRowLevelSecurity(), flood: flood.cases },
  };
  console.log(JSON.stringify(result));
} finally {
  await platform.stop();
  await database.close();
  await rm(dir, { recursive: true, force: true });
}

/** One server's identity, which remembers nothing yet. */
async function openIdentity() {
  const providers = [
    { provide: DATABASE, useValue: database },
    { provide: CONFIG, useValue: loadConfig({ STEELYARD_DATA_DIR: dir }) },
    { provide: LOGGER, useValue: silentLogger },
  ];
  const infrastructure: DynamicModule = { module: class Infrastructure {}, global: true, providers, exports: providers.map(({ provide }) => provide) };
  return NestFactory.createApplicationContext({ module: class Bench {}, imports: [infrastructure, IdentityModule] }, { logger: false });
}

async function benchChecks() {
  const app = await openIdentity();
  const { secret } = await app.get(CreateOrganization).create(operator, { handle: 'bench', name: 'Bench', ownerEmail: 'owner@bench.example' });
  const maker = await app.get(Identity).authenticateKey(secret);
  const make = (requestsPerMinute: number | null) => app.get(CreateApiKey).create(maker, { name: 'key', scopes: ['predict'], requestsPerMinute });
  const [plain, limited, ...others] = await Promise.all([null, 1_000_000, ...new Array<null>(KEYS).fill(null)].map(make));
  const arrival: Arrival = { req: { headers: {}, socket: { remoteAddress: '192.0.2.1' } }, setHeader: () => undefined };
  const check = (identity: Identity, key: string) => () => identity.identify({ authorization: `Bearer ${key}` }, arrival);
  const identity = app.get(Identity);
  const caller: Caller = { ...maker, modelIds: new Set([newId(), newId(), newId()]) };

  const results = await interleave(ROUNDS, {
    remembered: () => cpuMicrosPer(CHECKS, check(identity, plain!.secret)),
    limited: () => cpuMicrosPer(CHECKS, check(identity, limited!.secret)),
    new: async () => {
      const fresh = await openIdentity();
      let next = 0;
      // One after the other: together they would share a query.
      const taken = await cpuMicrosPer(KEYS, () => check(fresh.get(Identity), others[next++]!.secret)());
      await fresh.close();
      return taken;
    },
    decision: async () => {
      const before = process.cpuUsage();
      for (let n = 0; n < DECISIONS; n += 1) isForModel(authorize(caller, 'predict'), caller.organizationId);
      return micros(process.cpuUsage(before)) / DECISIONS;
    },
  });
  await app.close();
  const figure = (name: string, digits: number) => round(median(results[name]!), digits);
  return {
    /** Good in form, and of no use to another installation. */
    strange: plain!.secret,
    cases: { rememberedCpuMicros: figure('remembered', 2), rememberedWithLimitCpuMicros: figure('limited', 2), newCpuMicros: figure('new', 0), decisionCpuMicros: figure('decision', 4) },
  };
}

function micros({ user, system }: NodeJS.CpuUsage): number {
  return user + system;
}

/** Of this process; the database's is not counted. */
async function cpuMicrosPer(count: number, run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let n = 0; n < count; n += 1) await run();
  return micros(process.cpuUsage(before)) / count;
}

/** The page of keys, of an organization among many: as tenants read it, and by the platform's role, to which every row is visible. */
async function benchRowLevelSecurity(): Promise<object> {
  await database.pool.query(
    `WITH others AS (INSERT INTO organization (id, handle, name) SELECT gen_random_uuid(), 'other-' || n, 'x' FROM generate_series(1, $1) AS n RETURNING id)
     INSERT INTO api_key (id, tenant_id, name, secret_hmac, pepper_id, scopes) SELECT md5(o.id::text || n), o.id, 'key', '', '', '{predict}' FROM others AS o, generate_series(1, $2) AS n`,
    [OTHERS, KEYS_OF_OTHERS],
  );
  await database.pool.query('SET ROLE NONE; ANALYZE; SET ROLE steelyard_platform');
  const { rows } = await database.pool.query<{ id: string }>("SELECT id FROM organization WHERE handle = 'other-7'");
  const tenantId = rows[0]!.id;
  type Tx = Parameters<Parameters<Database['withTenant']>[1]>[0];
  const page = (tx: Tx) => tx.apiKey.findMany({ where: { tenantId }, orderBy: [{ createdAt: 'desc' }, { id: 'asc' }] });
  const reads = { withIt: () => msOf(() => database.withTenant(tenantId, page)), withoutIt: () => msOf(() => database.withPlatform(page)) };
  await interleave(READS / 10, reads);
  // In turn, one by one: a read takes so little that a round of many would be at the mercy of the machine.
  const results = await interleave(READS, reads);
  const [withMs, withoutMs] = [median(results['withIt']!), median(results['withoutIt']!)];
  return { withMs: round(withMs, 3), withoutMs: round(withoutMs, 3), ratio: round(withMs / withoutMs), rows: KEYS_OF_OTHERS, ofRows: OTHERS * KEYS_OF_OTHERS };
}

async function msOf(read: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await read();
  return performance.now() - startedAt;
}

async function benchFlood(strange: string) {
  const folder = await mkdtemp(join(tmpdir(), 'steelyard-bench-'));
  await writePackage(folder);
  const key = await platform.openOrganization('bench', '100000');
  await platform.publish(key, folder);
  await rm(folder, { recursive: true });
  const target = (authorization: string): Target => ({ url: `${platform.url}/v1/predict/bench/echo`, headers: { authorization }, bodies: [JSON.stringify({ text: 'hello', number: 1 })], pid: platform.pid });
  const good = () => measured(target(`Bearer ${key}`), LOAD);
  const wrong = () => measured(target(`Bearer ${strange}`), LOAD);
  for (const shown of [key, strange]) await measured(target(`Bearer ${shown}`), { ...LOAD, forMs: WARM_UP_MS });
  const results = await interleave(ROUNDS, {
    good,
    wrong,
    both: async () => (await Promise.all([good(), wrong()]))[0],
  });
  const cpu = (name: string) => results[name]!.map(({ serverCpuMicros }) => serverCpuMicros);
  const summary = (name: string) => ({ perSecond: Math.round(median(results[name]!.map(({ perSecond }) => perSecond))), p99Ms: round(median(results[name]!.map(({ p99Ms }) => p99Ms))) });
  return {
    ratio: medianRatio(cpu('good'), cpu('wrong')),
    cases: {
      answered: { ...summary('good'), cpuMicros: round(median(cpu('good'))), failed: results['good']!.reduce((sum, { failed }) => sum + failed, 0) },
      refused: { ...summary('wrong'), cpuMicros: round(median(cpu('wrong'))) },
      answeredMeanwhile: { ...summary('both'), failed: results['both']!.reduce((sum, { failed }) => sum + failed, 0) },
    },
  };
}
