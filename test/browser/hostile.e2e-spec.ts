import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { emptyDatabaseUrl, RunningPlatform } from '@steelyard/test-support';
import { describeBrowser, Visitor } from '@steelyard/test-support/browser';
import { ELSEWHERE, HOSTILE_LINE, LONG_NAME, RAN, writeHostilePackage } from './hostile-package.js';
import { problemsOf, survey, type Seen } from './survey.js';

const HANDLE = LONG_NAME;
const MODEL = `/models/${HANDLE}/${LONG_NAME}`;

describeBrowser('texts of a hostile provider, in the portal', ({ browser }) => {
  let platform: RunningPlatform;
  let visitor: Visitor;
  const seen: Seen[] = [];
  const asked: string[] = [];

  beforeAll(async () => {
    platform = await RunningPlatform.start({ databaseUrl: await emptyDatabaseUrl() });
    const create = 'mutation ($input: CreateOrganizationInput!) { createOrganization(input: $input) { secret } }';
    const { createOrganization } = await platform.graphql(platform.operatorKey, create, { input: { handle: HANDLE, name: HOSTILE_LINE, ownerEmail: 'mallory@evil.example' } });
    await platform.credit(HANDLE, '1');
    await platform.publish(createOrganization.secret, await writeHostilePackage(), '--public');
    visitor = await Visitor.open(browser(), { url: platform.publicUrl });
    visitor.page.on('request', (request) => asked.push(new URL(request.url()).hostname));
    await visitor.goto('/account');
    await visitor.signIn('mallory@evil.example');
  }, 90_000);

  afterAll(async () => {
    await visitor?.close();
    await platform?.stop();
  });

  it.each([
    ['catalog', '/'],
    ['try', MODEL],
    ['card', `${MODEL}?tab=card`],
    ['call', `${MODEL}?tab=call`],
    ['versions', `${MODEL}?tab=versions`],
    ['models', `/org/${HANDLE}/models`],
    ['model', `/org/${HANDLE}/models/${LONG_NAME}`],
    ['publish', `/org/${HANDLE}/publish`],
    ['overview', `/org/${HANDLE}`],
    ['account', '/account'],
  ])('%s', async (name, path) => {
    await visitor.goto(path);
    const main = visitor.page.getByRole('main');
    await main.getByText(/W{20}|w{20}/).filter({ visible: true }).first().waitFor();
    seen.push(...(await survey(visitor, name)));
    expect(await visitor.page.evaluate((flag) => flag in globalThis, RAN)).toBe(false);
    expect(await main.locator('script, iframe, base, form[action], [onerror], [onload], a[href^="javascript:" i], a[href^="data:" i], a[href="/auth/sign-out"]').count()).toBe(0);
  }, 60_000);

  it('nothing is too wide, hard to read, asked of elsewhere or complained of', () => {
    const problems = problemsOf(seen);
    console.info(`${seen.length} looks at hostile texts: ${problems.length} with findings`);
    expect(problems).toEqual([]);
    expect(asked.filter((host) => host.endsWith(ELSEWHERE))).toEqual([]);
    expect(visitor.complaints).toEqual([]);
  });
});
