import { Module } from '@nestjs/common';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { WEBHOOK_POLICY, webhookPolicy } from '@steelyard/platform-http';
import { DeliverEvents } from './delivery/deliver-events.js';
import { ForgetEvents } from './delivery/forget-events.job.js';
import { ReadDeliveries } from './delivery/read-deliveries.js';
import { ReplayDeliveries } from './delivery/replay-deliveries.js';
import { ManageEndpoints } from './endpoints/manage-endpoints.js';
import { WebhooksResolver } from './graphql/webhooks.resolver.js';
import { WebhookSigning } from './webhook-signing.js';

/** Needs CONFIG, DATABASE and LOGGER. */
@Module({
  imports: [IdentityModule],
  providers: [
    { provide: WEBHOOK_POLICY, useFactory: (config: Config) => webhookPolicy(config), inject: [CONFIG] },
    WebhookSigning, ManageEndpoints, ReadDeliveries, ReplayDeliveries, DeliverEvents, ForgetEvents, WebhooksResolver,
  ],
})
export class WebhooksModule {}
