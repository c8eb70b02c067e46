import type { StageSuccess } from '../stage-recorder.js';
import type { TriedOut } from './try-samples.js';

/** What a version shows of itself: from the quarantine run on this machine, one call at a time. */
export interface Measurements extends Record<string, unknown> {
  readonly loadMs: number;
  readonly memoryBytes: number;
  readonly latencyMs: { readonly p50: number; readonly p95: number };
  readonly runs: number;
  readonly device: string;
}

export function measure({ loaded, latenciesMs, memoryBytes }: TriedOut): StageSuccess<Measurements> {
  const sorted = [...latenciesMs].sort((a, b) => a - b);
  const latencyMs = { p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95) };
  const value = { loadMs: round(loaded.loadMs), memoryBytes, latencyMs, runs: sorted.length, device: loaded.device };
  return { value, message: `p50 ${latencyMs.p50} ms, p95 ${latencyMs.p95} ms, ${Math.round(memoryBytes / 1024 / 1024)} MiB`, detail: value };
}

/** Nearest rank. */
export function percentile(sorted: readonly number[], share: number): number {
  return round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0);
}

const round = (ms: number): number => Math.round(ms * 1_000) / 1_000;
