import type { OpenContext } from '@steelyard/runtime-kit';
import { isObject, modelPathOf, quote, readJsonFile, refuse } from './model-file.js';
import type { JsonObject } from './model-file.js';
import { scanGraph, scanLayers } from './topology.js';
import { scanWeights } from './weights.js';
import type { Weights } from './weights.js';

export const FORMATS = ['layers-model', 'graph-model'] as const;
export type Format = (typeof FORMATS)[number];

/** A package that may be loaded: what its JSON says, and where its weights are. */
export interface ScannedModel {
  readonly format: Format;
  readonly topology: JsonObject;
  /** Names, types and shapes of inputs and outputs, where a graph model has them; unchecked. */
  readonly signature: JsonObject;
  readonly weights: Weights;
  /** Operators or classes, with how often each is used. */
  readonly uses: ReadonlyMap<string, number>;
  readonly origin: string;
}

/**
 * Reads a package as untrusted bytes: its JSON within bounds, and the sizes of its files. Loads nothing.
 * @throws AppError `RUNTIME.ARTIFACT_REFUSED`.
 */
export async function scanPackage({ dir, manifest }: Pick<OpenContext, 'dir' | 'manifest'>): Promise<ScannedModel> {
  const model = modelPathOf(manifest);
  const json = await readJsonFile(dir, model);
  const { modelTopology: topology, userDefinedMetadata: metadata } = json;
  const format = formatOf(json);
  if (format === undefined) throw refuse(model, `its format is ${quote(json['format'])}; known are ${FORMATS.join(' and ')}`);
  if (!isObject(topology)) throw refuse(model, 'it has no modelTopology');
  if (json['modelInitializer'] !== undefined) throw refuse(model, 'it has an initializer (hash tables), which is not supported');
  const uses = format === 'graph-model' ? scanGraph(model, topology) : scanLayers(model, topology);
  const listed = new Set(manifest.artifacts.map(({ path }) => path));
  const weights = await scanWeights(json['weightsManifest'], { dir, model, listed });
  const idle = [...listed].find((file) => file !== model && !weights.files.includes(file));
  if (idle !== undefined) throw refuse(idle, 'it is neither the model nor weights that the model reads');
  const signature = [isObject(metadata) ? metadata['signature'] : undefined, json['signature']].find(isObject) ?? {};
  return { format, topology, signature, weights, uses, origin: originOf(json) };
}

/** Converters before the year 2020 did not write it; what they made of a graph has nodes all the same. */
function formatOf({ format, modelTopology: topology }: JsonObject): Format | undefined {
  if (format === undefined && isObject(topology) && Array.isArray(topology['node'])) return 'graph-model';
  return FORMATS.find((known) => known === format);
}

function originOf(json: JsonObject): string {
  const made = (['generatedBy', 'convertedBy'] as const).map((key) => json[key]).filter((text): text is string => typeof text === 'string' && text !== '');
  return made.map(quote).join(', converted by ');
}
