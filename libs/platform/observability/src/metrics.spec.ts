import { describe, expect, it } from '@jest/globals';
import { createMetrics } from './metrics.js';

describe('metrics', () => {
  it('exposes counters, gauges and histograms as Prometheus text', async () => {
    const metrics = createMetrics();
    metrics.counter({ name: 'steelyard_calls_total', help: 'Calls.', labels: ['status'] }).increment({ status: 'succeeded' }, 2);
    metrics.gauge({ name: 'steelyard_runners', help: 'Runners.', read: () => 3 });
    metrics.histogram({ name: 'steelyard_queue_seconds', help: 'Queue.', buckets: [0.1, 1] }).observe({}, 0.5);
    const text = await metrics.text();
    expect(text).toContain('steelyard_calls_total{status="succeeded"} 2');
    expect(text).toContain('steelyard_runners 3');
    expect(text).toContain('steelyard_queue_seconds_bucket{le="1"} 1');
    expect(metrics.contentType).toContain('text/plain');
  });

  it('gives the same metric for the same name and shares nothing between registries', async () => {
    const one = createMetrics();
    const other = createMetrics({ processMetrics: true });
    one.counter({ name: 'steelyard_calls_total', help: 'Calls.' }).increment({});
    one.counter({ name: 'steelyard_calls_total', help: 'Calls.' }).increment({});
    expect(await one.text()).toContain('steelyard_calls_total 2');
    expect(await other.text()).not.toContain('steelyard_calls_total');
    expect(await other.text()).toContain('process_resident_memory_bytes');
  });

  it('reads a gauge with labels anew each time, and forgets series on demand', async () => {
    const metrics = createMetrics();
    let models = ['a', 'b'];
    metrics.gauge({ name: 'steelyard_queued_calls', help: 'Queued.', labels: ['model'], read: () => models.map((model) => ({ labels: { model }, value: 1 })) });
    const load = metrics.histogram({ name: 'steelyard_load_seconds', help: 'Load.', labels: ['model', 'device'], buckets: [1] });
    const exits = metrics.counter({ name: 'steelyard_exits_total', help: 'Exits.', labels: ['model'] });
    for (const model of models) {
      load.observe({ model, device: 'cpu' }, 0.5);
      exits.increment({ model });
    }
    metrics.counter({ name: 'steelyard_calls_total', help: 'Calls.' }).increment({});
    expect(await metrics.text()).toContain('steelyard_load_seconds_bucket{le="1",model="b",device="cpu"} 1');
    models = ['a'];
    await metrics.forget('model', (value) => value === 'a');
    const text = await metrics.text();
    expect(text).not.toContain('"b"');
    for (const kept of ['steelyard_queued_calls{model="a"} 1', 'steelyard_load_seconds_count{model="a",device="cpu"} 1', 'steelyard_exits_total{model="a"} 1', 'steelyard_calls_total 1']) {
      expect(text).toContain(kept);
    }
  });
});
