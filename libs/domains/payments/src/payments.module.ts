import { Module } from '@nestjs/common';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { LedgerModule } from '@steelyard/domain-ledger/module';
import { systemClock } from '@steelyard/kernel';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { PAYMENT_CLOCK } from './clock.js';
import { PaymentOperatorResolver } from './graphql/payment-operator.resolver.js';
import { PaymentsResolver } from './graphql/payments.resolver.js';
import { PayoutNodes } from './graphql/payout-nodes.js';
import { PayoutOperatorResolver } from './graphql/payout-operator.resolver.js';
import { PayoutsResolver } from './graphql/payouts.resolver.js';
import { PaymentJobs } from './jobs/payment-jobs.js';
import { PaymentSettings } from './payment-settings.js';
import { paymentProviders } from './providers.js';
import { WebhookRoute } from './webhooks/webhook-route.js';

/** Needs CONFIG, DATABASE and LOGGER. Without a key of Stripe it says so wherever real money would move, and its jobs rest. */
@Module({
  imports: [IdentityModule, LedgerModule],
  providers: [
    { provide: PAYMENT_CLOCK, useValue: systemClock },
    { provide: PaymentSettings, useFactory: (config: Config) => new PaymentSettings(config), inject: [CONFIG] },
    ...paymentProviders,
    PayoutNodes,
    PaymentsResolver,
    PayoutsResolver,
    PaymentOperatorResolver,
    PayoutOperatorResolver,
  ],
  exports: [WebhookRoute, PaymentJobs],
})
export class PaymentsModule {}
