import { Validator, type OutputUnit } from '@cfworker/json-schema';
import type { JsonObject } from '../draft';
import type { InputProblem } from '../input-props';

/** What only says that something within does not fit; what that is, is said beside it. */
const ENCLOSING = new Set(['properties', 'patternProperties', 'items', 'prefixItems', 'additionalItems', 'dependentSchemas', 'allOf', '$ref', 'if', 'then', 'else']);

const validators = new WeakMap<object, Validator>();

/** Everything in which an input does not fit a schema. Interprets the schema: the page's policy lets no code be made at run time. */
export function checkInput(schema: JsonObject, input: unknown): InputProblem[] {
  return validatorOf(schema)
    .validate(input)
    .errors.filter(({ keyword }) => !ENCLOSING.has(keyword))
    .map((unit) => ({ path: pathOf(unit), message: unit.error.replace(/^Instance /, '') }));
}

export function fits(schema: JsonObject, input: unknown): boolean {
  return validatorOf(schema).validate(input).valid;
}

function validatorOf(schema: JsonObject): Validator {
  let validator = validators.get(schema);
  if (!validator) {
    // A copy: the validator leaves marks of its own in what it is given.
    validator = new Validator(structuredClone(schema), '2020-12', false);
    validators.set(schema, validator);
  }
  return validator;
}

/** A JSON pointer (`#/scores/0/label`) as in code (`scores[0].label`); what is missing is named itself, not what it is missing from. */
function pathOf({ keyword, instanceLocation, error }: OutputUnit): string {
  const segments = instanceLocation.split('/').slice(1).map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
  const missing = keyword === 'required' ? /"(.*)"/.exec(error)?.[1] : undefined;
  if (missing !== undefined) segments.push(missing);
  return segments.map((segment, at) => (/^\d+$/.test(segment) ? `[${segment}]` : at === 0 ? segment : `.${segment}`)).join('');
}
