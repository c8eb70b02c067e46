import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import pg from 'pg';

export const SCHEMA_DIR = fileURLToPath(new URL('../../prisma/schema', import.meta.url));

/**
 * The SQL that would bring the database at `url` to what the schema in a folder says; `undefined` when nothing is missing.
 * Done by Prisma's schema engine in its WebAssembly build, so that nothing is downloaded.
 */
export async function diffAgainstSchema(url, schemaDir = SCHEMA_DIR) {
  const SchemaEngine = await loadEngine();
  const files = await readSchema(schemaDir);
  const pool = new CatalogPool({ connectionString: url, options: '-c TimeZone=UTC' });
  const adapter = bindMigrationAwareSqlAdapterFactory(new CatalogAdapterFactory(pool));
  const engine = await SchemaEngine.new({ datamodels: files.map(({ path, content }) => [path, content]) }, () => undefined, adapter);
  try {
    const { exitCode, stdout } = await engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: schemaDir },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: true,
      filters: { externalTables: [], externalEnums: [] },
      shadowDatabaseUrl: null,
    });
    return exitCode === 0 ? undefined : stdout;
  } finally {
    engine.free();
    await pool.end();
  }
}

const CHAR_OID = 18;
const TEXT_OID = 25;

/** PostgreSQL's catalog has columns of the type "char", which adapter-pg does not know: they pass it as text ... */
class CatalogPool extends pg.Pool {
  charColumns = new WeakMap();

  async query(...args) {
    const result = await super.query(...args);
    const columns = result.fields.flatMap((field, index) => (field.dataTypeID === CHAR_OID ? [index] : []));
    for (const index of columns) result.fields[index].dataTypeID = TEXT_OID;
    this.charColumns.set(result.rows, columns);
    return result;
  }
}

/** ... and the engine gets them as the single characters that it asks for. */
class CatalogAdapterFactory extends PrismaPg {
  constructor(pool) {
    super(pool);
    this.pool = pool;
  }

  async connect() {
    const adapter = await super.connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query);
      for (const index of this.pool.charColumns.get(result.rows)) result.columnTypes[index] = ColumnTypeEnum.Character;
      return result;
    };
    return adapter;
  }
}

async function readSchema(dir) {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.prisma')).sort();
  if (names.length === 0) throw new Error(`${dir} holds no .prisma file`);
  return Promise.all(names.map(async (name) => ({ path: join(dir, name), content: await readFile(join(dir, name), 'utf8') })));
}

/** The package loads its WebAssembly as bundlers do; Node needs it instantiated by hand. */
async function loadEngine() {
  const gluePath = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const glue = await import(gluePath);
  const bytes = await readFile(join(dirname(gluePath), 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': glue });
  // Where the engine says what went wrong before it gives up.
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => console.error(message) };
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return glue.SchemaEngine;
}
