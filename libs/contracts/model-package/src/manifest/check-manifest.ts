import { tasks, isTask } from '@steelyard/tasks';
import semver from 'semver';
import { checkSchema } from '../schema/check-schema.js';
import { compileSchema } from '../schema/compile-schema.js';
import { AppError } from '@steelyard/kernel';
import { checkOps } from './check-ops.js';
import type { JsonSchema, Manifest } from './manifest.js';
import { pathProblem } from '../package-path.js';
import type { LocatedProblem, Problem } from '../problem.js';

/** The schemas that a manifest has for itself or from its task. `undefined` where neither gives one. */
export function schemasOf(manifest: { task: string; input?: JsonSchema; output?: JsonSchema }): { input: JsonSchema | undefined; output: JsonSchema | undefined } {
  const task = isTask(manifest.task) ? tasks[manifest.task] : undefined;
  return { input: manifest.input ?? task?.input, output: manifest.output ?? task?.output };
}

/** The rules that cross fields, on a manifest whose own shape is right. Reports every problem. */
export function checkManifest(manifest: Manifest, given: { input?: unknown; output?: unknown }): LocatedProblem[] {
  return [
    ...checkRange(manifest),
    ...checkFilePaths(manifest),
    ...(['input', 'output'] as const).flatMap((side) => checkOwnSchema(side, manifest, given[side])),
    ...(manifest.input === undefined ? [] : checkOps(manifest)),
  ];
}

function checkRange({ runtime }: Manifest): LocatedProblem[] {
  return semver.validRange(runtime.range) === null ? [{ segments: ['runtime', 'range'], message: 'must be a version range, e.g. ^0.1.0' }] : [];
}

function checkFilePaths({ artifacts, card }: Manifest): LocatedProblem[] {
  const named = [...artifacts.map((artifact, index) => ({ path: artifact.path, segments: ['artifacts', index, 'path'] })), { path: card, segments: ['card'] }];
  const taken = new Set<string>();
  return named.flatMap(({ path, segments }): LocatedProblem[] => {
    const problem = pathProblem(path) ?? (taken.has(path.toLowerCase()) ? 'it is named twice' : undefined);
    taken.add(path.toLowerCase());
    return problem === undefined ? [] : [{ segments, message: `the path ${JSON.stringify(path)} is refused: ${problem}` }];
  });
}

function checkOwnSchema(side: 'input' | 'output', manifest: Manifest, given: unknown): LocatedProblem[] {
  const schema = manifest[side] as JsonSchema | undefined;
  if (schema === undefined) return [{ segments: [side], message: `is missing: the task ${manifest.task} gives no default ${side}` }];
  if (given === undefined) return [];
  const problems = checkSchema(schema).map(({ segments, message }) => ({ segments: [side, ...segments], message }));
  if (problems.length > 0) return problems;
  if (schema.type !== 'object') return [{ segments: [side, 'type'], message: 'must be "object": a call has named fields' }];
  try {
    compileSchema(schema);
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const [problem] = (error.details?.problems ?? []) as Problem[];
    return [{ segments: [side], message: problem?.message ?? error.message }];
  }
}
