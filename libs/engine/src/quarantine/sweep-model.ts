import type { CurvePoint, Manifest } from '@steelyard/model-package';
import type { DescribedHeader } from '@steelyard/wire';
import type { Sweep } from '../engine-host.js';
import { chooseTuning, isLate, kneeOf } from './choose-tuning.js';
import { isLoss, type Quarantined } from './quarantined.js';

export interface SweepOptions {
  readonly manifest: Manifest;
  /** Taken in turn. Batches of inputs that cannot be stacked are the runtime's business. */
  readonly inputs: readonly Uint8Array[];
  /** For measuring; starts and loads come on top. */
  readonly budgetMs: number;
  readonly cores: number;
  /** A batch holds no more input than about this. */
  readonly batchBytes: number;
  deviceBytes(device: string): number;
  withModel<T>(threads: number, act: (model: Quarantined) => Promise<T>): Promise<T>;
}

/** More threads are not tried. */
const THREADS_MAX = 8;
/** A call that is over sooner gains nothing worth having from more threads. */
const LONE_MS_MIN = 5;
/** What the first runner may spend of the budget when a second one, with more threads, follows. */
const FIRST_SHARE = 0.7;
const RUNS_MIN = 3;
const RUNS_MAX = 9;
/** Sizes that take longer are not run more than `RUNS_MIN` times. */
const POINT_MS = 60;

interface FirstRunner {
  readonly curve: CurvePoint[];
  readonly device: string;
  readonly memoryBytes: number;
  readonly capabilities: DescribedHeader['capabilities'];
  readonly spentMs: number;
}

/**
 * Runs batches of 1, 2, 4 up to `batching.maxSize` with one thread, until they do not get cheaper per item any more, and a lone
 * call and the best batch with all threads where a lone call takes long enough. Of a continuous runtime it is the calls
 * at a time that grow instead.
 */
export async function sweepModel(options: SweepOptions): Promise<Sweep> {
  const { manifest, cores, budgetMs } = options;
  const threads = Math.min(cores, THREADS_MAX);
  const first = await options.withModel(1, (model) => measureSizes(model, options));
  const { curve, device, memoryBytes } = first;
  const lone = curve[0];
  if (threads > 1 && device === 'cpu' && lone && lone.batchMs > LONE_MS_MIN) {
    const sizes = [...new Set([1, kneeOf(curve)])];
    const more = options.withModel(threads, (model) => measureEach(model, { ...options, threads, sizes, budgetMs: budgetMs - first.spentMs }));
    // Without it the model is run as it was measured so far.
    curve.push(...(await more.catch(() => [])));
  }
  const replicasMax = device === 'cpu' ? Math.max(1, Math.floor(options.deviceBytes(device) / memoryBytes)) : 1;
  const tuning = chooseTuning({ curve, cores: threads, maxSize: first.capabilities.batching || first.capabilities.continuous ? manifest.batching.maxSize : 1, replicasMax });
  return { curve, tuning };
}

async function measureSizes(model: Quarantined, options: SweepOptions): Promise<FirstRunner> {
  const { manifest, inputs, cores, batchBytes } = options;
  const { capabilities } = model.described;
  const startedAtMs = performance.now();
  const endMs = startedAtMs + options.budgetMs * (cores > 1 ? FIRST_SHARE : 1);
  const maxSize = capabilities.batching || capabilities.continuous ? manifest.batching.maxSize : 1;
  const curve: CurvePoint[] = [];
  for (let size = 1; ; size = Math.min(size * 2, maxSize)) {
    const previous = curve.at(-1);
    // As much again as the size before, at the least; and half of the bytes would have been here already.
    if (previous && performance.now() + previous.batchMs > endMs) break;
    if (size > 1 && bytesOf(inputs, size) > batchBytes) break;
    const point = await measure(model, { inputs, size, endMs, threads: 1 });
    if (!point) break;
    curve.push(point);
    if (size >= maxSize || isLate(curve)) break;
  }
  return { curve, device: model.loaded.device, memoryBytes: model.memoryBytes, capabilities, spentMs: performance.now() - startedAtMs };
}

async function measureEach(model: Quarantined, { inputs, sizes, threads, budgetMs }: SweepOptions & { sizes: readonly number[]; threads: number }): Promise<CurvePoint[]> {
  const endMs = performance.now() + budgetMs;
  const points: CurvePoint[] = [];
  for (const size of sizes) {
    if (performance.now() > endMs) break;
    const point = await measure(model, { inputs, size, endMs, threads });
    if (point) points.push(point);
  }
  return points;
}

interface PointOptions {
  readonly inputs: readonly Uint8Array[];
  readonly size: number;
  readonly threads: number;
  readonly endMs: number;
}

/** The median of several runs after one that warms up; nothing when an item failed or the runner was lost. */
async function measure(model: Quarantined, { inputs, size, threads, endMs }: PointOptions): Promise<CurvePoint | undefined> {
  const timesMs: number[] = [];
  let [warmUpMs, spentMs] = [0, 0];
  for (let run = 0; run <= RUNS_MAX; run++) {
    if (run > 0 && performance.now() > endMs) break;
    if (timesMs.length >= RUNS_MIN && spentMs > POINT_MS) break;
    const tookMs = await timeOf(model, batchOf(inputs, size, run));
    if (tookMs === undefined) return undefined;
    if (run === 0) warmUpMs = tookMs;
    else timesMs.push(tookMs);
    spentMs += tookMs;
  }
  const sorted = timesMs.sort((a, b) => a - b);
  const batchMs = sorted[Math.floor(sorted.length / 2)] ?? warmUpMs;
  return { threads, batchSize: size, batchMs: round(batchMs), itemsPerSecond: round((1_000 * size) / batchMs) };
}

async function timeOf(model: Quarantined, batch: readonly Uint8Array[]): Promise<number | undefined> {
  const startedAtMs = performance.now();
  try {
    const runs = model.described.capabilities.continuous ? batch.map((input) => model.run([input])) : [model.run(batch)];
    const answers = (await Promise.all(runs)).flat();
    return answers.every((answer) => answer instanceof Uint8Array) ? performance.now() - startedAtMs : undefined;
  } catch (error) {
    if (isLoss(error)) return undefined;
    throw error;
  }
}

function batchOf(inputs: readonly Uint8Array[], size: number, offset: number): Uint8Array[] {
  return Array.from({ length: size }, (_, n) => inputs[(offset + n) % inputs.length]!);
}

function bytesOf(inputs: readonly Uint8Array[], size: number): number {
  return batchOf(inputs, size, 0).reduce((sum, { length }) => sum + length, 0);
}

const round = (value: number): number => Number(value.toPrecision(4));
