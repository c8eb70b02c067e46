import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Test } from '@nestjs/testing';
import { FrontDoor, OrganizationHandles } from '@steelyard/domain-identity';
import { Ledger } from '@steelyard/domain-ledger';
import { newId, PERMISSIONS, type Caller } from '@steelyard/kernel';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { BareRoutes } from '@steelyard/platform-http';
import { LOGGER, silentLogger } from '@steelyard/platform-observability';
import { startStripeDouble, type StripeDouble } from '@steelyard/stripe-double';
import Stripe from 'stripe';
import { PAYMENT_CLOCK } from '../clock.js';
import { Outbox } from '../outbox/outbox.js';
import { PaymentSettings, type PaymentConfig } from '../payment-settings.js';
import { paymentProviders } from '../providers.js';
import type { Payment } from '../top-ups/payment.js';
import { TopUp } from '../top-ups/top-up.js';
import { StripeEvents } from '../webhooks/stripe-events.js';
import { WebhookRoute } from '../webhooks/webhook-route.js';

export const WEBHOOK_SECRET = 'whsec_of_the_specs';

/** The machine's clock, which a spec may set on. */
export class MovableClock {
  #aheadMs = 0;

  nowMs(): number {
    return Date.now() + this.#aheadMs;
  }

  advance(ms: number): void {
    this.#aheadMs += ms;
  }
}

export type Shop = Awaited<ReturnType<typeof openShop>>;

/** The domain on a database and a double of Stripe, with its webhooks over HTTP and without its jobs: a spec says when they have a round. */
export async function openShop(database: Database, config: Partial<PaymentConfig> = {}, options: { readonly timeoutMs?: number } = {}) {
  const clock = new MovableClock();
  const bare = new BareRoutes();
  const server: Server = bare.createServer((_request, response) => response.writeHead(404).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/stripe`;
  const double = await startStripeDouble({ clock, seed: Math.floor(Math.random() * 1e9), webhook: { url, secret: WEBHOOK_SECRET } });
  const get = await wire(database, clock, settingsOf(double, config, options));
  bare.add(get(WebhookRoute));
  return {
    clock, double, get, webhookUrl: url,
    /** For what people do in the dashboard. */
    stripe: new Stripe(double.apiKey, double.options),
    /** Whoever is the second server on the same database. */
    another: () => wire(database, clock, settingsOf(double, config, options)),
    settle: () => settle(double, get),
    consumer: () => newOrganization(database),
    paid: (caller: Caller, amount: string) => paid({ double, get }, caller, amount),
    wallet: async ({ organizationId }: Caller) => (await get(Ledger).balance(organizationId, 'usd')).availableNano / 10_000_000n,
    async close() {
      await double.stop().finally(() => new Promise((resolve) => server.close(resolve)));
    },
  };
}

type Get = <T>(token: new (...args: never[]) => T) => T;

function settingsOf(double: StripeDouble, config: Partial<PaymentConfig>, options: { readonly timeoutMs?: number }): PaymentSettings {
  return new PaymentSettings({ stripeSecretKey: double.apiKey, stripeWebhookSecret: WEBHOOK_SECRET, stripeApiBase: double.url, paymentCurrency: 'usd', ...config }, options);
}

async function wire(database: Database, clock: MovableClock, settings: PaymentSettings): Promise<Get> {
  const door = new FrontDoor();
  door.open({ publicUrl: new URL('https://steelyard.example/'), development: false });
  const given = [
    { provide: DATABASE, useValue: database }, { provide: LOGGER, useValue: silentLogger }, { provide: PAYMENT_CLOCK, useValue: clock },
    { provide: PaymentSettings, useValue: settings }, { provide: FrontDoor, useValue: door },
    { provide: Ledger, useValue: new Ledger(database) }, { provide: OrganizationHandles, useValue: new OrganizationHandles(database) },
  ];
  const module = await Test.createTestingModule({ providers: [...given, ...paymentProviders] }).compile();
  return (token) => module.get(token);
}

/** Rounds of the jobs, until there is nothing to do. */
async function settle(double: StripeDouble, get: Get): Promise<void> {
  for (let did = 1; did > 0; ) {
    await double.control.webhooks.settled();
    did = (await get(StripeEvents).applyWaiting()) + (await get(Outbox).runDue());
  }
}

/** Somebody of a new organization, who may do everything in it. */
export async function newOrganization(database: Database): Promise<Caller> {
  const organizationId = newId();
  const organizationHandle = `org-${organizationId}`;
  await database.withPlatform((tx) => tx.organization.create({ data: { id: organizationId, handle: organizationHandle, name: 'Organization' } }));
  return { organizationId, organizationHandle, actorId: 'person:ada', scopes: new Set(PERMISSIONS) };
}

/** A payment by checkout that has come to the wallet. */
async function paid({ double, get }: { double: StripeDouble; get: Get }, caller: Caller, amount: string): Promise<Payment> {
  const idempotencyKey = newId();
  const command = { amount, method: 'checkout', idempotencyKey } as const;
  let sessionId: string | null = null;
  // A specs' timeout may be shorter than the double's first answers take.
  while (sessionId === null) ({ sessionId } = await get(TopUp).pay(caller, command));
  double.control.pay(sessionId);
  await settle(double, get);
  return get(TopUp).pay(caller, command);
}

