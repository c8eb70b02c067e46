import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { newId, type Arrival } from '@steelyard/kernel';
import type { DevelopmentIssuer } from '@steelyard/platform-development-issuer';
import { describeDatabase, signInAs, type TestBrowser } from '@steelyard/test-support';
import pg from 'pg';
import { WebSocket } from 'ws';
import { Identity } from '../identity.js';
import { enter, startFrontDoor, type FrontDoorServer } from '../sign-in/front-door.fixture.js';
import { recordPerson } from './record-person.js';
import { RenewSession } from './renew-session.js';
import { SessionDirectory } from './session-directory.js';
import { SessionUse } from './session-use.js';

const WHO = '{ viewer { person { email } organization { handle } role sessions { id current } } }';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let people = 0;
const somebody = () => `member.${(people += 1)}@example.org`;

describeDatabase('sessions', (context) => {
  let dataDir: string;
  let issuer: DevelopmentIssuer;
  let server: FrontDoorServer;
  let second: FrontDoorServer;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'steelyard-sessions-'));
    ({ server, issuer } = await startFrontDoor({ database: context.database(), dataDir }));
    ({ server: second } = await startFrontDoor({ database: context.database(), dataDir, issuer, publicUrl: server.url }));
  }, 60_000);

  beforeEach(() => {
    for (const each of [server, second]) each.travel(0);
  });

  afterAll(async () => {
    await second.close();
    await server.close();
    await issuer.close();
    await rm(dataDir, { recursive: true });
  });

  const query = (text: string, values: unknown[] = []) => context.database().pool.query(text, values);
  const signIn = async (email: string, at = server) => (await signInAs(email, `${at.url}/auth/sign-in?return=/graphql`)).browser;
  const tokenOf = (browser: TestBrowser) => /steelyard=(sy_session_\w{43})/.exec(browser.cookieFor(new URL(server.url)))![1]!;
  const emailSeen = async (browser: TestBrowser) => (await server.ask(browser, WHO)).data.viewer?.person.email as string | undefined;
  const post = (browser: TestBrowser, path: string, origin: string | undefined) => browser.send(server.url + path, { method: 'POST', headers: origin ? { origin } : {} });

  async function until(attempt: () => Promise<boolean>): Promise<number> {
    const startedAt = performance.now();
    while (!(await attempt())) {
      if (performance.now() - startedAt > 5_000) throw new Error('not within five seconds');
    }
    return performance.now() - startedAt;
  }

  it('are believed by cookie only of pages of this site', async () => {
    const email = somebody();
    const browser = await signIn(email);
    expect((await server.ask(browser, WHO)).data.viewer.person.email).toBe(email);
    for (const origin of ['https://evil.example', 'null', server.url.replace('localhost', '127.0.0.1'), `${server.url}.evil.example`, null]) {
      expect((await server.ask(browser, WHO, { origin })).data.viewer).toBeNull();
      expect((await server.ask(browser, 'mutation { revokeSession(id: "x") { id } }', { origin })).codes).toEqual(['IDENTITY.SIGN_IN_NEEDED']);
    }
  });

  it('open no WebSocket for a page of another site', async () => {
    const email = somebody();
    const cookie = (await signIn(email)).cookieFor(new URL(server.url));
    expect(await subscribeWith({ cookie, origin: server.url })).toEqual({ event: expect.objectContaining({ myName: expect.any(String) }) });
    for (const origin of ['https://evil.example', undefined]) expect(await subscribeWith({ cookie, ...(origin && { origin }) })).toEqual({ code: 'IDENTITY.SIGN_IN_NEEDED' });
  });

  function subscribeWith(headers: Record<string, string>): Promise<object> {
    const socket = new WebSocket(`${server.url.replace('http', 'ws').replace('localhost', '127.0.0.1')}/graphql`, 'graphql-transport-ws', { headers });
    return new Promise<object>((done, failed) => {
      socket.once('error', failed);
      socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init' })));
      socket.on('message', (data: Buffer) => {
        const { type, payload } = JSON.parse(data.toString()) as { type: string; payload: any };
        if (type === 'connection_ack') socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: 'subscription { myName }' } }));
        if (type === 'next') done(payload.data ? { event: payload.data } : { code: payload.errors[0].extensions.code });
        if (type === 'error') done({ code: payload[0].extensions.code });
      });
    }).finally(() => socket.close());
  }

  it('work as bearer tokens without a browser, and say so when they do not', async () => {
    const token = tokenOf(await signIn(somebody()));
    expect((await server.askWithToken(token, WHO)).data.viewer.person).toBeDefined();
    for (const bad of [`${token}x`, token.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x')), 'sy_session_']) expect((await server.askWithToken(bad, WHO)).codes).toEqual(['IDENTITY.SESSION_ENDED']);
  });

  it('cost no query when they are remembered', async () => {
    const email = somebody();
    const handle = await enter(context.database(), email, 'viewer');
    const browser = await signIn(email);
    const ask = () => server.ask(browser, '{ actingFor }', { organization: handle });
    await ask();
    const { pool } = context.database();
    const original = pool.query;
    let queries = 0;
    (pool as { query: unknown }).query = (...args: unknown[]) => ((queries += 1), (original as (...all: unknown[]) => unknown).apply(pool, args));
    for (let call = 0; call < 20; call += 1) expect((await ask()).codes).toEqual([]);
    (pool as { query: unknown }).query = original;
    expect(queries).toBe(0);
  });

  it('end when they are revoked, on other servers within a moment, and only their own', async () => {
    const [browser, other] = [await signIn(somebody()), await signIn(somebody())];
    const token = tokenOf(browser);
    expect((await second.askWithToken(token, WHO)).codes).toEqual([]);
    const { id } = (await server.ask(browser, WHO)).data.viewer.sessions[0];
    for (const wrong of [id, newId(), 'nothing']) expect((await server.ask(other, `mutation { revokeSession(id: "${wrong}") { id } }`)).codes).toEqual(['IDENTITY.SESSION_NOT_FOUND']);
    expect((await server.ask(browser, `mutation { revokeSession(id: "${id}") { id } }`)).data.revokeSession.id).toBe(id);
    expect(await emailSeen(browser)).toBeUndefined();
    const tookMs = await until(async () => (await second.askWithToken(token, WHO)).codes[0] === 'IDENTITY.SESSION_ENDED');
    console.info(`the other server heard of a revoked session after at most ${tookMs.toFixed(1)} ms`);
    expect(tookMs).toBeLessThan(1_000);
    expect(await emailSeen(other)).toBeDefined();
  });

  it('end by signing out here, or everywhere', async () => {
    const email = somebody();
    const [one, two, three] = [await signIn(email), await signIn(email), await signIn(email)];
    expect((await post(one, '/auth/sign-out', 'https://evil.example')).status).toBe(403);
    expect(await emailSeen(one)).toBe(email);
    const token = tokenOf(one);
    expect((await post(one, '/auth/sign-out', server.url)).status).toBe(204);
    expect(one.cookieFor(new URL(server.url))).not.toContain('steelyard=');
    expect((await server.askWithToken(token, WHO)).codes).toEqual(['IDENTITY.SESSION_ENDED']);
    expect(await emailSeen(two)).toBe(email);
    const tokens = [tokenOf(two), tokenOf(three)];
    expect((await post(two, '/auth/sign-out-everywhere', server.url)).status).toBe(204);
    for (const each of tokens) expect((await server.askWithToken(each, WHO)).codes).toEqual(['IDENTITY.SESSION_ENDED']);
    expect((await post(three, '/auth/sign-out', server.url)).status).toBe(204);
  });

  it('end when they lie idle for a week, and after a month in any case', async () => {
    const browser = await signIn(somebody());
    await query('UPDATE session SET refresh_token = NULL');
    server.travel(7 * DAY_MS - HOUR_MS);
    expect(await emailSeen(browser)).toBeDefined();
    server.travel(7 * DAY_MS + HOUR_MS);
    expect(await emailSeen(browser)).toBeUndefined();
    const busy = await signIn(somebody());
    await query("UPDATE session SET last_seen_at = now() + interval '60 days', refresh_token = NULL");
    server.travel(30 * DAY_MS + 7 * DAY_MS + 2 * HOUR_MS);
    expect(await emailSeen(busy)).toBeUndefined();
  });

  it('say until when they are good, and are not used by being looked at again', async () => {
    const token = tokenOf(await signIn(somebody()));
    await query("UPDATE session SET last_seen_at = now() - interval '1 hour', refresh_token = NULL WHERE token_hash = sha256($1)", [Buffer.from(token)]);
    const identity = second.app.get(Identity, { strict: false });
    const identify = (arrival?: Arrival) => identity.identify({ authorization: `Bearer ${token}` }, arrival);
    const times = async () => {
      await second.app.get(SessionUse, { strict: false }).write();
      const { rows } = await query('SELECT last_seen_at, expires_at FROM session WHERE token_hash = sha256($1)', [Buffer.from(token)]);
      return { seenMs: rows[0].last_seen_at.getTime() as number, expiresMs: rows[0].expires_at.getTime() as number };
    };
    const { seenMs, expiresMs } = await times();
    expect((await identify()).goodUntilMs).toBe(seenMs + 7 * DAY_MS);
    expect((await times()).seenMs).toBe(seenMs);
    await identify({ req: { headers: {}, socket: {} } });
    expect((await times()).seenMs).toBeGreaterThan(seenMs);
    await query('UPDATE session SET expires_at = $2 WHERE token_hash = sha256($1)', [Buffer.from(token), new Date(seenMs + DAY_MS)]);
    second.app.get(SessionDirectory, { strict: false }).forgetAll();
    expect(expiresMs).toBeGreaterThan(seenMs + DAY_MS);
    expect((await identify()).goodUntilMs).toBe(seenMs + DAY_MS);
  });

  it('act for an organization no more once the person is removed or has another role, within a moment', async () => {
    const email = somebody();
    const handle = await enter(context.database(), email, 'owner');
    const browser = await signIn(email);
    const ask = () => server.ask(browser, '{ actingFor }', { organization: handle });
    expect((await ask()).data.actingFor).toContain('organization:manage');
    await query("UPDATE member SET role = 'viewer' WHERE email = $1", [email]);
    const changedMs = await until(async () => !(await ask()).data.actingFor.includes('organization:manage'));
    await query('DELETE FROM member WHERE email = $1', [email]);
    const removedMs = await until(async () => (await ask()).codes[0] === 'IDENTITY.NOT_A_MEMBER');
    console.info(`a change of role was heard after at most ${changedMs.toFixed(1)} ms, a removal after ${removedMs.toFixed(1)} ms`);
    expect(Math.max(changedMs, removedMs)).toBeLessThan(1_000);
  });

  it('are looked at again by what runs for their person, on every server, when one ends and when the person is removed', async () => {
    const email = somebody();
    const handle = await enter(context.database(), email, 'developer');
    const [one, two, stranger] = [await signIn(email), await signIn(email), await signIn(somebody())];
    const identity = second.app.get(Identity, { strict: false });
    const lookAgain = () => identity.identify({ authorization: `Bearer ${tokenOf(one)}`, organization: handle });
    const { caller } = await lookAgain();
    const outcomes: string[] = [];
    const note = (outcome: string) => void outcomes.push(outcome);
    const unwatch = identity.watchKey(caller!.actorId, () => void lookAgain().then((now) => note([...now.caller!.scopes].includes('predict') ? 'developer' : 'less'), ({ code }) => note(code)));
    const heard = async (expected: string) => {
      await until(async () => (await query('SELECT 1'), outcomes.length > 0));
      expect(outcomes.splice(0)).toEqual([expected]);
    };
    const end = (browser: TestBrowser) => query('UPDATE session SET revoked_at = now() WHERE token_hash = sha256($1)', [Buffer.from(tokenOf(browser))]);

    await end(stranger);
    await until(async () => (await second.askWithToken(tokenOf(stranger), WHO)).codes[0] === 'IDENTITY.SESSION_ENDED');
    await end(two);
    await heard('developer');
    await query("UPDATE member SET role = 'billing' WHERE email = $1", [email]);
    await heard('less');
    await query('DELETE FROM member WHERE email = $1', [email]);
    await heard('IDENTITY.NOT_A_MEMBER');
    await end(one);
    await heard('IDENTITY.SESSION_ENDED');
    // Erased, it is nobody's.
    await query('DELETE FROM session WHERE token_hash = sha256($1)', [Buffer.from(tokenOf(one))]);
    await heard('IDENTITY.SESSION_ENDED');
    // What is said while nobody listens is not heard.
    const admin = new pg.Client({ connectionString: context.adminUrl() });
    await admin.connect();
    const { rowCount } = await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ILIKE 'LISTEN %' AND datname = $1", [new URL(context.url()).pathname.slice(1)]);
    await admin.end();
    expect(rowCount).toBe(1);
    await until(async () => (await query('SELECT 1'), outcomes.length >= 2));
    unwatch();
    expect(new Set(outcomes)).toEqual(new Set(['IDENTITY.SESSION_ENDED']));
  });

  it('are renewed at the issuer once, however many servers and requests find that due', async () => {
    const email = somebody();
    const browser = await signIn(email);
    const token = tokenOf(browser);
    const sealed = async () => (await query('SELECT refresh_token, renewed_at FROM session WHERE token_hash = sha256($1)', [Buffer.from(token)])).rows[0];
    for (let round = 1; round <= 3; round += 1) {
      const before = await sealed();
      for (const each of [server, second]) each.travel(round * 2 * HOUR_MS);
      await Promise.all([server, second, server, second].map((each) => each.askWithToken(token, WHO)));
      await Promise.all([server, second].map((each) => each.app.get(RenewSession).settled()));
      expect((await sealed()).refresh_token).not.toEqual(before.refresh_token);
      expect((await server.askWithToken(token, WHO)).codes).toEqual([]);
    }
  });

  it('end when their refresh token was used by somebody else: the issuer revokes its whole family', async () => {
    const browser = await signIn(somebody());
    const token = tokenOf(browser);
    const hash = [Buffer.from(token)];
    const stolen = (await query('SELECT refresh_token FROM session WHERE token_hash = sha256($1)', hash)).rows[0].refresh_token;
    server.travel(2 * HOUR_MS);
    await server.askWithToken(token, WHO);
    await server.app.get(RenewSession).settled();
    // The one from before is shown again, as a thief or a restored copy of the database would.
    const { rows } = await query('SELECT refresh_token FROM session WHERE token_hash = sha256($1)', hash);
    await query('UPDATE session SET refresh_token = $2 WHERE token_hash = sha256($1)', [...hash, stolen]);
    server.travel(4 * HOUR_MS);
    await server.askWithToken(token, WHO);
    await server.app.get(RenewSession).settled();
    expect((await server.askWithToken(token, WHO)).codes).toEqual(['IDENTITY.SESSION_ENDED']);
    // Nor is the newest of the family good any more.
    await query('UPDATE session SET refresh_token = $2, revoked_at = NULL WHERE token_hash = sha256($1)', [...hash, rows[0].refresh_token]);
    await until(async () => (await server.askWithToken(token, WHO)).codes.length === 0);
    server.travel(6 * HOUR_MS);
    await server.askWithToken(token, WHO);
    await server.app.get(RenewSession).settled();
    expect((await server.askWithToken(token, WHO)).codes).toEqual(['IDENTITY.SESSION_ENDED']);
  });

  it('outlive an issuer that does not answer for a while', async () => {
    const { server: lonely, issuer: gone } = await startFrontDoor({ database: context.database(), dataDir });
    const browser = await signIn(somebody(), lonely);
    await gone.close();
    lonely.travel(2 * HOUR_MS);
    expect((await lonely.ask(browser, WHO)).data.viewer).not.toBeNull();
    await lonely.app.get(RenewSession).settled();
    expect((await lonely.ask(browser, WHO)).data.viewer).not.toBeNull();
    await lonely.close();
  });

  it('bind nobody to an organization by an address that the issuer has not verified', async () => {
    const email = somebody();
    const handle = await enter(context.database(), email, 'owner');
    const proven = { issuer: 'https://issuer.example', subject: newId(), email, name: 'Mallory', emailVerified: false };
    const membersOf = async () => (await query('SELECT m.person_id FROM member m JOIN organization o ON o.id = m.tenant_id WHERE o.handle = $1', [handle])).rows;
    const mallory = await context.database().withPlatform((tx) => recordPerson(tx, proven, new Date()));
    expect(mallory).toMatchObject({ email, emailVerified: false });
    expect(await membersOf()).toEqual([{ person_id: null }]);
    const owner = await context.database().withPlatform((tx) => recordPerson(tx, { ...proven, subject: newId(), emailVerified: true }, new Date()));
    expect(await membersOf()).toEqual([{ person_id: owner.id }]);
    // Who comes second with the same address, from another issuer, takes nothing away.
    await context.database().withPlatform((tx) => recordPerson(tx, { ...proven, issuer: 'https://other.example', emailVerified: true }, new Date()));
    expect(await membersOf()).toEqual([{ person_id: owner.id }]);
  });
});
