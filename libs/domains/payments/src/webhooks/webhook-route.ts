import { Inject, Injectable } from '@nestjs/common';
import type { AppError, Clock } from '@steelyard/kernel';
import { HTTP_STATUS, type BareRequest, type BareRoute } from '@steelyard/platform-http';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { PAYMENT_CLOCK } from '../clock.js';
import { paymentErrors } from '../errors.js';
import { PaymentJobs } from '../jobs/payment-jobs.js';
import { PaymentSettings } from '../payment-settings.js';
import type { StripeNotice } from '../stripe/notice.js';
import { kindOfEvent } from './refresh-object.js';

import { StripeEvents } from './stripe-events.js';

/**
 * `POST /webhooks/stripe`: what Stripe has signed, and lately, is kept and answered with 200 at once; it is applied later. What is signed but
 * does not concern this server is answered with 200 too, and a line in the log: Stripe would send it for days, and then send nothing any more.
 */
@Injectable()
export class WebhookRoute implements BareRoute {
  readonly prefix = '/webhooks/stripe';
  readonly answers = ['POST '];
  readonly bodyBytesMax = 1024 * 1024;

  constructor(
    @Inject(PaymentSettings) private readonly settings: PaymentSettings,
    @Inject(StripeEvents) private readonly events: StripeEvents,
    @Inject(PaymentJobs) private readonly jobs: PaymentJobs,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(PAYMENT_CLOCK) private readonly clock: Clock,
  ) {}

  async serve(request: BareRequest): Promise<void> {
    const { status, body } = await this.#receive(request).catch((error: unknown) => {
      this.log.error({ err: error }, 'a webhook of Stripe could not be kept; Stripe sends it again');
      return { status: 500, body: { received: false, reason: 'it could not be kept' } };
    });
    this.#send(request, status, body);
  }

  refuse(error: AppError, request: Pick<BareRequest, 'id' | 'response'>): void {
    this.#send(request, HTTP_STATUS[error.kind], { received: false, reason: error.message });
  }

  async #receive({ method, path, headers, body }: BareRequest): Promise<{ status: number; body: object }> {
    if (path.length > 0) return refusal(404, 'there is nothing below /webhooks/stripe');
    if (method !== 'POST') return refusal(405, 'Stripe sends its webhooks by POST');
    const { configured, webhookSecret: secret } = this.settings;
    if (!configured || secret === undefined) return refusal(HTTP_STATUS['not-configured'], `${paymentErrors.NOT_CONFIGURED({}).message}: set STEELYARD_STRIPE_WEBHOOK_SECRET`);
    const stripe = this.settings.stripe();
    let notice: StripeNotice;
    try {
      notice = stripe.records.verify(body, headers['stripe-signature']?.toString(), { secret, nowMs: this.clock.nowMs() });
    } catch (error) {
      const reason = (error as Error).message.split('\n', 1)[0]!;
      this.log.warn({ reason }, 'a webhook was refused: it is not signed by Stripe with STEELYARD_STRIPE_WEBHOOK_SECRET, or not lately');
      return refusal(400, reason);
    }
    const ignored = this.#whyIgnored(notice, stripe.isLive);
    if (ignored !== undefined) {
      this.log[ignored.level]({ event: notice.id, type: notice.type, reason: ignored.reason }, 'an event of Stripe is not for this server');
      return { status: 200, body: { received: true, ignored: ignored.reason } };
    }
    const isNew = await this.events.keep(notice, 'webhook');
    this.jobs.wake();
    return { status: 200, body: { received: true, duplicate: !isNew } };
  }

  #whyIgnored({ type, isLive, accountId }: StripeNotice, live: boolean): { readonly level: 'debug' | 'warn'; readonly reason: string } | undefined {
    if (isLive !== live) return { level: 'warn', reason: `it is of ${isLive ? 'live' : 'test'} mode, the key is of the other` };
    if (kindOfEvent(type) === undefined) return { level: 'debug', reason: `nothing here follows from ${type}` };
    // Recipients' accounts are told of to us too; what they do with their own money is theirs.
    if (accountId !== undefined && kindOfEvent(type) !== 'account') return { level: 'warn', reason: `it happened in account ${accountId}, not in this server's` };
    return undefined;
  }

  #send({ response }: Pick<BareRequest, 'response'>, status: number, body: object): void {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }
}

function refusal(status: number, reason: string): { status: number; body: object } {
  return { status, body: { received: false, reason } };
}
