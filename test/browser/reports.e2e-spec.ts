import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { embeddedTestServer, newName, SharedPlatform, writeEchoPackage } from '@steelyard/test-support';
import { describeBrowser, Visitor } from '@steelyard/test-support/browser';

const ACME = newName('acme');
const ECHO = `${ACME}/echo`;
const COPY = `${ACME}/copy`;

describeBrowser('reports and takedowns, in the portal', ({ browser }) => {
  let platform: SharedPlatform;
  let key: string;
  let operator: Visitor;
  let ann: Visitor;

  beforeAll(async () => {
    platform = await SharedPlatform.on(embeddedTestServer);
    key = await platform.openOrganization(ACME, '5.00');
    await platform.publish(key, await writeEchoPackage(), '--public');
    await platform.publish(key, await writeEchoPackage({ name: 'copy' }), '--public');
    const url = platform.publicUrl;
    [operator, ann] = [await Visitor.open(browser(), { url }), await Visitor.open(browser(), { url })];
    await ann.goto(`/models/${ECHO}`);
    await ann.signIn(`ann@${newName('elsewhere')}.example`);
    await operator.goto('/operator/reports');
    await operator.fill("Operator's key", platform.operatorKey);
    await operator.press('button', 'Use this key');
  }, 90_000);

  afterAll(async () => {
    await operator?.close();
    await ann?.close();
  });

  async function report(model: string, kind: string, what: string): Promise<void> {
    await ann.goto(`/models/${model}`);
    await ann.press('button', 'Report');
    await ann.page.getByLabel('What it is about').selectOption(kind);
    await ann.fill('What is wrong', what);
    await ann.press('button', 'Send the report');
    await ann.page.getByText('Your report was sent.').waitFor();
  }

  const item = (text: string) => operator.page.getByRole('main').getByRole('listitem').filter({ hasText: text });
  const takedowns = () => operator.page.getByRole('region', { name: 'Takedowns in force' });
  const dialog = () => operator.page.getByRole('dialog');

  async function rule(verb: string, model: string, reason: string): Promise<void> {
    await operator.press('button', `${verb}: ${model}`);
    expect(await dialog().getByRole('button', { name: verb }).isDisabled()).toBe(true);
    await operator.fill('Reason', reason);
    expect(await operator.findings()).toEqual([]);
    await operator.press('button', verb, dialog());
    await dialog().waitFor({ state: 'hidden' });
  }

  const code = async (model: string) => {
    const { body } = await platform.predict(key, model, { text: 'hello' });
    return (body as { error?: { code: string } }).error?.code;
  };

  it('a person’s report reaches the operator, who dismisses it with a reason', async () => {
    await report(ECHO, 'DECEPTIVE', 'It says what I said.\n<b>Nothing</b> else.');
    await operator.page.reload();
    const text = item('It says what I said.');
    await text.getByText('It is not what it says it is').waitFor();
    await text.getByText('<b>Nothing</b> else.').waitFor();
    expect(await operator.findings()).toEqual([]);
    await rule('Dismiss', ECHO, 'that is what an echo does');
    await text.waitFor({ state: 'detached' });
    await operator.page.getByLabel('State').selectOption('DISMISSED');
    await text.getByText('that is what an echo does').waitFor();
    expect(await text.getByRole('button').count()).toBe(0);
    expect(await operator.findings()).toEqual([]);
    await operator.page.getByLabel('State').selectOption('OPEN');
    expect(await code(ECHO)).toBeUndefined();
  }, 60_000);

  it('takes another down: its calls are refused, and its reports closed', async () => {
    await report(COPY, 'RIGHTS', 'This copy is mine.');
    await operator.page.reload();
    await rule('Take the model down', COPY, 'it was copied');
    await item('This copy is mine.').waitFor({ state: 'detached' });
    await takedowns().getByRole('listitem').filter({ hasText: COPY }).getByText('it was copied').waitFor();
    expect(await takedowns().getByRole('button', { name: `Keep it down: ${COPY}` }).count()).toBe(0);
    expect(await code(COPY)).toBe('CATALOG.MODEL_TAKEN_DOWN');
    await operator.page.getByLabel('State').selectOption('TAKEN_DOWN');
    await item('This copy is mine.').getByText('it was copied').waitFor();
  }, 60_000);

  it('reads what the provider says, keeps it down, thinks better of it and restores it', async () => {
    await platform.graphql(key, 'mutation ($input: AppealTakedownInput!) { appealTakedown(input: $input) { id } }', { input: { model: 'copy', note: 'It is a copy of my own.' } });
    await operator.page.reload();
    const down = takedowns().getByRole('listitem').filter({ hasText: COPY });
    await down.getByText('It is a copy of my own.').waitFor();
    await rule('Keep it down', COPY, 'nobody has shown it');
    await down.getByText('nobody has shown it').waitFor();
    expect(await code(COPY)).toBe('CATALOG.MODEL_TAKEN_DOWN');
    await rule('Restore', COPY, 'now it is shown');
    await down.waitFor({ state: 'detached' });
    expect(await code(COPY)).toBeUndefined();
  }, 60_000);

  it('and the console has nothing to complain of', () => expect([...operator.complaints, ...ann.complaints]).toEqual([]));
});
