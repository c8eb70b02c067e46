import { Inject, Injectable } from '@nestjs/common';
import { systemClock, type Arrival, type Clock } from '@steelyard/kernel';
import { CONFIG, type Config } from '@steelyard/platform-config';
import type { KnownKey } from '../keys/key-directory.js';
import { clientAddress } from './client-address.js';
import { limitErrors, type LimitOf } from './errors.js';
import { RateMeter, WINDOW_MS, type Reading } from './rate-meter.js';

/** As many keys and organizations as the key directory remembers keys. */
const CALLERS_MAX = 10_000;
const ADDRESSES_MAX = 20_000;

export type LimitSettings = Pick<Config, 'organizationRequestsPerMinute' | 'personRequestsPerMinute' | 'anonymousRequestsPerMinute' | 'failedRequestsPerMinute' | 'trustedProxyHops'>;

interface Limit {
  readonly limitOf: LimitOf;
  readonly meter: RateMeter;
  readonly id: string;
  readonly perMinute: number;
}

/**
 * How many requests keys, organizations, people and addresses may send. Counted in this server's memory alone: several servers on one database let
 * through as many times as much. A limit of 0 in the settings is none.
 */
@Injectable()
export class RequestLimits {
  /** Not injected; specs hold it still. */
  clock: Clock = systemClock;
  readonly #keys = new RateMeter(CALLERS_MAX);
  readonly #organizations = new RateMeter(CALLERS_MAX);
  readonly #people = new RateMeter(CALLERS_MAX);
  readonly #anonymous = new RateMeter(ADDRESSES_MAX);
  readonly #failed = new RateMeter(ADDRESSES_MAX);
  readonly #misnaming = new RateMeter(CALLERS_MAX);

  constructor(@Inject(CONFIG) private readonly settings: LimitSettings) {}

  /**
   * Counts a request of a key, against its own limit and that of its organization, and tells what is left. One that either refuses is
   * counted by neither.
   * @throws AppError `IDENTITY.RATE_LIMITED`
   */
  countKey({ caller, requestsPerMinute, organizationRequestsPerMinute }: KnownKey, arrival: Arrival | undefined): void {
    const ofOrganization = organizationRequestsPerMinute ?? this.settings.organizationRequestsPerMinute;
    if (requestsPerMinute === null && ofOrganization === 0) return;
    const limits: Limit[] = [];
    if (requestsPerMinute !== null) limits.push({ limitOf: 'key', meter: this.#keys, id: caller.actorId, perMinute: requestsPerMinute });
    if (ofOrganization > 0) limits.push({ limitOf: 'organization', meter: this.#organizations, id: caller.organizationId, perMinute: ofOrganization });
    this.#count(limits, arrival);
  }

  /**
   * Counts a request of somebody who is signed in, whichever organization they act for.
   * @throws AppError `IDENTITY.RATE_LIMITED`
   */
  countPerson(personId: string, arrival: Arrival | undefined): void {
    const perMinute = this.settings.personRequestsPerMinute;
    if (arrival === undefined || perMinute === 0) return;
    this.#count([{ limitOf: 'person', meter: this.#people, id: personId, perMinute }], arrival);
  }

  /**
   * Counts a request that shows nothing of who sends it.
   * @throws AppError `IDENTITY.RATE_LIMITED`
   */
  countAnonymous(arrival: Arrival | undefined): void {
    const perMinute = this.settings.anonymousRequestsPerMinute;
    if (arrival === undefined || perMinute === 0) return;
    this.#count([{ limitOf: 'address', meter: this.#anonymous, id: this.#addressOf(arrival), perMinute }], arrival);
  }

  /** Counts a request whose key or session turned out not to be good. */
  countFailure(arrival: Arrival | undefined): void {
    const perMinute = this.settings.failedRequestsPerMinute;
    if (arrival === undefined || perMinute === 0) return;
    this.#failed.count(this.#addressOf(arrival), perMinute, this.clock.nowMs());
  }

  /**
   * To be asked before a key or a session is looked up that nobody has shown before: a flood of wrong ones is not to cost a look-up each.
   * @throws AppError `IDENTITY.TRIES_USED_UP`
   */
  checkMayTry(arrival: Arrival | undefined): void {
    if (arrival !== undefined) this.#checkTries({ limitOf: 'address', meter: this.#failed, id: this.#addressOf(arrival) }, arrival);
  }

  /** Counts a request of somebody who is signed in and named an organization that is not theirs. */
  countMisnamed(personId: string, arrival: Arrival | undefined): void {
    const perMinute = this.settings.failedRequestsPerMinute;
    if (arrival === undefined || perMinute === 0) return;
    this.#misnaming.count(personId, perMinute, this.clock.nowMs());
  }

  /**
   * To be asked before an organization is looked for that is not among those that a person is known to belong to.
   * @throws AppError `IDENTITY.TRIES_USED_UP`
   */
  checkMayName(personId: string, arrival: Arrival | undefined): void {
    if (arrival !== undefined) this.#checkTries({ limitOf: 'person', meter: this.#misnaming, id: personId }, arrival);
  }

  #checkTries({ limitOf, meter, id }: Omit<Limit, 'perMinute'>, arrival: Arrival): void {
    const perMinute = this.settings.failedRequestsPerMinute;
    if (perMinute === 0) return;
    const { allowed, retryAfterMs } = meter.read(id, perMinute, this.clock.nowMs());
    if (allowed) return;
    tellWhen(arrival, retryAfterMs);
    throw limitErrors.TRIES_USED_UP({ limitOf, requestsPerMinute: perMinute, retryAfterMs });
  }

  #count(limits: readonly Limit[], arrival: Arrival | undefined): void {
    const nowMs = this.clock.nowMs();
    const before = limits.map(({ meter, id, perMinute }) => meter.read(id, perMinute, nowMs));
    const refusing = before.findIndex(({ allowed }) => !allowed);
    if (refusing === -1) for (const { meter, id, perMinute } of limits) meter.count(id, perMinute, nowMs);
    if (arrival?.setHeader) tell(arrival, limits, refusing === -1 ? limits.map(({ meter, id, perMinute }) => meter.read(id, perMinute, nowMs)) : before);
    if (refusing === -1) return;
    const { limitOf, perMinute } = limits[refusing]!;
    const { retryAfterMs } = before[refusing]!;
    tellWhen(arrival, retryAfterMs);
    throw limitErrors.RATE_LIMITED({ limitOf, requestsPerMinute: perMinute, retryAfterMs });
  }

  #addressOf(arrival: Arrival): string {
    return clientAddress(arrival, this.settings.trustedProxyHops);
  }
}

/** `RateLimit-Policy` and `RateLimit` as in draft-ietf-httpapi-ratelimit-headers-10. */
function tell(arrival: Arrival, limits: readonly Limit[], readings: readonly Reading[]): void {
  arrival.setHeader!('ratelimit-policy', limits.map(({ limitOf, perMinute }) => `"${limitOf}";q=${perMinute};w=${WINDOW_MS / 1_000}`).join(', '));
  arrival.setHeader!('ratelimit', readings.map(({ remaining, fullInMs }, index) => `"${limits[index]!.limitOf}";r=${remaining};t=${Math.ceil(fullInMs / 1_000)}`).join(', '));
}

/** Whatever becomes of the error: every door answers with it, and not every door has headers of its own for errors. */
function tellWhen(arrival: Arrival | undefined, retryAfterMs: number): void {
  arrival?.setHeader?.('retry-after', String(Math.ceil(retryAfterMs / 1_000)));
}
