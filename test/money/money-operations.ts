import { createHash } from 'node:crypto';
import { newId } from '@steelyard/kernel';
import fc from 'fast-check';
import type { Ask, BudgetPlan, Call, Operation } from './money-model.js';

/** Commands in small numbers, which shrink well; {@link World} makes operations of them. */
export type Command =
  | { readonly kind: 'credit'; readonly transfer: number; readonly tenant: number; readonly amount: number }
  | { readonly kind: 'reserve'; readonly asks: readonly AskCommand[] }
  | { readonly kind: 'extend'; readonly calls: readonly number[]; readonly amount: number }
  | { readonly kind: 'budget'; readonly budget: number; readonly limit: number; readonly hard: boolean }
  | { readonly kind: 'endBudget'; readonly budget: number }
  | { readonly kind: 'flush' | 'void' | 'expired' | 'expire'; readonly calls: readonly number[] };

interface AskCommand {
  readonly tenant: number;
  readonly amount: number;
  readonly key: number | null;
  readonly hash: number;
  readonly due: boolean;
  readonly again: boolean;
  /** Free units that the call may need; null for a price without any. */
  readonly free: number | null;
}

const count = (max: number) => fc.integer({ min: 0, max });
const someCalls = fc.array(count(60), { minLength: 1, maxLength: 8 });

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('credit' as const), transfer: count(9), tenant: count(2), amount: fc.integer({ min: 1, max: 400 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('reserve' as const),
      asks: fc.array(
        fc.record({
          tenant: count(2),
          amount: count(150),
          key: fc.option(count(2), { freq: 2 }),
          hash: fc.integer({ min: 0, max: 5 }).map((n) => (n === 5 ? 1 : 0)),
          due: fc.boolean(),
          again: fc.integer({ min: 0, max: 9 }).map((n) => n === 9),
          free: fc.option(fc.integer({ min: 1, max: 3 }), { freq: 2 }),
        }),
        { minLength: 1, maxLength: 6 },
      ),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('flush' as const), calls: someCalls }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('void' as const, 'expired' as const), calls: someCalls }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('expire' as const), calls: someCalls }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('extend' as const), calls: someCalls, amount: count(400) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('budget' as const), budget: count(5), limit: count(250), hard: fc.integer({ min: 0, max: 3 }).map((n) => n > 0) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('endBudget' as const), budget: count(30) }) },
);

/** What happens in one run: steps of one command, or of a few at once. */
export const steps: fc.Arbitrary<Command[][]> = fc.array(
  fc.oneof({ weight: 4, arbitrary: fc.array(command, { minLength: 1, maxLength: 1 }) }, { weight: 1, arbitrary: fc.array(command, { minLength: 2, maxLength: 3 }) }),
  { minLength: 20, maxLength: 45, size: 'max' },
);

/** The tenants, calls and ids of one run. */
/** Free units of a model for each tenant. */
const FREE_LIMIT = 4n;
export const FREE_UNITS = ['request', 'output_token'];

export class World {
  readonly tenants = [newId(), newId(), newId()];
  readonly providers = [newId(), newId()];
  readonly keys = ['key a', 'key b'];
  readonly models = [newId(), newId()];
  readonly budgets: readonly BudgetPlan[] = [
    { tenantId: this.tenants[0]!, period: 'total' },
    { tenantId: this.tenants[0]!, period: 'day', keyId: this.keys[0] },
    { tenantId: this.tenants[0]!, period: 'month', modelId: this.models[1] },
    { tenantId: this.tenants[1]!, period: 'month' },
    { tenantId: this.tenants[1]!, period: 'day', modelId: this.models[0] },
    { tenantId: this.tenants[2]!, period: 'total', keyId: this.keys[1] },
  ].map((plan) => ({ id: newId(), ...plan }) as BudgetPlan);
  readonly #transfers = Array.from({ length: 10 }, () => newId());
  readonly #calls: Call[] = [];
  readonly #asked: Ask[] = [];
  #nowMs = Date.now();

  /** Time passes between steps: a hold that is due at once may be expired from the next step on. */
  tick(): void {
    this.#nowMs += 1_000;
  }

