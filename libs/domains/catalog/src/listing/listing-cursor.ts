import { isId } from '@steelyard/kernel';
import { catalogErrors } from '../errors.js';
import type { ModelSort } from './model-search.js';

/** Where a page ended: what its last model was sorted by, and which it was. */
export interface ListingCursor {
  readonly key: string;
  readonly modelId: string;
}

const NUMBER = /^\d{1,18}$/;

/** What a key can be, so that no text reaches the database as a number. */
const KEYS: Readonly<Record<ModelSort, RegExp>> = {
  RELEVANCE: /^\d(\.\d{1,12})?(e-[0-3]?\d)?$/,
  NEWEST: /^$/,
  CALLS: NUMBER,
  LATENCY: NUMBER,
  PRICE: NUMBER,
  NAME: /^[a-z0-9-]{1,64}$/,
};

/** The text that a cursor holds. */
export function cursorText(sort: ModelSort, { key, modelId }: ListingCursor): string {
  return `${sort} ${modelId} ${key}`;
}

/** @throws CATALOG.CURSOR_INVALID for a cursor of another sort and for what is none. */
export function readCursor(sort: ModelSort, cursor: string): ListingCursor {
  const [cursorSort, modelId = '', key = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  if (cursorSort !== sort || !isId(modelId) || !KEYS[sort].test(key)) throw catalogErrors.CURSOR_INVALID({ sort });
  return { key, modelId };
}
