import type { Measurements } from '@steelyard/model-package';

/** What the trial run of a publication found, on the machine of the server. Undefined where a version has none, or others than these. */
export function readMeasurements(json: unknown): Measurements | undefined {
  const found = json as Partial<Measurements> | null | undefined;
  const complete = typeof found?.latencyMs?.p50 === 'number' && typeof found.latencyMs.p95 === 'number' && typeof found.runs === 'number' && typeof found.memoryBytes === 'number' && typeof found.device === 'string';
  return complete ? (found as Measurements) : undefined;
}
