import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '@steelyard/kernel';
import { DATABASE, type Database, type Reconciliation } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { PAYMENT_CLOCK } from '../clock.js';
import { paymentErrors } from '../errors.js';
import { PaymentSettings } from '../payment-settings.js';
import type { StripeMove } from '../stripe/objects.js';
import { RefreshObject } from '../webhooks/refresh-object.js';
import { findSubject, ledgerNanoOf, sumMoves, sumPostings, type MoveSums } from './find-subjects.js';
import { actionFor, stripeNanoOf, type Subject } from './subject.js';

/** Money that Stripe and the ledger do not agree on. Amounts as text: it is kept as JSON. */
export interface Difference {
  /** `payment <id>`, `refund <id>`, `dispute <id>` or `payout <id>`; of a transfer that no payout here is for, Stripe's id. */
  readonly subject: string;
  readonly stripeId: string | null;
  readonly stripeNano: string;
  readonly ledgerNano: string;
  readonly action: string;
}

const DAY_MS = 24 * 60 * 60 * 1_000;
/** How long a server may have been off and still make up for every day. */
const DAYS_BACK = 30;

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

  /**
   * The days that are over and that nobody has done yet, as far back as the first that was ever done and at most {@link DAYS_BACK}; where none was, the
   * day before. One that cannot be done keeps no other waiting, and is tried again in the next round.
   */
  async missingDays(): Promise<void> {
    for (const day of await this.#missing()) {
      await this.run(day).catch((err: unknown) => this.log.warn({ err, day }, 'a day could not be reconciled; it is tried again'));
    }
  }

  async #missing(): Promise<string[]> {
    const yesterday = this.#yesterday();
    const days = Array.from({ length: DAYS_BACK }, (_, back) => textOf(new Date(yesterday.getTime() - back * DAY_MS))).reverse();
    const rows = await this.database.withPlatform((tx) => tx.reconciliation.findMany({ select: { day: true }, orderBy: { day: 'asc' } }));
    const done = new Set(rows.map(({ day }) => textOf(day)));
    const [first = textOf(yesterday)] = done;
    return days.filter((day) => day >= first && !done.has(day));
  }

  /**
   * Compares one day, by default yesterday. What is not equal is read from Stripe once more and compared in whole, since the two may have written on
   * different days; what is not equal then is a difference, and so is what Stripe does not show.
   * @throws AppError `PAYMENTS.NOT_CONFIGURED`, `DAY_INVALID`, and as `StripeCalls` does
   */
  async run(dayText: string = textOf(this.#yesterday())): Promise<Reconciliation> {
    const { records } = this.settings.stripe();
    const { currency } = this.settings;
    const day = new Date(`${dayText}T00:00:00Z`);
    if (!/^\d{4}-\d\d-\d\d$/.test(dayText) || Number.isNaN(day.getTime()) || day > this.#yesterday()) throw paymentErrors.DAY_INVALID({ day: dayText });
    const end = new Date(day.getTime() + DAY_MS);
    const moves: StripeMove[] = [];
    const foreign: StripeMove[] = [];
    for await (const move of records.moves(day, end)) (move.currency === currency ? moves : foreign).push(move);
    const [{ sums: theirs, stripeIds }, ours] = await this.database.withPlatform(async (tx) => [await sumMoves(tx, moves), await sumPostings(tx, day, end, currency)] as const);
    const subjects = new Set([...theirs.keys(), ...ours.keys()]);
    const differences = await this.#inOtherCurrency(foreign);
    for (const subject of subjects) {
      const ofDay = { stripeNano: theirs.get(subject) ?? 0n, ledgerNano: ours.get(subject) ?? 0n, stripeIds };
      if (ofDay.stripeNano === ofDay.ledgerNano) continue;
      const difference = await this.#compareWhole(subject, ofDay);
      if (difference) differences.push(difference);
    }
    const feesNano = moves.reduce((sum, { feeNano, type, amountNano }) => sum + feeNano - (type === 'stripe_fee' ? amountNano : 0n), 0n);
    if (differences.length > 0) this.log.error({ day: dayText, differences }, 'the ledger and Stripe do not agree; the operator has to look');
    const row = { currency, compared: subjects.size, feesNano, differences: differences.map((difference) => ({ ...difference })), ranAt: new Date(this.clock.nowMs()) };
    return this.database.withPlatform((tx) => tx.reconciliation.upsert({ where: { day }, create: { day, ...row }, update: row }));
  }

  /** What Stripe has moved for something of ours, but in a currency that the ledger has no account of Stripe's in: each is a difference. */
  async #inOtherCurrency(moves: readonly StripeMove[]): Promise<Difference[]> {
    const { currency } = this.settings;
    const found = await Promise.all(
      [...new Set(moves.map((move) => move.currency))].map(async (other) => {
        const { sums, stripeIds } = await this.database.withPlatform((tx) => sumMoves(tx, moves.filter((move) => move.currency === other)));
        const action = `Stripe has moved ${other}, and money here is ${currency}: the amount is in ${other}. Have the account at Stripe settle in ${currency}, and correct the wallet by operator credit.`;
        return [...sums].map(([subject, nano]): Difference => ({ subject, stripeId: stripeIds.get(subject) ?? null, stripeNano: String(nano), ledgerNano: '0', action }));
      }),
    );
    return found.flat();
  }

  /** `ofDay`: what the day alone comes to, for what cannot be compared in whole. */
  async #compareWhole(name: string, { stripeIds, ...ofDay }: Compared & Pick<MoveSums, 'stripeIds'>): Promise<Difference | undefined> {
    const stripe = this.settings.stripe();
    const { at } = await this.database.withPlatform((tx) => findSubject(tx, name, stripeIds));
    const problem = at && (await this.#refresh(name, at));
    const [subject, ledgerNano] = await this.database.withPlatform(async (tx) => {
      const found = await findSubject(tx, name, stripeIds);
      return [found, await ledgerNanoOf(tx, found)] as const;
    });
    const differ = (sums: Compared, action: string): Difference => ({ subject: name, stripeId: subject.stripeId ?? null, stripeNano: String(sums.stripeNano), ledgerNano: String(sums.ledgerNano), action });
    // Of what was not read, it may not be known yet what it is called at Stripe: that is not nothing.
    const unread = subject.stripeId === undefined ? problem : undefined;
    const stripeNano = unread ?? (await stripeNanoOf(subject, stripe).catch(messageOf));
    if (typeof stripeNano === 'string') return differ(ofDay, `${UNREAD} What was said: ${stripeNano}`);
    return stripeNano === ledgerNano ? undefined : differ({ stripeNano, ledgerNano }, actionFor(subject, stripeNano, ledgerNano));
  }

  /** Gives what was said where it cannot be read. */
  async #refresh(name: string, { kind, id }: NonNullable<Subject['at']>): Promise<string | undefined> {
    try {
      await this.objects.refresh(kind, id);
      return undefined;
    } catch (err) {
      this.log.warn({ err, subject: name }, 'could not be read from Stripe');
      return messageOf(err);
    }
  }

  #yesterday(): Date {
    const nowMs = this.clock.nowMs();
    return new Date(nowMs - (nowMs % DAY_MS) - DAY_MS);
  }
}

interface Compared {
  readonly stripeNano: bigint;
  readonly ledgerNano: bigint;
}

const UNREAD = 'It could not be read from Stripe, so the amounts are those of this day alone: reconcile the day again, or look for it in the dashboard of Stripe.';

function textOf(day: Date): string {
  return day.toISOString().slice(0, 10);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
