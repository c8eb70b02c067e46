// Writes model.schema.json from the schema that the reader validates with. Run after a build: node schema/write.mjs
import { writeFileSync } from 'node:fs';
import { manifestSchema } from '../dist/index.js';

writeFileSync(new URL('model.schema.json', import.meta.url), `${JSON.stringify(manifestSchema, null, 2)}\n`);
