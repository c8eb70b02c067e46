import { objectOf } from '../input-form';
import type { JsonObject } from '../draft';

/** Of a longer list the beginning is shown; all of it is in the JSON. */
export const ITEMS_SHOWN = 100;

/** The beginning of a list, and how long it is. */
export interface Listed<Item> {
  readonly items: readonly Item[];
  readonly total: number;
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/**
 * The first items of a list, each read.
 * @returns Undefined when it is no list, or when one of these items is not what it should be.
 */
export function readList<Item>(value: unknown, read: (item: JsonObject) => Item | undefined, max = ITEMS_SHOWN): Listed<Item> | undefined {
  if (!Array.isArray(value)) return undefined;
  const items: Item[] = [];
  for (const entry of value.slice(0, max)) {
    const item = read(objectOf(entry));
    if (item === undefined) return undefined;
    items.push(item);
  }
  return { items, total: value.length };
}

/** Numbers and nothing else, at most `max` of them. */
export function readNumbers(value: unknown, max: number): readonly number[] | undefined {
  return Array.isArray(value) && value.length > 0 && value.length <= max && value.every(isNumber) ? value : undefined;
}
