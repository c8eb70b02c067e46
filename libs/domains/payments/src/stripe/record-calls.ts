import type Stripe from 'stripe';
import { allPages, type Ask } from './ask.js';
import { moveOf, type StripeMove } from './objects.js';
import { noticeOf, type StripeNotice } from './notice.js';

/** What Stripe has written down: events, and the movements of its balance. */
export class RecordCalls {
  constructor(
    private readonly ask: Ask,
    private readonly stripe: Stripe,
  ) {}

  /** From the newest to the oldest. */
  async *events(since: Date, types: readonly string[]): AsyncGenerator<StripeNotice, void> {
    const created = { gte: Math.floor(since.getTime() / 1_000) };
    // Stripe takes 20 types at most; more are told apart here.
    for await (const event of allPages(this.ask, (stripe, paging) => stripe.events.list({ ...paging, created }))) {
      if (types.includes(event.type)) yield noticeOf(event as unknown as Record<string, unknown>);
    }
  }

  /** Everything that moved Stripe's balance between two times. */
  async *moves(from: Date, to: Date): AsyncGenerator<StripeMove, void> {
    const created = { gte: Math.floor(from.getTime() / 1_000), lt: Math.floor(to.getTime() / 1_000) };
    const moves = allPages(this.ask, (stripe, paging) => stripe.balanceTransactions.list({ ...paging, created, expand: ['data.source'] }));
    for await (const move of moves) yield moveOf(move);
  }

  /**
   * What a webhook says, if Stripe has signed it with `secret`, and lately.
   * @throws Error saying what is wrong with it
   */
  verify(body: Buffer, signature: string | undefined, { secret, nowMs }: { readonly secret: string; readonly nowMs: number }): StripeNotice {
    this.stripe.webhooks.signature!.verifyHeader(body.toString(), signature ?? '', secret, TOLERANCE_S, undefined, nowMs);
    return noticeOf(JSON.parse(body.toString()) as Record<string, unknown>);
  }
}

/** How old a signature may be. Never 0, which the package takes for "however old". */
const TOLERANCE_S = 300;
