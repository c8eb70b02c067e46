import { PaymentJobs } from './jobs/payment-jobs.js';
import { Outbox } from './outbox/outbox.js';
import { ResolveOperation } from './outbox/resolve-operation.js';
import { PayoutAccounts } from './payouts/payout-accounts.js';
import { PayoutOperations } from './payouts/payout-operations.js';
import { PreparePayouts } from './payouts/prepare-payouts.js';
import { SetUpPayouts } from './payouts/set-up-payouts.js';
import { SettlePayout } from './payouts/settle-payout.js';
import { ReadMoney } from './read-money.js';
import { Reconcile } from './reconciliation/reconcile.js';
import { RefundOperations } from './refunds/refund-operations.js';
import { RefundPayment } from './refunds/refund-payment.js';
import { Customers } from './top-ups/customers.js';
import { PaymentOperations } from './top-ups/payment-operations.js';
import { RefreshPayment } from './top-ups/refresh-payment.js';
import { StripeReceipt } from './top-ups/stripe-receipt.js';
import { TopUp } from './top-ups/top-up.js';
import { RefreshObject } from './webhooks/refresh-object.js';
import { StripeEvents } from './webhooks/stripe-events.js';
import { WebhookRoute } from './webhooks/webhook-route.js';

/** The domain without its doors, settings and clock. */
export const paymentProviders = [
  Outbox, ResolveOperation, Customers, PaymentOperations, TopUp, RefreshPayment, StripeReceipt, ReadMoney, RefundOperations, RefundPayment, PayoutAccounts, PayoutOperations, PreparePayouts,
  SetUpPayouts, SettlePayout, RefreshObject, StripeEvents, Reconcile, PaymentJobs, WebhookRoute,
];
