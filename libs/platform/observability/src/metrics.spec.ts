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
});
