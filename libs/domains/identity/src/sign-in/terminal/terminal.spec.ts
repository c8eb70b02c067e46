import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DevelopmentIssuer } from '@steelyard/platform-development-issuer';
import { confirmDevice, describeDatabase, formAction, hiddenFields, signInAs, TestBrowser } from '@steelyard/test-support';
import { enter, startFrontDoor, type FrontDoorServer } from '../front-door.fixture.js';

const WHO = '{ viewer { person { email } organization { handle } sessions { kind } } }';
const REDIRECT = 'http://127.0.0.1:50123/callback';

let people = 0;
const somebody = () => `terminal.${(people += 1)}@example.org`;

describeDatabase('sign-in of a terminal', (context) => {
  let dataDir: string;
  let issuer: DevelopmentIssuer;
  let server: FrontDoorServer;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'steelyard-terminal-'));
    ({ server, issuer } = await startFrontDoor({ database: context.database(), dataDir }));
  }, 60_000);

  afterAll(async () => {
    await server.close();
    await issuer.close();
    await rm(dataDir, { recursive: true });
  });

  async function post(path: string, body: unknown, contentType = 'application/json'): Promise<{ status: number; body: any }> {
    const response = await fetch(server.url + path, { method: 'POST', headers: { 'content-type': contentType }, body: JSON.stringify(body) });
    return { status: response.status, body: await response.json() };
  }

  const codeOf = (answer: { status: number; body: any }) => [answer.status, answer.body.error?.code];

  async function loopback(email: string, redirectUri = REDIRECT): Promise<{ attempt: string; callback: string }> {
    const { body } = await post('/auth/terminal/begin', { redirectUri });
    const { next } = await signInAs(email, body.authorizationUrl, new TestBrowser(), (url) => url.href.startsWith(redirectUri));
    return { attempt: body.attempt, callback: next!.href };
  }

  it('goes by a browser on the same machine, to whatever port waits there', async () => {
    const email = somebody();
    const handle = await enter(context.database(), email, 'developer');
    for (const redirectUri of [REDIRECT, 'http://127.0.0.1:1024/callback', 'http://[::1]:50124/callback', 'http://localhost:50125/callback']) {
      const answer = await post('/auth/terminal/finish', await loopback(email, redirectUri));
      expect(answer).toMatchObject({ status: 200, body: { token: expect.stringMatching(/^sy_session_\w{43}$/), person: { email }, organizations: [{ handle, role: 'developer' }] } });
      expect(Date.parse(answer.body.expiresAt)).toBeGreaterThan(Date.now());
      expect((await server.askWithToken(answer.body.token, WHO)).data.viewer).toMatchObject({ person: { email }, organization: { handle } });
    }
    expect((await server.askWithToken((await post('/auth/terminal/finish', await loopback(email))).body.token, WHO)).data.viewer.sessions[0]).toEqual({ kind: 'TERMINAL' });
  });

  it('is answered on its own machine only', async () => {
    for (const redirectUri of ['https://evil.example/callback', 'http://evil.example:80/callback', 'http://127.0.0.1.evil.example:80/callback', 'http://127.0.0.1@evil.example:80/callback', 'http://127.0.0.1:80/callback?x=1', 'http://127.0.0.1:80/elsewhere', 'http://127.0.0.1/callback', '']) {
      expect(codeOf(await post('/auth/terminal/begin', { redirectUri }))).toEqual([400, 'SIGN_IN.REDIRECT_REFUSED']);
    }
  });

  it('is finished once, by who began it, with the answer to that', async () => {
    const [one, two] = [await loopback(somebody()), await loopback(somebody())];
    expect(codeOf(await post('/auth/terminal/finish', { attempt: one.attempt, callback: two.callback }))).toEqual([403, 'SIGN_IN.ANSWER_REFUSED']);
    expect(codeOf(await post('/auth/terminal/finish', one))).toEqual([400, 'SIGN_IN.ATTEMPT_UNKNOWN']);
    expect((await post('/auth/terminal/finish', two)).status).toBe(200);
    expect(codeOf(await post('/auth/terminal/finish', two))).toEqual([400, 'SIGN_IN.ATTEMPT_UNKNOWN']);
    expect(codeOf(await post('/auth/terminal/finish', { attempt: 'guess', callback: 'no address' }))).toEqual([400, 'SIGN_IN.REQUEST_INVALID']);
  });

  it('goes by a code that is entered elsewhere', async () => {
    const email = somebody();
    const begun = (await post('/auth/device/begin', {})).body;
    expect(begun).toMatchObject({ userCode: expect.any(String), verificationUri: expect.any(String), expiresInSeconds: 600, intervalSeconds: 5 });
    expect(await post('/auth/device/poll', { attempt: begun.attempt })).toEqual({ status: 202, body: { status: 'pending', intervalSeconds: 5 } });
    expect(await confirmDevice(begun.verificationUriComplete, email)).toContain('The terminal is signed in');
    const answer = await post('/auth/device/poll', { attempt: begun.attempt });
    expect(answer).toMatchObject({ status: 200, body: { person: { email }, organizations: [] } });
    expect((await server.askWithToken(answer.body.token, WHO)).data.viewer.person.email).toBe(email);
    expect(codeOf(await post('/auth/device/poll', { attempt: begun.attempt }))).toEqual([400, 'SIGN_IN.ATTEMPT_UNKNOWN']);
  });

  it('ends when the code is declined, and takes a mistyped one for none', async () => {
    const begun = (await post('/auth/device/begin', {})).body;
    const browser = new TestBrowser();
    const entered = await (await browser.open(begun.verificationUri)).response.text();
    expect(entered).toMatch(/<label for="user-code">/);
    const mistyped = await (await browser.submit(formAction(entered), { ...hiddenFields(entered), user_code: 'XXXX-XXXX' })).response.text();
    expect(mistyped).toContain('role="alert"');
    const asked = await (await browser.submit(formAction(mistyped), { ...hiddenFields(mistyped), user_code: begun.userCode })).response.text();
    expect(asked).toContain(begun.userCode);
    const { confirm: _confirm, ...fields } = hiddenFields(asked);
    await browser.submit(formAction(asked), { ...fields, abort: 'yes' });
    expect(codeOf(await post('/auth/device/poll', { attempt: begun.attempt }))).toEqual([403, 'SIGN_IN.ANSWER_REFUSED']);
  });

  it('takes JSON and nothing else', async () => {
    for (const path of ['/auth/terminal/begin', '/auth/terminal/finish', '/auth/device/begin', '/auth/device/poll']) {
      for (const contentType of ['text/plain', 'application/x-www-form-urlencoded']) expect((await post(path, {}, contentType)).status).toBe(415);
    }
    for (const body of [{}, [], { attempt: 1 }]) expect(codeOf(await post('/auth/device/poll', body))).toEqual([400, 'SIGN_IN.REQUEST_INVALID']);
  });
});
