import type { PublicationStage, PublishProgressSubscription } from '../../../generated/documents';

export type PublicationEvent = PublishProgressSubscription['publishProgress'];

export const STAGES: readonly PublicationStage[] = ['UPLOADED', 'VERIFIED', 'SCANNED', 'LOADED', 'SAMPLES_RUN', 'MEASURED', 'READY', 'LISTED'];
const LAST_OF_DRY_RUN = STAGES.indexOf('MEASURED');

export interface StageView {
  readonly stage: PublicationStage;
  readonly state: 'waiting' | 'running' | 'succeeded' | 'failed';
  /** What the server said last of it. */
  readonly message: string | undefined;
  readonly detail: unknown;
}

/** Every stage that a publication goes through, and how it stands by the events so far. */
export function stagesOf(events: readonly PublicationEvent[], dryRun: boolean): StageView[] {
  const stages = dryRun ? STAGES.slice(0, LAST_OF_DRY_RUN + 1) : STAGES;
  return stages.map((stage) => {
    const last = events.findLast((event) => event.stage === stage);
    const state = last === undefined ? 'waiting' : last.status === 'STARTED' ? 'running' : last.status === 'FAILED' ? 'failed' : 'succeeded';
    return { stage, state, message: last?.message, detail: last?.detail };
  });
}

/** Two lists of events as one, each event once, in order. */
export function joinEvents(some: readonly PublicationEvent[], others: readonly PublicationEvent[]): PublicationEvent[] {
  return [...new Map([...some, ...others].map((event) => [event.seq, event])).values()].sort((a, b) => a.seq - b.seq);
}

export interface SampleResult {
  readonly name: string;
  readonly passed: boolean;
  readonly problems: readonly { readonly path: string; readonly message: string }[];
  readonly latencyMs: number | null;
}

export function samplesOf(detail: unknown): readonly SampleResult[] {
  const { samples } = (detail ?? {}) as { samples?: unknown };
  return Array.isArray(samples) ? (samples as SampleResult[]) : [];
}

export interface Measurements {
  readonly loadMs: number;
  readonly memoryBytes: number;
  readonly latencyMs: { readonly p50: number; readonly p95: number };
  readonly runs: number;
  readonly device: string;
}

export function measurementsOf(detail: unknown): Measurements | undefined {
  const found = detail as Partial<Measurements> | null | undefined;
  return found?.latencyMs === undefined ? undefined : (found as Measurements);
}
