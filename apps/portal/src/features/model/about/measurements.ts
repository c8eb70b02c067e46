/** What the trial run of a publication found, on the machine of the server, one call at a time. */
interface Measurements {
  readonly latencyMs: { readonly p50: number; readonly p95: number };
  readonly runs: number;
  readonly memoryBytes: number;
  readonly device: string;
}

/** Undefined where a version has none, or others than these. */
export function readMeasurements(json: unknown): Measurements | undefined {
  const found = json as Partial<Measurements> | null | undefined;
  const complete = typeof found?.latencyMs?.p50 === 'number' && typeof found.latencyMs.p95 === 'number' && typeof found.runs === 'number' && typeof found.memoryBytes === 'number' && typeof found.device === 'string';
  return complete ? (found as Measurements) : undefined;
}
