import { expect, it } from '@jest/globals';
import { Ledger } from '@steelyard/domain-ledger';
import { AppError } from '@steelyard/kernel';
import type { Database } from '@steelyard/platform-database';
import { describeDatabase } from '@steelyard/test-support';
import fc from 'fast-check';
import pg from 'pg';
import { flushUsage } from '@steelyard/domain-metering';
import { MoneyModel, type Ask, type Operation } from './money-model.js';
import { hashBytes, steps, World, type Command } from './money-operations.js';

const RUNS = 40;

/** Sums over everything that was sent instead of over what was new. */
const FORGETFUL =
  'FROM unnest(p_consumers, p_providers, p_currencies, p_amounts, p_fees) AS fresh (consumer_tenant_id, provider_tenant_id, currency, amount_nano, fee_nano) GROUP BY';

describeDatabase('money', (context) => {
  it('is what the model says, after every step of any history, with several gateways at once', async () => {
    const owner = await connect(context.url());
    const ran = { steps: 0, commands: 0 };
    try {
      await fc.assert(
        fc.asyncProperty(steps, (history) => play(history, { database: context.database(), owner, ran })),
        { numRuns: RUNS, endOnFailure: true },
      );
    } finally {
      await owner.end();
    }
    expect(ran.commands).toBeGreaterThan(1_000);
  }, 60_000);

  it.each([
    ['a limit that does not count what is held', 'ledger_reserve', 'w.credits_posted - w.debits_posted - w.debits_pending AS', 'w.credits_posted - w.debits_posted AS'],
    ['usage that is charged whether it was new or not', 'usage_flush', 'FROM fresh GROUP BY', FORGETFUL],
    ['a key that nobody looks up', 'ledger_reserve', 'IF r.key IS NOT NULL THEN\n            seen', 'IF false THEN\n            seen'],
    ['a hold that is never let go', 'usage_flush', `(h.state = 'open') IS TRUE`, `(h.state = 'void') IS TRUE`],
  ])('would not be, with %s', async (_what, name, from, to) => {
    const place = await context.another();
    const owner = await connect(place.url);
    try {
      const { rows } = await owner.query<{ source: string }>('SELECT pg_get_functiondef($1::regproc) AS source', [name]);
      expect(rows[0]!.source).toContain(from);
      await owner.query(rows[0]!.source.replace(from, to));
      const property = fc.asyncProperty(steps, (history) => play(history, { database: place.database, owner, ran: { steps: 0, commands: 0 } }));
      const result = await fc.check(property, { numRuns: RUNS, endOnFailure: true });
      expect(result.failed).toBe(true);
    } finally {
      await owner.end();
    }
  });
});

interface Stage {
  readonly database: Database;
  /** A connection of the owner of the tables, who may empty them. */
  readonly owner: pg.Client;
  readonly ran: { steps: number; commands: number };
}

async function play(history: readonly Command[][], { database, owner, ran }: Stage): Promise<void> {
  await owner.query('TRUNCATE ledger_account, ledger_transfer, ledger_hold, usage_event, usage_recovery CASCADE');
  const world = new World();
  const gateways = [new Ledger(database), new Ledger(database), new Ledger(database)];
  let model = new MoneyModel();
  for (const commands of history) {
    world.tick();
    const operations = world.operationsOf(commands);
    const answers = await Promise.all(operations.map((operation, index) => perform(operation, { database, ledger: gateways[index]! })));
    const found = await lookAt(database);
    // What ran at once must come to the same as one after the other, in some order.
    const outcomes = permutations(operations.map((_, index) => index)).map((order) => inOrder(model, operations, order));
    const fitting = outcomes.find((outcome) => same(outcome.answers, answers) && same(pictureOf(outcome.model, world), pictureIn(found, world)));
    if (!fitting) expect({ answers, picture: pictureIn(found, world) }).toEqual({ answers: outcomes[0]!.answers, picture: pictureOf(outcomes[0]!.model, world) });
    expect(found.invariants).toEqual({ balanced: true, usageIsTransfers: true, splitIsWhole: true });
    const [operation] = operations;
    if (operations.length === 1 && operation?.kind === 'reserve') checkLimit(operation.asks, model, found, world);
    model = fitting!.model;
    ran.steps += 1;
    ran.commands += commands.length;
  }
}

async function perform(operation: Operation, { database, ledger }: { database: Database; ledger: Ledger }): Promise<unknown> {
  const ids = (calls: readonly { eventId: string }[]) => calls.map(({ eventId }) => eventId);
  switch (operation.kind) {
    case 'credit':
      return ledger.credit({ ...operation, currency: 'usd', reason: 'test' }).then(() => 'done', codeOf);
    case 'reserve':
      return Promise.all(
        operation.asks.map(({ call, amountNano, key, hash, expiresAtMs }) =>
          ledger.reserve({
            eventId: call.eventId,
            tenantId: call.tenantId,
            currency: 'usd',
            amountNano,
            keyId: 'key',
            modelId: call.eventId,
            idempotencyKey: key,
            requestHash: hash === undefined ? undefined : hashBytes(hash),
            expiresAtMs,
          }),
        ),
      );
    case 'flush':
      if (operation.calls.length === 0) return { inserted: 0, released: 0 };
      return flushUsage(database.pool, operation.calls.map(({ done }) => done));
    case 'release':
      return ledger.release(ids(operation.calls), operation.state).then(() => 'done');
    case 'expire':
      return ledger.expireHolds(operation.nowMs, ids(operation.except));
  }
}

