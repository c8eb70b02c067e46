/**
 * What a customer of Steelyard writes: two models of another organization, called through the client with types that were
 * generated for this key. Prints progress lines and, last, one JSON line.
 */
import { createClient } from '@steelyard/client';
import { readDigits } from './digits.js';
import { readPatients } from './patients.js';
import type { Models } from './steelyard.gen.js';

const IN_FLIGHT = 8;
const steelyard = createClient<Models>({ baseUrl: process.env['STEELYARD_URL']!, apiKey: process.env['STEELYARD_API_KEY']! });
const latenciesMs: number[] = [];

const digits = readDigits(process.env['MNIST_DIR']!, 10);
const digitsRight = await count('digits', digits, async ({ image, digit }) => {
  const { label } = await steelyard.run('harbour/digits', { image });
  return label === digit;
});

const patients = readPatients(process.env['PATIENTS_DIR']!).slice(0, 100);
const patientsRight = await count('patients', patients, async ({ measurements, diagnosis }) => {
  const { label } = await steelyard.run('harbour/breast-cancer', measurements);
  return label === diagnosis;
});

const sorted = latenciesMs.sort((a, b) => a - b);
const percentile = (share: number) => Number(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toFixed(2));
console.log(
  JSON.stringify({
    digits: { images: digits.length, accuracy: digitsRight / digits.length },
    patients: { rows: patients.length, accuracy: patientsRight / patients.length },
    latencyMs: { p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99) },
  }),
);

/** Calls `ask` for every item, a few at a time, and counts how often it was right. */
async function count<T>(what: string, items: readonly T[], ask: (item: T) => Promise<boolean>): Promise<number> {
  let next = 0;
  let right = 0;
  let done = 0;
  const worker = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) {
      const startedAt = performance.now();
      if (await ask(item)) right += 1;
      latenciesMs.push(performance.now() - startedAt);
      done += 1;
      if (done % 50 === 0 || done === items.length) console.log(`progress ${what} ${done} ${items.length}`);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return right;
}
