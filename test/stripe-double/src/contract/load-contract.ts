import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import Stripe from 'stripe';
import type { Contract } from './derive-contract.js';

/**
 * The contract of the installed stripe package. Deriving it takes seconds, so that it is kept in `node_modules/.cache`, under the package's version
 * and a digest of the sources that derive it.
 */
export function loadContract(): Promise<Contract> {
  loaded ??= load();
  return loaded;
}

let loaded: Promise<Contract> | undefined;

async function load(): Promise<Contract> {
  const file = join(cacheFolder(), `${Stripe.PACKAGE_VERSION}-${digestOfSources()}.json`);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Contract;
  } catch {
    // Only here, as loading the compiler takes longer than everything else a double does.
    const { deriveContract } = await import('./derive-contract.js');
    const contract = await deriveContract();
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(contract));
    renameSync(`${file}.${process.pid}`, file);
    return contract;
  }
}

function cacheFolder(): string {
  const stripe = fileURLToPath(import.meta.resolve('stripe'));
  return join(stripe.slice(0, stripe.lastIndexOf(`${sep}stripe${sep}`)), '.cache/stripe-double');
}

function digestOfSources(): string {
  const folder = dirname(fileURLToPath(import.meta.url));
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).filter((file) => /(?<!\.d|\.spec)\.[jt]s$/.test(file)).sort()) hash.update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 12);
}
