import { canonicalJson } from '@steelyard/kernel';
import type { JsonSchema } from '@steelyard/tasks';
import { compileSchema } from '../schema/compile-schema.js';
import { countParts } from '../schema/count-parts.js';
import { isObject } from '../schema/schema-keywords.js';
import type { TensorRule } from '../schema/tensor-keyword.js';
import type { Gap } from './gap.js';
import { describeTypes, valuesOf } from './schema-types.js';

/** What the schemas that listed values are tried against share, and may take. */
export interface Trials {
  readonly toRoot: JsonSchema;
  readonly left: { count: number };
  /** By their text: many fields have the same rules. */
  readonly compiled: Map<string, (value: unknown) => boolean>;
}

/** To compile a schema takes as long as to hold so many against each other, and each of its parts as long as one more. */
const COMPILED_AS = 50;

/** Gaps of schemas of which one lists its values; undefined where none does. */
export function valueGaps(from: JsonSchema, to: JsonSchema, trials: Trials): Gap[] | undefined {
  const [values, taken] = [valuesOf(from), valuesOf(to)];
  if (!values) {
    if (!taken || (from.type === 'boolean' && [true, false].every((value) => taken.includes(value)))) return undefined;
    return [{ kind: 'listed', values: taken }];
  }
  const isTaken = taken ? oneOf(taken) : acceptedBy(to, trials);
  if (!isTaken) return [{ kind: 'alternative' }];
  const refused = values.filter((value) => !isTaken(value));
  return refused.length === 0 ? [] : [{ kind: 'values', values: refused }];
}

function oneOf(values: readonly unknown[]): (value: unknown) => boolean {
  const known = new Set(values.map(canonicalJson));
  return (value) => known.has(canonicalJson(value));
}

/** Undefined where it would take too long to tell. */
function acceptedBy(schema: JsonSchema, { toRoot, left, compiled }: Trials): ((value: unknown) => boolean) | undefined {
  // That the types fit is known; to compile a schema takes longer than all the rest.
  if (Object.keys(schema).every((rule) => rule === 'type')) return () => true;
  const whole = { ...schema, ...(toRoot.$defs !== undefined && { $defs: toRoot.$defs }) };
  left.count -= countParts(whole, left.count);
  if (left.count < 0) return undefined;
  const key = canonicalJson(schema);
  const known = compiled.get(key);
  if (known) return known;
  left.count -= COMPILED_AS;
  const check = compileSchema(whole, { trusted: true });
  const isTaken = (value: unknown): boolean => check(value).length === 0;
  compiled.set(key, isTaken);
  return isTaken;
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
