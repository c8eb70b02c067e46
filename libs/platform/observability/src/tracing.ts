export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanOptions {
  /** Unix time in milliseconds; now when absent. */
  readonly startMs?: number;
  readonly attributes?: SpanAttributes;
}

/** A stretch of work within a trace. */
export interface TraceSpan {
  /** As W3C Trace Context has it, for what comes next. */
  readonly traceparent: string;
  child(name: string, options?: SpanOptions): TraceSpan;
  set(attributes: SpanAttributes): void;
  /** Notes why it failed: the error's name or code, never its message, which may hold a caller's input. */
  fail(error: unknown): void;
  /** @param atMs Unix time in milliseconds; now when absent */
  end(atMs?: number): void;
}

/**
 * Where traces begin. Whoever traces holds a span or `undefined` and writes `span?.child(...)`: with tracing off nothing is
 * made, called or allocated.
 */
export interface Tracing {
  /** The first span of this process, within the caller's trace where `traceparent` names one; `undefined` when nobody records it. */
  begin(name: string, traceparent: string | string[] | undefined): TraceSpan | undefined;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** Injects the {@link Tracing}. */
export const TRACING = Symbol('steelyard:tracing');

export const noTracing: Tracing = { begin: () => undefined, close: async () => undefined };

/** Ends a span with the work that it stands for. */
export function traced<T>(span: TraceSpan | undefined, work: Promise<T>): Promise<T> {
  if (!span) return work;
  return work.then(
    (result) => {
      span.end();
      return result;
    },
    (error: unknown) => {
      span.fail(error);
      span.end();
      throw error;
    },
  );
}
