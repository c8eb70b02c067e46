/** How long a batch of one size takes, measured when the version was published. */
export interface CurvePoint {
  readonly threads: number;
  readonly batchSize: number;
  /** Median time of a whole batch, in milliseconds. */
  readonly batchMs: number;
  readonly itemsPerSecond: number;
}

/** What was chosen from the curve; the engine runs the version by it. */
export interface Tuning {
  /** Batches are never larger; at most `batching.maxSize` of the manifest. */
  readonly batchSize: number;
  /** Of each runner while several are at work. */
  readonly threads: number;
  /** Of a runner that has the machine to itself: more where a lone call is notably quicker by it. */
  readonly threadsAlone: number;
  /** How many runners pay at most, when there are cores and memory for them. */
  readonly replicas: number;
}

/** What a version showed of itself in quarantine, on the machine that published it. Stored with the version. */
export interface Measurements {
  readonly loadMs: number;
  /** From the start of a process to a model that answers, in milliseconds: what a cold call waits for. */
  readonly coldStartMs?: number;
  readonly memoryBytes: number;
  readonly latencyMs: { readonly p50: number; readonly p95: number };
  readonly runs: number;
  readonly device: string;
  /** Whether its runtime hands out parts of an answer while it works. */
  readonly streams?: boolean;
  /** Empty or missing where the runtime takes one call at a time. */
  readonly curve?: readonly CurvePoint[];
  readonly tuning?: Tuning;
}
