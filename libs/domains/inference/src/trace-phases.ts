import type { EngineAnswer } from '@steelyard/dispatch';
import type { TraceSpan } from '@steelyard/platform-observability';

/** Adds what the engine says of its time to the span of a call to it, which began at `startMs`. */
export async function tracePhases(engine: TraceSpan, running: Promise<EngineAnswer>, startMs: number): Promise<EngineAnswer> {
  const answer = await running;
  const { queueMs, coldStartMs, computeMs, batchSize, parts } = answer.timings;
  const phase = (name: string, fromMs: number, lastsMs: number, attributes = {}) =>
    engine.child(name, { startMs: startMs + fromMs, attributes }).end(startMs + fromMs + lastsMs);
  phase('queue', 0, queueMs - coldStartMs);
  if (coldStartMs > 0) phase('load', queueMs - coldStartMs, coldStartMs);
  phase('compute', queueMs, computeMs, { 'steelyard.batch_size': batchSize, 'steelyard.parts': parts });
  return answer;
}
