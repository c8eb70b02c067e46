import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '@steelyard/kernel';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { PAYMENT_CLOCK } from '../clock.js';
import { PaymentSettings } from '../payment-settings.js';
import type { StripeNotice } from '../stripe/notice.js';
import { EVENT_TYPES, kindOfEvent, RefreshObject } from './refresh-object.js';

const BATCH = 50;
const CLAIM_MS = 2 * 60 * 1_000;
const RETRY_MS_LEAST = 10_000;
const RETRY_MS_MOST = 60 * 60 * 1_000;
const POLL = 'events';
/** Asked for again and again: events are listed late now and then. */
const OVERLAP_MS = 60 * 60 * 1_000;
/** As long as Stripe lists events. */
const LISTED_MS = 30 * 24 * 60 * 60 * 1_000;

interface ClaimedEvent {
  readonly id: string;
  readonly type: string;
  readonly objectId: string;
  readonly attempts: number;
}

/** What Stripe has said: kept by its id, so that each is heard once, and applied by reading what it is about. */
@Injectable()
export class StripeEvents {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(PaymentSettings) private readonly settings: PaymentSettings,
    @Inject(RefreshObject) private readonly objects: RefreshObject,
    @Inject(PAYMENT_CLOCK) private readonly clock: Clock,
  ) {}

  /** Gives whether it is new. */
  async keep({ id, type, objectId, createdAt }: StripeNotice, origin: 'webhook' | 'poll'): Promise<boolean> {
    const data = [{ id, type, objectId, createdAt, origin, receivedAt: this.#now(), nextAt: this.#now() }];
    const { count } = await this.database.withPlatform((tx) => tx.stripeEvent.createMany({ data, skipDuplicates: true }));
    return count > 0;
  }

  /** Applies what waits, as far as nobody else does; gives how many were applied. */
  async applyWaiting(): Promise<number> {
    let applied = 0;
    for (const event of await this.#claim()) if (await this.#apply(event)) applied += 1;
    return applied;
  }

  /** Asks Stripe for what it has said since the last time, for whatever did not come. Gives how many events were missing. */
  async poll(): Promise<number> {
    const startedAt = this.#now();
    const heardAt = (await this.#heardThrough()) ?? startedAt;
    const since = new Date(Math.max(startedAt.getTime() - LISTED_MS, heardAt.getTime() - OVERLAP_MS));
    let missing = 0;
    for await (const notice of this.settings.stripe().records.events(since, EVENT_TYPES)) if (await this.keep(notice, 'poll')) missing += 1;
    const where = { name: POLL };
    await this.database.withPlatform((tx) => tx.stripePoll.upsert({ where, create: { ...where, throughAt: startedAt }, update: { throughAt: startedAt } }));
    if (missing > 0) this.log.warn({ missing }, 'events of Stripe had not come by webhook and were asked for');
    return missing;
  }

  /** When Stripe was asked last; before the first time, when it was first asked to do something: nothing of ours is older. */
  async #heardThrough(): Promise<Date | undefined> {
    return this.database.withPlatform(async (tx) => {
      const last = await tx.stripePoll.findUnique({ where: { name: POLL } });
      if (last) return last.throughAt;
      const { _min: first } = await tx.paymentOperation.aggregate({ _min: { createdAt: true } });
      return first.createdAt ?? undefined;
    });
  }

  async #claim(): Promise<ClaimedEvent[]> {
    const text = `
      UPDATE stripe_event SET next_at = $2, attempts = attempts + 1
      WHERE id IN (SELECT id FROM stripe_event WHERE applied_at IS NULL AND next_at <= $1 ORDER BY next_at FOR UPDATE SKIP LOCKED LIMIT ${BATCH})
      RETURNING id, type, object_id AS "objectId", attempts`;
    const now = this.#now();
    const { rows } = await this.database.pool.query<ClaimedEvent>(text, [now.toISOString(), new Date(now.getTime() + CLAIM_MS).toISOString()]);
    return rows;
  }

  async #apply({ id, type, objectId, attempts }: ClaimedEvent): Promise<boolean> {
    try {
      const kind = kindOfEvent(type);
      if (kind !== undefined) await this.objects.refresh(kind, objectId);
      await this.database.withPlatform((tx) => tx.stripeEvent.update({ where: { id }, data: { appliedAt: this.#now(), error: null } }));
      return true;
    } catch (error) {
      const nextAt = new Date(this.#now().getTime() + Math.min(RETRY_MS_MOST, RETRY_MS_LEAST * 2 ** Math.min(attempts - 1, 10)));
      this.log.warn({ err: error, event: id, type, attempts }, 'an event of Stripe could not be applied; it is tried again');
      const message = error instanceof Error ? error.message : String(error);
      await this.database.withPlatform((tx) => tx.stripeEvent.update({ where: { id }, data: { nextAt, error: message } }));
      return false;
    }
  }

  #now(): Date {
    return new Date(this.clock.nowMs());
  }
}
