import { expect, it } from '@jest/globals';
import { Ledger } from '@steelyard/domain-ledger';
import { AppError } from '@steelyard/kernel';
import type { Database } from '@steelyard/platform-database';
import { describeDatabase, embeddedTestServer, everyTestServer, LONG } from '@steelyard/test-support';
import fc from 'fast-check';
import pg from 'pg';
import { flushUsage } from '@steelyard/domain-metering';
import { MoneyModel, type Ask, type BudgetPlan, type Operation } from './money-model.js';
import { FREE_UNITS, hashBytes, steps, World, type Command } from './money-operations.js';

/** `--long` plays more histories. */
const RUNS = LONG ? 600 : 40;
/** A fault shows sooner or later; most show within the first few. */
const MUTANT_RUNS = 200;

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
    process.stderr.write(`money: ${RUNS} histories, ${ran.steps} steps, ${ran.commands} commands, all as the model says\n`);
  }, LONG ? 1_800_000 : 300_000);
}, everyTestServer());

/** One PostgreSQL is enough to show that the model tells right from wrong. */
describeDatabase('money with a fault', (context) => {
  it.each([
    ['a limit that does not count what is held', 'ledger_reserve', 'w.credits_posted - w.debits_posted - w.debits_pending AS', 'w.credits_posted - w.debits_posted AS'],
    ['usage that is charged whether it was new or not', 'usage_flush', 'FROM fresh GROUP BY', FORGETFUL],
    ['a key that nobody looks up', 'ledger_reserve', 'IF r.key IS NOT NULL THEN\n            seen', 'IF false THEN\n            seen'],
    ['a budget that does not count what is held', 'ledger_reserve', 'b.limit_nano - w.used - w.held END', 'b.limit_nano - w.used END'],
    ['a budget that forgets what is used', 'ledger_spend_windows', 'SET used = w.used + known.used', 'SET used = w.used'],
    ['free units that are given out twice', 'ledger_reserve', 'f.used + f.held AS free_used', 'f.used AS free_used'],
    ['more held than the wallet has', 'ledger_extend', 'IF p_amount > available_nano THEN', 'IF false THEN'],
    ['a hold that is never let go', 'usage_flush', `(h.state = 'open') IS TRUE`, `(h.state = 'void') IS TRUE`],
  ])('is found out: %s', async (_what, name, from, to) => {
    const place = await context.another();
    const owner = await connect(place.url);
    try {
      const { rows } = await owner.query<{ source: string }>('SELECT pg_get_functiondef($1::regproc) AS source', [name]);
      expect(rows[0]!.source).toContain(from);
      await owner.query(rows[0]!.source.replace(from, to));
      const property = fc.asyncProperty(steps, (history) => play(history, { database: place.database, owner, ran: { steps: 0, commands: 0 } }));
      const result = await fc.check(property, { numRuns: MUTANT_RUNS, endOnFailure: true });
      expect(result.failed).toBe(true);
    } finally {
      await owner.end();
    }
  }, 120_000);
}, [embeddedTestServer]);

interface Stage {
  readonly database: Database;
  /** A connection of the owner of the tables, who may empty them. */
  readonly owner: pg.Client;
  readonly ran: { steps: number; commands: number };
}

