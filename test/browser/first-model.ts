import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@steelyard/client';
import { repositoryRoot } from '@steelyard/test-support';
import type { Visitor } from '@steelyard/test-support/browser';

const DIGITS = join(repositoryRoot, 'plugins/models/digits');

export interface WalkOptions {
  /** The server, as browsers reach it. */
  readonly url: string;
  /** Where to put a picture of each step; none are taken without it. */
  readonly pictures?: string | undefined;
  /** Looks at every page on the way. */
  readonly look?: ((step: string) => Promise<void>) | undefined;
}

export interface Walked {
  readonly presses: number;
  readonly seconds: number;
  /** What the playground answered, and what the SDK. */
  readonly labels: { readonly playground: string; readonly sdk: string };
}

/**
 * From an empty installation to a charged call, in the browser: sign in, open an organization, publish digits by its folder, try it, make a key,
 * call by the SDK, see charge and earnings appear. Forms are sent by the Enter key, as part of typing.
 */
export async function walkToFirstCharge(visitor: Visitor, { url, pictures, look }: WalkOptions): Promise<Walked> {
  const { page } = visitor;
  const startedAt = performance.now();
  let steps = 0;
  const step = async (name: string) => {
    steps += 1;
    await look?.(name);
    if (pictures === undefined) return;
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `first-model-${String(steps).padStart(2, '0')}-${name}.png`) });
  };

  await visitor.goto('/');
  await page.getByRole('heading', { name: 'No models yet' }).waitFor();
  await step('empty-catalog');
  await visitor.press('link', 'Sign in');
  await page.getByLabel('E-mail').waitFor();
  await step('sign-in');
  await visitor.fill('E-mail', 'ada@first.example');
  await page.keyboard.press('Enter');

  await page.waitForURL('**/welcome');
  await visitor.fill('Name', 'First Models');
  await step('organization');
  await page.keyboard.press('Enter');

  await page.getByRole('heading', { name: 'Next steps' }).waitFor();
  await step('next-steps');
  await visitor.press('link', 'Publish a model');
  await page.getByText('Drop the package’s folder here').waitFor();
  await visitor.dropFolder(DIGITS, page.getByText('Drop the package’s folder here'), 'Choose a folder');
  await page.getByText('No problems').waitFor();
  await step('package');
  await visitor.press('button', /^Publish .*digits@1\.0\.0$/);
  await page.getByText(/digits@1\.0\.0 is published/).waitFor({ timeout: 60_000 });
  await step('published');

  await visitor.press('link', 'Open the model page');
  await visitor.press('button', /^Use sample: test image 0/);
  await visitor.press('button', 'Run');
  const answer = page.getByRole('region', { name: 'Result' });
  await answer.getByText('Prediction', { exact: true }).waitFor();
  const playground = (await answer.getByTestId('top-label').textContent()) ?? '';
  await step('playground');

  await visitor.openNavigation();
  await visitor.press('link', 'API keys');
  await visitor.press('button', 'Make a key');
  await visitor.fill('Name', 'first program');
  await step('make-key');
  await page.keyboard.press('Enter');
  const key = ((await page.getByRole('region', { name: 'Secret' }).textContent()) ?? '').trim();
  await step('key');
  await visitor.press('button', 'I have stored it');

  await visitor.openNavigation();
  await visitor.press('link', 'Overview');
  await page.getByRole('row').getByText('first-models/digits').first().waitFor();
  const calls = await page.getByRole('row').count();
  const sdk = await callBySdk(url, key);
  // By itself: nothing is pressed and nothing reloaded.
  await page.getByRole('row').nth(calls).waitFor();
  // Two calls at 0.0002 of the welcome credit of 10; this provider, who is its own customer, gets 85 % of them.
  await page.getByText(/\b9\.9996\b/).waitFor();
  await page.getByText(/\b0\.00034\b/).waitFor();
  await step('charged');
  return { presses: visitor.presses, seconds: (performance.now() - startedAt) / 1_000, labels: { playground, sdk } };
}

async function callBySdk(url: string, apiKey: string): Promise<string> {
  const { label } = await createClient({ baseUrl: url, apiKey }).run('first-models/digits', { image: readFileSync(join(DIGITS, 'samples/two.png')) });
  return label as string;
}
