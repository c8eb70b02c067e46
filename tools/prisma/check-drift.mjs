// Fails when prisma/migrations do not lead to what prisma/schema says, and prints the missing SQL:
// node tools/prisma/check-drift.mjs [another folder with the schema]
import { diffAgainstSchema } from './schema-engine.mjs';
import { withScratchDatabase } from './scratch-database.mjs';

const missing = await withScratchDatabase((url) => diffAgainstSchema(url, process.argv[2]));
if (missing === undefined) {
  console.log('prisma/migrations and prisma/schema agree');
} else {
  console.error('prisma/schema has changes without a migration; make one with: node tools/prisma/author-migration.mjs <name>\n');
  console.error(missing);
  process.exitCode = 1;
}
