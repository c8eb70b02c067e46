import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema } from '@steelyard/tasks';
import type { Problem } from '../problem.js';
import { isMediaField } from '../schema/schema-keywords.js';
import { objectGaps } from './compare-objects.js';
import { itemGaps, numberGaps, textGaps } from './compare-parts.js';
import { tensorGaps, valueGaps, type Trials } from './compare-values.js';
import { alternatives, expand, NOTHING } from './expand-schema.js';
import { describeGap, type Compare, type Gap, type Side } from './gap.js';
import { describeTypes, typesBeyond, typesOf } from './schema-types.js';

/** So many schemas are held against each other; then the rest only has to be the same. */
const COMPARED_MAX = 20_000;
/** So many pairs of alternatives, of one place. */
const PAIRS_MAX = 1_000;

export interface Comparison extends Trials {
  readonly side: Side;
  /** Where the `$ref`s of what must fit lead. */
  readonly fromRoot: JsonSchema;
}

/**
 * Why a value that fits `from` may not fit `to`, rule by rule; nothing where every one does. Where that cannot be told, as of `not`, the rule
 * has to be the same.
 */
export function compareSchemas(from: JsonSchema, to: JsonSchema, side: Side): Problem[] {
  return compare({ side, fromRoot: from, toRoot: to, left: { count: COMPARED_MAX }, compiled: new Map() }, { from, to, path: side });
}

interface Pair {
  readonly from: unknown;
  readonly to: unknown;
  readonly path: string;
}

function compare(comparison: Comparison, { from, to, path }: Pair): Problem[] {
  const { fromRoot, toRoot, left, side } = comparison;
  if ((left.count -= 1) < 0) return isDeepStrictEqual(from, to) ? [] : [describeGap({ kind: 'alternative' }, side, path)];
  const ours = alternatives(expand(from, fromRoot), fromRoot);
  const theirs = alternatives(expand(to, toRoot), toRoot);
  const pairs = ours.length * theirs.length;
  if (pairs > PAIRS_MAX) return isDeepStrictEqual(ours, theirs) ? [] : [describeGap({ kind: 'alternative' }, side, path)];
  left.count -= pairs;
  if (pairs === 1) return comparePlain(comparison, { from: ours[0]!, to: theirs[0]!, path });
  return ours.flatMap((one, index) => {
    const found = theirs.map((other) => comparePlain(comparison, { from: one, to: other, path }));
    if (found.some((problems) => problems.length === 0)) return [];
    return theirs.length === 1 || theirs.length === ours.length ? (found[index] ?? found[0]!) : [describeGap({ kind: 'alternative' }, side, path)];
  });
}

/** Rules that are only looked at for being the same. */
const OPAQUE = [
  'not', 'if', 'then', 'else', 'allOf', 'anyOf', 'oneOf', 'contains', 'minContains', 'maxContains',
  'propertyNames', 'dependentRequired', 'dependentSchemas', 'unevaluatedProperties', 'unevaluatedItems',
];

function comparePlain(comparison: Comparison, { from, to, path }: { readonly from: JsonSchema; readonly to: JsonSchema; readonly path: string }): Problem[] {
  const { side } = comparison;
  const tell = (gaps: readonly Gap[]): Problem[] => gaps.map((gap) => describeGap(gap, side, path));
  if (isDeepStrictEqual(from, NOTHING)) return [];
  const ofSort = sortGaps(from, to) ?? tensorGaps(from, to) ?? valueGaps(from, to, comparison);
  if (ofSort) return tell(ofSort);
  const types = typesOf(from);
  const inner: Compare = (a, b, at) => compare(comparison, { from: a, to: b, path: at });
  return [
    ...tell(numberGaps(from, to, types)),
    ...tell(types.has('string') ? textGaps(from, to) : []),
    ...(types.has('array') ? [...tell(itemGaps(from, to)), ...itemsOf(from, to, { path, inner })] : []),
    ...(types.has('object') ? objectGaps(from, to, { path, side, inner }) : []),
    ...tell(OPAQUE.filter((rule) => to[rule] !== undefined && !isDeepStrictEqual(from[rule], to[rule])).map((rule) => ({ kind: 'rule', rule, from: from[rule], to: to[rule] }))),
  ];
}

/** Gaps that leave nothing to be said of the rest: another type, or media on one side alone. */
function sortGaps(from: JsonSchema, to: JsonSchema): Gap[] | undefined {
  const [media, otherMedia] = [isMediaField(from), isMediaField(to)];
  const beyond = typesBeyond(from, to);
  if (beyond || (media !== otherMedia && (otherMedia || typesOf(to).size < 7))) return [{ kind: 'type', from: describeTypes(from), to: describeTypes(to) }];
  if (!media || !otherMedia || fitsMedia(String(from.contentMediaType), String(to.contentMediaType))) return undefined;
  return [{ kind: 'rule', rule: 'contentMediaType', from: from.contentMediaType, to: to.contentMediaType }];
}

function fitsMedia(from: string, to: string): boolean {
  return from === to || to === '*/*' || (to.endsWith('/*') && from.startsWith(to.slice(0, -1)));
}

function itemsOf(from: JsonSchema, to: JsonSchema, { path, inner }: { readonly path: string; readonly inner: Compare }): Problem[] {
  const [first, others] = [from, to].map(({ prefixItems }) => (Array.isArray(prefixItems) ? (prefixItems as unknown[]) : [])) as [unknown[], unknown[]];
  const itemsMax = typeof from.maxItems === 'number' ? from.maxItems : Infinity;
  const count = Math.min(Math.max(first.length, others.length), itemsMax);
  const places = Array.from({ length: count }, (_, index) => inner(index < first.length ? first[index] : from.items, index < others.length ? others[index] : to.items, `${path}[${index}]`));
  return [...places.flat(), ...(count < itemsMax && to.items !== undefined ? inner(from.items ?? true, to.items, `${path}[]`) : [])];
}

