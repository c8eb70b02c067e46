/**
 * Writes apps/portal/src/generated/documents.ts, and operations.json beside it: every operation of the portal's *.graphql files, typed by the committed schema. An operation
 * that the schema does not have fails the build.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codegen } from '@graphql-codegen/core';
import * as documentNodes from '@graphql-codegen/typed-document-node';
import * as operationTypes from '@graphql-codegen/typescript-operations';
import { buildSchema, parse, specifiedRules, validate } from 'graphql';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
const sources = join(root, 'apps/portal/src');
const target = join(sources, 'generated/documents.ts');

const schema = buildSchema(readFileSync(join(root, 'apps/api/schema.graphql'), 'utf8'));
const documents = readdirSync(sources, { recursive: true })
  .filter((path) => path.endsWith('.graphql'))
  .sort()
  .map((path) => ({ location: path, document: parse(readFileSync(join(sources, path), 'utf8')) }));

const all = { kind: 'Document', definitions: documents.flatMap(({ document }) => document.definitions) };
const problems = validate(schema, all, specifiedRules.filter(({ name }) => name !== 'NoUnusedFragmentsRule'));
if (problems.length > 0) {
  for (const { message } of problems) console.error(`apps/portal: ${message}`);
  process.exit(1);
}

const config = {
  documentMode: 'string',
  enumsAsTypes: true,
  skipTypename: true,
  useTypeImports: true,
  strictScalars: true,
  scalars: { Nano: 'string', DateTime: 'string', JSON: 'unknown' },
};
const text = await codegen({
  filename: target,
  schema: parse(readFileSync(join(root, 'apps/api/schema.graphql'), 'utf8')),
  documents,
  config,
  plugins: [{ operations: {} }, { documents: {} }],
  pluginMap: { operations: operationTypes, documents: documentNodes },
});
// Servers know the operations by their ids: the portal's build hands `operations.json` on to the server, and the portal sends the ids alone.
const operations = {};
const named = text.replaceAll(/new TypedDocumentString\(`([^`]*)`\)/g, (_whole, written) => {
  const id = createHash('sha256').update(written).digest('hex');
  operations[id] = written;
  return `new TypedDocumentString(\`${written}\`, { id: '${id}' })`;
});
const expected = all.definitions.filter(({ kind }) => kind === 'OperationDefinition').length;
if (Object.keys(operations).length !== expected) throw new Error(`${expected} operations, but ${Object.keys(operations).length} ids`);

mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, named);
writeFileSync(join(dirname(target), 'operations.json'), JSON.stringify(operations));
console.log(`${documents.length} files of operations`);
