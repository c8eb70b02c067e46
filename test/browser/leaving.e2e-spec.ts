import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { embeddedTestServer, newName, SharedPlatform, writeEchoPackage } from '@steelyard/test-support';
import { describeBrowser, Visitor } from '@steelyard/test-support/browser';

const ACME = newName('acme');
const OWNER = `owner@${ACME}.example`;
const BO = `bo@${ACME}.example`;

describeBrowser('leaving, in the portal', ({ browser }) => {
  let platform: SharedPlatform;
  let owner: Visitor;

  beforeAll(async () => {
    platform = await SharedPlatform.on(embeddedTestServer);
    const key = await platform.openOrganization(ACME, '5.00');
    await platform.publish(key, await writeEchoPackage());
    owner = await enter(OWNER, `/org/${ACME}/privacy`);
  }, 60_000);

  afterAll(() => owner?.close());

  async function enter(email: string, path: string): Promise<Visitor> {
    const visitor = await Visitor.open(browser(), { url: platform.publicUrl });
    await visitor.goto(path);
    await visitor.signIn(email);
    return visitor;
  }

  /** What a button saves. */
  async function save({ page }: Visitor, button: string): Promise<{ name: string; text: string }> {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).click()]);
    return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
  }

  const dialog = () => owner.page.getByRole('dialog');

  async function askToErase(handle: string): Promise<void> {
    await owner.fill('Handle of the organization', handle);
    await owner.press('button', 'Erase the organization', dialog());
  }

  it('an owner takes everything out, in a file that says where it ends', async () => {
    const { name, text } = await save(owner, 'Download everything');
    expect(name).toBe(`${ACME}-export.jsonl`);
    const lines = text.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, any>);
    expect(lines[0]).toMatchObject({ organization: { handle: ACME } });
    expect(lines.filter(({ table }) => table === 'model')).toHaveLength(1);
    expect(lines.at(-1)).toEqual({ end: true, rows: lines.length - 2 });
  }, 60_000);

  it('is held to the handle, and to the money that is left', async () => {
    await owner.press('button', 'Erase the organization');
    await dialog().getByText('Records of money are left').waitFor();
    expect(await owner.findings()).toEqual([]);
    await askToErase(`${ACME}x`);
    await dialog().getByRole('alert').filter({ hasText: `confirmed by "${ACME}", to the letter` }).waitFor();
    await askToErase(ACME);
    await dialog().getByRole('alert').filter({ hasText: /the wallet holds 5(\.00)? USD.*Have it refunded or paid out/ }).waitFor();
    expect(await owner.findings()).toEqual([]);
  }, 60_000);

  it('gives the money up, sees when the organization goes, and cancels', async () => {
    await dialog().getByLabel('Give up the money that is left').check();
    await owner.press('button', 'Erase the organization', dialog());
    await dialog().waitFor({ state: 'hidden' });
    const state = owner.page.getByRole('alert').filter({ hasText: /^The organization is to be erased on/ });
    await state.getByText('The money that is left is given up.').waitFor();
    expect(await owner.page.getByRole('button', { name: 'Erase the organization' }).count()).toBe(0);
    expect(await owner.findings()).toEqual([]);

    const operator = await Visitor.open(browser(), { url: platform.publicUrl });
    await operator.goto('/operator/reports');
    await operator.fill("Operator's key", platform.operatorKey);
    await operator.press('button', 'Use this key');
    await operator.page.getByRole('row', { name: new RegExp(`^${ACME} Can be cancelled`) }).waitFor();
    expect(await operator.findings()).toEqual([]);
    expect(operator.complaints).toEqual([]);
    await operator.close();

    await owner.press('button', 'Do not erase it');
    await owner.page.getByText('The organization stays.').waitFor();
    await owner.page.getByRole('button', { name: 'Erase the organization' }).waitFor();
    expect(await state.count()).toBe(0);
  }, 60_000);

  it('others than owners are offered neither, and see that it goes', async () => {
    await owner.goto(`/org/${ACME}/settings`);
    await owner.press('button', 'Invite somebody');
    await owner.fill('E-mail address', BO);
    await owner.press('button', 'Make the link');
    const link = ((await owner.page.getByRole('region', { name: 'Link', exact: true }).textContent()) ?? '').trim();
    await owner.press('button', 'I have copied it');

    const bo = await enter(BO, new URL(link).pathname);
    await bo.press('button', 'Accept the invitation');
    await bo.page.waitForURL(`**/org/${ACME}`);
    await bo.goto(`/org/${ACME}/privacy`);
    await bo.page.getByRole('heading', { name: 'No policies yet' }).waitFor();
    await bo.page.waitForLoadState('networkidle');
    const buttons = bo.page.getByRole('main').getByRole('button');
    expect(await buttons.count()).toBe(0);

    await owner.goto(`/org/${ACME}/privacy`);
    await owner.press('button', 'Erase the organization');
    await dialog().getByLabel('Give up the money that is left').check();
    await askToErase(ACME);
    await owner.page.getByRole('button', { name: 'Do not erase it' }).waitFor();
    await bo.page.reload();
    await bo.page.getByText(/^The organization is to be erased on/).waitFor();
    expect(await buttons.count()).toBe(0);
    await owner.press('button', 'Do not erase it');
    await owner.page.getByText('The organization stays.').waitFor();
    expect(bo.complaints).toEqual([]);
    await bo.close();
  }, 60_000);

  it('whoever alone owns an organization cannot go', async () => {
    await owner.goto('/account');
    await owner.press('button', 'Erase your account');
    await owner.fill('Your e-mail address', OWNER);
    await owner.press('button', 'Erase your account', dialog());
    await dialog().getByRole('alert').filter({ hasText: new RegExp(`nobody would own ${ACME}.*Make somebody else an owner there`) }).waitFor();
    expect(await owner.findings()).toEqual([]);
    await owner.press('button', 'Cancel', dialog());
  }, 60_000);

  it('a person takes their data out, erases their account, and is nobody then', async () => {
    const bo = await enter(BO, '/account');
    const { name, text } = await save(bo, 'Download your data');
    expect(name).toBe('steelyard-account.json');
    expect(JSON.parse(text)).toMatchObject({ account: { email: BO }, memberships: [{ organization: ACME }] });

    await bo.press('button', 'Erase your account');
    await bo.fill('Your e-mail address', OWNER);
    await bo.press('button', 'Erase your account', bo.page.getByRole('dialog'));
    await bo.page.getByRole('dialog').getByRole('alert').filter({ hasText: `confirmed by your address, ${BO}` }).waitFor();
    await bo.fill('Your e-mail address', BO);
    await bo.press('button', 'Erase your account', bo.page.getByRole('dialog'));
    await bo.page.waitForURL(`${platform.publicUrl}/`);
    await bo.page.getByRole('link', { name: 'Sign in', exact: true }).waitFor();
    expect(await bo.context.cookies(platform.publicUrl)).toEqual([]);
    await bo.goto('/account');
    await bo.page.getByRole('heading', { name: 'Sign in to see this page' }).waitFor();
    expect(bo.complaints).toEqual([]);
    await bo.close();

    await owner.goto(`/org/${ACME}/settings`);
    await owner.page.getByText(OWNER).first().waitFor();
    expect(await owner.page.getByRole('main').getByText(BO).count()).toBe(0);
  }, 60_000);

  it('and the console has nothing to complain of', () => expect(owner.complaints).toEqual([]));
});
