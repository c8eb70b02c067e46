import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface MetricOptions<L extends string> {
  /** The full name, snake_case with the unit last: `steelyard_predictions_total`, `steelyard_queue_seconds`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly L[];
}

export interface HistogramOptions<L extends string> extends MetricOptions<L> {
  /** Upper bounds in the unit of the name. Default: seconds from 0.5 ms to 30 s. */
  readonly buckets?: readonly number[];
}

export interface GaugeOptions<L extends string> extends MetricOptions<L> {
  /** Asked for the value, or for one of each series, whenever the metrics are read; series that it leaves out are gone. */
  readonly read?: () => number | readonly Sample<L>[];
}

export interface Sample<L extends string> {
  readonly labels: Labels<L>;
  readonly value: number;
}

type Labels<L extends string> = Readonly<Record<L, string>>;

export interface CounterMetric<L extends string> {
  /** By 1 when no amount is given. */
  increment(labels: Labels<L>, amount?: number): void;
}

export interface GaugeMetric<L extends string> {
  set(labels: Labels<L>, value: number): void;
}

export interface HistogramMetric<L extends string> {
  observe(labels: Labels<L>, value: number): void;
}

/** Makes metrics and writes all of them as text. A name asked for twice gives the same metric. */
export interface Metrics {
  counter<L extends string = never>(options: MetricOptions<L>): CounterMetric<L>;
  gauge<L extends string = never>(options: GaugeOptions<L>): GaugeMetric<L>;
  histogram<L extends string = never>(options: HistogramOptions<L>): HistogramMetric<L>;
  /** Drops every series whose `label` has a value that `keep` refuses, of whatever metric. */
  forget(label: string, keep: (value: string) => boolean): Promise<void>;
  /** Prometheus text exposition, to be served as {@link Metrics.contentType}. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Injects the {@link Metrics}. */
export const METRICS = Symbol('steelyard:metrics');

const LATENCY_BUCKETS_SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];

export interface MetricsOptions {
  /** Adds the process's own figures: memory, event loop delay, garbage collection. */
  readonly processMetrics?: boolean;
}

/** A registry of its own: two in one process (tests) share nothing. */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  return {
    counter: (metric) => {
      const counter = once(registry, metric.name, (base) => new Counter({ ...base, help: metric.help, labelNames: metric.labels ?? [] }));
      return { increment: (labels, amount = 1) => counter.inc(labels, amount) };
    },
    gauge: (metric) => {
      const { read } = metric;
      const collect = read && { collect(this: Gauge) { setAll(this, read()); } };
      const gauge = once(registry, metric.name, (base) => new Gauge({ ...base, ...collect, help: metric.help, labelNames: metric.labels ?? [] }));
      return { set: (labels, value) => gauge.set(labels, value) };
    },
    histogram: (metric) => {
      const buckets = [...(metric.buckets ?? LATENCY_BUCKETS_SECONDS)];
      const histogram = once(registry, metric.name, (base) => new Histogram({ ...base, buckets, help: metric.help, labelNames: metric.labels ?? [] }));
      return { observe: (labels, value) => histogram.observe(labels, value) };
    },
    forget: async (label, keep) => {
      for (const metric of registry.getMetricsAsArray()) await forgetSeries(metric as unknown as Series, label, keep);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

interface MetricBase {
  readonly name: string;
  readonly registers: Registry[];
}

function once<M extends Counter | Gauge | Histogram>(registry: Registry, name: string, make: (base: MetricBase) => M): M {
  const known = registry.getSingleMetric(name);
  return known ? (known as M) : make({ name, registers: [registry] });
}

function setAll(gauge: Gauge, read: number | readonly Sample<string>[]): void {
  if (typeof read === 'number') return gauge.set(read);
  gauge.reset();
  for (const { labels, value } of read) gauge.set(labels, value);
}

/** What the three sorts of metric have in common. */
interface Series {
  readonly labelNames: readonly string[];
  get(): Promise<{ readonly values: readonly { readonly labels: Record<string, string | number | undefined> }[] }>;
  remove(labels: Record<string, string | number | undefined>): void;
}

async function forgetSeries(metric: Series, label: string, keep: (value: string) => boolean): Promise<void> {
  if (!metric.labelNames.includes(label)) return;
  const { values } = await metric.get();
  for (const { labels } of values) {
    if (labels[label] === undefined || keep(String(labels[label]))) continue;
    // Buckets have `le` besides, which is none of the series' own.
    metric.remove(Object.fromEntries(metric.labelNames.map((name) => [name, labels[name]])));
  }
}
