import { newId } from '@steelyard/kernel';
import type { Database } from '@steelyard/platform-database';

/** Random numbers that are the same in every run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SYLLABLES = 'ba be bi bo bra ca ce cho cla da de di dra el en er fa fi flo ga ge gra ha he im in ka ki la le li lo ma me mi mo na ne ni no or pa pe pla pro qua ra re ri ro sa se si sta ta te ti tra ul un va ve vi wa xi ya zo'.split(' ');
const TASKS = ['image-classification', 'tabular-classification', 'custom'];
const LICENSES = ['Apache-2.0', 'MIT', 'BSD-3-Clause', 'CC-BY-4.0', 'GPL-3.0-only'];

/** Made-up words of which few are common and most are rare, as in a language: the nth is drawn in proportion to 1/n. */
export class Vocabulary {
  readonly words: readonly string[];
  readonly #cumulative: readonly number[];

  constructor(
    readonly random: () => number,
    size: number,
  ) {
    const words = new Set<string>();
    while (words.size < size) words.add(Array.from({ length: 1 + Math.floor(random() * 4) }, () => this.pick(SYLLABLES)).join(''));
    this.words = [...words];
    let total = 0;
    this.#cumulative = this.words.map((_word, index) => (total += 1 / (index + 1)));
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.random() * values.length)]!;
  }

  word(): string {
    const drawn = this.random() * this.#cumulative.at(-1)!;
    let [low, high] = [0, this.#cumulative.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#cumulative[middle]! < drawn) low = middle + 1;
      else high = middle;
    }
    return this.words[low]!;
  }

  /** A text of about `chars` characters. */
  text(chars: number): string {
    const words: string[] = [];
    for (let length = 0; length < chars; length += words.at(-1)!.length + 1) words.push(this.word());
    return words.join(' ');
  }
}

/** Writes organizations with public models of one ready version each, with cards of 1 to 3 KB; a tenth of the models is private. */
export async function seedCatalog(database: Database, models: number, words: Vocabulary): Promise<void> {
  const organizations = Array.from({ length: Math.ceil(models / 50) }, () => newId());
  await database.withPlatform((tx) => tx.organization.createMany({ data: organizations.map((id, n) => ({ id, handle: `org-${n}`, name: words.text(20) })) }));
  const rows = Array.from({ length: models }, (_, n) => row(words, organizations[n % organizations.length]!, n));
  for (let from = 0; from < rows.length; from += 500) {
    const part = rows.slice(from, from + 500);
    await database.withPlatform(async (tx) => {
      await tx.model.createMany({ data: part.map(({ model }) => model) });
      await tx.modelVersion.createMany({ data: part.map(({ version }) => version) });
      await tx.price.createMany({ data: part.map(({ price }) => price) });
    });
  }
}

function row(words: Vocabulary, tenantId: string, n: number) {
  const [modelId, versionId] = [newId(), newId()];
  const name = `${words.word()}-${words.word()}-${n}`;
  const task = words.pick(TASKS);
  const tags = Array.from({ length: 1 + Math.floor(words.random() * 4) }, () => words.word());
  const manifest = { name, version: '1.0.0', task, license: words.pick(LICENSES), description: words.text(60), tags, input: {}, output: {} };
  return {
    model: { tenantId, id: modelId, name, task, visibility: words.random() < 0.9 ? 'public' : 'private' },
    version: { tenantId, id: versionId, modelId, version: '1.0.0', digest: versionId, manifest, files: [], card: `# ${name}\n\n${words.text(1_000 + words.random() * 2_000)}`, samples: [], state: 'ready' },
    price: { tenantId, id: newId(), versionId, components: [{ unit: 'request', amountNano: String(Math.floor(words.random() * 1e6)), per: '1' }], currency: 'usd' },
  };
}
