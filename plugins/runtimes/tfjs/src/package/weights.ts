import { stat } from 'node:fs/promises';
import path from 'node:path';
import { loadArtifactPath } from '@steelyard/runtime-kit';
import { isObject, quote, refuse } from './model-file.js';
import { checkWeightSpec } from './weight-spec.js';
import type { WeightSpec } from './weight-spec.js';

/** The weights of a model, in the order in which their bytes lie in the files. */
export interface Weights {
  readonly specs: readonly WeightSpec[];
  /** Paths inside the package. */
  readonly files: readonly string[];
  readonly bytes: number;
}

export interface WeightsContext {
  readonly dir: string;
  /** The path of the model's JSON; the files are named from its folder. */
  readonly model: string;
  /** The package's artifacts. */
  readonly listed: ReadonlySet<string>;
}

/** No honest file name has a colon (an address), a backslash or a percent sign. */
const LOCATION = /^[\w. -]+(\/[\w. -]+)*$/;

/**
 * Checks `weightsManifest`: every file is an artifact of the package and named once, and has exactly the bytes that the
 * shapes and types of its weights ask for.
 * @throws AppError `RUNTIME.ARTIFACT_REFUSED`.
 */
export async function scanWeights(groups: unknown, context: WeightsContext): Promise<Weights> {
  const { model } = context;
  if (!Array.isArray(groups)) throw refuse(model, 'it has no weightsManifest');
  const weights = { specs: [] as WeightSpec[], files: [] as string[], bytes: 0 };
  const names = new Set<string>();
  const files = new Set<string>();
  for (const group of groups as unknown[]) {
    if (!isObject(group) || !Array.isArray(group['paths']) || !Array.isArray(group['weights'])) throw refuse(model, 'a group of its weights has no list of paths and weights');
    let declared = 0;
    for (const entry of group['weights'] as unknown[]) {
      const { spec, bytes } = checkWeightSpec(model, entry);
      if (names.has(spec.name)) throw refuse(model, `it has two weights ${quote(spec.name)}`);
      names.add(spec.name);
      weights.specs.push(spec);
      declared += bytes;
    }
    let present = 0;
    for (const location of group['paths'] as unknown[]) {
      const file = weightPath(location, context);
      if (files.has(file)) throw refuse(model, `it reads ${quote(location)} twice`);
      files.add(file);
      weights.files.push(file);
      present += (await stat(await loadArtifactPath(context.dir, file))).size;
    }
    if (present !== declared) {
      const [file = model] = weights.files.slice(-(group['paths'] as unknown[]).length);
      throw refuse(file, `the weights in it should have ${declared} bytes by their shapes, and the files have ${present}`);
    }
    weights.bytes += declared;
  }
  return weights;
}

function weightPath(location: unknown, { model, listed }: WeightsContext): string {
  if (typeof location !== 'string' || !LOCATION.test(location) || location.split('/').some((part) => /^\.*$/.test(part))) {
    throw refuse(model, `it reads weights from ${quote(location)}, which is no plain path inside the package`);
  }
  const file = path.posix.join(path.posix.dirname(model), location);
  if (!listed.has(file)) throw refuse(model, `it reads weights from ${quote(location)}, which is no artifact of the package`);
  return file;
}
