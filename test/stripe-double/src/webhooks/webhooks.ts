import { matches } from '../resources/records/events.js';
import type { Happening, World } from '../state/world.js';
import { sign } from './sign.js';

/** An event on its way to one endpoint. */
export interface Delivery {
  readonly event: Happening;
  readonly endpointId: string;
}

export interface SendOptions {
  /** Sign with a secret that is not the endpoint's. */
  readonly wrongSecret?: boolean;
  /** When it says it was signed, in Unix seconds; now, if left out. */
  readonly signedAtS?: number;
  /** Change the payload after it was signed. */
  readonly tampered?: boolean;
}

export interface Attempt extends Delivery {
  /** What the endpoint answered; undefined if it could not be reached. */
  readonly status: number | undefined;
}

/** So that the answer to the request that caused an event usually comes first. */
const SEND_AFTER_MS = 5;
const TIMEOUT_MS = 10_000;

/**
 * Sends events to the endpoints that want them: each as it happens, or only when a test says so, in any order, twice, late or never. At
 * Stripe no order is promised and everything may come twice.
 */
export class Webhooks {
  /** Every attempt so far, in its order. */
  readonly attempts: Attempt[] = [];
  private held: Delivery[] | undefined;
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(private readonly world: World) {
    world.onEvent((event) => this.dispatch(event));
  }

  /** From now on nothing is sent by itself. */
  hold(): void {
    this.held ??= [];
  }

  /** Takes what waits: it is a test's to send, in whatever order and how often. */
  takeHeld(): Delivery[] {
    return this.held?.splice(0) ?? [];
  }

  /** Sends what waits, in its order, and from now on everything by itself again. */
  async release(): Promise<void> {
    const waiting = this.takeHeld();
    this.held = undefined;
    for (const delivery of waiting) await this.send(delivery);
  }

  /** @returns the endpoint's status; undefined if it could not be reached. */
  async send(delivery: Delivery, { wrongSecret, signedAtS = this.world.nowS(), tampered }: SendOptions = {}): Promise<number | undefined> {
    const { event, endpointId } = delivery;
    const endpoint = this.world.store.get('webhook_endpoint', endpointId);
    const payload = JSON.stringify(event, undefined, 2);
    const signature = sign(payload, wrongSecret ? 'whsec_of_somebody_else' : this.world.secrets.get(endpointId)!, signedAtS);
    const headers = { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature, 'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)' };
    const body = tampered ? payload.replace(event.id, `${event.id}x`) : payload;
    const status = await fetch(endpoint.url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => undefined,
    );
    this.attempts.push({ ...delivery, status });
    return status;
  }

  /** Sends again what the endpoint has not taken so far, as Stripe does for three days. @returns how many it has taken now. */
  async retryFailed(): Promise<number> {
    const taken = new Set(this.attempts.filter(({ status }) => isTaken(status)).map(nameOf));
    const open = new Map(this.attempts.filter((attempt) => !taken.has(nameOf(attempt))).map((attempt) => [nameOf(attempt), attempt]));
    let count = 0;
    for (const { event, endpointId } of open.values()) if (isTaken(await this.send({ event, endpointId }))) count += 1;
    return count;
  }

  /** Waits until everything that was sent by itself has been answered. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  private dispatch(event: Happening): void {
    const wanting = this.world.store.all('webhook_endpoint').filter(({ status, enabled_events }) => status === 'enabled' && enabled_events.some((pattern) => matches(pattern, event.type)));
    for (const { id } of wanting) {
      const delivery = { event, endpointId: id };
      if (this.held) this.held.push(delivery);
      else this.sendSoon(delivery);
    }
  }

  private sendSoon(delivery: Delivery): void {
    const sending: Promise<unknown> = new Promise((resolve) => setTimeout(resolve, SEND_AFTER_MS)).then(() => this.send(delivery)).finally(() => this.underWay.delete(sending));
    this.underWay.add(sending);
  }
}

function isTaken(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300;
}

function nameOf({ event, endpointId }: Delivery): string {
  return `${event.id} ${endpointId}`;
}
