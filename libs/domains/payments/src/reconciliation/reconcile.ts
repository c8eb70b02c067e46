import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '@steelyard/kernel';
import { DATABASE, type Database, type Reconciliation } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { PAYMENT_CLOCK } from '../clock.js';
import { paymentErrors } from '../errors.js';
import { PaymentSettings } from '../payment-settings.js';
import type { StripeMove } from '../stripe/objects.js';
import { RefreshObject } from '../webhooks/refresh-object.js';
import { findSubject, ledgerNanoOf, sumMoves, sumPostings } from './find-subjects.js';
import { actionFor, stripeNanoOf, type Subject } from './subject.js';

/** Money that Stripe and the ledger do not agree on. Amounts as text: it is kept as JSON. */
export interface Difference {
  /** `payment <id>`, `refund <id>`, `dispute <id>` or `payout <id>`. */
  readonly subject: string;
  readonly stripeId: string | null;
  readonly stripeNano: string;
  readonly ledgerNano: string;
  readonly action: string;
}

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Holds each day's movements of Stripe's balance against what the ledger has posted for them. */
@Injectable()
export class Reconcile {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(PaymentSettings) private readonly settings: PaymentSettings,
    @Inject(RefreshObject) private readonly objects: RefreshObject,
    @Inject(PAYMENT_CLOCK) private readonly clock: Clock,
  ) {}

  /** The day before, if nobody has done it yet. */
  async yesterdayOnce(): Promise<void> {
    const day = this.#yesterday();
    const known = await this.database.withPlatform((tx) => tx.reconciliation.findUnique({ where: { day } }));
    if (!known) await this.run(day.toISOString().slice(0, 10));
  }

  /**
   * Compares one day, by default yesterday. What is not equal is read from Stripe once more and compared in whole, since the two may have written on
   * different days; what is not equal then is a difference.
   * @throws AppError `PAYMENTS.NOT_CONFIGURED`, `DAY_INVALID`, and as `StripeCalls` does
   */
  async run(dayText: string = this.#yesterday().toISOString().slice(0, 10)): Promise<Reconciliation> {
    const { records } = this.settings.stripe();
    const { currency } = this.settings;
    const day = new Date(`${dayText}T00:00:00Z`);
    if (!/^\d{4}-\d\d-\d\d$/.test(dayText) || Number.isNaN(day.getTime()) || day > this.#yesterday()) throw paymentErrors.DAY_INVALID({ day: dayText });
    const end = new Date(day.getTime() + DAY_MS);
    const moves: StripeMove[] = [];
    for await (const move of records.moves(day, end)) if (move.currency === currency) moves.push(move);
    const [theirs, ours] = await this.database.withPlatform(async (tx) => [await sumMoves(tx, moves), await sumPostings(tx, day, end, currency)] as const);
    const subjects = new Set([...theirs.keys(), ...ours.keys()]);
    const differences: Difference[] = [];
    for (const subject of subjects) {
      if ((theirs.get(subject) ?? 0n) === (ours.get(subject) ?? 0n)) continue;
      const difference = await this.#compareWhole(subject);
      if (difference) differences.push(difference);
    }
    const feesNano = moves.reduce((sum, { feeNano, type, amountNano }) => sum + feeNano - (type === 'stripe_fee' ? amountNano : 0n), 0n);
    if (differences.length > 0) this.log.error({ day: dayText, differences }, 'the ledger and Stripe do not agree; the operator has to look');
    const row = { currency, compared: subjects.size, feesNano, differences: differences.map((difference) => ({ ...difference })), ranAt: new Date(this.clock.nowMs()) };
    return this.database.withPlatform((tx) => tx.reconciliation.upsert({ where: { day }, create: { day, ...row }, update: row }));
  }

  async #compareWhole(name: string): Promise<Difference | undefined> {
    const stripe = this.settings.stripe();
    const [kind, id] = name.split(' ') as [Subject['kind'], string];
    const known = await this.database.withPlatform((tx) => findSubject(tx, name));
    if (known?.at) await this.objects.refresh(known.at.kind, known.at.id).catch((err: unknown) => this.log.warn({ err, subject: name }, 'could not be read from Stripe'));
    const [subject, ledgerNano] = await this.database.withPlatform(async (tx) => {
      const found = (await findSubject(tx, name)) ?? { kind, id, stripeId: undefined, at: undefined, onItsWay: false };
      return [found, await ledgerNanoOf(tx, found)] as const;
    });
    const stripeNano = await stripeNanoOf(subject, stripe);
    if (stripeNano === ledgerNano) return undefined;
    const action = actionFor(subject, stripeNano, ledgerNano);
    return { subject: name, stripeId: subject.stripeId ?? null, stripeNano: String(stripeNano), ledgerNano: String(ledgerNano), action };
  }

  #yesterday(): Date {
    const nowMs = this.clock.nowMs();
    return new Date(nowMs - (nowMs % DAY_MS) - DAY_MS);
  }
}
