import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller, pageOf, toPage, type Page } from '@steelyard/platform-graphql';
import { showWebhookSecret } from '@steelyard/platform-http';
import type { Delivery } from '../delivery/delivery.js';
import { ReadDeliveries } from '../delivery/read-deliveries.js';
import { ReplayDeliveries } from '../delivery/replay-deliveries.js';
import type { EndpointWithSecret } from '../endpoints/endpoint.js';
import { ManageEndpoints } from '../endpoints/manage-endpoints.js';
import { EVENT_TYPES } from '../event-types.js';
import { AddWebhookInput, ChangeWebhookInput, Webhook, WebhookDeliveriesArgs, WebhookDelivery, WebhookDeliveryConnection, WebhookDeliveryState, WebhookWithSecret } from './webhooks.graphql-types.js';

@Resolver(() => Webhook)
export class WebhooksResolver {
  constructor(
    @Inject(ManageEndpoints) private readonly endpoints: ManageEndpoints,
    @Inject(ReadDeliveries) private readonly deliveries: ReadDeliveries,
    @Inject(ReplayDeliveries) private readonly replay: ReplayDeliveries,
  ) {}

  @Access('organization:manage')
  @Query(() => [Webhook], { description: "The organization's webhooks, oldest first." })
  webhooks(@CurrentCaller() caller: Caller): Promise<Webhook[]> {
    return this.endpoints.list(caller);
  }

  @Access('organization:manage')
  @Query(() => [String], { description: 'The types of events that webhooks are told of.' })
  webhookTypes(): readonly string[] {
    return EVENT_TYPES;
  }

  @Access('organization:manage')
  @Query(() => WebhookDeliveryConnection, { description: 'What webhooks were told, or are to be told, newest first.' })
  async webhookDeliveries(@CurrentCaller() caller: Caller, @Args() args: WebhookDeliveriesArgs): Promise<Page<WebhookDelivery>> {
    const page = pageOf(args);
    const rows = await this.deliveries.page(caller, { ...page, endpointId: args.webhook ?? undefined, state: args.state ?? undefined });
    return toPage(rows, page.limit, ({ id }) => id, toNode);
  }

  @Access('organization:manage')
  @Query(() => WebhookDelivery)
  async webhookDelivery(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<WebhookDelivery> {
    return toNode(await this.deliveries.one(caller, id));
  }

  @Access('organization:manage')
  @Mutation(() => WebhookWithSecret)
  async addWebhook(@CurrentCaller() caller: Caller, @Args('input', { type: () => AddWebhookInput }) input: AddWebhookInput): Promise<WebhookWithSecret> {
    return withSecret(await this.endpoints.add(caller, input));
  }

  @Access('organization:manage')
  @Mutation(() => Webhook)
  changeWebhook(@CurrentCaller() caller: Caller, @Args('input', { type: () => ChangeWebhookInput }) { id, url, about, types, enabled }: ChangeWebhookInput): Promise<Webhook> {
    return this.endpoints.change(caller, { id, url: url ?? undefined, about: about ?? undefined, types: types ?? undefined, enabled: enabled ?? undefined });
  }

  @Access('organization:manage')
  @Mutation(() => WebhookWithSecret, { description: 'Makes another secret. Messages are signed with the one before as well for a day.' })
  async rotateWebhookSecret(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<WebhookWithSecret> {
    return withSecret(await this.endpoints.rotateSecret(caller, id));
  }

  @Access('organization:manage')
  @Mutation(() => Webhook, { description: 'Removes a webhook with all that it was told, and was to be told.' })
  removeWebhook(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<Webhook> {
    return this.endpoints.remove(caller, id);
  }

  @Access('organization:manage')
  @Mutation(() => WebhookDelivery, { description: 'Tells a webhook something that means nothing, as anything else is told: within a second or two.' })
  async testWebhook(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<WebhookDelivery> {
    return toNode(await this.deliveries.one(caller, await this.replay.test(caller, id)));
  }

  @Access('organization:manage')
  @Mutation(() => WebhookDelivery, { description: 'Has a delivery sent again, whatever became of it.' })
  async replayWebhookDelivery(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<WebhookDelivery> {
    await this.replay.one(caller, id);
    return toNode(await this.deliveries.one(caller, id));
  }

  @Access('organization:manage')
  @Mutation(() => Int, { description: 'Has all that a webhook has not taken since then sent again; gives how many.' })
  replayWebhook(
    @CurrentCaller() caller: Caller,
    @Args('id', { type: () => ID }) endpointId: string,
    @Args('since', { type: () => Date }) since: Date,
    @Args('delivered', { type: () => Boolean, defaultValue: false, description: 'Also what it has taken.' }) delivered: boolean,
  ): Promise<number> {
    return this.replay.since(caller, { endpointId, since, delivered });
  }
}

function toNode({ state, ...delivery }: Delivery): WebhookDelivery {
  return { ...delivery, state: state as WebhookDeliveryState };
}

function withSecret({ endpoint, secret }: EndpointWithSecret): WebhookWithSecret {
  return { webhook: endpoint, secret: showWebhookSecret(secret) };
}
