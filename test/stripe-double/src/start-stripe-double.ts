import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Stripe from 'stripe';
import { Blanks } from './contract/blank.js';
import { Checks } from './contract/checks.js';
import { loadContract } from './contract/load-contract.js';
import { Control } from './control.js';
import { Api, describe } from './http/api.js';
import { controlOverHttp } from './http/control-over-http.js';
import { hostedPage } from './http/pages.js';
import type { Reply } from './http/reply.js';
import { handlersOf } from './resources/index.js';
import { kinds, type Kind } from './state/store.js';
import { World, type Clock, type Happening } from './state/world.js';
import { Webhooks } from './webhooks/webhooks.js';

export interface StripeDoubleOptions {
  /** The machine's clock, if left out. */
  readonly clock?: Clock;
  /** The same seed gives the same ids. */
  readonly seed?: number;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Where events go, as if an endpoint had been registered. `events` are all if left out. */
  readonly webhook?: { readonly url: string; readonly secret: string; readonly events?: string[] };
}

export interface StripeDouble {
  readonly url: string;
  readonly apiKey: string;
  /** For `new Stripe(double.apiKey, double.options)`; nothing is tried twice behind a test's back, except after a broken connection. */
  readonly options: { readonly host: string; readonly port: number; readonly protocol: 'http'; readonly maxNetworkRetries: 0; readonly telemetry: false };
  readonly control: Control;
  /** @throws {Error} if the double has broken its contract meanwhile */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';

/** Starts a stateful stand-in for Stripe on this machine, empty and in test mode. */
export async function startStripeDouble({ clock = { nowMs: () => Date.now() }, seed = 1, port = 0, webhook }: StripeDoubleOptions = {}): Promise<StripeDouble> {
  const contract = await loadContract();
  const checks = new Checks(contract);
  const world = new World({ clock, seed, blanks: new Blanks(contract), apiVersion: contract.apiVersion });
  const api = new Api({ contract, checks, world, handlers: handlersOf(world), clock });
  world.onEvent((event) => checkSnapshot(event, { checks, api }));
  const webhooks = new Webhooks(world);
  const control = new Control({ world, api, checks, webhooks });
  if (webhook) registerWebhook(world, webhook);

  const server = createServer((request, response) => {
    void readBody(request).then(async (body) => {
      const { pathname: path, search } = new URL(request.url!, `http://${HOST}`);
      const asked = { verb: request.method!, path, query: search.slice(1), headers: request.headers as Record<string, string>, body };
      const reply = (await controlOverHttp(control, asked)) ?? hostedPage(world, asked) ?? api.answer(asked);
      send(response, reply);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, HOST, resolve));
  const listening = (server.address() as AddressInfo).port;
  world.url = `http://${HOST}:${listening}`;

  return {
    url: world.url,
    apiKey: 'sk_test_double',
    options: { host: HOST, port: listening, protocol: 'http', maxNetworkRetries: 0, telemetry: false },
    control,
    async stop() {
      await webhooks.settled();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (api.violations.length > 0) throw new Error(`The double of Stripe broke its contract:\n${api.violations.join('\n')}`);
    },
  };
}

function registerWebhook(world: World, { url, secret, events = ['*'] }: NonNullable<StripeDoubleOptions['webhook']>): void {
  const endpoint = world.create('webhook_endpoint', { url, enabled_events: events, status: 'enabled', metadata: {} });
  world.secrets.set(endpoint.id, secret);
}

/** Events show objects that no answer has shown: they are held to the contract as well. */
function checkSnapshot(event: Happening, { checks, api }: { checks: Checks; api: Api }): void {
  if (event.object !== 'event') return;
  const { object } = (event as Stripe.Event).data as { object: { object: Kind } };
  const found = checks.findInObject(kinds[object.object].retrieve, object);
  if (found.length > 0) api.broken(`The double's event ${event.type} breaks the contract: ${describe(found)}`);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply.kind === 'reset') response.socket!.resetAndDestroy();
  if (reply.kind !== 'answer') return;
  const answer = (): void => void response.writeHead(reply.status, reply.headers).end(reply.body);
  if (!reply.delay) return answer();
  const { ms, whenSent } = reply.delay;
  setTimeout(() => {
    whenSent();
    answer();
  }, ms);
}
