import { BREAK, visit, type DocumentNode } from 'graphql';
import type { Identified } from '@steelyard/kernel';
import { graphqlErrors } from './errors.js';

/** Who may read the schema from the running server. */
export type Introspection = 'everyone' | 'keys';

const seen = new WeakMap<DocumentNode, boolean>();

/** @throws AppError `GRAPHQL.INTROSPECTION_REFUSED` when nobody's document asks for the schema. */
export function checkIntrospection(document: DocumentNode, { caller, person }: Identified): void {
  if (caller === undefined && person === undefined && asksForSchema(document)) throw graphqlErrors.INTROSPECTION_REFUSED({});
}

/** Documents are kept and used again, so each is searched once. */
function asksForSchema(document: DocumentNode): boolean {
  const known = seen.get(document);
  if (known !== undefined) return known;
  let asks = false;
  visit(document, {
    Field(node) {
      if (node.name.value !== '__schema' && node.name.value !== '__type') return undefined;
      asks = true;
      return BREAK;
    },
  });
  seen.set(document, asks);
  return asks;
}
