/**
 * `npm run bench -- catalog`: searches of a catalog of 10,000 models per second, one after the other, first page by relevance, as
 * nobody, read whole as the portal's list reads them; against what is usually written first: every word by ILIKE in name and card,
 * newest first. Same rows, same embedded PostgreSQL, same tenant transaction.
 */
import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Catalog, CatalogReader, type ListFilter } from '@steelyard/domain-catalog';
import { ActorNames, OrganizationHandles, OrganizationNames } from '@steelyard/domain-identity';
import { openDatabase } from '@steelyard/platform-database';
import { searchByIlike } from './peers/search-by-ilike.js';
import { interleave, median, medianRatio, round, type BenchResult } from './tools/rounds.js';
import { seedCatalog, seededRandom, Vocabulary } from './seed/catalog-seed.js';

const MODELS = 10_000;
const VOCABULARY = 20_000;
const ROUNDS = 5;
const SEARCHES = 40;
const PAGE = { first: 20 };

type Search = ListFilter & { readonly sort?: 'CALLS' | 'LATENCY' | 'PRICE' | 'NAME' | 'NEWEST' };

const dir = await mkdtemp(join(tmpdir(), 'steelyard-bench-'));
const database = await openDatabase({ dataDir: dir });
try {
  const words = new Vocabulary(seededRandom(7), VOCABULARY);
  await seedCatalog(database, MODELS, words);
  const handles = new OrganizationHandles(database);
  const catalog = new Catalog(database, handles);
  const listingAt = performance.now();
  await catalog.onApplicationBootstrap();
  const listedPerSecond = MODELS / ((performance.now() - listingAt) / 1_000);
  await database.pool.query('SET ROLE NONE; ANALYZE; SET ROLE steelyard_platform');
  const reader = new CatalogReader(database, handles, new OrganizationNames(database), new ActorNames(database));
  const ask = (search: Search) => reader.models(undefined, PAGE, search);
  const kinds = searchKinds(words);
  const mixed = Array.from({ length: SEARCHES }, (_, n) => Object.values(typed(kinds))[n % 4]!(n));
  const search = () => time(mixed.map((one) => () => ask(one)));
  const ilike = () => time(mixed.map((one) => () => searchByIlike(database, one.search!)));
  await search();
  const results = await interleave(ROUNDS, { platform: search, ilike });
  const cases: Record<string, unknown> = { models: MODELS, listed_per_second: Math.round(listedPerSecond) };
  for (const [name, make] of Object.entries(kinds)) {
    const asked = Array.from({ length: SEARCHES }, (_, n) => make(n));
    cases[name] = summary(await time(asked.map((one) => () => ask(one))));
  }
  cases['facets'] = summary(await time(mixed.map((one) => () => reader.facets(undefined, one))));
  cases['facets_of_all'] = summary(await time(mixed.map(() => () => reader.facets(undefined, {}))));
  const all = { platform: results['platform']!.flat(), ilike: results['ilike']!.flat() };
  const rate = (latencies: readonly number[]) => 1_000 / (latencies.reduce((sum, ms) => sum + ms, 0) / latencies.length);
  const ratio = medianRatio(results['platform']!.map(rate), results['ilike']!.map(rate));
  const result: BenchResult = {
    bench: 'catalog',
    ratio,
    unit: 'searches of 10,000 models per second over ILIKE in name and card',
    rounds: ROUNDS,
    cases: { platform: summary(all.platform), ilike: summary(all.ilike), ...cases },
  };
  await catalog.onApplicationShutdown();
  console.log(JSON.stringify(result));
} finally {
  await database.close();
  await rm(dir, { recursive: true, force: true });
}

/** What people ask for, the nth of each kind. */
function searchKinds(words: Vocabulary) {
  const common = (n: number) => words.words[n % 20]!;
  const rare = (n: number) => words.words[VOCABULARY - 1 - n]!;
  return {
    word_common: (n: number): Search => ({ search: common(n) }),
    word_rare: (n: number): Search => ({ search: rare(n) }),
    words_two: (n: number): Search => ({ search: `${common(n)} ${words.words[200 + n]!}` }),
    beginning: (n: number): Search => ({ search: words.words[50 + n]!.slice(0, 3) }),
    one_letter: (n: number): Search => ({ search: words.words[50 + n]![0]! }),
    two_letters: (n: number): Search => ({ search: words.words[50 + n]!.slice(0, 2) }),
    searched_by_price: (n: number): Search => ({ search: common(n), sort: 'PRICE' }),
    newest: (): Search => ({}),
    by_calls: (): Search => ({ sort: 'CALLS' }),
    by_latency: (): Search => ({ sort: 'LATENCY' }),
    by_name_of_task: (): Search => ({ sort: 'NAME', task: 'custom' }),
    of_tag: (n: number): Search => ({ tag: common(n), sort: 'CALLS' }),
  };
}

/** Those that are searches and have a counterpart. */
function typed({ word_common, word_rare, words_two, beginning }: ReturnType<typeof searchKinds>) {
  return { word_common, word_rare, words_two, beginning };
}

/** Milliseconds of each. */
async function time(calls: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const latenciesMs: number[] = [];
  for (const call of calls) {
    const startedAt = performance.now();
    await call();
    latenciesMs.push(performance.now() - startedAt);
  }
  return latenciesMs;
}

function summary(latenciesMs: readonly number[]) {
  const sorted = [...latenciesMs].sort((a, b) => a - b);
  return { p50Ms: round(median(sorted)), p95Ms: round(sorted[Math.floor((sorted.length - 1) * 0.95)]!) };
}
