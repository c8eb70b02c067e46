import { packageErrors } from './errors.js';
import { pathProblem } from './package-path.js';
import { formatPath, type PathSegment, type Problem } from './problem.js';
import { isObject } from './schema/schema-keywords.js';
import { unstorable } from './schema/unstorable.js';

/** One of `samples/*.json`: an input with what the model must answer. */
export interface Sample {
  readonly name: string;
  /** May name files of the package as `{"$file": "samples/seven.png"}`. */
  readonly input: Readonly<Record<string, unknown>>;
  /** A part of the output: every key given must match. */
  readonly expected: Readonly<Record<string, unknown>>;
  /** How far a number may be from the expected one. */
  readonly tolerance: number;
}

const TOLERANCE_DEFAULT = 1e-3;
const KEYS = ['name', 'input', 'expected', 'tolerance'];

/**
 * Checks a sample and fills in its defaults.
 * @param path the file it was read from: for messages, and for the name of a sample that has none.
 * @throws AppError `PACKAGE.SAMPLE_INVALID` with every problem.
 */
export function readSample(json: unknown, path = 'samples/sample.json'): Sample {
  if (!isObject(json)) throw packageErrors.SAMPLE_INVALID({ path, problems: [{ path: '', message: 'must be an object' }] });
  const unkept = unstorable(json);
  if (unkept) throw packageErrors.SAMPLE_INVALID({ path, problems: [{ path: formatPath(unkept.segments), message: unkept.message }] });
  const { name = path.replace(/^.*\//, '').replace(/\.json$/, ''), input, expected = {}, tolerance = TOLERANCE_DEFAULT } = json;
  const problems: Problem[] = Object.keys(json).filter((key) => !KEYS.includes(key)).map((key) => ({ path: key, message: 'is not known here' }));
  if (typeof name !== 'string' || !/^[^\p{Cc}\u2028\u2029]{1,100}$/u.test(name)) problems.push({ path: 'name', message: 'must be one line of 1 to 100 characters' });
  if (!isObject(input)) problems.push({ path: 'input', message: input === undefined ? 'is missing' : 'must be an object' });
  if (!isObject(expected)) problems.push({ path: 'expected', message: 'must be an object' });
  if (typeof tolerance !== 'number' || !(tolerance >= 0)) problems.push({ path: 'tolerance', message: 'must be a number, 0 or more' });
  for (const { file, segments } of fileReferences(input)) {
    const problem = fileProblem(file);
    if (problem !== undefined) problems.push({ path: formatPath(['input', ...segments]), message: problem });
  }
  if (problems.length > 0) throw packageErrors.SAMPLE_INVALID({ path, problems });
  return { name, input, expected, tolerance } as Sample;
}

/** The files of the package that a sample names, each once. */
export function filesOfSample(sample: Sample): string[] {
  return [...new Set(fileUsesOfSample(sample))];
}

/** The same, each as often as the sample names it: so often it is in the input. */
export function fileUsesOfSample(sample: Sample): string[] {
  return fileReferences(sample.input).map(({ file }) => file as string);
}

/**
 * The sample's input as a caller would send it: each `{"$file": path}` becomes the file as base64 text.
 * @param readFile gives a file of the package by its path.
 */
export async function resolveSampleInput(sample: Sample, readFile: (path: string) => Promise<Uint8Array>): Promise<Record<string, unknown>> {
  const contents = new Map<string, string>();
  for (const path of filesOfSample(sample)) contents.set(path, Buffer.from(await readFile(path)).toString('base64'));
  const replace = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replace);
    if (!isObject(value)) return value;
    if (Object.hasOwn(value, '$file')) return contents.get(value.$file as string);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replace(item)]));
  };
  return replace(sample.input) as Record<string, unknown>;
}

interface FileReference {
  readonly file: unknown;
  readonly segments: readonly PathSegment[];
}

function fileReferences(value: unknown, segments: readonly PathSegment[] = []): FileReference[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => fileReferences(item, [...segments, index]));
  if (!isObject(value)) return [];
  if (Object.hasOwn(value, '$file')) return [{ file: Object.keys(value).length === 1 ? value.$file : undefined, segments }];
  return Object.entries(value).flatMap(([key, item]) => fileReferences(item, [...segments, key]));
}

function fileProblem(file: unknown): string | undefined {
  if (typeof file !== 'string') return 'must be {"$file": "samples/..."} and nothing else';
  const problem = pathProblem(file);
  if (problem !== undefined) return `the path ${JSON.stringify(file)} is refused: ${problem}`;
  return file.startsWith('samples/') ? undefined : `the file ${file} is not in samples/`;
}
