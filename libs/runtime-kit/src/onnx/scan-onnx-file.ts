import { closeSync, fstatSync, openSync } from 'node:fs';
import path from 'node:path';
import type { Manifest } from '@steelyard/model-package';
import { loadArtifactPath } from '../artifact.js';
import { runtimeErrors } from '../errors.js';
import { FileWindow } from './file-window.js';
import { ProtoError } from './read-fields.js';
import { readModel } from './read-model.js';
import type { ModelFacts } from './read-model.js';

/** What a scan of one ONNX file found. */
export interface OnnxScan {
  readonly facts: ModelFacts;
  /** The artifacts that a load of it reads: itself and its external data. */
  readonly files: ReadonlySet<string>;
}

const HEAD_BYTES = 32;
/** ONNX Runtime reads a location with this in it as an address in memory. No honest file name has a star. */
const LOCATION = /^[\w. -]+(\/[\w. -]+)*$/;
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
  const fd = openSync(file, 'r');
  try {
    const window = new FileWindow(fd, fstatSync(fd).size);
    const other = otherFormat(window);
    if (other) throw refuse(name, `it is ${other}, not ONNX`);
    const facts = readModel(window);
    if (facts.irVersion < 1 || !facts.hasGraph) throw refuse(name, 'it is not an ONNX model: it has no version or no graph');
    return facts;
  } catch (error) {
    if (error instanceof ProtoError) throw refuse(name, `it is not an ONNX model: ${error.message}`);
    throw error;
  } finally {
    closeSync(fd);
  }
}

/** Formats that are taken for models by mistake, or on purpose; protobuf has no signature to look for instead. */
function otherFormat(file: FileWindow): string | undefined {
  const head = Array.from({ length: Math.min(HEAD_BYTES, file.size) }, (_, index) => String.fromCharCode(file.byteAt(index))).join('');
  if (head === '') return 'empty';
  if (head.startsWith('PK')) return 'a zip archive (PyTorch and Keras write those)';
  if (head.startsWith('\x80') && '\x02\x03\x04\x05'.includes(head.charAt(1))) return 'a Python pickle';
  if (head.startsWith('\x89HDF')) return 'HDF5 (Keras)';
  if (head.startsWith('GGUF')) return 'GGUF';
  if (head.slice(4, 8) === 'ORTM') return "ONNX Runtime's own format";
  if (head.slice(4, 8) === 'TFL3') return 'TensorFlow Lite';
  if (head.startsWith('version https://git-lfs')) return 'a Git LFS pointer';
  return undefined;
}

/** External data is found from the model file's folder. */
function externalPath(model: string, location: string): string {
  const parts = location.split('/');
  if (!LOCATION.test(location) || parts.some((part) => /^\.*$/.test(part))) {
    throw refuse(model, `it reads external data from "${location}", which is no plain path inside the package`);
  }
  return path.posix.join(path.posix.dirname(model), location);
}

function refuse(file: string, reason: string): Error {
  return runtimeErrors.ARTIFACT_REFUSED({ path: file, reason });
}
