import { Inject, Injectable } from '@nestjs/common';
import { isId, type Caller } from '@steelyard/kernel';
import { DATABASE, type Database, type Prisma } from '@steelyard/platform-database';
import { webhookErrors } from '../errors.js';
import type { Delivery, DeliveryState } from './delivery.js';

export interface DeliveryFilter {
  readonly endpointId?: string | undefined;
  readonly state?: DeliveryState | undefined;
  readonly limit: number;
  readonly afterId?: string | undefined;
}

/** Attempts of one delivery that are shown, newest first. */
const ATTEMPTS_MAX = 20;

const WHOLE = { event: true, log: { orderBy: { id: 'desc' }, take: ATTEMPTS_MAX } } satisfies Prisma.WebhookDeliveryInclude;

/** What an organization's addresses were told, and what they answered. */
@Injectable()
export class ReadDeliveries {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** Newest first, `limit + 1` at most. */
  async page({ organizationId: tenantId }: Caller, { endpointId, state, limit, afterId }: DeliveryFilter): Promise<Delivery[]> {
    if (endpointId !== undefined && !isId(endpointId)) return [];
    const where = { tenantId, endpointId, state, ...(afterId !== undefined && { id: { lt: afterId } }) };
    const rows = await this.database.withTenant(tenantId, (tx) => tx.webhookDelivery.findMany({ where, include: WHOLE, orderBy: { id: 'desc' }, take: limit + 1 }));
    return rows.map(toDelivery);
  }

  /** @throws AppError `WEBHOOKS.DELIVERY_NOT_FOUND` */
  async one({ organizationId: tenantId }: Caller, id: string): Promise<Delivery> {
    const row = isId(id) ? await this.database.withTenant(tenantId, (tx) => tx.webhookDelivery.findUnique({ where: { tenantId_id: { tenantId, id } }, include: WHOLE })) : null;
    if (!row) throw webhookErrors.DELIVERY_NOT_FOUND({ id });
    return toDelivery(row);
  }
}

function toDelivery({ id, endpointId, eventId, state, nextAttemptAt, createdAt, event, log }: Prisma.WebhookDeliveryGetPayload<{ include: typeof WHOLE }>): Delivery {
  const attempts = log.map(({ at, tookMs, status, problem }) => ({ at, tookMs, status, problem }));
  return { id, endpointId, eventId, type: event.type, data: event.data, state: state as DeliveryState, nextAttemptAt, createdAt, attempts };
}
