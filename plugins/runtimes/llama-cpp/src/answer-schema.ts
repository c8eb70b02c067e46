import { AppError } from '@steelyard/kernel';
import { compileSchema } from '@steelyard/model-package';
import { inputErrors, reasonOf, runtimeErrors } from '@steelyard/runtime-kit';
import type { Llama, LlamaGrammar } from './llama-library.js';

/** The grammar that holds an answer to a JSON Schema, and the check of what came out. */
export interface AnswerSchema {
  readonly grammar: LlamaGrammar;
  /** @throws AppError `RUNTIME.OUTPUT_INVALID` for a text that is not such JSON. */
  check(text: string): void;
}

/** The library's grammars end with this, because nothing else tells that no more digit or space will follow. */
export const END_OF_JSON = '\n\n\n\n';

/** What the library's grammars know; it passes over other keywords in silence. */
const KEYWORDS = new Set(['type', 'enum', 'const', 'oneOf', 'properties', 'required', 'additionalProperties', 'items', 'minItems', 'maxItems', 'minLength', 'maxLength', 'title', 'description']);
const SHAPES = ['type', 'enum', 'const', 'oneOf'];
/** A grammar spells repetitions out. */
const REPEAT_MAX = 1000;

/** @throws AppError `INPUT.INVALID` for a schema that is none, or that a grammar cannot express. */
export async function compileAnswerSchema(llama: Llama, schema: Readonly<Record<string, unknown>>): Promise<AnswerSchema> {
  try {
    checkExpressible(schema, 'jsonSchema');
    const validate = compileSchema(schema);
    const grammar = await llama.createGrammarForJsonSchema(schema);
    return { grammar, check: (text) => checkAnswer(text, validate) };
  } catch (error) {
    if (error instanceof AppError && error.code === 'INPUT.INVALID') throw error;
    // Messages of several problems begin with a line that names none.
    const [problem] = ((error as AppError).details?.['problems'] ?? []) as readonly { readonly path: string; readonly message: string }[];
    throw invalid('jsonSchema', problem ? `${problem.path} ${problem.message}`.trim() : reasonOf(error));
  }
}

function checkExpressible(schema: unknown, path: string): void {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) throw invalid(path, 'it is no schema object');
  const rules = schema as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(rules).find((keyword) => !KEYWORDS.has(keyword));
  if (unknown !== undefined) throw invalid(`${path}.${unknown}`, `answers cannot be held to this keyword; those that work: ${[...KEYWORDS].join(', ')}`);
  if (!SHAPES.some((keyword) => keyword in rules)) throw invalid(path, `it needs one of ${SHAPES.join(', ')}`);
  for (const keyword of ['minItems', 'maxItems', 'minLength', 'maxLength']) {
    if (typeof rules[keyword] === 'number' && rules[keyword] > REPEAT_MAX) throw invalid(`${path}.${keyword}`, `it is above ${REPEAT_MAX}`);
  }
  const properties = (rules['properties'] ?? {}) as Readonly<Record<string, unknown>>;
  const absent = listOf(rules['required']).filter((name) => typeof name === 'string').find((name) => !Object.hasOwn(properties, name));
  if (absent !== undefined) throw invalid(`${path}.required`, `there is no property "${absent}"`);
  for (const [name, inner] of Object.entries(properties)) checkExpressible(inner, `${path}.properties.${name}`);
  for (const [index, inner] of listOf(rules['oneOf']).entries()) checkExpressible(inner, `${path}.oneOf[${index}]`);
  for (const keyword of ['items', 'additionalProperties']) {
    if (typeof rules[keyword] === 'object') checkExpressible(rules[keyword], `${path}.${keyword}`);
  }
}

/** Whether it should have been a list is for the schema's compiler to say. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function checkAnswer(text: string, validate: ReturnType<typeof compileSchema>): void {
  const failed = (reason: string): Error => runtimeErrors.OUTPUT_INVALID({ field: 'text', reason });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw failed(`it is no JSON: ${reasonOf(error)}`);
  }
  const [problem] = validate(value);
  if (problem) throw failed(`${problem.path} ${problem.message}`);
}

function invalid(field: string, reason: string): Error {
  return inputErrors.INVALID({ field, reason });
}
