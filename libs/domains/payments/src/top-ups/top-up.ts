import { Inject, Injectable } from '@nestjs/common';
import { formatNano, newId, parseNano, type Caller, type Clock } from '@steelyard/kernel';
import { DATABASE, type Database, type Tx } from '@steelyard/platform-database';
import { PAYMENT_CLOCK } from '../clock.js';
import { floorToCents } from '../cents.js';
import { paymentErrors } from '../errors.js';
import { Outbox } from '../outbox/outbox.js';
import { AMOUNT_NANO_LEAST, AMOUNT_NANO_MOST, PaymentSettings } from '../payment-settings.js';
import { Customers } from './customers.js';
import { topUpKey, type Payment, type PaymentMethod } from './payment.js';

export interface TopUpCommand {
  /** Decimal amount of the currency unit, whole cents. */
  readonly amount: string;
  readonly currency?: string | undefined;
  readonly method: PaymentMethod;
  /** Of the saved ones; the last saved when absent. */
  readonly paymentMethodId?: string | undefined;
  /** The caller's; sent again, it is the same payment. */
  readonly idempotencyKey: string;
  /** The page of the portal that the payer comes back to from checkout. */
  readonly returnPath?: string | undefined;
}

const KEY_LENGTH_MOST = 200;

/** Money into the caller's wallet. It is there when Stripe says that it was paid, not before. */
@Injectable()
export class TopUp {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(PaymentSettings) private readonly settings: PaymentSettings,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Customers) private readonly customers: Customers,
    @Inject(PAYMENT_CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * The payment as it is now: open with the address of the page where it is paid, succeeded, failed with a reason, or pending while it is not
   * known what Stripe did; then asking again with the same key tells more.
   * @throws AppError `PAYMENTS.NOT_CONFIGURED`, `AMOUNT_INVALID`, `CURRENCY_UNSUPPORTED`, `KEY_INVALID`, `KEY_CONFLICT`, `NO_SAVED_METHOD`, `RETURN_PATH_INVALID`
   */
  async pay(caller: Caller, command: TopUpCommand): Promise<Payment> {
    this.settings.stripe();
    const wanted = this.#check(command);
    const payment = (await this.#known(caller, command)) ?? (await this.#begin(caller, command, wanted));
    if (payment.amountNano !== wanted.amountNano || payment.currency !== wanted.currency || payment.method !== command.method) {
      throw paymentErrors.KEY_CONFLICT({ paymentId: payment.id });
    }
    if (payment.state !== 'pending') return payment;
    const operation = await this.database.withPlatform((tx) => tx.paymentOperation.findUniqueOrThrow({ where: { key: topUpKey(payment.id) } }));
    await this.outbox.run(operation.id);
    return (await this.#known(caller, command))!;
  }

  #check({ amount, currency = this.settings.currency, idempotencyKey, returnPath = '/' }: TopUpCommand) {
    const amountNano = readAmount(amount);
    if (currency !== this.settings.currency) throw paymentErrors.CURRENCY_UNSUPPORTED({ currency, supported: this.settings.currency });
    if (idempotencyKey.length === 0 || idempotencyKey.length > KEY_LENGTH_MOST || idempotencyKey.includes('\0')) throw paymentErrors.KEY_INVALID({});
    if (!/^\/(?![/\\])[^\\\0]*$/.test(returnPath)) throw paymentErrors.RETURN_PATH_INVALID({});
    return { amountNano, currency, returnPath };
  }

  async #begin(caller: Caller, command: TopUpCommand, wanted: { amountNano: bigint; currency: string; returnPath: string }): Promise<Payment> {
    const paymentMethodId = command.method === 'saved' ? await this.#methodOf(caller, command) : null;
    const { organizationId: tenantId, actorId } = caller;
    const data = {
      ...wanted, id: newId(), tenantId, actorId, idempotencyKey: command.idempotencyKey, method: command.method, paymentMethodId,
      createdAt: new Date(this.clock.nowMs()),
    };
    await this.database.withPlatform(async (tx) => {
      const { count } = await tx.payment.createMany({ data: [data], skipDuplicates: true });
      if (count === 0) return;
      const kind = command.method === 'saved' ? 'charge' : 'checkout';
      await this.outbox.add(tx, { kind, key: topUpKey(data.id), tenantId, subjectId: data.id });
    });
    return (await this.#known(caller, command))!;
  }

  async #methodOf({ organizationId }: Caller, { paymentMethodId }: TopUpCommand): Promise<string> {
    const saved = await this.customers.savedMethods(organizationId);
    const method = paymentMethodId === undefined ? saved[0] : saved.find(({ id }) => id === paymentMethodId);
    if (!method) throw paymentErrors.NO_SAVED_METHOD({});
    return method.id;
  }

  #known({ organizationId: tenantId }: Caller, { idempotencyKey }: TopUpCommand): Promise<Payment | null> {
    const where = { tenantId_idempotencyKey: { tenantId, idempotencyKey } };
    return this.database.withTenant(tenantId, (tx: Tx) => tx.payment.findUnique({ where })) as Promise<Payment | null>;
  }
}

/** @throws AppError `PAYMENTS.AMOUNT_INVALID` */
export function readAmount(amount: string, bounds: { readonly least: bigint; readonly most: bigint } = { least: AMOUNT_NANO_LEAST, most: AMOUNT_NANO_MOST }): bigint {
  let amountNano: bigint | undefined;
  try {
    amountNano = parseNano(amount);
  } catch {
    // Said below, with what it must be.
  }
  if (amountNano !== undefined && amountNano >= bounds.least && amountNano <= bounds.most && floorToCents(amountNano) === amountNano) return amountNano;
  throw paymentErrors.AMOUNT_INVALID({ amount, minimum: formatNano(bounds.least), maximum: formatNano(bounds.most) });
}
