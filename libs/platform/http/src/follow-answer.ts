import type { ServerResponse } from 'node:http';

/** As much of a span as is told of an answer; `TraceSpan` of platform/observability fits. */
export interface AnswerSpan {
  set(attributes: Readonly<Record<string, string | number | boolean>>): void;
  fail(error: unknown): void;
  end(): void;
}

/** Ends the span of a bare route's request with the answer. */
export function followAnswer(span: AnswerSpan, method: string, response: ServerResponse): void {
  response.once('close', () => {
    const { statusCode } = response;
    span.set({ 'http.request.method': method, 'http.response.status_code': statusCode });
    if (statusCode >= 500) span.fail(new Error(`${statusCode}`));
    span.end();
  });
}
