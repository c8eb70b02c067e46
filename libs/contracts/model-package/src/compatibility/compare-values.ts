import { canonicalJson } from '@steelyard/kernel';
import type { JsonSchema } from '@steelyard/tasks';
import { compileSchema } from '../schema/compile-schema.js';
import { isObject } from '../schema/schema-keywords.js';
import type { TensorRule } from '../schema/tensor-keyword.js';
import type { Gap } from './gap.js';
import { describeTypes, valuesOf } from './schema-types.js';

/** Gaps of schemas of which one lists its values; undefined where none does. */
export function valueGaps(from: JsonSchema, to: JsonSchema, toRoot: JsonSchema): Gap[] | undefined {
  const [values, taken] = [valuesOf(from), valuesOf(to)];
  if (!values) {
    if (!taken || (from.type === 'boolean' && [true, false].every((value) => taken.includes(value)))) return undefined;
    return [{ kind: 'listed', values: taken }];
  }
  const isTaken = taken ? oneOf(taken) : acceptedBy(to, toRoot);
  const refused = values.filter((value) => !isTaken(value));
  return refused.length === 0 ? [] : [{ kind: 'values', values: refused }];
}

function oneOf(values: readonly unknown[]): (value: unknown) => boolean {
  const known = new Set(values.map(canonicalJson));
  return (value) => known.has(canonicalJson(value));
}

function acceptedBy(schema: JsonSchema, root: JsonSchema): (value: unknown) => boolean {
  // That the types fit is known; to compile a schema takes longer than all the rest.
  if (Object.keys(schema).every((rule) => rule === 'type')) return () => true;
  const check = compileSchema({ ...schema, ...(root.$defs !== undefined && { $defs: root.$defs }) }, { trusted: true });
  return (value) => check(value).length === 0;
}

/** Gaps of schemas of which one is a tensor's; undefined where none is. */
export function tensorGaps(from: JsonSchema, to: JsonSchema): Gap[] | undefined {
  const [ours, theirs] = [from['x-tensor'], to['x-tensor']] as [TensorRule | undefined, TensorRule | undefined];
  if (!isObject(ours) && !isObject(theirs)) return undefined;
  if (!isObject(theirs)) return to.properties === undefined && to.additionalProperties === undefined ? [] : [{ kind: 'type', from: describeTypes(from), to: describeTypes(to) }];
  if (!isObject(ours)) return [{ kind: 'type', from: describeTypes(from), to: describeTypes(to) }];
  const gaps: Gap[] = [];
  if (ours.dtype !== theirs.dtype) gaps.push({ kind: 'rule', rule: 'dtype', from: ours.dtype, to: theirs.dtype });
  const fits = ours.shape.length === theirs.shape.length && theirs.shape.every((size, index) => size === -1 || size === ours.shape[index]);
  if (!fits) gaps.push({ kind: 'rule', rule: 'shape', from: ours.shape, to: theirs.shape });
  return gaps;
}
