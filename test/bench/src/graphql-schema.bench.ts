/**
 * `npm run bench -- graphql-schema`: the schema of /graphql/models of a catalog of 1,000 models with the schemas of real tasks: read from the embedded
 * PostgreSQL, put together and printed, by a process that has seen none of them, and again after one of them has a new version; and what one call's
 * document needs of it.
 */
import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Catalog } from '@steelyard/domain-catalog';
import { OrganizationHandles } from '@steelyard/domain-identity';
import { newId } from '@steelyard/kernel';
import { openDatabase, type Database } from '@steelyard/platform-database';
import { assembleSchema, ModelTypesStore, printModels } from '@steelyard/protocol-graphql-models';
import { tasks } from '@steelyard/tasks';
import { interleave, median, medianRatio, round, type BenchResult } from './tools/rounds.js';
import { seedCatalog, seededRandom, Vocabulary } from './seed/catalog-seed.js';

const MODELS = 1_000;
const ROUNDS = 7;
const TYPED = ['image-classification', 'object-detection', 'text-classification', 'ocr'] as const;

interface Times {
  readonly listMs: number;
  readonly assembleMs: number;
  readonly printMs: number;
}

const dir = await mkdtemp(join(tmpdir(), 'steelyard-bench-'));
const database = await openDatabase({ dataDir: dir });
try {
  await seedCatalog(database, MODELS, new Vocabulary(seededRandom(7), 2_000));
  await giveSchemas(database);
  const catalog = new Catalog(database, new OrganizationHandles(database));
  const warm = new ModelTypesStore(catalog);
  await build(warm);
  const results = (await interleave(ROUNDS, {
    first: () => build(new ModelTypesStore(catalog)),
    again: async () => {
      await publishOne(database);
      return build(warm);
    },
  })) as Record<'first' | 'again', Times[]>;
  const models = await warm.list({}, undefined);
  const all = ({ listMs, assembleMs, printMs }: Times) => listMs + assembleMs + printMs;
  const result: BenchResult = {
    bench: 'graphql-schema',
    ratio: medianRatio(results.again.map(all), results.first.map(all)),
    unit: 'time to the schema after one of 1,000 models has a new version, over that of the first',
    rounds: ROUNDS,
    cases: {
      models: models.length,
      sdlChars: printModels(models).length,
      first: summary(results.first),
      again: summary(results.again),
      callMs: round(median(models.slice(0, 100).map((model) => timed(() => assembleSchema([model])).ms)), 3),
    },
  };
  console.log(JSON.stringify(result));
} finally {
  await database.close();
  await rm(dir, { recursive: true, force: true });
}

/** Public models of real tasks, each on its channel `stable`. */
async function giveSchemas({ pool }: Database): Promise<void> {
  await pool.query(`UPDATE model SET visibility = 'public'`);
  await pool.query(`INSERT INTO channel (tenant_id, model_id, name, version_id) SELECT tenant_id, model_id, 'stable', id FROM model_version`);
  for (const [index, name] of TYPED.entries()) {
    const { input, output } = tasks[name];
    await pool.query('UPDATE model_version SET manifest = manifest || $1 WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM model_version) v WHERE n % $2 = $3)', [
      JSON.stringify({ input, output }),
      TYPED.length,
      index,
    ]);
  }
}

async function publishOne({ pool }: Database): Promise<void> {
  await pool.query('UPDATE model_version SET digest = $1 WHERE id = (SELECT id FROM model_version ORDER BY random() LIMIT 1)', [newId()]);
}

async function build(store: ModelTypesStore): Promise<Times> {
  const startedAt = performance.now();
  const models = await store.list({}, undefined);
  const listMs = performance.now() - startedAt;
  return { listMs, assembleMs: timed(() => assembleSchema(models)).ms, printMs: timed(() => printModels(models)).ms };
}

function timed(work: () => unknown): { readonly ms: number } {
  const startedAt = performance.now();
  work();
  return { ms: performance.now() - startedAt };
}

function summary(times: readonly Times[]): Record<string, number> {
  const of = (key: keyof Times) => round(median(times.map((time) => time[key])), 1);
  return { listMs: of('listMs'), assembleMs: of('assembleMs'), printMs: of('printMs') };
}
