import { wasCharged } from '@steelyard/domain-inference';
import { sendJson, toHttpError, type BareRequest, type FaultLog } from '@steelyard/platform-http';

/**
 * Answers with the protocol's error, a text and nothing else. What our clients would read in an error's body is said in headers:
 * `Steelyard-Error-Code` and `Steelyard-Charged`.
 */
export function refuse(error: unknown, request: Pick<BareRequest, 'id' | 'response'>, log: FaultLog): void {
  if (request.response.headersSent) return;
  const { status, headers, body } = toHttpError(error, request.id, { log, charged: wasCharged(error) });
  const { code, message, fix, charged } = body.error;
  sendJson(request, status, JSON.stringify({ error: fix === undefined ? message : `${message}. ${fix}` }), {
    ...headers,
    'steelyard-error-code': code,
    'steelyard-charged': String(charged),
  });
}
