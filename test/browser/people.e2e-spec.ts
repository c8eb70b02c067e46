import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { embeddedTestServer, newName, SharedPlatform, writeEchoPackage } from '@steelyard/test-support';
import { describeBrowser, Visitor } from '@steelyard/test-support/browser';

const ACME = newName('acme');
const OWNER = `owner@${ACME}.example`;
const EVE = `eve@${newName('elsewhere')}.example`;
const BO = `bo@${ACME}.example`;

describeBrowser('the people of an organization, in the portal', ({ browser }) => {
  let platform: SharedPlatform;
  let owner: Visitor;
  let bo: Visitor;
  let link: string;

  beforeAll(async () => {
    platform = await SharedPlatform.on(embeddedTestServer);
    await platform.publish(await platform.openOrganization(ACME), await writeEchoPackage(), '--public');
    const url = platform.publicUrl;
    [owner, bo] = [await Visitor.open(browser(), { url }), await Visitor.open(browser(), { url })];
    await owner.goto(`/org/${ACME}/settings`);
    await owner.signIn(OWNER);
  }, 60_000);

  afterAll(async () => {
    await owner?.close();
    await bo?.close();
  });

  it('the last owner is told why they cannot leave', async () => {
    await owner.page.getByText('You are its last owner and cannot leave. Make another member an owner first.').waitFor();
    expect(await owner.page.getByRole('button', { name: 'Leave' }).count()).toBe(0);
  });

  it('an owner makes a link, which refuses others and stays good', async () => {
    await owner.press('button', 'Invite somebody');
    await owner.fill('E-mail address', BO);
    await owner.press('button', 'Make the link');
    link = ((await owner.page.getByRole('region', { name: 'Link', exact: true }).textContent()) ?? '').trim();
    await owner.press('button', 'I have copied it');
    expect(link).toMatch(/^http:\/\/localhost:\d+\/invitations\/[\w-]{43}$/);

    const eve = await Visitor.open(browser(), { url: platform.publicUrl });
    await eve.page.goto(link);
    await eve.page.getByText(`Sign in as ${BO} to accept it. You come back to this page.`).waitFor();
    await eve.signIn(EVE);
    await eve.page.getByRole('alert').filter({ hasText: `This invitation is for ${BO}, and you are signed in as ${EVE}.` }).waitFor();
    expect(await eve.page.getByRole('button', { name: 'Accept the invitation' }).count()).toBe(0);
    expect(eve.complaints).toEqual([]);
    await eve.close();
  }, 60_000);

  it('whom it is for joins by it, and it is used then', async () => {
    await bo.page.goto(link);
    await bo.signIn(BO);
    await bo.press('button', 'Accept the invitation');
    await bo.page.waitForURL(`**/org/${ACME}`);
    await bo.page.goto(link);
    await bo.page.getByRole('heading', { name: 'This invitation has been used' }).waitFor();
    await bo.press('link', 'To the organization');
    await bo.page.getByRole('heading', { name: ACME, level: 1 }).waitFor();
  }, 60_000);

  it('a role is changed, and whoever has it is offered no more than it allows', async () => {
    const navigation = bo.page.getByRole('navigation', { name: 'Main navigation' });
    await navigation.getByRole('link', { name: 'Publish' }).waitFor();

    await owner.page.reload();
    await owner.page.getByLabel(/^Role of bo/i).first().click();
    await owner.press('option', 'Viewer');
    await owner.press('button', 'Change role', owner.page.getByRole('dialog'));
    await owner.page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await owner.page.getByLabel(/^Role of bo/i).first().inputValue()).toBe('Viewer');

    await bo.goto(`/org/${ACME}/settings`);
    await bo.page.getByText('Owners and admins change it.').waitFor();
    expect(await navigation.getByRole('link').allInnerTexts()).toEqual(['Catalog', 'Tasks', 'Compare', 'Overview', 'Members', 'Privacy', 'Your models']);
    const main = bo.page.getByRole('main');
    expect(await main.getByRole('button').allInnerTexts()).toEqual(['Leave']);
    expect(await main.getByRole('textbox').count()).toBe(0);
    await bo.goto(`/org/${ACME}/models`);
    await main.getByRole('link', { name: 'echo' }).waitFor();
    expect(await main.getByRole('link', { name: /Publish/ }).count()).toBe(0);
    await bo.goto(`/org/${ACME}/models/echo`);
    await main.getByRole('heading', { name: 'Channels' }).waitFor();
    expect(await main.getByRole('button').count()).toBe(0);
    await bo.goto(`/models/${ACME}/echo`);
    await main.getByText(`Your role in ${ACME} does not allow calls. An owner or admin can change it.`).waitFor();
  }, 60_000);

  it('signing out everywhere ends the other browser too', async () => {
    const other = await Visitor.open(browser(), { url: platform.publicUrl });
    await other.goto('/account');
    await other.signIn(BO);
    await other.page.getByText('this one').waitFor();
    await other.press('button', 'Sign out everywhere');
    await other.press('button', 'Sign out everywhere', other.page.getByRole('dialog'));
    await other.page.getByRole('link', { name: 'Sign in', exact: true }).waitFor();
    await bo.goto('/account');
    await bo.page.getByRole('heading', { name: 'Sign in to see this page' }).waitFor();
    await other.close();
  }, 60_000);

  it('a sign-in that is not one, or would lead elsewhere, ends on a plain page of here', async () => {
    await bo.goto('/auth/callback?code=x&state=y');
    await bo.page.getByRole('heading', { name: 'You are not signed in' }).waitFor();
    await bo.goto('/auth/sign-in?return=//evil.example');
    await bo.page.getByText('After sign-in one can return to a page of this site only.').waitFor();
    expect(new URL(bo.page.url()).origin).toBe(platform.publicUrl);
  });

  it('and the console has nothing to complain of', () => {
    expect([...owner.complaints, ...bo.complaints]).toEqual([]);
  });
});
