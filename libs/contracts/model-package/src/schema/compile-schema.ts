import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { JsonSchema } from '@steelyard/tasks';
import { checkSchema } from './check-schema.js';
import { countParts } from './count-parts.js';
import { describeViolation } from './describe-violation.js';
import { packageErrors } from '../errors.js';
import { formatPath, type Problem } from '../problem.js';
import { isMediaField, mapSchema } from './schema-keywords.js';
import { tensorProblem, type TensorRule } from './tensor-keyword.js';

const PROBLEMS_MAX = 20;
/** Values with more parts than this get only their first problem: listing all would cost memory in proportion. */
const LISTED_PARTS_MAX = 10_000;

export interface CompileOptions {
  /** The schema is not a provider's: it may use every keyword. Default false. */
  readonly trusted?: boolean;
}

/** Checks a value; gives every problem, or the first one of a very large value. */
export type Validate = (value: unknown) => Problem[];

/**
 * Compiles a JSON Schema 2020-12 as manifests use it. Beyond the standard: `x-tensor: {dtype, shape}` checks a tensor's
 * type, shape and length, never its numbers; a field with `contentMediaType` takes base64 text or a `Uint8Array`.
 * @throws AppError `PACKAGE.SCHEMA_INVALID`
 */
export function compileSchema(schema: JsonSchema, { trusted = false }: CompileOptions = {}): Validate {
  const problems = (trusted ? [] : checkSchema(schema)).map(({ segments, message }) => ({ path: formatPath(segments), message }));
  if (problems.length > 0) throw packageErrors.SCHEMA_INVALID({ problems });
  const prepared = mapSchema(schema, acceptBytes) as JsonSchema;
  const first = compile(prepared, false);
  let all: ValidateFunction | undefined;
  return (value) => {
    if (first(value)) return [];
    if (countParts(value, LISTED_PARTS_MAX) > LISTED_PARTS_MAX) return problemsOf(first, value);
    all ??= compile(prepared, true);
    all(value);
    return problemsOf(all, value);
  };
}

function problemsOf(validate: ValidateFunction, value: unknown): Problem[] {
  const described = (validate.errors ?? []).slice(0, PROBLEMS_MAX * 2).map((error) => describeViolation(error, value));
  return described.flatMap((found) => (found ? [{ path: formatPath(found.segments), message: found.message }] : [])).slice(0, PROBLEMS_MAX);
}

/** Says whether a schema is one. The same for all of them: to make it takes many times as long as to compile a schema. */
let dialect: Ajv2020 | undefined;

function newAjv(allErrors: boolean): Ajv2020 {
  const ajv = new Ajv2020({ allErrors, strict: false, addUsedSchema: false, logger: false, validateSchema: false });
  return addFormats.default(ajv, { mode: 'fast', formats: ['date', 'time', 'date-time', 'uuid', 'email', 'uri', 'ipv4', 'ipv6'] });
}

function compile(schema: JsonSchema, allErrors: boolean): ValidateFunction {
  const ajv = newAjv(allErrors);
  ajv.addKeyword({
    keyword: 'x-tensor',
    errors: true,
    validate: withMessage('x-tensor', (rule, value) => tensorProblem(rule as TensorRule, value)),
  });
  ajv.addKeyword({ keyword: 'x-media', errors: true, validate: withMessage('x-media', (_rule, value) => mediaProblem(value)) });
  try {
    dialect ??= newAjv(false);
    void dialect.validateSchema(schema, true);
    return ajv.compile(schema);
  } catch (error) {
    throw packageErrors.SCHEMA_INVALID({ problems: [{ path: '', message: error instanceof Error ? error.message : String(error) }] }, error);
  }
}

interface KeywordFunction {
  (rule: unknown, value: unknown): boolean;
  errors?: { keyword: string; message: string }[];
}

function withMessage(keyword: string, problemOf: (rule: unknown, value: unknown) => string | undefined): KeywordFunction {
  const validate: KeywordFunction = (rule, value) => {
    const message = problemOf(rule, value);
    validate.errors = message === undefined ? [] : [{ keyword, message }];
    return message === undefined;
  };
  return validate;
}

function mediaProblem(value: unknown): string | undefined {
  if (typeof value !== 'string' && !(value instanceof Uint8Array)) return 'must be encoded media: base64 text, a data URL or bytes';
  return value.length > 0 ? undefined : 'is empty';
}

/** `type: string` would refuse bytes, so media fields are checked by a keyword of our own. */
function acceptBytes(schema: JsonSchema): JsonSchema {
  if (!isMediaField(schema)) return schema;
  const { type: _type, contentEncoding: _encoding, contentMediaType, ...rest } = schema;
  return { ...rest, 'x-media': contentMediaType };
}
