import { beforeEach, expect, it } from '@jest/globals';
import { newId, type Arrival, type Credentials } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { NO_LIMITS, openTown, type Town } from '../organizations/town.fixture.js';
import { hashOfSession, mintSessionToken } from '../people/session-token.js';

const TRIES = 3;
const ORIGIN = 'https://steelyard.example';
const bearer = (token: string, organization?: string): Credentials => ({ authorization: `Bearer ${token}`, organization });
const cookie = (token: string): Credentials => ({ cookie: `__Host-steelyard=${token}`, origin: ORIGIN });

/** A request, with the headers that its answer was given. */
function from(remoteAddress: string): Arrival & { headers: Record<string, string> } {
  const headers: Record<string, string> = {};
  return { req: { headers: {}, socket: { remoteAddress } }, setHeader: (name, value) => (headers[name] = value), headers };
}

describeDatabase('wrong sessions and organizations', (context) => {
  let town: Town;
  let nowMs: number;

  beforeEach(() => {
    nowMs = Date.now();
    town = openTown(context.database(), { limits: { ...NO_LIMITS, failedRequestsPerMinute: TRIES, personRequestsPerMinute: 50 } });
    town.requestLimits.clock = { nowMs: () => nowMs };
  });

  /** The token of a session of somebody's. */
  async function sessionOf(personId: string, revokedAt: Date | null = null): Promise<string> {
    const token = mintSessionToken();
    const data = { id: newId(), tokenHash: Uint8Array.from(hashOfSession(token)!), personId, kind: 'browser', userAgent: '', expiresAt: new Date(Date.now() + 3_600_000), issuerClient: 'portal', revokedAt };
    await context.database().withPlatform((tx) => tx.session.create({ data }));
    return token;
  }

  /** What became of a request, and how often the database was asked for it. */
  async function ask(shown: Credentials, arrival: Arrival): Promise<{ outcome: unknown; queries: number }> {
    const { pool } = context.database();
    const original = pool.query;
    let queries = 0;
    (pool as { query: unknown }).query = (...args: unknown[]) => ((queries += 1), (original as (...all: unknown[]) => unknown).apply(pool, args));
    try {
      const outcome = await town.identity.identify(shown, arrival).then(({ person }) => person?.id ?? 'nobody', ({ code }: { code: string }) => code);
      return { outcome, queries };
    } finally {
      (pool as { query: unknown }).query = original;
    }
  }

  it.each([
    ['as bearer tokens', bearer, 'IDENTITY.SESSION_ENDED'],
    ['as cookies', cookie, 'nobody'],
  ])('are not looked up any more after too many, %s, but for those that were good before', async (_how, shownAs, refusal) => {
    const [known, fresh] = [await sessionOf((await town.person()).id), await sessionOf((await town.person()).id)];
    const arrival = from('192.0.2.1');
    expect((await ask(shownAs(known), arrival)).outcome).not.toBe(refusal);
    for (let n = 0; n < TRIES; n += 1) expect(await ask(shownAs(mintSessionToken()), arrival)).toEqual({ outcome: refusal, queries: 1 });
    for (const token of [mintSessionToken(), fresh]) expect(await ask(shownAs(token), arrival)).toEqual({ outcome: 'IDENTITY.TRIES_USED_UP', queries: 0 });
    expect(arrival.headers['retry-after']).toBe('20');
    expect((await ask(shownAs(known), arrival)).outcome).not.toBe('IDENTITY.TRIES_USED_UP');
    expect((await ask(shownAs(fresh), from('192.0.2.2'))).outcome).not.toBe('IDENTITY.TRIES_USED_UP');
    nowMs += 20_000;
    expect((await ask(shownAs(mintSessionToken()), arrival)).outcome).toBe(refusal);
  });

  it('are not what the cookie of a session is that has ended: browsers go on sending it', async () => {
    const ended = await sessionOf((await town.person()).id, new Date());
    const arrival = from('192.0.2.3');
    for (let n = 0; n < 3 * TRIES; n += 1) expect((await ask(cookie(ended), arrival)).outcome).toBe('nobody');
    expect((await ask(cookie(await sessionOf((await town.person()).id)), arrival)).outcome).not.toBe('IDENTITY.TRIES_USED_UP');
  });

  it('that somebody names are not looked for any more after too many, while their own go on, and others are not held for them', async () => {
    const [mine, theirs] = [await town.organization(), await town.organization()];
    const token = await sessionOf(mine.owner.person!.id);
    const arrival = from('192.0.2.4');
    const [own, another] = [mine, theirs].map(({ owner }) => owner.caller!.organizationHandle);
    expect((await ask(bearer(token, own), arrival)).outcome).toBe(mine.owner.person!.id);
    for (let n = 0; n < TRIES; n += 1) expect(await ask(bearer(token, n === 0 ? another : `none-${n}`), arrival)).toEqual({ outcome: 'IDENTITY.NOT_A_MEMBER', queries: 1 });
    for (const handle of [another, 'none']) expect(await ask(bearer(token, handle), arrival)).toEqual({ outcome: 'IDENTITY.TRIES_USED_UP', queries: 0 });
    expect(await ask(bearer(token, own), arrival)).toEqual({ outcome: mine.owner.person!.id, queries: 0 });
    const colleague = await sessionOf(theirs.owner.person!.id);
    expect((await ask(bearer(colleague, own), arrival)).outcome).toBe('IDENTITY.NOT_A_MEMBER');
    nowMs += 20_000;
    expect((await ask(bearer(token, another), arrival)).outcome).toBe('IDENTITY.NOT_A_MEMBER');
  });

  it('count among the requests of who sends them', async () => {
    town = openTown(context.database(), { limits: { ...NO_LIMITS, personRequestsPerMinute: 2 } });
    town.requestLimits.clock = { nowMs: () => nowMs };
    const token = await sessionOf((await town.person()).id);
    const arrival = from('192.0.2.5');
    const outcomes = [];
    for (let n = 0; n < 3; n += 1) outcomes.push((await ask(bearer(token, 'none'), arrival)).outcome);
    expect(outcomes).toEqual(['IDENTITY.NOT_A_MEMBER', 'IDENTITY.NOT_A_MEMBER', 'IDENTITY.RATE_LIMITED']);
  });
});
