import { expect } from '@jest/globals';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Locator, Page } from 'playwright-core';
import { DESKTOP, type Visitor } from '@steelyard/test-support/browser';
import { survey, type Seen } from './survey.js';

/** Which sample of a model is tried, and what of the answer has to be seen. */
interface View {
  readonly sample: RegExp;
  readonly shows: (page: Page) => Locator;
  /** What else somebody does there. */
  readonly then?: (page: Page) => Promise<void>;
}

const byTestId = (id: string) => (page: Page) => page.getByTestId(id).first();
const said = (page: Page) => page.getByRole('list', { name: 'Conversation so far' }).getByRole('listitem').filter({ hasText: /\bMina\b.*\bkite\b/s }).nth(1);

export const VIEWS: Readonly<Record<string, View>> = {
  'breast-cancer': { sample: /row 4/, shows: byTestId('top-label') },
  'content-moderation': { sample: /coffee/, shows: byTestId('top-label') },
  digits: { sample: /thick pen/, shows: byTestId('top-label') },
  'electricity-forecast': { sample: /invented town/, shows: (page) => page.getByRole('img', { name: /^What was measured/ }).locator('path').first() },
  faces: { sample: /box and its keypoints/, shows: byTestId('box') },
  'movie-sentiment': { sample: /praise/, shows: byTestId('top-label') },
  objects: { sample: /astronaut/, shows: byTestId('box'), then: markByList },
  'page-text': { sample: /printed lines/, shows: byTestId('box') },
  'person-mask': { sample: /astronaut/, shows: byTestId('mask') },
  'review-encoder': { sample: /clear praise/, shows: (page) => page.getByText('sentence_embedding').last(), then: typeTensor },
  'review-sentiment': { sample: /clear praise/, shows: byTestId('top-label') },
  'sentence-embeddings': { sample: /whole vector/, shows: byTestId('vector'), then: compareTexts },
  'spoken-digits': { sample: /^eight|eight, said/, shows: byTestId('top-label') },
  'tiny-stories': { sample: /whole story/, shows: said },
  'tiny-stories-onnx': { sample: /whole story/, shows: said },
  'voice-activity': { sample: /two cards/, shows: byTestId('segment'), then: playAndRecord },
  'word-tags': { sample: /to book/, shows: (page) => page.locator('mark').first() },
};

/** Tries a model on one of its samples, as somebody does who has found it; looks at the answer in each light, and may take a picture of it. */
export async function tryInBrowser(visitor: Visitor, owner: string, model: string, pictures: string | undefined): Promise<Seen[]> {
  const { page } = visitor;
  const { sample, shows, then } = VIEWS[model]!;
  await page.setViewportSize(DESKTOP);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await visitor.goto(`/models/${owner}/${model}`);
  await page.getByRole('group', { name: 'Samples' }).getByRole('button', { name: sample }).click();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByText('Time in the server').waitFor();
  await shows(page).waitFor();
  if (pictures !== undefined) await takePicture(page, join(pictures, `model-${model}.png`));
  await then?.(page);
  return survey(visitor, `${model}, tried`);
}

/** One input for two models, and the answers beside each other. */
export async function compareInBrowser(visitor: Visitor, owner: string, [one, other]: readonly [string, string]): Promise<Seen[]> {
  const { page } = visitor;
  await visitor.goto(`/compare?models=${owner}/${one},${owner}/${other},${owner}/digits,${owner}/nothing`);
  await page.getByRole('group', { name: 'Samples' }).getByRole('button').first().click();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  for (const name of [one, other]) await page.getByRole('region', { name: `${owner}/${name}`, exact: true }).getByTestId('top-label').waitFor();
  await page.getByText(`${owner}/digits is for another task`).waitFor();
  await page.getByText(`${owner}/nothing does not exist`).waitFor();
  return survey(visitor, 'a comparison');
}

async function takePicture(page: Page, path: string): Promise<void> {
  await page.getByRole('tab', { name: 'Try it' }).evaluate((tab) => {
    (tab as unknown as { scrollIntoView(where: object): void }).scrollIntoView({ block: 'start' });
    // Below the bar that stays at the top.
    (globalThis as unknown as { scrollBy(x: number, y: number): void }).scrollBy(0, -80);
  });
  const picture = await page.screenshot();
  await sharp(picture).png({ palette: true, colours: 128, compressionLevel: 9 }).toFile(path);
}

async function markByList(page: Page): Promise<void> {
  await page.keyboard.press('Tab');
  await page.getByRole('list', { name: /^Objects/ }).getByRole('button').first().focus();
  await expect(page.getByTestId('box').first().getAttribute('data-marked')).resolves.toBe('true');
}

async function compareTexts(page: Page): Promise<void> {
  await page.getByLabel('A second text').fill('Is there a place to leave my vehicle?');
  await page.getByRole('button', { name: 'Compare the two texts' }).click();
  await page.getByTestId('cosine').waitFor();
  const cosine = Number(/0\.\d+/.exec((await page.getByTestId('cosine').textContent())!)?.[0]);
  expect(cosine).toBeGreaterThan(0.5);
}

/** What is typed is the tensor: too few numbers are said to be, where they are typed. */
async function typeTensor(page: Page): Promise<void> {
  const mask = page.getByLabel('attention_mask');
  expect(await mask.inputValue()).toMatch(/^1, 1, 1, /);
  await mask.fill('1, one');
  await page.getByText('“one” is none of its elements').waitFor();
}

/** A recording is at least this long: the first sound of a device that has just been opened. */
const RECORDED_MS = 700;

/** What a microphone hears becomes the WAV that is sent. */
async function playAndRecord(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Play from 0:0/ }).first().click();
  await page.getByRole('button', { name: 'Record', exact: true }).click();
  await page.getByRole('status').filter({ hasText: 'Recording' }).waitFor();
  await page.waitForTimeout(RECORDED_MS);
  await page.getByRole('button', { name: 'Stop recording' }).click();
  await page.getByRole('img', { name: /^The waveform of the recording that will be sent, 0:0/ }).waitFor();
  await page.getByRole('tab', { name: 'Call it' }).click();
  const wav = await page.getByRole('link', { name: 'Save recording.wav' }).getAttribute('href');
  const bytes = Buffer.from(wav!.split(',')[1]!, 'base64');
  expect([bytes.toString('latin1', 0, 4), bytes.readUInt16LE(22), bytes.readUInt32LE(24), bytes.readUInt16LE(34)]).toEqual(['RIFF', 1, 16_000, 16]);
}
