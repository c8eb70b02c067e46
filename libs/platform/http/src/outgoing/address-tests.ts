import { systemClock, type Clock } from '@steelyard/kernel';
import { httpErrors } from '../errors.js';

/** Of one organization under way at a time, and begun within a minute. */
const AT_ONCE_MAX = 2;
const A_MINUTE_MAX = 10;
const MINUTE_MS = 60_000;

interface Tests {
  /** When those of the last minute began, oldest first. */
  readonly begunMs: number[];
  underWay: number;
}

/**
 * Tests of addresses that organizations name. Each may hold a connection to somebody's server for as long as a receiver may take, so that there is an
 * end to how many an organization has made. Counted in this server's memory alone.
 */
export class AddressTests {
  /** Not injected; specs hold it still. */
  clock: Clock = systemClock;
  /** In the order in which their last test began. */
  readonly #ofOrganizations = new Map<string, Tests>();

  /** Gives what `test` gives. @throws AppError `HTTP.ADDRESS_TESTS_LIMITED`, without running it; and what it throws */
  async run<T>(organizationId: string, test: () => Promise<T>): Promise<T> {
    const tests = this.#begin(organizationId);
    try {
      return await test();
    } finally {
      tests.underWay -= 1;
    }
  }

  #begin(organizationId: string): Tests {
    const nowMs = this.clock.nowMs();
    this.#forgetOld(nowMs);
    const tests = this.#ofOrganizations.get(organizationId) ?? { begunMs: [], underWay: 0 };
    while (tests.begunMs.length > 0 && tests.begunMs[0]! + MINUTE_MS <= nowMs) tests.begunMs.shift();
    if (tests.underWay >= AT_ONCE_MAX) throw httpErrors.ADDRESS_TESTS_LIMITED({ max: AT_ONCE_MAX, when: 'that have no answer yet', retryAfterMs: 1_000 });
    if (tests.begunMs.length >= A_MINUTE_MAX) {
      throw httpErrors.ADDRESS_TESTS_LIMITED({ max: A_MINUTE_MAX, when: 'within a minute', retryAfterMs: tests.begunMs[0]! + MINUTE_MS - nowMs });
    }
    tests.begunMs.push(nowMs);
    tests.underWay += 1;
    this.#ofOrganizations.delete(organizationId);
    this.#ofOrganizations.set(organizationId, tests);
    return tests;
  }

  #forgetOld(nowMs: number): void {
    for (const [organizationId, { begunMs, underWay }] of this.#ofOrganizations) {
      if (underWay > 0 || begunMs.at(-1)! + MINUTE_MS > nowMs) return;
      this.#ofOrganizations.delete(organizationId);
    }
  }

  /** How many organizations are remembered. */
  get size(): number {
    return this.#ofOrganizations.size;
  }
}