async function play(history: readonly Command[][], { database, owner, ran }: Stage): Promise<void> {
  await owner.query('TRUNCATE ledger_account, ledger_transfer, ledger_hold, ledger_window, budget, usage_event, usage_hour, usage_recovery CASCADE');
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
    expect(found.invariants).toEqual({ balanced: true, usageIsTransfers: true, splitIsWhole: true, hoursAreUsage: true });
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
        operation.asks.map(({ call, amountNano, free, key, hash, expiresAtMs }) =>
          ledger.reserve({
            eventId: call.eventId,
            tenantId: call.tenantId,
            currency: 'usd',
            amountNano,
            keyId: call.done.keyId,
            modelId: call.done.modelId,
            free,
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
      return ledger.expireHolds(ids(operation.except), { nowMs: operation.nowMs });
    case 'extend':
      return ledger.extend(operation.call.eventId, { amountNano: operation.amountNano, expiresAtMs: 0 });
    case 'budget':
      return setBudget(database, operation);
    case 'endBudget':
      return endBudget(database, operation.budget);
  }
}

/** By the functions themselves: what is around them has specs of its own. */
async function setBudget({ pool }: Database, { budget, limitNano, hard }: Extract<Operation, { kind: 'budget' }>): Promise<string> {
  const { id, tenantId, period, keyId = null, modelId = null } = budget;
  const scope = keyId !== null ? 'key' : modelId !== null ? 'model' : 'organization';
  const row = { tenant_id: tenantId, id, name: 'budget', scope, key_id: keyId, model_id: modelId, provider_id: modelId === null ? null : tenantId, period, limit_nano: limitNano.toString(), currency: 'usd', hard };
  const json = JSON.stringify({ ...row, alert_percents: [], created_by: 'test', created_at: new Date() });
  const set = async (isNew: boolean) => {
    const text = 'SELECT outcome FROM budget_set(jsonb_populate_record(NULL::budget, $1::jsonb), $2, now())';
    const { rows } = await pool.query<{ outcome: string }>({ name: 'budget_set', text, values: [json, isNew] });
    return rows[0]!.outcome;
  };
  const outcome = await set(true);
  return outcome === 'exists' ? set(false) : outcome;
}

async function endBudget({ pool }: Database, { tenantId, id }: BudgetPlan): Promise<boolean> {
  const { rows } = await pool.query<{ ended: boolean }>({ name: 'budget_end', text: 'SELECT budget_end($1, $2, now()) AS ended', values: [tenantId, id] });
  return rows[0]!.ended;
}

function codeOf(error: unknown): string {
  if (error instanceof AppError) return error.code;
  throw error;
}

/** I4: where a hold was accepted, the wallet and every hard budget had the money for it. */
function checkLimit(asks: readonly Ask[], before: MoneyModel, found: Found, world: World): void {
  const { wallets } = pictureIn(found, world);
  for (const { call } of asks) {
    const [state, heldNano = '0'] = found.holds[call.eventId]?.split(' ') ?? [];
    const accepted = state === 'open' && before.holds.get(call.eventId)?.state !== 'open';
    // One of the free units holds no money and needs none.
    if (accepted && heldNano !== '0') expect(wallets[world.tenants.indexOf(call.tenantId)]!.availableNano).toBeGreaterThanOrEqual(0n);
    const limit = accepted ? before.openBudgets.find(({ id }) => found.holds[call.eventId]!.includes(id)) : undefined;
    if (limit?.hard) expect(limit.limitNano).toBeGreaterThanOrEqual(BigInt(found.windows[limit.id]!.used) + BigInt(found.windows[limit.id]!.held));
  }
}

interface Found {
  readonly invariants: { readonly balanced: boolean; readonly usageIsTransfers: boolean; readonly splitIsWhole: boolean; readonly hoursAreUsage: boolean };
  readonly accounts: readonly { tenant: string; kind: string; held: string; posted: string }[];
  readonly holds: Readonly<Record<string, string>>;
  readonly usage: Readonly<Record<string, string>>;
  /** Of open budgets by their ids, and of free units by tenant and model. */
  readonly windows: Readonly<Record<string, { readonly used: string; readonly held: string }>>;
  /** Limit, and whether it is hard, of open budgets. */
  readonly limits: Readonly<Record<string, string>>;
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
      FROM ledger_transfer),
    'hoursAreUsage', NOT EXISTS (
      SELECT FROM (SELECT consumer_tenant_id AS consumer, key_id AS key, model_id AS model, tag, sum(amount_nano) AS nano, sum(fee_nano) AS fee,
          count(*) AS calls, count(*) FILTER (WHERE status = 'failed') AS failed, count(*) FILTER (WHERE free_quantity > 0) AS free
        FROM usage_event GROUP BY 1, 2, 3, 4) AS u
      FULL JOIN (SELECT consumer_tenant_id AS consumer, key_id AS key, model_id AS model, tag, sum(amount_nano) AS nano, sum(fee_nano) AS fee,
          sum(calls) AS calls, sum(failed) AS failed, sum(free) AS free
        FROM usage_hour GROUP BY 1, 2, 3, 4) AS h USING (consumer, key, model, tag)
      WHERE (u.nano, u.fee, u.calls, u.failed, u.free) IS DISTINCT FROM (h.nano, h.fee, h.calls, h.failed, h.free))) AS invariants,
  (SELECT coalesce(json_agg(json_build_object('tenant', tenant_id, 'kind', kind, 'held', debits_pending::TEXT, 'posted', (credits_posted - debits_posted)::TEXT)), '[]') FROM ledger_account) AS accounts,
  (SELECT coalesce(json_object_agg(id, concat_ws(' ', state, amount_nano, free_quantity, (SELECT string_agg(w.subject_id::TEXT, ',' ORDER BY w.subject_id) FROM ledger_window AS w WHERE w.id = ANY (windows)), idempotency_key)), '{}') FROM ledger_hold) AS holds,
  (SELECT coalesce(json_object_agg(id, concat_ws(' ', status, consumer_tenant_id, provider_tenant_id, amount_nano, fee_nano)), '{}') FROM usage_event) AS usage,
  (SELECT coalesce(json_object_agg(CASE kind WHEN 'budget' THEN subject_id::TEXT ELSE concat_ws(' ', tenant_id, subject_id, kind) END, json_build_object('used', used::TEXT, 'held', held::TEXT)), '{}')
    FROM ledger_window AS w
    WHERE kind <> 'budget' OR EXISTS (SELECT FROM budget AS b WHERE b.id = w.subject_id AND b.ended_at IS NULL)) AS windows,
  (SELECT coalesce(json_object_agg(id, limit_nano || ' ' || hard), '{}') FROM budget WHERE ended_at IS NULL) AS limits`;

async function lookAt(database: Database): Promise<Found> {
  const { rows } = await database.pool.query<Found>({ name: 'look', text: LOOK });
  return rows[0]!;
}

/** Of each tenant, model and unit. */
function freeOf(world: World, text: (tenantId: string, modelId: string, unit: string) => string): string[] {
  return world.tenants.flatMap((tenantId) => world.models.flatMap((modelId) => FREE_UNITS.map((unit) => text(tenantId, modelId, unit))));
}

/** What can be seen of the money, the same from the model and from the database. */
function pictureOf(model: MoneyModel, world: World) {
  return {
    wallets: world.tenants.map((tenantId) => ({ availableNano: model.availableNano(tenantId), heldNano: model.heldNano(tenantId) })),
    earned: [...world.tenants, ...world.providers].map((tenantId) => model.earnedNano(tenantId)),
    fees: model.feesNano(),
    holds: sorted([...model.holds].map(([id, { state, amountNano, freeQuantity, budgetIds, key }]) => {
      const budgets = budgetIds.length === 0 ? undefined : [...budgetIds].sort().join(',');
      return [id, [state, amountNano, freeQuantity, budgets, key].filter((part) => part !== undefined).join(' ')];
    })),
    budgets: sorted(model.openBudgets.map((budget) => [budget.id, `${windowText({ used: model.usedNano(budget), held: model.heldOfBudget(budget) })} ${budget.limitNano} ${budget.hard}`])),
    free: freeOf(world, (tenantId, modelId, unit) => `${model.freeUsed(tenantId, modelId, unit)} ${model.freeHeld(tenantId, modelId, unit)}`),
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
    budgets: sorted(world.budgets.flatMap(({ id }) => (found.windows[id] ? [[id, `${windowText(found.windows[id])} ${found.limits[id]}`] as [string, string]] : []))),
    free: freeOf(world, (tenantId, modelId, unit) => windowText(found.windows[`${tenantId} ${modelId} free:${unit}`] ?? { used: '0', held: '0' })),
    usage: sorted(Object.entries(found.usage)),
  };
}

function windowText({ used, held }: { readonly used: string | bigint; readonly held: string | bigint }): string {
  return `${used} ${held}`;
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
