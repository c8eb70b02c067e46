import { Inject, Injectable } from '@nestjs/common';
import { AppError, type Clock } from '@steelyard/kernel';
import { Ledger } from '@steelyard/domain-ledger';
import { DATABASE, type Database, type Tx } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { PAYMENT_CLOCK } from '../clock.js';
import { paymentErrors } from '../errors.js';
import { again, claimDue, claimOne, insertOperation, type NewOperation } from './operation-rows.js';
import { KEY_COUNTS_MS, onceOf, type Operation, type OperationHandler, type OperationKind, type OperationState } from './operation.js';

const BATCH = 20;
const RETRY_MS_LEAST = 5_000;
const RETRY_MS_MOST = 60 * 60 * 1_000;

/** Refusals after which nothing has happened and the same may be sent later. */
const NOT_SENT = new Set(['PAYMENTS.STRIPE_BUSY', 'PAYMENTS.STRIPE_KEY_REFUSED', 'PAYMENTS.NOT_READY', 'PAYMENTS.NOT_CONFIGURED']);

/**
 * All that Stripe is asked to do goes through here: written in the transaction of what it is for, sent outside of any, done once. What was sent and
 * not heard of is looked up before it is sent again, and never sent again blindly once Stripe has forgotten its key.
 */
@Injectable()
export class Outbox {
  readonly #handlers = new Map<OperationKind, OperationHandler>();

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(PAYMENT_CLOCK) private readonly clock: Clock,
    @Inject(Ledger) private readonly ledger: Ledger,
  ) {}

  /** For whoever knows how operations of some kinds are done, once, when it is made. */
  handle<Made>(handler: OperationHandler<Made>): void {
    for (const kind of handler.kinds) this.#handlers.set(kind, handler);
  }

  handlerOf(kind: OperationKind): OperationHandler {
    return this.#handlers.get(kind)!;
  }

  /** In the transaction that writes what it is for. Gives the operation's id; that of the first one for a key that is there. */
  add(tx: Tx, operation: NewOperation): Promise<string> {
    return insertOperation(tx, operation, this.#now());
  }

  /** As `add`, but one that Stripe has refused is tried again, under a new key. */
  async addAgain(tx: Tx, operation: NewOperation): Promise<{ readonly id: string; readonly wasRefused: boolean }> {
    const id = await this.add(tx, operation);
    const { count } = await tx.paymentOperation.updateMany({ where: { id, state: 'failed' }, data: again(this.#now()) });
    return { id, wasRefused: count > 0 };
  }

  /** Does one operation now, unless it is done or somebody is at it. Never throws for what Stripe says: the row has it. */
  async run(id: string): Promise<void> {
    const operation = await claimOne(this.database, this.#now(), id);
    if (operation) await this.#process(operation);
  }

  /** Does what is due, as far as nobody else does; gives how many. */
  async runDue(): Promise<number> {
    const operations = await claimDue(this.database, this.#now(), BATCH);
    await Promise.all(operations.map((operation) => this.#process(operation)));
    return operations.length;
  }

  /** Writes down that an operation is done, with what Stripe has made of it. */
  async finish(operation: Operation, made: unknown): Promise<void> {
    await this.database.withPlatform(async (tx) => {
      if (!(await lockUnless(tx, operation.id, ['done']))) return;
      const stripeId = await this.handlerOf(operation.kind).done(tx, operation, made);
      await tx.paymentOperation.update({ where: { id: operation.id }, data: { state: 'done', stripeId, error: null, claimedUntil: null, doneAt: this.#now() } });
    });
    this.ledger.announce(operation.tenantId);
  }

  /** Writes down that an operation will not happen, and takes back what was written for it. */
  async refuse(operation: Operation, error: AppError): Promise<void> {
    await this.database.withPlatform(async (tx) => {
      if (!(await lockUnless(tx, operation.id, ['done', 'failed']))) return;
      await this.handlerOf(operation.kind).refused(tx, operation, error);
      await tx.paymentOperation.update({ where: { id: operation.id }, data: this.#failed(error) });
    });
    this.ledger.announce(operation.tenantId);
  }

  /** As `refuse`, by the operator. `false` where it is not stuck any more as it was, since somebody had it tried again: then nothing is taken back. */
  async giveUp(operation: Operation, error: AppError, resolved: Resolved): Promise<boolean> {
    const isGivenUp = await this.database.withPlatform(async (tx) => {
      const { count } = await tx.paymentOperation.updateMany({ where: stillStuck(operation), data: { ...this.#failed(error), ...resolved } });
      if (count > 0) await this.handlerOf(operation.kind).refused(tx, operation, error);
      return count > 0;
    });
    if (isGivenUp) this.ledger.announce(operation.tenantId);
    return isGivenUp;
  }

  #failed(error: AppError) {
    return { state: 'failed', error: error.message, claimedUntil: null, doneAt: this.#now() };
  }

  async #process(operation: Operation): Promise<void> {
    try {
      const made = await this.#make(operation);
      if (made === undefined) return await this.#stick(operation, EXPIRED);
      await this.finish(operation, made);
    } catch (error) {
      await this.#notDone(operation, error).catch((cause: unknown) => this.log.warn({ err: cause, operation: operation.key }, 'what became of an operation could not be written; it is looked up later'));
    }
  }

  /** `undefined` when it is not there and must not be sent again. @throws AppError `PAYMENTS.STRIPE_REFUSED` alone where the operation itself was refused */
  async #make(operation: Operation): Promise<unknown> {
    const handler = this.handlerOf(operation.kind);
    const wasSent = operation.state === 'sent';
    if (wasSent || handler.lookedUpFirst?.includes(operation.kind)) {
      const found = await this.#find(operation);
      if (found !== undefined) return found;
    }
    if (wasSent) {
      if (this.#isForgotten(operation)) return undefined;
    } else {
      await this.#update(operation, { state: 'sent', firstSentAt: operation.firstSentAt ?? this.#now() });
    }
    return handler.send(operation, { key: operation.key, once: onceOf(operation) });
  }

  /** Whatever is said of the look-up says nothing of what is looked for: it may have been done. */
  async #find(operation: Operation): Promise<unknown> {
    try {
      return await this.handlerOf(operation.kind).find(operation);
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'PAYMENTS.STRIPE_REFUSED')) throw error;
      throw paymentErrors.LOOK_UP_REFUSED({ reason: error.message }, error);
    }
  }

  async #notDone(operation: Operation, error: unknown): Promise<void> {
    const failure = error instanceof AppError ? error : undefined;
    if (failure?.code === 'PAYMENTS.STRIPE_REFUSED') {
      const remedy = this.handlerOf(operation.kind).remedy?.(failure);
      return remedy === undefined ? this.refuse(operation, failure) : this.#stick(operation, `${failure.message} ${remedy}`);
    }
    if (failure?.code === 'PAYMENTS.LOOK_UP_REFUSED' && this.#isForgotten(operation)) return this.#stick(operation, failure.message);
    const message = error instanceof Error ? error.message : String(error);
    this.log.warn({ err: error, operation: operation.key, attempts: operation.attempts }, 'an operation of Stripe is not done yet; it is tried again');
    const wasSent = operation.state === 'sent' || !(failure && NOT_SENT.has(failure.code));
    const nextAt = new Date(this.#now().getTime() + Math.min(RETRY_MS_MOST, RETRY_MS_LEAST * 2 ** Math.min(operation.attempts - 1, 12)));
    await this.#update(operation, { error: message, nextAt, claimedUntil: null, ...(!wasSent && { state: 'pending', firstSentAt: null }) });
  }

  /** Stripe does not know its key any more. */
  #isForgotten({ firstSentAt }: Operation): boolean {
    return firstSentAt !== null && this.#now().getTime() - firstSentAt.getTime() > KEY_COUNTS_MS;
  }

  async #stick(operation: Operation, error: string): Promise<void> {
    this.log.error({ operation: operation.key, reason: error }, 'an operation of Stripe is stuck; the operator has to look');
    await this.#update(operation, { state: 'stuck', error, claimedUntil: null });
  }

  async #update(operation: Operation, data: Partial<Update>): Promise<void> {
    await this.database.withPlatform((tx) => tx.paymentOperation.updateMany({ where: { id: operation.id, state: { in: ['pending', 'sent'] } }, data }));
  }

  #now(): Date {
    return new Date(this.clock.nowMs());
  }
}

/** Who has decided about a stuck operation, and what. */
export interface Resolved {
  readonly resolvedBy: string;
  readonly resolution: string;
}

/** An operation that nobody has had tried again since it was read. */
export function stillStuck({ id, revision }: Pick<Operation, 'id' | 'revision'>) {
  return { id, revision, state: 'stuck' };
}

interface Update {
  readonly state: OperationState;
  readonly firstSentAt: Date | null;
  readonly nextAt: Date;
  readonly claimedUntil: Date | null;
  readonly error: string;
}

const EXPIRED =
  'Stripe has not been heard of this for a day, and has it nowhere now. Look for its key in the metadata in the dashboard of Stripe; then have it tried again, or give it up.';

async function lockUnless(tx: Tx, id: string, states: readonly OperationState[]): Promise<boolean> {
  const rows = await tx.$queryRaw<{ state: OperationState }[]>`SELECT state FROM payment_operation WHERE id = ${id}::uuid FOR UPDATE`;
  return !states.includes(rows[0]!.state);
}
