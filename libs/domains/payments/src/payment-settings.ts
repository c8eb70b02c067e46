import type { Config } from '@steelyard/platform-config';
import { paymentErrors } from './errors.js';
import { StripeCalls } from './stripe/stripe-calls.js';

/** Least and most of one top-up. */
export const AMOUNT_NANO_LEAST = 1_000_000_000n;
export const AMOUNT_NANO_MOST = 10_000_000_000_000n;

export type PaymentConfig = Pick<Config, 'stripeSecretKey' | 'stripeWebhookSecret' | 'stripeApiBase' | 'paymentCurrency'>;

/** Whether real money can be moved here, and by what. */
export class PaymentSettings {
  readonly currency: string;
  readonly webhookSecret: string | undefined;
  readonly #calls: StripeCalls | undefined;

  constructor(config: PaymentConfig, { timeoutMs }: { readonly timeoutMs?: number } = {}) {
    this.currency = config.paymentCurrency;
    this.webhookSecret = config.stripeWebhookSecret;
    this.#calls = config.stripeSecretKey === undefined ? undefined : new StripeCalls({ secretKey: config.stripeSecretKey, apiBase: config.stripeApiBase, timeoutMs });
  }

  get configured(): boolean {
    return this.#calls !== undefined;
  }

  /** @throws AppError `PAYMENTS.NOT_CONFIGURED` */
  stripe(): StripeCalls {
    if (!this.#calls) throw paymentErrors.NOT_CONFIGURED({});
    return this.#calls;
  }
}
