import type { EngineMetrics } from '@steelyard/engine';
import type { Metrics } from '@steelyard/platform-observability';

/** The engine's port for measurements, on the platform's metrics. */
export function engineMetrics(metrics: Metrics): EngineMetrics {
  const items = metrics.histogram({ name: 'steelyard_batch_items', help: 'Items per batch.', labels: ['model'], buckets: [1, 2, 4, 8, 16, 32, 64] });
  const compute = metrics.histogram({ name: 'steelyard_compute_seconds', help: 'Time a batch took in its runner.', labels: ['model'] });
  const exits = metrics.counter({ name: 'steelyard_runner_exits_total', help: 'Runner processes that ended, by reason.', labels: ['model', 'reason'] });
  const loads = metrics.histogram({ name: 'steelyard_load_seconds', help: 'From the start of a process to a model that answers.', labels: ['model', 'device'] });
  const refusals = metrics.counter({ name: 'steelyard_engine_refusals_total', help: 'Calls refused before they ran, by error code.', labels: ['model', 'code'] });
  return {
    loaded: ({ label, device, startMs, loadMs }) => loads.observe({ model: label, device }, (startMs + loadMs) / 1_000),
    refused: ({ label, code }) => refusals.increment({ model: label, code }),
    batch: ({ label, size, computeMs }) => {
      items.observe({ model: label }, size);
      compute.observe({ model: label }, computeMs / 1_000);
    },
    runnerExit: ({ label, reason }) => exits.increment({ model: label, reason }),
  };
}
