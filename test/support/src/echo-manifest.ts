export interface EchoManifest {
  readonly name: string;
  readonly options: Record<string, unknown>;
  readonly batchMax?: number;
  readonly memoryMb?: number;
}

/** The normalised manifest of a model of the `echo` runtime that takes and gives any object: for an engine without the rest of the platform. */
export function echoManifest({ name, options, batchMax = 16, memoryMb = 256 }: EchoManifest) {
  return {
    schema: 1 as const,
    name,
    version: '1.0.0',
    license: 'Apache-2.0',
    task: 'custom',
    description: '',
    runtime: { name: 'echo', range: '*', options },
    artifacts: [],
    card: 'README.md',
    input: { type: 'object' },
    output: { type: 'object' },
    pre: [],
    post: [],
    batching: { maxSize: batchMax, maxDelayMs: 0 },
    resources: { gpu: 'never' as const, memoryMb },
    limits: { loadMs: 30_000, runMs: 60_000 },
  };
}
