import { expect } from '@jest/globals';
import { join } from 'node:path';
import { repositoryRoot, type RunningPlatform } from '@steelyard/test-support';
import type { Visitor } from '@steelyard/test-support/browser';
import { survey, type Seen } from './survey.js';
import { TASK_PACKAGES, writeTaskPackage } from './task-packages.js';

const REAL = ['objects', 'person-mask', 'tiny-stories-onnx'];
/** A recording is at least this long: the first sound of a device that has just been opened. */
const RECORDED_MS = 700;

/** Publishes a model for each view that a task has: of our own where there is one, else one that answers with its sample. */
export async function publishForViews(platform: RunningPlatform, key: string): Promise<void> {
  const publish = async (dirs: readonly string[]) => {
    for (const dir of dirs) await platform.publish(key, dir, '--public');
  };
  await Promise.all([publish(REAL.map((name) => join(repositoryRoot, 'plugins/models', name))), publish(await Promise.all(TASK_PACKAGES.map(writeTaskPackage)))]);
}

/** Opens a model or a comparison, and runs it on its first sample. */
async function run({ page, ...visitor }: { page: Visitor['page']; goto: (path: string) => Promise<void> }, path: string, answers = 1): Promise<void> {
  await visitor.goto(path);
  await page.getByRole('group', { name: 'Samples' }).getByRole('button').first().click();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByText('Time in the server').nth(answers - 1).waitFor();
}

/** What each task is given and gives, as somebody sees it who tries the models. */
export async function lookAtViews(visitor: Visitor): Promise<Seen[]> {
  const { page } = visitor;
  const seen: Seen[] = [];
  const look = async (name: string) => seen.push(...(await survey(visitor, name)));
  const trying = { page, goto: (path: string) => visitor.goto(path) };

  await run(trying, '/models/acme/objects');
  await page.getByTestId('box').first().waitFor();
  await page.keyboard.press('Tab');
  await page.getByRole('list', { name: /^Objects/ }).getByRole('button').first().focus();
  await expect(page.getByTestId('box').first().getAttribute('data-marked')).resolves.toBe('true');
  await look('objects in an image');

  await run(trying, '/models/acme/person-mask');
  await page.getByTestId('mask').waitFor();
  await look('a mask over its image');

  await run(trying, '/models/acme/tiny-stories-onnx');
  const said = page.getByRole('list', { name: 'Conversation so far' }).getByRole('listitem');
  await said.nth(1).waitFor();
  expect(await said.nth(1).textContent()).toMatch(/\bMina\b/);
  await look('a conversation');

  await run(trying, '/models/acme/names');
  expect(await page.locator('mark').allTextContents()).toEqual(['Ada Lovelaceperson', 'Charles Babbageperson', 'Ockham Parkplace']);
  await look('entities in a text');

  await run(trying, '/models/acme/vectors');
  await page.getByTestId('vector').waitFor();
  await look('a vector');

  await run(trying, '/models/acme/series');
  await page.getByRole('img', { name: /^What was measured/ }).locator('path').first().waitFor();
  await look('a forecast');

  await run(trying, '/models/acme/speech');
  await page.getByTestId('segment').waitFor();
  await page.getByRole('button', { name: 'Play from 0:01.0' }).click();
  await look('speech in a recording');
  await record(visitor);
  return seen;
}

/** What a microphone hears becomes the WAV that is sent. */
async function record({ page }: Visitor): Promise<void> {
  await page.getByRole('button', { name: 'Record', exact: true }).click();
  await page.getByRole('status').filter({ hasText: 'Recording' }).waitFor();
  await page.waitForTimeout(RECORDED_MS);
  await page.getByRole('button', { name: 'Stop recording' }).click();
  const drawn = page.getByRole('img', { name: /^The waveform of the recording that will be sent, 0:0[^2]/ });
  await drawn.waitFor();
  await page.getByRole('tab', { name: 'Call it' }).click();
  const wav = await page.getByRole('link', { name: 'Save recording.wav' }).getAttribute('href');
  const bytes = Buffer.from(wav!.split(',')[1]!, 'base64');
  expect([bytes.toString('latin1', 0, 4), bytes.readUInt16LE(22), bytes.readUInt32LE(24), bytes.readUInt16LE(34)]).toEqual(['RIFF', 1, 16_000, 16]);
}

/** One input for two models, and the answers beside each other. */
export async function lookAtComparison(visitor: Visitor): Promise<Seen[]> {
  const { page } = visitor;
  await run({ page, goto: (path) => visitor.goto(path) }, '/compare?models=acme/objects,acme/objects@1.0.0,acme/digits,acme/nothing', 2);
  for (const ref of ['acme/objects', 'acme/objects@1.0.0']) await page.getByRole('region', { name: ref, exact: true }).getByTestId('box').first().waitFor();
  await page.getByText('acme/digits is for another task').waitFor();
  await page.getByText('acme/nothing does not exist').waitFor();
  await page.getByText(/pays \$0\.002 for 2 calls/).waitFor();
  return survey(visitor, 'a comparison');
}
