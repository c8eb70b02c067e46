import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { checkDocumentCost, DEFAULT_LIMITS } from '@steelyard/platform-graphql';
import { buildSchema, Kind, parse, type DocumentNode } from 'graphql';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
const sources = join(root, 'apps/portal/src');

it('every operation of the portal costs less than half of what a server takes, with pages as long as they may be', () => {
  const schema = buildSchema(readFileSync(join(root, 'apps/api/schema.graphql'), 'utf8'));
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.graphql'));
  const definitions = files.flatMap((path) => parse(readFileSync(join(sources, path), 'utf8')).definitions);
  const fragments = definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const operations = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  expect(operations.length).toBeGreaterThan(50);
  const limit = DEFAULT_LIMITS.cost / 2;
  const tooCostly = operations.flatMap((operation) => {
    const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] };
    const first = Object.fromEntries((operation.variableDefinitions ?? []).map(({ variable }) => [variable.name.value, 100]));
    try {
      checkDocumentCost(schema, document, { variables: first, limit });
      return [];
    } catch (error) {
      return [`${operation.name?.value}: ${(error as Error).message}`];
    }
  });
  expect(tooCostly).toEqual([]);
});
