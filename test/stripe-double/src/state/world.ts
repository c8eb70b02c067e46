import type Stripe from 'stripe';
import type { Blanks } from '../contract/blank.js';
import type { Answer } from '../contract/operations.js';
import { Identifiers } from './identifiers.js';
import { kinds, Store, type Kind, type Kinds } from './store.js';

/** Unix time in milliseconds; a test's own clock, or the machine's. */
export interface Clock {
  nowMs(): number;
}

export interface WorldOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly blanks: Blanks;
  readonly apiVersion: string;
}

/** What a request brings that events mention. */
interface Cause {
  readonly id: string;
  readonly idempotencyKey: string | null;
}

/** An event of either version of the API, as endpoints get it. */
export interface Happening {
  readonly id: string;
  readonly object: string;
  readonly type: string;
}

/** One Stripe account in test mode: its objects, its clock and what happens to them. */
export class World {
  readonly store = new Store();
  /** What webhooks are signed with, by their endpoint's id. */
  readonly secrets = new Map<string, string>();
  /** Where the double listens; hosted pages are below it. */
  url = '';
  /** The request that is being answered, if any. */
  cause: Cause | undefined;
  private readonly identifiers: Identifiers;
  private readonly listeners: ((event: Happening) => void)[] = [];

  constructor(private readonly options: WorldOptions) {
    this.identifiers = new Identifiers(options.seed);
  }

  /** Unix time in seconds. */
  nowS(): number {
    return Math.floor(this.options.clock.nowMs() / 1000);
  }

  /** RFC 3339, as version 2 of the API writes time. */
  now(): string {
    return new Date(this.options.clock.nowMs()).toISOString();
  }

  newId(prefix: string): string {
    return this.identifiers.next(prefix);
  }

  /** Makes and keeps an object: what `values` leave out is as plain as the contract allows. */
  create<K extends Kind>(kind: K, values: Partial<Kinds[K]>): Kinds[K] {
    const blank = this.options.blanks.of(kinds[kind].retrieve) as Answer<'charges.retrieve'>;
    const created = 'created' in blank ? { created: typeof blank.created === 'string' ? this.now() : this.nowS() } : {};
    const made = { ...blank, id: this.newId(kinds[kind].prefix), object: kind, ...created, ...values } as unknown as Kinds[K];
    return this.store.put(kind, made);
  }

  /** Writes down that something happened, with the object as it is now, and tells who listens. */
  emit(type: Stripe.Event.Type, object: { readonly object: string }): void {
    const event = this.create('event', {
      type,
      api_version: this.options.apiVersion,
      data: { object: JSON.parse(JSON.stringify(object)) as Stripe.Event.Data.Object },
      pending_webhooks: this.store.all('webhook_endpoint').length,
      request: this.cause ? { id: this.cause.id, idempotency_key: this.cause.idempotencyKey } : null,
    } as Partial<Stripe.Event>);
    for (const tell of this.listeners) tell(event);
  }

  /** The same in the way of version 2 of the API: the object is only named. */
  notify(type: string, account: Stripe.V2.Core.Account): void {
    const related_object = { id: account.id, type: account.object, url: `/v2/core/accounts/${account.id}` };
    const notification = { id: this.newId('evt_test'), object: 'v2.core.event', type, created: this.now(), livemode: false, related_object };
    for (const tell of this.listeners) tell(notification);
  }

  onEvent(listener: (event: Happening) => void): void {
    this.listeners.push(listener);
  }
}
