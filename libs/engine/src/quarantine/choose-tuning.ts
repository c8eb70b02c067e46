import type { CurvePoint, Tuning } from '@steelyard/model-package';

/** A batch size is good enough when it gives this share of the best throughput. */
const KNEE = 0.9;
/** A size pays when an item costs at most this share of the cheapest before. */
const PAYS = 0.9;
/**
 * Batches that are over sooner are never too large: nobody waits long for one, the engine sends no more than waits, and by how much an item in
 * them is cheaper drowns in the noise of a busy machine.
 */
const BRIEF_MS = 8;
/** So many sizes in a row that do not pay end the search. */
const LATE = 2;
/** A lone call gets all threads where it is so many times quicker by them. */
const ALONE = 1.3;
/** More threads under load, where replicas cannot be had, when they give so many times the throughput. */
const MORE_THREADS = 1.15;
/** Items that cost less are over before a second runner is worth its memory: one keeps up. */
const HEAVY_MS = 1;

export interface Facts {
  /** Of one thread from batch size 1 up, then of all of them, if at all. */
  readonly curve: readonly CurvePoint[];
  /** Threads and runners beyond this do not pay. */
  readonly cores: number;
  readonly maxSize: number;
  /** Runners that fit into memory. */
  readonly replicasMax: number;
}

/**
 * How a version is best run. Under load one thread for each of as many runners as there are cores: that gives more than
 * one runner with all threads (BERT-mini: 299 against 233 per second on two cores). Where memory does not allow it, threads
 * take the place of the missing runners if that was measured to help.
 */
export function chooseTuning({ curve, cores, maxSize, replicasMax }: Facts): Tuning {
  const single = curve.filter(({ threads }) => threads === 1);
  const lone = single.find(({ batchSize }) => batchSize === 1);
  if (!lone) return { batchSize: maxSize, threads: 1, threadsAlone: 1, replicas: 1 };
  const batchSize = kneeOf(single);
  const best = single.find((point) => point.batchSize === batchSize)!;
  const replicas = best.batchMs / batchSize > HEAVY_MS ? Math.min(cores, replicasMax) : 1;
  const more = curve.filter(({ threads }) => threads > 1);
  const loneMore = more.find((point) => point.batchSize === 1);
  const threadsAlone = loneMore && lone.batchMs >= ALONE * loneMore.batchMs ? loneMore.threads : 1;
  const share = Math.floor(cores / replicas);
  const bestMore = more.find((point) => point.batchSize === batchSize);
  const pays = bestMore !== undefined && bestMore.itemsPerSecond >= MORE_THREADS * best.itemsPerSecond;
  const threads = replicas === replicasMax && share > 1 && pays ? share : 1;
  return { batchSize, threads, threadsAlone: Math.max(threads, threadsAlone), replicas };
}

/** The smallest batch with one thread that is about as good as the best, or the largest that is over in a moment. */
export function kneeOf(curve: readonly CurvePoint[]): number {
  const single = curve.filter(({ threads }) => threads === 1);
  const best = Math.max(...single.map(({ itemsPerSecond }) => itemsPerSecond));
  const good = single.filter(({ itemsPerSecond }) => itemsPerSecond >= KNEE * best);
  const brief = single.filter(({ batchMs }) => batchMs <= BRIEF_MS);
  return Math.max(Math.min(...good.map(({ batchSize }) => batchSize)), ...brief.map(({ batchSize }) => batchSize));
}

/** Whether the latest sizes of a curve that grows have stopped to pay. */
export function isLate(curve: readonly CurvePoint[]): boolean {
  const itemMs = curve.map(({ batchMs, batchSize }) => batchMs / batchSize);
  const before = Math.min(...itemMs.slice(0, -LATE));
  const latest = curve.slice(-LATE);
  return curve.length > LATE && latest.every(({ batchMs, batchSize }) => batchMs > BRIEF_MS && batchMs / batchSize > PAYS * before);
}
