import type { Dispatch } from '@steelyard/dispatch';
import type { Measurements } from '@steelyard/model-package';
import { encodeValue } from '@steelyard/wire';
import type { StageSuccess } from '../stage-recorder.js';
import type { PreparedSample } from './package-contents.js';
import type { Quarantined } from './scan-package.js';
import type { TriedOut } from './try-samples.js';

export interface MeasureOptions {
  readonly model: Quarantined;
  readonly samples: readonly PreparedSample[];
  readonly dispatch: Dispatch;
  /** How long batch sizes and threads are tried; with 0 they are not. */
  readonly measureMs: number;
}

/** What a version shows of itself on this machine: one call at a time from the quarantine run, and how it is best run, from a sweep. */
export async function measure(tried: TriedOut, options: MeasureOptions): Promise<StageSuccess<Measurements>> {
  const { loaded, latenciesMs, memoryBytes, startMs, streams } = tried;
  const sorted = [...latenciesMs].sort((a, b) => a - b);
  const latencyMs = { p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95) };
  const value: Measurements = {
    loadMs: round(loaded.loadMs),
    coldStartMs: round(startMs + loaded.loadMs),
    memoryBytes,
    latencyMs,
    runs: sorted.length,
    device: loaded.device,
    streams,
    ...(await sweep(options, { memoryBytes, measuredOn: loaded.device })),
  };
  return { value, message: summaryOf(value), detail: { ...value } };
}

async function sweep({ model, samples, dispatch, measureMs }: MeasureOptions, seen: { readonly memoryBytes: number; readonly measuredOn: string }): Promise<Pick<Measurements, 'curve' | 'tuning'>> {
  if (measureMs === 0) return {};
  const { curve, tuning } = await dispatch.sweep({ ...model, ...seen }, samples.map(({ input }) => encodeValue(input)), measureMs);
  return { curve, tuning };
}

/** `p50 0.4 ms; 12,000/s in batches of 32; 41 MiB` */
function summaryOf({ latencyMs, memoryBytes, curve = [], tuning }: Measurements): string {
  const chosen = curve.find(({ batchSize, threads }) => batchSize === tuning?.batchSize && threads === tuning.threads);
  const best = chosen && `${perSecond(chosen.itemsPerSecond)}/s ${chosen.batchSize === 1 ? 'one by one' : `in batches of ${chosen.batchSize}`}`;
  const runners = tuning && tuning.replicas > 1 ? `up to ${tuning.replicas} runners` : undefined;
  const parts = [`p50 ${latencyMs.p50} ms`, best, runners, `${Math.round(memoryBytes / 1024 / 1024)} MiB`];
  return parts.filter(Boolean).join('; ');
}

function perSecond(rate: number): string {
  return rate.toLocaleString('en', rate < 10 ? { maximumFractionDigits: 1 } : { maximumFractionDigits: 0 });
}

/** Nearest rank. */
export function percentile(sorted: readonly number[], share: number): number {
  return round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0);
}

const round = (ms: number): number => Math.round(ms * 1_000) / 1_000;
