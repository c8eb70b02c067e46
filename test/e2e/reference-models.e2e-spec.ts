import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { arch, cpus } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from '@steelyard/client';
import { describePlatform, LONG, newName, type SharedPlatform } from '@steelyard/test-support';
import { describeBrowser, Visitor } from '@steelyard/test-support/browser';
import { readPackageFolder } from '@steelyard/model-package';
import { type Charge, modelsFolder, type ReferenceModel, referenceModels, storyCharge, TELL } from './reference-models.js';
import { copyPackage } from '../browser/copy-package.js';
import { compareInBrowser, tryInBrowser, VIEWS } from '../browser/reference-views.js';
import { problemsOf, type Seen } from '../browser/survey.js';
import { askAtEveryDoor } from '../clients/every-door.js';
import { publishFolder } from '../clients/publish-folder.js';

/** Those that hand out their answers in parts. */
const WRITERS = ['tiny-stories', 'tiny-stories-onnx'];

/** Every runtime, and every kind of input and of view, is among them. `--long` takes all; what they answer, without the platform, is always looked at by the runner's suite. */
const SHORT = ['digits', 'electricity-forecast', 'faces', 'movie-sentiment', 'review-sentiment', 'sentence-embeddings', 'spoken-digits', 'voice-activity', ...WRITERS];
const SHORT_VIEWS = ['electricity-forecast', 'faces', 'sentence-embeddings', 'tiny-stories', 'voice-activity'];
const models = referenceModels.filter(({ name }) => LONG || SHORT.includes(name));
const views = Object.keys(VIEWS).filter((name) => LONG || SHORT_VIEWS.includes(name));

