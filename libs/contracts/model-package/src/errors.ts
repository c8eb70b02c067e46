import { defineErrors } from '@steelyard/kernel';
import type { ManifestProblem, Problem } from './problem.js';

const list = (problems: readonly (Problem & Partial<ManifestProblem>)[]): string =>
  problems.map(({ path, line, message }) => `  - ${line ? `line ${line}: ` : ''}${path ? `${path}: ` : ''}${message}`).join('\n');

/** Failures of reading a package. All are the provider's to mend. */
export const packageErrors = defineErrors('PACKAGE', {
  MANIFEST_INVALID: {
    kind: 'invalid',
    message: ({ problems }: { problems: readonly ManifestProblem[] }) => `model.yaml has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${list(problems)}`,
    fix: 'Mend the lines named; the JSON Schema of the format is schema/model.schema.json of @steelyard/model-package.',
  },
  MANIFEST_MISSING: {
    kind: 'not-found',
    message: ({ dir }: { dir: string }) => `there is no model.yaml in ${dir}`,
    fix: 'Name the folder that holds model.yaml.',
  },
  PATH_INVALID: {
    kind: 'invalid',
    message: ({ path, problem }: { path: string; problem: string }) => `the path ${JSON.stringify(path)} is refused: ${problem}`,
    fix: 'Use a path inside the package, with forward slashes, e.g. weights/model.onnx.',
  },
  PATHS_COLLIDE: {
    kind: 'invalid',
    message: ({ path, other }: { path: string; other: string }) => `the paths ${JSON.stringify(path)} and ${JSON.stringify(other)} cannot both exist on every machine`,
    fix: 'Rename one of them; names that differ only in upper and lower case collide.',
  },
  FILE_MISSING: {
    kind: 'invalid',
    message: ({ path, namedBy }: { path: string; namedBy: string }) => `the file ${path} is missing; ${namedBy} names it`,
    fix: 'Add the file to the package, or correct the path.',
  },
  FILE_NOT_REGULAR: {
    kind: 'invalid',
    message: ({ path, what }: { path: string; what: string }) => `${path} is ${what}, not a file`,
    fix: 'Put the file itself into the package; links are not followed.',
  },
  FILE_TOO_LARGE: {
    kind: 'too-large',
    message: ({ path, size, maxBytes }: { path: string; size: number; maxBytes: number }) => `${path} has ${size} bytes; at most ${maxBytes} are read`,
  },
  SAMPLE_INVALID: {
    kind: 'invalid',
    message: ({ path, problems }: { path: string; problems: readonly Problem[] }) => `the sample ${path} is not usable:\n${list(problems)}`,
    fix: 'A sample is {"name", "input", "expected", "tolerance"}; files are named as {"$file": "samples/..."}.',
  },
  SCHEMA_INVALID: {
    kind: 'invalid',
    message: ({ problems }: { problems: readonly Problem[] }) => `the JSON Schema is not usable:\n${list(problems)}`,
  },
});
