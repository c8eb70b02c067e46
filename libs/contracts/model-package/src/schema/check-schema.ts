import type { JsonSchema } from '@steelyard/tasks';
import type { PathSegment } from '../problem.js';
import { countParts } from './count-parts.js';
import { isObject, isSchemaKeyword, subschemas } from './schema-keywords.js';
import { tensorRuleProblem } from './tensor-keyword.js';

const DEPTH_MAX = 32;
/** How many schemas and required names there may be once every `$ref` is written out: bounds the work that a schema can cause. */
const EXPANDED_MAX = 5_000;
/** The same of the values that it lists, and of what they hold. */
const VALUES_MAX = 20_000;
const UNIQUE_ITEMS_MAX = 1_000;

export interface SchemaProblem {
  readonly segments: readonly PathSegment[];
  readonly message: string;
}

/**
 * What is wrong with a schema that a provider wrote: unknown keywords, references that lead outside or in a circle, and
 * anything that would let it use the gateway's time without bound. That it compiles is for `compileSchema` to say.
 */
export function checkSchema(root: JsonSchema): SchemaProblem[] {
  const problems = new Map<string, SchemaProblem>();
  let visited = 0;
  let values = 0;

  const report = (segments: readonly PathSegment[], message: string): void => {
    problems.set(JSON.stringify([segments, message]), { segments, message });
  };

  const visit = (schema: unknown, segments: readonly PathSegment[], following: readonly string[]): void => {
    visited += 1;
    if (isObject(schema)) {
      visited += countParts(schema.required, EXPANDED_MAX) + countParts(schema.dependentRequired, EXPANDED_MAX);
      values += countParts(schema.enum, VALUES_MAX) + countParts(schema.const, VALUES_MAX);
    }
    if (visited > EXPANDED_MAX || values > VALUES_MAX) return;
    if (typeof schema === 'boolean') return;
    if (!isObject(schema)) return report(segments, 'must be a schema (an object, true or false)');
    if (segments.length > DEPTH_MAX * 2 || following.length > DEPTH_MAX) return report(segments, 'is nested too deeply');
    checkKeywords(schema, segments, report);
    const { $ref: ref } = schema;
    if (ref !== undefined) {
      const target = typeof ref === 'string' ? targetOf(root, ref) : undefined;
      if (target === undefined) report([...segments, '$ref'], 'must name a schema in $defs of the same schema, e.g. #/$defs/point');
      else if (following.includes(ref as string)) report([...segments, '$ref'], 'leads back to itself');
      else visit(target, ['$defs', (ref as string).slice('#/$defs/'.length)], [...following, ref as string]);
    }
    for (const { path, schema: inner } of subschemas(schema)) visit(inner, [...segments, ...path], following);
  };

  visit(root, [], []);
  if (visited > EXPANDED_MAX) report([], `is too large: more than ${EXPANDED_MAX} schemas and required names with its references written out`);
  if (values > VALUES_MAX) report([], `is too large: it lists more than ${VALUES_MAX} values with its references written out`);
  return [...problems.values()];
}

function targetOf(root: JsonSchema, ref: string): unknown {
  const name = /^#\/\$defs\/([\w-]+)$/.exec(ref)?.[1];
  return name !== undefined && isObject(root.$defs) && Object.hasOwn(root.$defs, name) ? root.$defs[name] : undefined;
}

type Report = (segments: readonly PathSegment[], message: string) => void;

function checkKeywords(schema: Readonly<Record<string, unknown>>, segments: readonly PathSegment[], report: Report): void {
  for (const name of Object.keys(schema)) {
    if (name === 'pattern' || name === 'patternProperties') report([...segments, name], 'is not accepted: an expression can be made to run for ever');
    else if (!isSchemaKeyword(name)) report([...segments, name], 'is not a keyword that is accepted here');
  }
  if (schema.uniqueItems === true && !(typeof schema.maxItems === 'number' && schema.maxItems <= UNIQUE_ITEMS_MAX)) {
    report([...segments, 'uniqueItems'], `needs maxItems of at most ${UNIQUE_ITEMS_MAX} beside it`);
  }
  const tensor = schema['x-tensor'];
  const problem = tensor === undefined ? undefined : tensorRuleProblem(tensor);
  if (problem !== undefined) report([...segments, 'x-tensor'], problem);
}
