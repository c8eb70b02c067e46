/**
 * `npm run bench -- ledger`: calls per second on one hot account, from hold to settled usage, 64 clients, one gateway: our
 * coalesced reservation, usage log with fsync and batched settling, against what is usually written by hand, one conditional
 * UPDATE per request and one statement for its settling. Both are durable before a client goes on. Same embedded PostgreSQL.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ledger } from '@steelyard/domain-ledger';
import { Metering } from '@steelyard/domain-metering';
import { newId } from '@steelyard/kernel';
import { openDatabase, type Database } from '@steelyard/platform-database';
import { openJournal } from '@steelyard/platform-journal';
import { silentLogger } from '@steelyard/platform-observability';
import { interleave, median, medianRatio, round, type BenchResult } from './tools/rounds.js';
import { ConditionalUpdates } from './peers/conditional-updates.js';
import { usageRecord } from './tools/usage-record.js';

const ROUNDS = 7;
const ROUND_MS = 1_500;
const CLIENTS = 64;
const AMOUNT = 100n;
/** Connections of the peer; the best of them is taken. */
const PEER_CONNECTIONS = [1, 4, 16];

interface Rate {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const dir = await mkdtemp(join(tmpdir(), 'steelyard-bench-'));
const database = await openDatabase({ dataDir: dir });
const peerDatabases: Database[] = [];
try {
  const platform = await openPlatform();
  const peer = await bestPeer();
  const budgeted = { 1: await reserveInBudgets(platform.ledger, 1), 3: await reserveInBudgets(platform.ledger, 3) };
  for (const warmed of [platform.reserveOnly, budgeted[1], budgeted[3]]) await drive(warmed, 500);
  const results = await interleave(ROUNDS, {
    platform: () => drive(platform.call, ROUND_MS, platform.finish),
    update: () => drive(peer.call, ROUND_MS),
    platformReserve: () => drive(platform.reserveOnly, ROUND_MS),
    updateReserve: () => drive(peer.reserveOnly, ROUND_MS),
    oneBudget: () => drive(budgeted[1], ROUND_MS),
    threeBudgets: () => drive(budgeted[3], ROUND_MS),
  });
  const rates = (name: string) => results[name]!.map((rate) => rate.perSecond);
  const cases = {
    reserve_and_settle: { platform: summary(results['platform']!), update: summary(results['update']!) },
    reserve: { ratio: medianRatio(rates('platformReserve'), rates('updateReserve')), platform: summary(results['platformReserve']!), update: summary(results['updateReserve']!) },
    /** What budgets cost: reservations without any over those with one and with three. */
    reserve_in_budgets: {
      ratio: { one: medianRatio(rates('platformReserve'), rates('oneBudget')), three: medianRatio(rates('platformReserve'), rates('threeBudgets')) },
      one: summary(results['oneBudget']!),
      three: summary(results['threeBudgets']!),
    },
    update_connections: peer.connections,
    balanced: (await platform.ledger.trialBalance()).every((row) => row.balanced),
  };
  const ratio = medianRatio(rates('platform'), rates('update'));
  const result: BenchResult = { bench: 'ledger', ratio, unit: 'reserve+settle per second, 64 clients on one account, platform over conditional UPDATE', rounds: ROUNDS, cases };
  await platform.close();
  console.log(JSON.stringify(result));
} finally {
  for (const peer of peerDatabases) await peer.close();
  await database.close();
  await rm(dir, { recursive: true, force: true });
}

async function openPlatform() {
  const journal = await openJournal({ dir: join(dir, 'log'), sync: 'fsync' });
  const ledger = new Ledger(database);
  const metering = new Metering(database, journal, silentLogger, ledger);
  await metering.recover();
  const [tenantId, providerTenantId] = [newId(), newId()];
  await ledger.credit({ tenantId, amountNano: 10n ** 15n, currency: 'usd', reason: 'bench', transferId: newId() });
  const reserve = async (): Promise<string> => {
    const eventId = newId();
    const { outcome } = await ledger.reserve({ eventId, tenantId, currency: 'usd', amountNano: AMOUNT, keyId: 'key', modelId: newId(), expiresAtMs: Date.now() + 60_000 });
    if (outcome !== 'open') throw new TypeError(`the reservation was answered with ${outcome}`);
    return eventId;
  };
  return {
    ledger,
    reserveOnly: reserve,
    call: async () => {
      const eventId = await reserve();
      const record = usageRecord({ eventId, consumerTenantId: tenantId, providerTenantId, amountNano: AMOUNT });
      metering.intent({ ...record, startedAtMs: record.occurredAtMs });
      await metering.succeeded(record);
    },
    /** What has been answered but not settled counts too: the round ends when it is. */
    finish: () => metering.flush(),
    close: async () => {
      await metering.close();
      await journal.close();
    },
  };
}

/** Reserves on a wallet with so many budgets: of the organization, the key and the model. */
async function reserveInBudgets(ledger: Ledger, count: 1 | 3): Promise<() => Promise<void>> {
  const [tenantId, modelId] = [newId(), newId()];
  await ledger.credit({ tenantId, amountNano: 10n ** 15n, currency: 'usd', reason: 'bench', transferId: newId() });
  const scopes = [{ scope: 'organization' }, { scope: 'key', key_id: 'key' }, { scope: 'model', model_id: modelId, provider_id: modelId }];
  for (const scope of scopes.slice(0, count)) {
    const terms = { name: scope.scope, period: 'month', limit_nano: `${10n ** 15n}`, currency: 'usd', hard: true, alert_percents: [80, 100], created_by: 'bench', created_at: new Date() };
    const row = JSON.stringify({ tenant_id: tenantId, id: newId(), ...terms, ...scope });
    await database.pool.query('SELECT budget_set(jsonb_populate_record(NULL::budget, $1), true, now())', [row]);
  }
  return async () => {
    const { outcome } = await ledger.reserve({ eventId: newId(), tenantId, currency: 'usd', amountNano: AMOUNT, keyId: 'key', modelId, expiresAtMs: Date.now() + 60_000 });
    if (outcome !== 'open') throw new TypeError(`the reservation was answered with ${outcome}`);
  };
}

async function bestPeer() {
  const tried = [];
  for (const connections of PEER_CONNECTIONS) {
    const own = await openDatabase({ dataDir: dir, connections });
    peerDatabases.push(own);
    const peer = await ConditionalUpdates.open(own);
    await drive(peer.call, 300);
    tried.push({ connections, peer, ...(await drive(peer.call, 1_000)) });
  }
  const [best] = tried.sort((a, b) => b.perSecond - a.perSecond);
  return { connections: best!.connections, call: best!.peer.call, reserveOnly: best!.peer.reserve };
}

async function drive(call: () => Promise<unknown>, forMs: number, finish?: () => Promise<void>): Promise<Rate> {
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  const client = async (): Promise<void> => {
    while (performance.now() - startedAt < forMs) {
      const sentAt = performance.now();
      await call();
      latenciesMs.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  await finish?.();
  const seconds = (performance.now() - startedAt) / 1_000;
  const sorted = latenciesMs.sort((a, b) => a - b);
  const percentile = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  return { perSecond: latenciesMs.length / seconds, p50Ms: percentile(0.5), p99Ms: percentile(0.99) };
}

function summary(rates: readonly Rate[]) {
  const of = (pick: (rate: Rate) => number) => round(median(rates.map(pick)));
  return { perSecond: Math.round(of((rate) => rate.perSecond)), p50Ms: of((rate) => rate.p50Ms), p99Ms: of((rate) => rate.p99Ms) };
}
