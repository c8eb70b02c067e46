import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { emptyDatabaseUrl, repositoryRoot, RunningPlatform } from '@steelyard/test-support';
import { describeBrowser, Visitor } from '@steelyard/test-support/browser';
import { commonScreens, invitationScreen, openScreens, operatorScreens, ownScreens, type Screen } from './screens.js';
import { problemsOf, survey, type Seen } from './survey.js';

const DIGITS = join(repositoryRoot, 'plugins/models/digits');
const MODEL = 'acme/digits';

describeBrowser('every screen, in light and dark, wide and narrow', ({ browser }) => {
  let platform: RunningPlatform;
  let owner: Visitor;
  let stranger: Visitor;
  let key: string;
  let invitation: string;
  const seen: Seen[] = [];

  beforeAll(async () => {
    // Every screen is seen here, so here it shows that the portal asks nothing but what the server knows.
    platform = await RunningPlatform.start({ databaseUrl: await emptyDatabaseUrl(), env: { STEELYARD_GRAPHQL_OPERATIONS: 'persisted' } });
    key = await platform.openOrganization('acme', '5');
    await platform.publish(key, DIGITS, '--public');
    const url = platform.publicUrl;
    [owner, stranger] = [await Visitor.open(browser(), { url }), await Visitor.open(browser(), { url })];
    await owner.goto('/org/acme/settings');
    await owner.signIn('owner@acme.example');
  }, 90_000);

  afterAll(async () => {
    await owner?.close();
    await stranger?.close();
    await platform?.stop();
  });

  const look = async (visitor: Visitor, screens: readonly Screen[]) => {
    for (const [index, { name, path, shows }] of screens.entries()) {
      // Loaded as a link from elsewhere would, the server gives each; to load them all in the browser takes half of the time.
      expect((await fetch(platform.publicUrl + path)).headers.get('content-type')).toContain('text/html');
      await (index === 0 ? visitor.goto(path) : visitor.moveTo(path));
      await shows(visitor.page).waitFor();
      seen.push(...(await survey(visitor, name)));
    }
  };

  it('the dialogs, and a call that was answered', async () => {
    await owner.press('button', 'Invite somebody');
    await owner.fill('E-mail address', 'bo@acme.example');
    await owner.press('button', 'Make the link');
    const link = owner.page.getByRole('region', { name: 'Link', exact: true });
    invitation = new URL(((await link.textContent()) ?? '').trim()).pathname;
    seen.push(...(await survey(owner, 'invitation’s link')));

    await owner.goto('/org/acme/keys');
    await owner.press('button', 'Make a key');
    await owner.fill('Name', 'program');
    await owner.fill('Requests per minute', '60');
    await owner.fill('Only these models', 'acme/digits');
    seen.push(...(await survey(owner, 'making a key')));
    await owner.page.getByRole('dialog').getByRole('button', { name: 'Make a key' }).click();
    await owner.page.getByRole('region', { name: 'Secret' }).waitFor();
    seen.push(...(await survey(owner, 'a key’s secret')));
    await owner.goto('/org/acme/keys');
    await owner.page.getByText('only acme/digits').waitFor();
    await owner.page.getByText('60 requests per minute').waitFor();

    await owner.goto('/org/acme/budgets');
    await owner.press('button', 'Create a budget');
    await owner.fill('Name', 'all calls');
    await owner.fill('Limit in USD', '25');
    seen.push(...(await survey(owner, 'creating a budget')));
    await owner.page.keyboard.press('Enter');
    await owner.page.getByRole('heading', { name: 'all calls' }).waitFor();

    await owner.goto('/org/acme/models/digits');
    await owner.press('button', 'Change the price');
    await owner.page.getByText('By what was used before').waitFor();
    seen.push(...(await survey(owner, 'changing a price')));

    await owner.goto('/models/acme/digits');
    await owner.press('button', /^Use sample/);
    await owner.page.getByTestId('estimate').waitFor();
    await owner.press('button', 'Run');
    await owner.page.getByTestId('top-label').waitFor();
    seen.push(...(await survey(owner, 'an answer')));
  }, 90_000);

  it('a package before it is published', async () => {
    await owner.goto('/org/acme/publish');
    await owner.page.getByLabel('Choose a folder').and(owner.page.locator('input')).setInputFiles(DIGITS);
    await owner.page.getByText('No problems').waitFor();
    seen.push(...(await survey(owner, 'package')));
  }, 60_000);

  it('the pages of an organization', async () => {
    const { publications } = await platform.graphql(key, '{ publications(first: 1) { nodes { id } } }');
    await look(owner, ownScreens({ organization: 'acme', model: 'digits', publication: publications.nodes[0].id }));
  }, 120_000);

  it('the pages of everybody, to a member', () => look(owner, [...openScreens(MODEL), ...commonScreens(MODEL), invitationScreen(invitation)]), 90_000);

  it('those that are others to nobody', () => look(stranger, [...openScreens(MODEL), invitationScreen(invitation)]), 90_000);

  it('those of the operator', async () => {
    await stranger.goto('/operator/stuck');
    await stranger.page.getByLabel("Operator's key").waitFor();
    seen.push(...(await survey(stranger, 'the operator’s key')));
    await stranger.fill("Operator's key", platform.operatorKey);
    await stranger.press('button', 'Use this key');
    await look(stranger, operatorScreens);
  }, 60_000);

  it('have nothing serious or critical, nothing too wide, and no complaint in the console', () => {
    const problems = problemsOf(seen);
    console.info(`${new Set(seen.map(({ screen }) => screen)).size} screens, ${seen.length} looks: ${problems.length} with findings`);
    expect(problems).toEqual([]);
    expect([...owner.complaints, ...stranger.complaints]).toEqual([]);
  });
});
