// Writes a migration with what prisma/migrations lack of prisma/schema: node tools/prisma/author-migration.mjs <name>
// Add by hand what Prisma does not know: grants, row level security, functions. Nothing has to have changed to make an empty one.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MIGRATIONS_DIR } from '@steelyard/platform-database/embedded';
import { diffAgainstSchema } from './schema-engine.mjs';
import { withScratchDatabase } from './scratch-database.mjs';

const name = process.argv[2];
if (!/^[a-z][a-z0-9_]*$/.test(name ?? '')) {
  console.error('usage: node tools/prisma/author-migration.mjs <name in lower case with underscores>');
  process.exit(2);
}
const sql = (await withScratchDatabase((url) => diffAgainstSchema(url))) ?? '';
const timestamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
const folder = join(MIGRATIONS_DIR, `${timestamp}_${name}`);
await mkdir(folder, { recursive: true });
await writeFile(join(folder, 'migration.sql'), sql, { flag: 'wx' });
console.log(`${folder}/migration.sql`);
