import { Inject, Injectable } from '@nestjs/common';
import { OrganizationHandles } from '@steelyard/domain-identity';
import { DATABASE, type Database, type Tx } from '@steelyard/platform-database';
import { paymentErrors } from '../errors.js';
import type { Operation, OperationHandler } from '../outbox/operation.js';
import { Outbox } from '../outbox/outbox.js';
import { PaymentSettings } from '../payment-settings.js';
import type { Making, SavedMethod } from '../stripe/payment-calls.js';

interface MadeCustomer {
  readonly id: string;
}

/** Organizations as Stripe's customers: one each, made when they first pay. */
@Injectable()
export class Customers implements OperationHandler<MadeCustomer> {
  readonly kinds = ['customer'] as const;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(PaymentSettings) private readonly settings: PaymentSettings,
    @Inject(OrganizationHandles) private readonly handles: OrganizationHandles,
  ) {
    outbox.handle(this);
  }

  /** @throws AppError `PAYMENTS.NOT_READY` when Stripe has not made it */
  async ensure(tenantId: string): Promise<string> {
    const known = await this.#find(tenantId);
    if (known !== undefined) return known;
    const operation = { kind: 'customer', key: `customer:${tenantId}`, tenantId, subjectId: tenantId } as const;
    // What Stripe refused may be put right since.
    const { id } = await this.database.withPlatform((tx) => this.outbox.addAgain(tx, operation));
    await this.outbox.run(id);
    const made = await this.#find(tenantId);
    if (made === undefined) throw paymentErrors.NOT_READY({ what: `the customer of Stripe for organization ${tenantId}` });
    return made;
  }

  /** Cards that can be charged without their holder; none for who has never paid. The last saved comes first. */
  async savedMethods(tenantId: string): Promise<SavedMethod[]> {
    const customerId = await this.#find(tenantId);
    return customerId === undefined ? [] : this.settings.stripe().payments.savedMethods(customerId);
  }

  async send({ tenantId }: Operation, making: Making): Promise<MadeCustomer> {
    // The handle, not the name: what is sent again under a key must be the same.
    const handle = (await this.handles.handlesOf([tenantId])).get(tenantId)!;
    return this.settings.stripe().payments.createCustomer(handle, making);
  }

  find({ key, createdAt }: Operation): Promise<MadeCustomer | undefined> {
    return this.settings.stripe().payments.findCustomer({ key, since: createdAt });
  }

  async done(tx: Tx, { tenantId }: Operation, { id }: MadeCustomer): Promise<string> {
    await tx.paymentCustomer.createMany({ data: [{ tenantId, customerId: id }], skipDuplicates: true });
    return id;
  }

  /** Whoever needs the customer finds that it is not there. */
  async refused(): Promise<void> {}

  async #find(tenantId: string): Promise<string | undefined> {
    const row = await this.database.withPlatform((tx) => tx.paymentCustomer.findUnique({ where: { tenantId } }));
    return row?.customerId;
  }
}
