import { AppError, type PriceTerms } from '@steelyard/kernel';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { checkManifest, schemasOf } from './check-manifest.js';
import { describeViolation } from '../schema/describe-violation.js';
import { packageErrors } from '../errors.js';
import { fillDefaults } from './fill-defaults.js';
import type { Manifest } from './manifest.js';
import { manifestSchema } from './manifest-schema.js';
import { formatPath, type LocatedProblem, type ManifestProblem } from '../problem.js';
import { checkPrice } from '../price/check-price.js';
import type { PriceSpec } from '../price/price-spec.js';
import { termsOf } from '../price/price-terms.js';
import { isObject } from '../schema/schema-keywords.js';
import { unstorable } from '../schema/unstorable.js';
import { sizeProblem } from './manifest-size.js';
import { parseManifestText, type Locate } from './manifest-text.js';

export interface ReadManifest {
  readonly manifest: Manifest;
  readonly price: PriceTerms | undefined;
  /** The same as JSON, as it was written: what `publishVersion` takes. */
  readonly source: unknown;
}

/** Made by the first manifest that is read: most programs that import this package start and end without one, and it takes as long as the rest of the import. */
let compiled: ValidateFunction<Record<string, unknown>> | undefined;
// That the schema is one is for a spec to say, not for every process.
const validator = () => (compiled ??= new Ajv2020({ allErrors: true, discriminator: true, strict: false, logger: false, validateSchema: false }).compile<Record<string, unknown>>(manifestSchema));

/** Nobody reads more, and finding the place of each takes time. */
const PROBLEMS_MAX = 50;

/**
 * Reads the text of `model.yaml`: checks it whole and fills in every default.
 * @throws AppError `PACKAGE.MANIFEST_INVALID`; `details.problems` lists all problems with line and column.
 */
export function readManifest(yamlText: string): ReadManifest {
  const { value, locate } = parseManifestText(yamlText);
  return normalise(value, locate);
}

/**
 * The same for a manifest that came as JSON: what `model.yaml` holds, price included. Problems have line and column 0.
 * @throws AppError `PACKAGE.MANIFEST_INVALID`
 */
export function normaliseManifest(json: unknown): ReadManifest {
  return normalise(json, () => ({ line: 0, column: 0 }));
}

function normalise(value: unknown, locate: Locate): ReadManifest {
  const oversize = sizeProblem(value);
  if (oversize !== undefined) fail([{ segments: [], message: oversize }], locate);
  const unkept = unstorable(value);
  if (unkept) fail([unkept], locate);
  const validate = validator();
  if (!validate(value)) fail(shapeProblems(validate.errors ?? [], value), locate);
  const filled = fillDefaults(manifestSchema, value) as Record<string, unknown> & Manifest & { price?: PriceSpec };
  const { price, samples: _samples, ...rest } = filled;
  const schemas = schemasOf(filled);
  // Where the task gives no default and the manifest has none, the check below says so.
  const manifest = { ...rest, input: schemas.input, output: schemas.output } as Manifest;
  const problems = [...checkManifest(manifest, value), ...priceProblems(price, manifest.task)];
  if (problems.length > 0) fail(problems, locate);
  return { manifest, price: price && termsOf(price), source: value };
}

/** What is wrong with the shape, and with what the price says where its own shape is right. */
function shapeProblems(errors: readonly ErrorObject[], root: unknown): LocatedProblem[] {
  const problems: LocatedProblem[] = errors.map((error) => describeViolation(error, root)).filter((problem) => problem !== undefined);
  if (!isObject(root) || problems.some(({ segments }) => segments[0] === 'price')) return problems;
  return [...problems, ...priceProblems(root.price as PriceSpec | undefined, String(root.task))];
}

function priceProblems(price: PriceSpec | undefined, task: string): LocatedProblem[] {
  return price === undefined ? [] : checkPrice(price, task).map((problem) => ({ ...problem, segments: ['price', ...problem.segments] }));
}

function fail(found: readonly LocatedProblem[], locate: Locate): never {
  const problems = found.slice(0, PROBLEMS_MAX).map(({ segments, key, message }): ManifestProblem => {
    const { line, column } = locate(segments, key !== undefined);
    return { path: formatPath(segments), line, column, message };
  });
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  throw packageErrors.MANIFEST_INVALID({ problems });
}

/** The problems of a `PACKAGE.MANIFEST_INVALID`; empty for any other error. */
export function manifestProblems(error: unknown): readonly ManifestProblem[] {
  return error instanceof AppError && error.code === 'PACKAGE.MANIFEST_INVALID' ? (error.details?.problems as ManifestProblem[]) : [];
}
