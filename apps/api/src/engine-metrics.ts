import type { EngineMetrics, EngineStatus } from '@steelyard/engine';
import type { Metrics } from '@steelyard/platform-observability';

/** The engine's port for measurements, on the platform's metrics. Series are named by model: see {@link exposeEngine} for their end. */
export function engineMetrics(metrics: Metrics): EngineMetrics {
  const items = metrics.histogram({ name: 'steelyard_batch_items', help: 'Items per batch.', labels: ['model'], buckets: [1, 2, 4, 8, 16, 32, 64] });
  const queue = metrics.histogram({ name: 'steelyard_queue_seconds', help: 'Time that the first call of a batch waited for it.', labels: ['model'] });
  const compute = metrics.histogram({ name: 'steelyard_compute_seconds', help: 'Time a batch took in its runner.', labels: ['model'] });
  const exits = metrics.counter({ name: 'steelyard_runner_exits_total', help: 'Runner processes that ended, by reason; `evicted` and `idle` are evictions.', labels: ['model', 'reason'] });
  const loads = metrics.histogram({ name: 'steelyard_load_seconds', help: 'From the start of a process to a model that answers.', labels: ['model', 'device'] });
  const refusals = metrics.counter({ name: 'steelyard_engine_refusals_total', help: 'Calls refused before they ran, by error code.', labels: ['model', 'code'] });
  return {
    loaded: ({ label, device, startMs, loadMs }) => loads.observe({ model: label, device }, (startMs + loadMs) / 1_000),
    refused: ({ label, code }) => refusals.increment({ model: label, code }),
    batch: ({ label, size, queueMs, computeMs }) => {
      items.observe({ model: label }, size);
      queue.observe({ model: label }, queueMs / 1_000);
      compute.observe({ model: label }, computeMs / 1_000);
    },
    runnerExit: ({ label, reason }) => exits.increment({ model: label, reason }),
  };
}

/**
 * What the engine is like now, asked whenever the metrics are read. Gives how to read them: series of models that the engine
 * has forgotten go first, so that there are never more than it knows models.
 */
export function exposeEngine(metrics: Metrics, status: () => EngineStatus): () => Promise<string> {
  const gauge = <L extends string>(name: string, help: string, labels: readonly L[], read: () => { labels: Record<L, string>; value: number }[]) =>
    metrics.gauge({ name, help, labels, read });
  const ofModels = (value: (model: EngineStatus['models'][number]) => number) => () => status().models.map((model) => ({ labels: { model: model.label }, value: value(model) }));
  const ofDevices = (value: (device: EngineStatus['devices'][number]) => number) => () => status().devices.map((device) => ({ labels: { device: device.name }, value: value(device) }));

  gauge('steelyard_queued_calls', 'Calls that wait for the model.', ['model'], ofModels(({ queued }) => queued));
  gauge('steelyard_running_calls', 'Calls that are with a runner of the model.', ['model'], ofModels(({ inFlight }) => inFlight));
  gauge('steelyard_model_runners', 'Runner processes of the model.', ['model'], ofModels(({ runners }) => runners.length));
  gauge('steelyard_model_faults', 'How often a runner of the model was lost or did not load.', ['model'], ofModels(({ faults }) => faults));
  gauge('steelyard_model_pinned', '1 where the model stays loaded.', ['model'], ofModels(({ pinned }) => Number(pinned)));
  gauge('steelyard_model_memory_bytes', 'What the runners of the model hold.', ['model'], ofModels(({ runners }) => runners.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0)));
  gauge('steelyard_device_budget_bytes', 'What models may take together; infinite where it is not limited.', ['device'], ofDevices(({ budgetBytes = Infinity }) => budgetBytes));
  gauge('steelyard_device_used_bytes', 'What models take together.', ['device'], ofDevices(({ usedBytes }) => usedBytes));
  gauge('steelyard_device_reserved_bytes', 'Set aside for models that are being loaded.', ['device'], ofDevices(({ reservedBytes }) => reservedBytes));

  return async () => {
    const known = new Set(status().models.map(({ label }) => label));
    await metrics.forget('model', (model) => known.has(model));
    return metrics.text();
  };
}
