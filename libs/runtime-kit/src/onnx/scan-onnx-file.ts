import type { Manifest } from '@steelyard/model-package';
import { externalPath, type ModelFacts, NotOnnxError, parseFacts, readOnnxFile } from '@steelyard/model-package/onnx';
import { loadArtifactPath } from '../artifact.js';
import { runtimeErrors } from '../errors.js';

/** What a scan of one ONNX file found. */
export interface OnnxScan {
  readonly facts: ModelFacts;
  /** The artifacts that a load of it reads: itself and its external data. */
  readonly files: ReadonlySet<string>;
}

/** Operators that read files of their own. */
const REFUSED_OPERATORS = new Set(['com.microsoft::EPContext']);

/**
 * Scans an artifact without loading it: it is ONNX by its content, and reads no file that the package does not list.
 * @param context The package.
 * @param model The artifact's path, as in the manifest.
 * @throws AppError `RUNTIME.ARTIFACT_REFUSED`.
 */
export async function scanOnnxFile({ dir, manifest }: { readonly dir: string; readonly manifest: Pick<Manifest, 'artifacts'> }, model: string): Promise<OnnxScan> {
  const facts = readFacts(model, await loadArtifactPath(dir, model));
  for (const operator of facts.operators.keys()) {
    if (REFUSED_OPERATORS.has(operator)) throw refuse(model, `its operator ${operator} reads files by itself`);
  }
  const listed = new Set(manifest.artifacts.map((artifact) => artifact.path));
  const files = new Set([model]);
  for (const location of facts.externalLocations) {
    const file = externalPath(model, location);
    if (file === undefined) throw refuse(model, `it reads external data from "${location}", which is no plain path inside the package`);
    if (!listed.has(file)) throw refuse(model, `it reads external data from "${location}", which is no artifact of the package`);
    await loadArtifactPath(dir, file);
    files.add(file);
  }
  return { facts, files };
}

/** What a provider is told of a model that was accepted. */
export function notesOf({ irVersion, producer, opsets, operators, externalLocations }: ModelFacts): string[] {
  const count = [...operators.values()].reduce((sum, uses) => sum + uses, 0);
  const sets = [...opsets].map(([domain, version]) => `${domain || 'ai.onnx'} ${version}`);
  const byUse = [...operators].sort(([a, usesA], [b, usesB]) => usesB - usesA || a.localeCompare(b));
  return [
    `IR version ${irVersion}${producer ? `, made by ${producer}` : ''}`,
    `operator sets: ${sets.join(', ')}`,
    `${count} nodes: ${byUse.slice(0, 20).map(([name, uses]) => `${name} ${uses}`).join(', ')}${byUse.length > 20 ? ', …' : ''}`,
    ...(externalLocations.size > 0 ? [`external data: ${[...externalLocations].join(', ')}`] : []),
  ];
}

function readFacts(name: string, file: string): ModelFacts {
  try {
    return readOnnxFile(file, parseFacts);
  } catch (error) {
    if (error instanceof NotOnnxError) throw refuse(name, error.message);
    throw error;
  }
}

function refuse(file: string, reason: string): Error {
  return runtimeErrors.ARTIFACT_REFUSED({ path: file, reason });
}
