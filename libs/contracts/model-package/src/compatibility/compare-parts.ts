import type { JsonSchema } from '@steelyard/tasks';
import type { Gap } from './gap.js';

/** Bounds and steps of numbers. */
export function numberGaps(from: JsonSchema, to: JsonSchema, types: ReadonlySet<string>): Gap[] {
  if (!types.has('number') && !types.has('integer')) return [];
  const gaps: Gap[] = [];
  for (const [rule, exclusive, sign] of [['minimum', 'exclusiveMinimum', 1], ['maximum', 'exclusiveMaximum', -1]] as const) {
    const [ours, theirs] = [boundOf(from, { rule, exclusive, sign }), boundOf(to, { rule, exclusive, sign })];
    if (isBeyond(ours, theirs, sign)) gaps.push({ kind: 'rule', rule: theirs!.rule, from: from[theirs!.rule] ?? ours?.value, to: theirs!.value });
  }
  const [step, theirStep] = [from.multipleOf ?? (types.has('number') ? undefined : 1), to.multipleOf];
  if (typeof theirStep === 'number' && !(typeof step === 'number' && Number.isInteger(step / theirStep))) gaps.push({ kind: 'rule', rule: 'multipleOf', from: from.multipleOf, to: theirStep });
  return gaps;
}

interface Bound {
  readonly rule: string;
  readonly value: number;
  readonly isExclusive: boolean;
}

/** The tighter of the two bounds on one side. */
function boundOf(schema: JsonSchema, { rule, exclusive, sign }: { readonly rule: string; readonly exclusive: string; readonly sign: 1 | -1 }): Bound | undefined {
  const [value, strict] = [schema[rule], schema[exclusive]];
  const plain = typeof value === 'number' ? { rule, value, isExclusive: false } : undefined;
  const open = typeof strict === 'number' ? { rule: exclusive, value: strict, isExclusive: true } : undefined;
  if (!plain || !open) return plain ?? open;
  return open.value * sign >= plain.value * sign ? open : plain;
}

function isBeyond(ours: Bound | undefined, theirs: Bound | undefined, sign: 1 | -1): boolean {
  if (!theirs) return false;
  if (!ours) return true;
  return ours.value * sign < theirs.value * sign || (ours.value === theirs.value && theirs.isExclusive && !ours.isExclusive);
}

/** Length and form of texts. */
export function textGaps(from: JsonSchema, to: JsonSchema): Gap[] {
  const gaps = sizeGaps(from, to, ['minLength', 'maxLength']);
  if (to.format !== undefined && from.format !== to.format) gaps.push({ kind: 'rule', rule: 'format', from: from.format, to: to.format });
  return gaps;
}

/** How many items a list has, and whether they differ. */
export function itemGaps(from: JsonSchema, to: JsonSchema): Gap[] {
  const gaps = sizeGaps(from, to, ['minItems', 'maxItems']);
  if (to.uniqueItems === true && from.uniqueItems !== true) gaps.push({ kind: 'rule', rule: 'uniqueItems', from: false, to: true });
  return gaps;
}

/** A least and a greatest number of parts. */
export function sizeGaps(from: JsonSchema, to: JsonSchema, [least, most]: readonly [string, string]): Gap[] {
  const numberOf = (schema: JsonSchema, rule: string, otherwise: number) => (typeof schema[rule] === 'number' ? schema[rule] : otherwise);
  const gaps: Gap[] = [];
  if (numberOf(from, least, 0) < numberOf(to, least, 0)) gaps.push({ kind: 'rule', rule: least, from: from[least], to: to[least] });
  if (numberOf(from, most, Infinity) > numberOf(to, most, Infinity)) gaps.push({ kind: 'rule', rule: most, from: from[most], to: to[most] });
  return gaps;
}