function codeOf(error: unknown): string {
  if (error instanceof AppError) return error.code;
  throw error;
}

/** I4: where a hold was accepted, the wallet had the money for it. */
function checkLimit(asks: readonly Ask[], before: MoneyModel, found: Found, world: World): void {
  const { wallets } = pictureIn(found, world);
  for (const { call, amountNano } of asks) {
    const accepted = found.holds[call.eventId]?.startsWith('open') && before.holds.get(call.eventId)?.state !== 'open';
    if (accepted && amountNano > 0n) expect(wallets[world.tenants.indexOf(call.tenantId)]!.availableNano).toBeGreaterThanOrEqual(0n);
  }
}

interface Found {
  readonly invariants: { readonly balanced: boolean; readonly usageIsTransfers: boolean; readonly splitIsWhole: boolean };
  readonly accounts: readonly { tenant: string; kind: string; held: string; posted: string }[];
  readonly holds: Readonly<Record<string, string>>;
  readonly usage: Readonly<Record<string, string>>;
}

const LOOK = `SELECT
  json_build_object(
    'balanced', coalesce((SELECT bool_and(balanced) FROM ledger_trial_balance()), true),
    'usageIsTransfers', NOT EXISTS (
      SELECT FROM (SELECT batch_id, sum(amount_nano) AS nano, sum(fee_nano) AS fee FROM usage_event GROUP BY batch_id) AS u
      FULL JOIN (
        SELECT batch_id, sum(amount_nano) FILTER (WHERE kind = 'usage') AS nano, sum(amount_nano) FILTER (WHERE kind = 'usage_fee') AS fee
        FROM ledger_transfer WHERE kind LIKE 'usage%' GROUP BY batch_id) AS t USING (batch_id)
      WHERE coalesce(u.nano, 0) <> coalesce(t.nano, 0) OR coalesce(u.fee, 0) <> coalesce(t.fee, 0)),
    'splitIsWhole', (
      SELECT coalesce(sum(amount_nano) FILTER (WHERE kind = 'usage'), 0) = coalesce(sum(amount_nano) FILTER (WHERE kind IN ('usage_share', 'usage_fee')), 0)
      FROM ledger_transfer)) AS invariants,
  (SELECT coalesce(json_agg(json_build_object('tenant', tenant_id, 'kind', kind, 'held', debits_pending::TEXT, 'posted', (credits_posted - debits_posted)::TEXT)), '[]') FROM ledger_account) AS accounts,
  (SELECT coalesce(json_object_agg(id, concat_ws(' ', state, amount_nano, idempotency_key)), '{}') FROM ledger_hold) AS holds,
  (SELECT coalesce(json_object_agg(id, concat_ws(' ', status, consumer_tenant_id, provider_tenant_id, amount_nano, fee_nano)), '{}') FROM usage_event) AS usage`;

async function lookAt(database: Database): Promise<Found> {
  const { rows } = await database.pool.query<Found>({ name: 'look', text: LOOK });
  return rows[0]!;
}

/** What can be seen of the money, the same from the model and from the database. */
function pictureOf(model: MoneyModel, world: World) {
  return {
    wallets: world.tenants.map((tenantId) => ({ availableNano: model.availableNano(tenantId), heldNano: model.heldNano(tenantId) })),
    earned: [...world.tenants, ...world.providers].map((tenantId) => model.earnedNano(tenantId)),
    fees: model.feesNano(),
    holds: sorted([...model.holds].map(([id, hold]) => [id, [hold.state, hold.amountNano, hold.key].filter((part) => part !== undefined).join(' ')])),
    usage: sorted([...model.usage].map(([id, done]) => [id, [done.status, done.consumerTenantId, done.providerTenantId, done.amountNano, done.feeNano].join(' ')])),
  };
}

function pictureIn(found: Found, world: World): ReturnType<typeof pictureOf> {
  const account = (kind: string, tenantId?: string) => {
    const row = found.accounts.find((one) => one.kind === kind && (tenantId === undefined || one.tenant === tenantId));
    return { held: BigInt(row?.held ?? 0), posted: BigInt(row?.posted ?? 0) };
  };
  return {
    wallets: world.tenants.map((tenantId) => {
      const { held, posted } = account('consumer_wallet', tenantId);
      return { availableNano: posted - held, heldNano: held };
    }),
    earned: [...world.tenants, ...world.providers].map((tenantId) => account('provider_payable', tenantId).posted),
    fees: account('platform_fee').posted,
    holds: sorted(Object.entries(found.holds)),
    usage: sorted(Object.entries(found.usage)),
  };
}

function inOrder(before: MoneyModel, operations: readonly Operation[], order: readonly number[]) {
  const model = before.copy();
  const answers: unknown[] = [];
  for (const index of order) answers[index] = model.apply(operations[index]!);
  return { model, answers };
}

function permutations(items: readonly number[]): number[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

function same(a: unknown, b: unknown): boolean {
  return text(a) === text(b);
}

function text(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
}

function sorted(entries: [string, string][]): [string, string][] {
  return entries.sort(([a], [b]) => (a < b ? -1 : 1));
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}