  /**
   * The operations of one step. Where several are at once, none ends a call that another of them begins or takes up again: in
   * life the one follows from the answer to the other.
   */
  operationsOf(commands: readonly Command[]): Operation[] {
    const reserves = new Map(commands.flatMap((command) => (command.kind === 'reserve' ? [[command, this.#reserveOf(command)] as const] : [])));
    const begun = new Set([...reserves.values()].flatMap(({ asks }) => asks.map(({ call }) => call)));
    const keyed = new Set(this.#asked.flatMap((ask) => (ask.key === undefined ? [] : [ask.call])));
    const apart = (calls: Call[]) => (commands.length === 1 || reserves.size === 0 ? calls : calls.filter((call) => !begun.has(call) && !keyed.has(call)));
    return commands.map((command): Operation => {
      switch (command.kind) {
        case 'credit':
          return { kind: 'credit', transferId: this.#transfers[command.transfer]!, tenantId: this.tenants[command.tenant]!, amountNano: BigInt(command.amount) };
        case 'reserve':
          return reserves.get(command)!;
        case 'extend':
          return { kind: 'extend', call: this.#pick(command.calls)[0]!, amountNano: BigInt(command.amount) };
        case 'budget':
          return { kind: 'budget', budget: this.budgets[command.budget]!, limitNano: BigInt(command.limit), hard: command.hard };
        case 'endBudget':
          return { kind: 'endBudget', budget: this.budgets[command.budget % this.budgets.length]! };
        case 'flush':
          return { kind: 'flush', calls: apart(this.#pick(command.calls)) };
        case 'expire':
          return { kind: 'expire', nowMs: this.#nowMs - 1, except: this.#pick(command.calls) };
        default:
          return { kind: 'release', calls: apart(this.#pick(command.calls)), state: command.kind };
      }
    });
  }

  #reserveOf({ asks }: Extract<Command, { kind: 'reserve' }>): Extract<Operation, { kind: 'reserve' }> {
    return { kind: 'reserve', asks: asks.map((ask) => (ask.again ? this.#askAgain(ask.amount) : this.#ask(ask))) };
  }

  #ask({ tenant, amount, key, hash, due, free }: Omit<AskCommand, 'again'>): Ask {
    const call = this.#newCall(tenant);
    const keyed = key === null ? { key: undefined, hash: undefined } : { key: `key "${key}"`, hash: `hash ${hash}` };
    const wish = free === null ? undefined : { unit: FREE_UNITS[free % 2]!, limit: FREE_LIMIT, quantity: BigInt(free) };
    const ask = { call, amountNano: BigInt(amount), free: wish, expiresAtMs: this.#nowMs + (due ? 0 : 3_600_000), ...keyed };
    this.#asked.push(ask);
    return ask;
  }

  /** The very same reservation, as it is sent again when the first answer was lost. Without a key: with one it is a retry of its own. */
  #askAgain(number: number): Ask {
    const plain = this.#asked.filter((ask) => ask.key === undefined);
    const ask = plain[number % Math.max(plain.length, 1)] ?? this.#ask({ tenant: 0, amount: number, key: null, hash: 0, due: false, free: null });
    return { ...ask, expiresAtMs: Math.max(ask.expiresAtMs, this.#nowMs) };
  }

  /** Known calls, and now and then one that nobody has held money for. */
  #pick(numbers: readonly number[]): Call[] {
    return numbers.map((number) => this.#calls[number % (this.#calls.length + 2)] ?? this.#newCall(number % 3));
  }

  #newCall(tenant: number): Call {
    const number = this.#calls.length;
    const failed = number % 4 === 3;
    const freeQuantity = !failed && number % 5 === 4 ? BigInt((number % 3) + 1) : 0n;
    const amountNano = failed || freeQuantity > 0n ? 0n : BigInt((number * 37) % 160);
    const [eventId, tenantId] = [newId(), this.tenants[tenant]!];
    const call: Call = {
      eventId,
      tenantId,
      done: {
        eventId,
        consumerTenantId: tenantId,
        // A tenant may use its own model.
        providerTenantId: number % 7 === 6 ? tenantId : this.providers[number % 2]!,
        keyId: this.keys[number % 2]!,
        modelId: this.models[(number >> 1) % 2]!,
        versionId: eventId,
        priceId: eventId,
        status: failed ? 'failed' : 'succeeded',
        errorCode: failed ? 'ENGINE.CANCELLED' : undefined,
        unit: 'request',
        quantity: failed ? 0n : 1n,
        amountNano,
        feeNano: (amountNano * 1_500n) / 10_000n,
        currency: 'usd',
        // Of a price with two components.
        lines: number % 6 === 5 ? [{ unit: 'request', quantity: 1n, amountNano: amountNano / 2n }, { unit: 'image', quantity: 2n, amountNano: amountNano - amountNano / 2n }] : undefined,
        freeQuantity,
        tag: number % 3 === 0 ? 'nightly' : undefined,
        queueMicros: 1,
        computeMicros: 1,
        totalMicros: 1,
        occurredAtMs: Date.now(),
      },
    };
    this.#calls.push(call);
    return call;
  }
}

export function hashBytes(hash: string): Uint8Array {
  return createHash('sha256').update(hash).digest();
}
