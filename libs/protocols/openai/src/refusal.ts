import { wasCharged } from '@steelyard/domain-inference';
import { sendJson, toHttpError, type BareRequest, type FaultLog } from '@steelyard/platform-http';

export interface OpenAiError {
  readonly error: { readonly message: string; readonly type: string; readonly code: string; readonly param: string | null };
}

export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: OpenAiError;
}

export interface RefusalOptions {
  readonly log: FaultLog;
  /** Of a request of several calls: one of them was paid for. */
  readonly charged?: boolean | undefined;
}

/** Codes that clients of this API look for; the others are ours. */
const CODES: Readonly<Record<string, string>> = {
  'CATALOG.MODEL_NOT_FOUND': 'model_not_found',
  'CATALOG.VERSION_NOT_FOUND': 'model_not_found',
  'CATALOG.CHANNEL_NOT_FOUND': 'model_not_found',
  'CATALOG.REF_INVALID': 'model_not_found',
  'INFERENCE.PAYMENT_REQUIRED': 'insufficient_quota',
  'INFERENCE.LIMIT_REACHED': 'insufficient_quota',
  'INFERENCE.CUT_SHORT_BY_LIMIT': 'insufficient_quota',
};

/**
 * Any failure in this API's words. `x-should-retry` is always said: the official clients would otherwise send again, without an idempotency
 * key, what has been paid for.
 */
export function toRefusal(error: unknown, requestId: string, { log, charged = false }: RefusalOptions): Refusal {
  const paid = charged || wasCharged(error);
  const { status, headers, body } = toHttpError(error, requestId, { log, charged: paid });
  const { code, message, fix, details, retryable } = body.error;
  const param = typeof details?.['param'] === 'string' ? details['param'] : null;
  return {
    status,
    headers: { ...headers, 'x-should-retry': String(retryable && !paid), 'steelyard-error-code': code, 'steelyard-charged': String(paid) },
    body: { error: { message: sentence(message, fix), type: typeOf(status), code: CODES[code] ?? (status === 401 ? 'invalid_api_key' : code), param } },
  };
}

export function refuse(error: unknown, request: Pick<BareRequest, 'id' | 'response'>, options: RefusalOptions): void {
  if (request.response.headersSent) return;
  const { status, headers, body } = toRefusal(error, request.id, options);
  sendJson(request, status, JSON.stringify(body), headers);
}

function sentence(message: string, fix: string | undefined): string {
  return fix === undefined ? message : `${message.replace(/\.$/, '')}. ${fix}`;
}

function typeOf(status: number): string {
  if (status === 402) return 'insufficient_quota';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
