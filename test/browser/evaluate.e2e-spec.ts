import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedTestServer, newName, SharedPlatform, writeEchoPackage } from '@steelyard/test-support';
import { graph, model, node, tensor, valueInfo } from '@steelyard/test-support/onnx-writer';
import { describeBrowser, Visitor } from '@steelyard/test-support/browser';

const MAKER = newName('maker');
const BUYER = newName('buyer');

describeBrowser('what a customer measures, and offers, in the portal', ({ browser }) => {
  let platform: SharedPlatform;
  let buyer: Visitor;
  let key: string;
  let provider: string;
  let folder: string;

  beforeAll(async () => {
    platform = await SharedPlatform.on(embeddedTestServer);
    [provider] = await Promise.all([platform.openOrganization(MAKER, '1'), platform.openOrganization(BUYER, '1').then((made) => (key = made))]);
    await platform.publish(provider, await writeEchoPackage({ name: 'one' }), '--public');
    await platform.publish(provider, await writeEchoPackage({ name: 'two' }), '--public');
    folder = await mkdtemp(join(tmpdir(), 'steelyard-evaluate-'));
    buyer = await Visitor.open(browser(), { url: platform.publicUrl });
    await buyer.goto('/evaluate');
    await buyer.signIn(`owner@${BUYER}.example`);
  }, 90_000);

  afterAll(async () => {
    await buyer?.close();
  });

  const choose = async (files: Readonly<Record<string, string>>) => {
    const paths = await Promise.all(
      Object.entries(files).map(async ([name, text]) => {
        await writeFile(join(folder, name), text);
        return join(folder, name);
      }),
    );
    await buyer.page.locator('input[type=file]').setInputFiles(paths);
  };

  it('sees the price before, follows the calls, and takes the comparison along', async () => {
    const { page } = buyer;
    await page.getByLabel('Task').selectOption('custom');
    const models = page.getByRole('combobox', { name: 'Models to compare' });
    for (const name of ['one', 'two']) {
      await models.fill(`${MAKER}/${name}`);
      await page.getByRole('option', { name: `${MAKER}/${name}` }).click();
    }
    await page.getByText(`${MAKER}/two@1.0.0`).waitFor();

    await choose({ 'bad.jsonl': '{"input": {"text": {"$file": "none.txt"}}, "expected": {"text": "a"}}\nhello' });
    await page.getByRole('alert').getByText('Line 1 names none.txt, which was not dropped with it').waitFor();
    await page.getByRole('alert').getByText('Line 2 is no JSON').waitFor();
    expect(await page.getByRole('button', { name: 'Start' }).isDisabled()).toBe(true);

    const lines = [
      { input: { text: 'a' }, expected: { text: 'a' } },
      { input: { text: 'b' }, expected: { text: 'something else' } },
      { input: { text: { $file: 'c.txt' } }, expected: { text: Buffer.from('content').toString('base64') } },
      { input: { text: 1 }, expected: { text: '1' } },
    ];
    await choose({ 'mine.jsonl': lines.map((line) => JSON.stringify(line)).join('\n'), 'c.txt': 'content' });
    const before = BigInt((await platform.settledBalance(key)).availableNano);
    await page.getByText(/^8 calls cost up to .*0\.\d+\. .* pays for those that are answered\.$/).waitFor();
    await buyer.press('button', 'Start');
    const row = (name: string) => page.getByRole('row', { name: new RegExp(`^${name}`) });
    await row('Exact match').getByText('66.67%').first().waitFor();
    expect(await row('Lines measured').textContent()).toContain('3 of 4');
    expect(await row('Failed calls').textContent()).toContain('1 × INFERENCE.INPUT_INVALID');
    expect(await buyer.findings()).toEqual([]);

    const [download] = await Promise.all([page.waitForEvent('download'), buyer.press('button', 'Save as JSON')]);
    const report = JSON.parse(await readFile(await download.path(), 'utf8'));
    expect(report).toMatchObject({ task: 'custom', data: 'mine.jsonl', lines: 4, models: [{ ref: `${MAKER}/one`, versions: [`${MAKER}/one@1.0.0`], scored: 3 }, { ref: `${MAKER}/two`, scored: 3 }] });
    const [table] = await Promise.all([page.waitForEvent('download'), buyer.press('button', 'Save as CSV')]);
    expect((await readFile(await table.path(), 'utf8')).split('\r\n')[1]).toContain(`${MAKER}/one,${MAKER}/one@1.0.0,0.6666`);
    const spent = before - BigInt((await platform.settledBalance(key)).availableNano);
    expect(spent).toBe(BigInt(report.models[0].costNano) + BigInt(report.models[1].costNano));
    expect(buyer.complaints).toEqual([]);
  }, 60_000);

  it('publishes a bare ONNX file in three presses, and another organization pays for a call', async () => {
    const { page } = buyer;
    const factor = Math.random();
    const file = join(folder, 'My Model.onnx');
    const initializers = [tensor({ name: 'factor', element: 'float32', dims: [], data: new Float32Array([factor]) })];
    const values = { inputs: [valueInfo('x', 'float32', ['N', 2])], outputs: [valueInfo('y', 'float32', ['N', 2])] };
    await writeFile(file, model(graph({ nodes: [node({ op: 'Mul', inputs: ['x', 'factor'], outputs: ['y'] })], initializers, ...values })));
    await buyer.goto(`/org/${BUYER}/publish`);
    await page.getByText('or an ONNX file').waitFor();
    const loose = page.locator('input[type=file]:not([webkitdirectory])');
    await writeFile(join(folder, 'text.onnx'), 'hello, world');
    await loose.setInputFiles(join(folder, 'text.onnx'));
    await page.getByRole('alert').getByText('it is not an ONNX model').waitFor();

    buyer.presses = 0;
    // Choosing the file is the first.
    await loose.setInputFiles(file);
    const manifest = page.getByRole('textbox', { name: 'model.yaml' });
    expect(await manifest.inputValue()).toMatch(/name: my-model[^]*amount: "0\.001"/);
    // What a public model has to state is typed.
    await manifest.fill((await manifest.inputValue()).replace('LicenseRef-not-stated', 'MIT').replace(/^# intendedUse: .*/m, 'intendedUse: For tests.'));
    await buyer.press('switch', /Public|everybody/i);
    await buyer.press('button', 'Publish my-model@1.0.0');
    await page.getByRole('link', { name: 'Open the model page' }).waitFor();
    expect(buyer.presses + 1).toBe(3);

    const before = BigInt((await platform.settledBalance(provider)).availableNano);
    const answer = await platform.predict(provider, `${BUYER}/my-model`, { x: { dtype: 'float32', shape: [2], data: [1, 10] } });
    expect(answer).toMatchObject({ status: 200, body: { y: { shape: [2] } } });
    expect(answer.body.y.data[1]).toBeCloseTo(factor * 10, 4);
    expect(before - BigInt((await platform.settledBalance(provider)).availableNano)).toBe(1_000_000n);
    expect(buyer.complaints).toEqual([]);
  }, 60_000);
});