describePlatform('the reference models', (context) => {
  const owner = newName('reference');
  const reader = newName('reader');
  const rows: string[][] = [];
  const notes: string[] = [];
  let platform: SharedPlatform;
  let provider: string;
  let consumer: string;
  let client: Client;

  beforeAll(async () => {
    platform = context.platform();
    provider = await platform.openOrganization(owner);
    consumer = await platform.openOrganization(reader, '10.00');
    client = createClient({ baseUrl: platform.url, apiKey: consumer });
  });

  afterAll(() => {
    process.stdout.write(tableOf(rows, notes));
  });

  /** What `work` cost the reader. */
  async function costOf(work: () => Promise<unknown>): Promise<bigint> {
    const before = BigInt((await platform.settledBalance(consumer)).availableNano);
    await work();
    return before - BigInt((await platform.settledBalance(consumer)).availableNano);
  }

  /** Gives how many calls it made, each of which costs the same. */
  async function tryModel({ name, runtime, shows, input: read, check, charge }: ReferenceModel): Promise<{ readonly calls: number; readonly costNano: bigint }> {
    const [ref, input] = [`${owner}/${name}`, await read()];
    // Other suites of the run may have this very content loaded; a line more makes it another version, which starts cold.
    const dir = await copyPackage(join(modelsFolder, name), (manifest) => manifest.replace(/^description: (.*)$/m, `description: $1 (${owner})`));
    const begunMs = performance.now();
    await publishFolder(platform, provider, dir);
    const { task } = (await readPackageFolder(dir)).manifest;
    const publishS = (performance.now() - begunMs) / 1_000;
    const cold = await client.runWithDetails(ref, input);
    await check(cold.output);
    expect(cold.prediction.model).toBe(`${ref}@1.0.0`);
    expect(cold.prediction.timings.coldStartMs).toBeGreaterThan(10);
    const { output, prediction } = await client.runWithDetails(ref, input);
    await check(output);
    expect(prediction.timings.coldStartMs ?? 0).toBe(0);
    const expected = charge(output);
    for (const { units, costNano, free } of [cold.prediction, prediction]) expect({ units, costNano, free }).toEqual({ free: undefined, ...expected });
    const doors = await askAtEveryDoor({ url: platform.url, key: consumer, ref, task, input, check });
    const warmMs = prediction.timings.roundTripMs;
    rows.push([task, name, shows[0], shows[1](cold.output), runtime, doors.join(', '), publishS.toFixed(1), cold.prediction.timings.roundTripMs.toFixed(0), warmMs.toFixed(warmMs < 20 ? 1 : 0)]);
    return { calls: 2 + doors.length, costNano: expected.costNano };
  }

  it('are these', async () => {
    expect((await readdir(modelsFolder)).sort()).toEqual(referenceModels.map(({ name }) => name));
  });

  it.each(models.map((model) => [model.name, model] as const))('%s is published, answers as it should at each of its doors, and costs its units at its price', async (_name, model) => {
    let expectedNano: bigint | undefined;
    const cost = await costOf(async () => {
      const { calls, costNano } = await tryModel(model);
      expectedNano = costNano * BigInt(calls);
    });
    expect(cost).toBe(expectedNano);
  }, 60_000);

  it.each([
    ['voice-activity', 'INFERENCE.INPUT_INVALID', { audio: Buffer.from('OggS, and so on').toString('base64') }, 'it is an Ogg file; send WAV'],
    ['spoken-digits', 'INFERENCE.INPUT_INVALID', { audio: Buffer.from('RIFF\0\0\0\0WAVEdata').toString('base64') }, 'no "fmt " chunk'],
    ['electricity-forecast', 'INPUT.INVALID', { values: [1, 2, 3] }, 'it has 3 numbers, and the model needs at least 384'],
    ['electricity-forecast', 'INPUT.INVALID', { values: Array(400).fill(1e35) }, 'expected a number from'],
  ])('%s says what is wrong with an input (%s), and that costs nothing', async (name, code, input, message) => {
    const cost = await costOf(async () => {
      const { status, body } = await platform.predict(consumer, `${owner}/${name}`, input);
      expect([status, body]).toMatchObject([400, { error: { code, message: expect.stringContaining(message), charged: false } }]);
    });
    expect(cost).toBe(0n);
  });

  it.each(WRITERS)('%s streams to a program', async (name) => {
    const texts: string[] = [];
    let firstMs = NaN;
    let expected: Charge | undefined;
    const begunMs = performance.now();
    const cost = await costOf(async () => {
      const stream = client.stream(`${owner}/${name}`, TELL);
      for await (const { text } of stream) {
        if (texts.push(text as string) === 1) firstMs = performance.now() - begunMs;
      }
      const totalMs = performance.now() - begunMs;
      const { output, prediction } = await stream.result;
      expected = storyCharge(output);
      expect(prediction).toMatchObject(expected);
      expect(texts.join('')).toBe(output['text']);
      expect(texts.length).toBeGreaterThan(10);
      notes.push(`${name} streamed: first part after ${firstMs.toFixed(1)} ms, ${texts.length} parts, ${(output['usage'] as { outputTokens: number }).outputTokens} tokens in ${totalMs.toFixed(0)} ms`);
    });
    expect(cost).toBe(expected!.costNano);
  });

  it.each(WRITERS)('%s streams as server-sent events', async (name) => {
    let expected: Charge | undefined;
    const cost = await costOf(async () => {
      const response = await fetch(`${platform.url}/v1/predict/${owner}/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${consumer}` },
        body: JSON.stringify(TELL),
      });
      const events = [...(await response.text()).matchAll(/^event: (\w+)\ndata: (.*)$/gm)].map(([, event, data]) => ({ event, data: JSON.parse(data!) }));
      const texts = events.filter(({ event }) => event === 'part').map(({ data }) => data.text as string);
      expect(texts.length).toBeGreaterThan(10);
      const { event, data } = events.at(-1)!;
      expect([event, data.output]).toMatchObject(['done', { text: texts.join(''), finishReason: 'stop' }]);
      expected = storyCharge(data.output);
      const units = expected.units.map(({ unit, quantity }) => ({ unit, quantity: String(quantity) }));
      expect(data.prediction).toMatchObject({ units, costNano: String(expected.costNano) });
    });
    expect(cost).toBe(expected!.costNano);
  });

  describeBrowser('in the browser', ({ browser }) => {
    const seen: Seen[] = [];
    let visitor: Visitor;

    beforeAll(async () => {
      visitor = await Visitor.open(browser(), { url: platform.publicUrl });
      await visitor.goto('/account');
      await visitor.signIn(`owner@${reader}.example`);
    });
    afterAll(() => visitor?.close());

    it('all have a view', () => expect(Object.keys(VIEWS)).toEqual(referenceModels.map(({ name }) => name)));

    it.each(views)('%s is tried on a sample', async (name) => {
      seen.push(...(await tryInBrowser(visitor, owner, name, process.env['STEELYARD_PICTURES'])));
    });

    it('two of one task are compared', async () => {
      seen.push(...(await compareInBrowser(visitor, owner, ['review-sentiment', 'movie-sentiment'])));
    });

    it('nothing is serious or critical, nothing too wide, and nothing complains', () => {
      expect(problemsOf(seen)).toEqual([]);
      expect(visitor.complaints).toEqual([]);
    });
  });
});

/** In Markdown, as docs/models.md has it. */
function tableOf(rows: readonly string[][], notes: readonly string[]): string {
  const head = ['task', 'model', 'input', 'output', 'runtime', 'doors', 'publish s', 'first call ms', 'warm call ms'];
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const machine = `${new Date().toISOString().slice(0, 10)}, ${cpus().length} x ${cpus()[0]?.model ?? arch()}, Node ${process.versions.node}`;
  return `\n${[machine, ...lines, ...notes].join('\n')}\n\n`;
}
