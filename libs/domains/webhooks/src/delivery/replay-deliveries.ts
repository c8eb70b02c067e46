import { Inject, Injectable } from '@nestjs/common';
import { isId, newId, type Caller } from '@steelyard/kernel';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { AddressTests } from '@steelyard/platform-http';
import { findEndpoint } from '../endpoints/manage-endpoints.js';
import { webhookErrors } from '../errors.js';
import { TEST_EVENT } from '../event-types.js';
import { KEPT_DAYS } from './delivery.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

export interface ReplayWish {
  readonly endpointId: string;
  readonly since: Date;
  /** Those too that have arrived. */
  readonly delivered: boolean;
}

/** Has events told again, under the ids that they had. */
@Injectable()
export class ReplayDeliveries {
  readonly tests = new AddressTests();

  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** Whatever became of it. @throws AppError `WEBHOOKS.DELIVERY_NOT_FOUND` */
  async one({ organizationId: tenantId }: Caller, id: string): Promise<void> {
    const where = { tenantId, id };
    const { count } = isId(id) ? await this.database.withTenant(tenantId, (tx) => tx.webhookDelivery.updateMany({ where, data: anew() })) : { count: 0 };
    if (count === 0) throw webhookErrors.DELIVERY_NOT_FOUND({ id });
  }

  /** All that an address was to be told since then and has not taken. Gives how many. @throws AppError `WEBHOOKS.ENDPOINT_NOT_FOUND`, `WEBHOOKS.SINCE_INVALID` */
  async since({ organizationId: tenantId }: Caller, { endpointId, since, delivered }: ReplayWish): Promise<number> {
    if (since.getTime() < Date.now() - KEPT_DAYS * DAY_MS) throw webhookErrors.SINCE_INVALID({ daysMax: KEPT_DAYS });
    return this.database.withTenant(tenantId, async (tx) => {
      await findEndpoint(tx, tenantId, endpointId);
      const state = { in: delivered ? ['failed', 'delivered'] : ['failed'] };
      return (await tx.webhookDelivery.updateMany({ where: { tenantId, endpointId, state, createdAt: { gte: since } }, data: anew() })).count;
    });
  }

  /** Tells an address something that means nothing, as anything else is told; gives the delivery's id. @throws AppError `WEBHOOKS.ENDPOINT_NOT_FOUND`, `HTTP.ADDRESS_TESTS_LIMITED` */
  async test({ organizationId: tenantId, actorId }: Caller, endpointId: string): Promise<string> {
    const [id, eventId] = [newId(), newId()];
    await this.database.withTenant(tenantId, async (tx) => {
      await findEndpoint(tx, tenantId, endpointId);
      await this.tests.run(tenantId, async () => {
        await tx.webhookEvent.create({ data: { tenantId, id: eventId, type: TEST_EVENT, data: { askedForBy: actorId } } });
        await tx.webhookDelivery.create({ data: { tenantId, id, endpointId, eventId } });
      });
    });
    return id;
  }
}

function anew() {
  return { state: 'waiting', attempts: 0, nextAttemptAt: new Date() };
}
