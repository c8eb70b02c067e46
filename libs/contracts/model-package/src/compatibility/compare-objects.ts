import type { JsonSchema } from '@steelyard/tasks';
import { formatPath, type Problem } from '../problem.js';
import { isObject } from '../schema/schema-keywords.js';
import { sizeGaps } from './compare-parts.js';
import type { Compare } from './gap.js';
import { describeGap, type Gap, type Side } from './gap.js';

interface Place {
  readonly path: string;
  readonly side: Side;
  readonly inner: Compare;
}

/**
 * Fields of objects. A field that is new is no gap, though an open object might have had one of that name by chance; nor is, in an output, one
 * that callers do not know.
 */
export function objectGaps(from: JsonSchema, to: JsonSchema, { path, side, inner }: Place): Problem[] {
  const [ours, theirs] = [propertiesOf(from), propertiesOf(to)];
  const [extra, theirExtra] = [from.additionalProperties ?? true, to.additionalProperties ?? true];
  const certain = new Set(listOf(from.required));
  const problems: Problem[] = [];
  const tell = (gap: Gap, name?: string) => problems.push(describeGap(gap, side, name === undefined ? path : within(path, name)));

  for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const [isOurs, isTheirs] = [Object.hasOwn(ours, name), Object.hasOwn(theirs, name)];
    if (isOurs && isTheirs) problems.push(...inner(ours[name], theirs[name], within(path, name)));
    else if (isTheirs && isObject(extra)) problems.push(...inner(extra, theirs[name], within(path, name)));
    else if (isTheirs && side === 'output' && !certain.has(name)) tell({ kind: 'dropped' }, name);
    else if (isOurs && side === 'input' && theirExtra === false) tell({ kind: 'dropped' }, name);
    else if (isOurs && isObject(theirExtra)) problems.push(...inner(ours[name], theirExtra, within(path, name)));
  }
  for (const name of listOf(to.required)) {
    const isDropped = side === 'output' && Object.hasOwn(theirs, name) && !Object.hasOwn(ours, name);
    if (!certain.has(name) && !isDropped) tell({ kind: 'required' }, name);
  }
  if (extra !== false && theirExtra === false && side === 'input') tell({ kind: 'closed' });
  else if (isObject(extra) && isObject(theirExtra)) problems.push(...inner(extra, theirExtra, `${path}.*`));
  else if (extra === true && isObject(theirExtra)) problems.push(...inner(true, theirExtra, `${path}.*`));
  for (const gap of sizeGaps(from, to, ['minProperties', 'maxProperties'])) tell(gap);
  return problems;
}

function propertiesOf({ properties }: JsonSchema): Readonly<Record<string, unknown>> {
  return isObject(properties) ? properties : {};
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? (value as string[]) : [];
}

function within(path: string, name: string): string {
  const inner = formatPath([name]);
  return inner.startsWith('[') ? `${path}${inner}` : `${path}.${inner}`;
}
