import { buffer } from 'node:stream/consumers';
import { compileSchema, fileUsesOfSample, packageErrors, readSample, resolveSampleInput, type Manifest, type PackageFile, type Sample } from '@steelyard/model-package';
import type { BlobStore } from '@steelyard/platform-blob-store';
import { publishingErrors } from '../errors.js';

/** The parts of a package that publishing itself reads. */
export interface PackageContents {
  readonly card: string;
  readonly samples: readonly PreparedSample[];
}

export interface PreparedSample {
  readonly sample: Sample;
  /** As a caller would send it: files as base64 text. */
  readonly input: Readonly<Record<string, unknown>>;
}

const TEXT_BYTES_MAX = 1024 * 1024;
const SAMPLE_FILE_BYTES_MAX = 16 * 1024 * 1024;
const SAMPLES_MAX = 100;
/** All samples are in memory at once, as base64 and encoded for the runner: with every use of a file they may have so much. */
const SAMPLES_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Reads card and samples, and checks that the files are those that the package names: none missing, none besides.
 * @throws AppError `PUBLISHING.*` | `PACKAGE.SAMPLE_INVALID`
 */
export async function readContents(manifest: Manifest, files: readonly PackageFile[], blobs: BlobStore): Promise<PackageContents> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const missing = [...manifest.artifacts.map(({ path }) => path), manifest.card].filter((path) => !byPath.has(path));
  if (missing.length > 0) throw publishingErrors.FILES_MISSING({ paths: missing });

  const fileAt = (path: string): PackageFile => {
    const file = byPath.get(path);
    if (!file) throw publishingErrors.FILES_MISSING({ paths: [path] });
    return file;
  };
  const read = async (path: string, limitBytes: number): Promise<Uint8Array> => {
    const file = fileAt(path);
    if (file.size > limitBytes) throw publishingErrors.FILE_TOO_LARGE({ path, size: file.size, limitBytes });
    return buffer(blobs.open(file.sha256));
  };
  const readText = async (path: string): Promise<string> => Buffer.from(await read(path, TEXT_BYTES_MAX)).toString('utf8');

  const paths = files.map((file) => file.path).filter((path) => /^samples\/[^/]+\.json$/.test(path)).sort();
  if (paths.length === 0) throw publishingErrors.SAMPLES_MISSING({ model: manifest.name });
  if (paths.length > SAMPLES_MAX) throw publishingErrors.FILES_UNEXPECTED({ paths: paths.slice(SAMPLES_MAX) });

  const named = new Set([...manifest.artifacts.map(({ path }) => path), manifest.card, ...paths]);
  const given: { path: string; sample: Sample }[] = [];
  let size = 0;
  for (const path of paths) {
    const sample = readSample(parseJson(path, await readText(path)), path);
    given.push({ path, sample });
    size += fileAt(path).size;
    for (const used of fileUsesOfSample(sample)) {
      named.add(used);
      size += fileAt(used).size;
    }
    if (size > SAMPLES_BYTES_MAX) throw publishingErrors.SAMPLES_TOO_LARGE({ limitBytes: SAMPLES_BYTES_MAX });
  }

  const validate = compileSchema(manifest.input);
  const samples: PreparedSample[] = [];
  for (const { path, sample } of given) {
    const input = await resolveSampleInput(sample, (file) => read(file, SAMPLE_FILE_BYTES_MAX));
    const problems = validate(input);
    if (problems.length > 0) throw publishingErrors.SAMPLE_INPUT_INVALID({ path, problems });
    samples.push({ sample, input });
  }
  const unexpected = files.map((file) => file.path).filter((path) => !named.has(path));
  if (unexpected.length > 0) throw publishingErrors.FILES_UNEXPECTED({ paths: unexpected });
  const card = await readText(manifest.card);
  // Texts of PostgreSQL hold every character but this one.
  if (card.includes('\0')) throw publishingErrors.CARD_INVALID({ path: manifest.card });
  return { card, samples };
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw packageErrors.SAMPLE_INVALID({ path, problems: [{ path: '', message: error instanceof Error ? error.message : 'is no JSON' }] }, error);
  }
}
