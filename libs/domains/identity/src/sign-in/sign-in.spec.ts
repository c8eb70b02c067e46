import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { DevelopmentIssuer } from '@steelyard/platform-development-issuer';
import { describeDatabase, formAction, signInAs, TestBrowser } from '@steelyard/test-support';
import { enter, startFrontDoor, type FrontDoorServer } from './front-door.fixture.js';

const WHO = '{ viewer { keyId person { email name } organization { handle } role scopes memberships { role organization { handle } } sessions { kind current } } }';

let people = 0;
const somebody = () => `person.${(people += 1)}@example.org`;

/** Against the real issuer, in the ways that a browser comes and an attacker may. */
describeDatabase('sign-in with a browser', (context) => {
  let server: FrontDoorServer;
  let issuer: DevelopmentIssuer;
  let dataDir: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'steelyard-sign-in-'));
    ({ server, issuer } = await startFrontDoor({ database: context.database(), dataDir }));
  }, 60_000);

  beforeEach(() => server.travel(0));

  afterAll(async () => {
    await server.close();
    await issuer.close();
    await rm(dataDir, { recursive: true });
  });

  const signIn = async (email: string) => (await signInAs(email, `${server.url}/auth/sign-in?return=/graphql`)).browser;
  const isCallback = (url: URL) => url.pathname === '/auth/callback';
  const query = (text: string, values: unknown[] = []) => context.database().pool.query(text, values);

  /** Goes to the issuer and stops before the way back. */
  async function upToCallback(browser = new TestBrowser(), email = somebody()): Promise<{ browser: TestBrowser; callback: URL }> {
    const { next } = await signInAs(email, `${server.url}/auth/sign-in?return=/models`, browser, isCallback);
    return { browser, callback: next! };
  }

  /** What the page that answers a callback says, and that it lets nobody in. */
  async function refusalOf(browser: TestBrowser, callback: URL): Promise<{ status: number; code: string | undefined }> {
    const response = await browser.send(callback);
    const html = await response.text();
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).not.toMatch(/<script/i);
    expect(html).toContain('<a href="/auth/sign-in">Try again</a>');
    expect(browser.cookieFor(new URL(server.url))).not.toContain('steelyard=sy_session');
    return { status: response.status, code: /(SIGN_IN|INTERNAL)[.\w]*/.exec(html)?.[0] };
  }

  it('brings somebody back to where they were, known by name, and again as the same person', async () => {
    const email = somebody();
    const { browser, response } = await signInAs(email, `${server.url}/auth/sign-in?return=${encodeURIComponent('/healthz?a=b')}`);
    expect([response.status, browser.url.href]).toEqual([404, `${server.url}/healthz?a=b`]);
    const { data } = await server.ask(browser, WHO);
    expect(data.viewer).toMatchObject({ keyId: null, person: { email }, organization: null, role: null, scopes: [], memberships: [], sessions: [{ kind: 'BROWSER', current: true }] });
    await signIn(email);
    expect((await query('SELECT FROM person WHERE email = $1', [email])).rowCount).toBe(1);
    expect((await server.ask(browser, WHO)).data.viewer.sessions).toMatchObject([{ current: false }, { current: true }]);
  });

  it('makes somebody who was entered by address a member, and lets them act for the organization', async () => {
    const email = somebody();
    const [first, second] = [await enter(context.database(), email, 'billing'), await enter(context.database(), email, 'owner')];
    const browser = await signIn(email);
    const { data } = await server.ask(browser, WHO);
    expect(data.viewer).toMatchObject({ organization: { handle: first }, role: 'BILLING', memberships: [{ role: 'BILLING' }, { role: 'OWNER' }] });
    expect((await server.ask(browser, WHO, { organization: second })).data.viewer).toMatchObject({ organization: { handle: second }, role: 'OWNER' });
    expect((await server.ask(browser, '{ actingFor }')).data.actingFor).toMatch(new RegExp(`^${first} person:[-0-9a-f]{36} balance:read billing:read budgets:manage models:read organization:read payments:manage usage:read$`));
    const others = await enter(context.database(), somebody(), 'owner');
    for (const organization of [others, 'nowhere']) expect((await server.ask(browser, '{ actingFor }', { organization })).codes).toEqual(['IDENTITY.NOT_A_MEMBER']);
  });

  it('keeps of a session nothing that lets anybody in', async () => {
    const browser = await signIn(somebody());
    const token = /steelyard=(sy_session_\w{43})/.exec(browser.cookieFor(new URL(server.url)))![1]!;
    const { rows } = await query("SELECT row_to_json(s)::text || encode(token_hash, 'escape') || encode(refresh_token, 'escape') AS text FROM session s WHERE refresh_token IS NOT NULL");
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map(({ text }) => text).join()).not.toContain(token.slice(11));
  });

  it('sets cookies that scripts and other sites cannot use', async () => {
    const browser = new TestBrowser();
    const begun = await browser.send(`${server.url}/auth/sign-in`);
    expect(begun.headers.getSetCookie()).toEqual([expect.stringMatching(/^steelyard-attempt=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/)]);
    const { callback, browser: other } = await upToCallback();
    const finished = await other.send(callback);
    expect([finished.status, finished.headers.get('location')]).toEqual([302, '/models']);
    expect(finished.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^steelyard=sy_session_\w{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax$/),
      expect.stringMatching(/^steelyard-attempt=; .*Max-Age=0/),
    ]);
  });

  it('begins at the public URL, whatever name of the server was used', async () => {
    const response = await fetch(`${server.url.replace('localhost', '127.0.0.1')}/auth/sign-in?return=/models`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, `${server.url}/auth/sign-in?return=%2Fmodels`]);
  });

  it.each(['//evil.example', '/\\evil.example', '\\/evil.example', 'https://evil.example', 'javascript:alert(1)', '/\t/evil.example', '/\n', 'models', '/a b'])('returns to no other site: %j', async (path) => {
    for (const host of [server.url, server.url.replace('localhost', '127.0.0.1')]) {
      const response = await fetch(`${host}/auth/sign-in?return=${encodeURIComponent(path)}`, { redirect: 'manual' });
      expect([response.status, response.headers.get('location')]).toEqual([400, null]);
    }
  });

  it('is refused by the issuer without PKCE', async () => {
    const begun = await new TestBrowser().send(`${server.url}/auth/sign-in`);
    const address = new URL(begun.headers.get('location')!);
    expect(address.searchParams.get('code_challenge_method')).toBe('S256');
    for (const name of ['code_challenge', 'code_challenge_method']) address.searchParams.delete(name);
    const { next } = await new TestBrowser().open(address, isCallback);
    expect(next!.searchParams.get('error')).toBe('invalid_request');
  });

  it('refuses another’s code verifier', async () => {
    const { browser, callback } = await upToCallback();
    await query("UPDATE sign_in_attempt SET code_verifier = repeat('x', 43)");
    expect(await refusalOf(browser, callback)).toEqual({ status: 403, code: 'SIGN_IN.ANSWER_REFUSED' });
  });

  it('takes a code once, from this browser or another', async () => {
    const { browser, callback } = await upToCallback();
    const cookie = browser.cookieFor(callback);
    expect((await browser.send(callback)).status).toBe(302);
    const replay = await fetch(callback, { redirect: 'manual', headers: { cookie } });
    expect([replay.status, await replay.text()]).toEqual([400, expect.stringContaining('SIGN_IN.ATTEMPT_UNKNOWN')]);
    // A fresh attempt with the used code: its state is another, and were it not, the issuer knows the code as used.
    const { browser: thief, callback: fresh } = await upToCallback();
    fresh.searchParams.set('code', callback.searchParams.get('code')!);
    expect(await refusalOf(thief, fresh)).toEqual({ status: 403, code: 'SIGN_IN.ANSWER_REFUSED' });
  });

  it('answers one of two who bring the same callback at the same time', async () => {
    const { browser, callback } = await upToCallback();
    const headers = { cookie: browser.cookieFor(callback) };
    const answers = await Promise.all([1, 2].map(() => fetch(callback, { redirect: 'manual', headers })));
    expect(answers.map(({ status }) => status).sort()).toEqual([302, 400]);
  });

  it('refuses a wrong state, a wrong nonce and the answer of another issuer', async () => {
    const wrongState = await upToCallback();
    wrongState.callback.searchParams.set('state', 'guessed');
    expect(await refusalOf(wrongState.browser, wrongState.callback)).toEqual({ status: 403, code: 'SIGN_IN.ANSWER_REFUSED' });
    // The attempt is over with its first answer, right or wrong.
    expect((await refusalOf(wrongState.browser, wrongState.callback)).code).toBe('SIGN_IN.ATTEMPT_UNKNOWN');

    const wrongNonce = await upToCallback();
    await query("UPDATE sign_in_attempt SET nonce = 'another'");
    expect(await refusalOf(wrongNonce.browser, wrongNonce.callback)).toEqual({ status: 403, code: 'SIGN_IN.ANSWER_REFUSED' });

    const mixedUp = await upToCallback();
    expect(mixedUp.callback.searchParams.get('iss')).toBe(issuer.url.origin);
    for (const iss of ['http://127.0.0.1:1', undefined]) {
      const { browser, callback } = await upToCallback();
      if (iss) callback.searchParams.set('iss', iss);
      else callback.searchParams.delete('iss');
      expect(await refusalOf(browser, callback)).toEqual({ status: 403, code: 'SIGN_IN.ANSWER_REFUSED' });
    }
  });

  it('refuses an attempt that another browser began, or that took too long', async () => {
    const { callback } = await upToCallback();
    expect(await refusalOf(new TestBrowser(), callback)).toEqual({ status: 400, code: 'SIGN_IN.ATTEMPT_UNKNOWN' });
    const late = await upToCallback();
    server.travel(600_000);
    expect(await refusalOf(late.browser, late.callback)).toEqual({ status: 400, code: 'SIGN_IN.ATTEMPT_UNKNOWN' });
    server.travel(0);
  });

  it('says what the issuer says when it lets nobody in', async () => {
    const browser = new TestBrowser();
    const begun = await browser.send(`${server.url}/auth/sign-in`);
    const state = new URL(begun.headers.get('location')!).searchParams.get('state')!;
    const callback = new URL(`/auth/callback?error=access_denied&error_description=%3Cscript%3E&state=${state}&iss=${encodeURIComponent(issuer.url.origin)}`, server.url);
    const response = await browser.send(callback);
    const html = await response.text();
    expect([response.status, html.includes('<script>'), html.includes('SIGN_IN.DECLINED')]).toEqual([403, false, true]);
  });

  it('shows an accessible page, takes an address and nothing else', async () => {
    const browser = new TestBrowser();
    const { response } = await browser.open(`${server.url}/auth/sign-in`);
    const html = await response.text();
    expect(html).toMatch(/<html lang="en">/);
    expect(html).toMatch(/<label for="email">/);
    expect(html).not.toMatch(/<script/i);
    const { response: again } = await browser.submit(formAction(html), { email: '"><script>' });
    expect([again.status, (await again.text()).includes('<script>')]).toEqual([400, false]);
  });

  it('lets the issuer’s own session sign nobody in unasked: each time somebody may be another', async () => {
    const { browser } = await signInAs(somebody(), `${server.url}/auth/sign-in`);
    const other = somebody();
    await signInAs(other, `${server.url}/auth/sign-in`, browser);
    expect((await server.ask(browser, WHO)).data.viewer.person.email).toBe(other);
  });
});
