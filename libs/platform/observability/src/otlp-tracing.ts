import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context, type Span, type SpanContext, type Tracer } from '@opentelemetry/api';
import { AppError } from '@steelyard/kernel';
import { noTracing, type SpanAttributes, type SpanOptions, type TraceSpan, type Tracing } from './tracing.js';

export interface TracingOptions {
  /** Base address of an OTLP/HTTP receiver, e.g. `http://localhost:4318`; without one nothing is traced. */
  readonly endpoint: string | undefined;
  /** Share of traces that are recorded, 0 to 1, where the caller has not decided. */
  readonly ratio: number;
  readonly service: { readonly name: string; readonly version: string };
}

/** Sends spans by OTLP over HTTP. The libraries for it are loaded when an endpoint is given. */
export async function openTracing({ endpoint, ratio, service }: TracingOptions): Promise<Tracing> {
  if (endpoint === undefined) return noTracing;
  const [sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
  const provider = new sdk.BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service.name, 'service.version': service.version }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new sdk.BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer('steelyard');
  return {
    begin(name, traceparent) {
      const parent = readTraceparent(traceparent);
      const context = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
      const span = tracer.startSpan(name, { kind: SpanKind.SERVER }, context);
      return span.isRecording() ? new RecordedSpan(tracer, span) : undefined;
    },
    close: () => provider.shutdown(),
  };
}

class RecordedSpan implements TraceSpan {
  readonly #context: Context;

  constructor(
    private readonly tracer: Tracer,
    private readonly span: Span,
  ) {
    this.#context = trace.setSpan(ROOT_CONTEXT, span);
  }

  get traceparent(): string {
    const { traceId, spanId, traceFlags } = this.span.spanContext();
    return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  }

  child(name: string, { startMs, attributes }: SpanOptions = {}): TraceSpan {
    const options = { ...(startMs !== undefined && { startTime: startMs }), ...(attributes && { attributes }) };
    return new RecordedSpan(this.tracer, this.tracer.startSpan(name, options, this.#context));
  }

  set(attributes: SpanAttributes): void {
    this.span.setAttributes(attributes);
  }

  fail(error: unknown): void {
    const type = error instanceof AppError ? error.code : error instanceof Error ? error.name : typeof error;
    this.span.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR });
  }

  end(atMs?: number): void {
    this.span.end(atMs);
  }
}

/** Version, trace, parent and flags; of later versions what is the same. https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/;

function readTraceparent(header: string | string[] | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(typeof header === 'string' ? header : '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
}
