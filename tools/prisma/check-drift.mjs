// Fails when prisma/migrations do not lead to what prisma/schema says. Prints the missing SQL.
import { diffAgainstSchema } from './schema-engine.mjs';
import { withScratchDatabase } from './scratch-database.mjs';

const missing = await withScratchDatabase(diffAgainstSchema);
if (missing === undefined) {
  console.log('prisma/migrations and prisma/schema agree');
} else {
  console.error('prisma/schema has changes without a migration; make one with: node tools/prisma/author-migration.mjs <name>\n');
  console.error(missing);
  process.exitCode = 1;
}
