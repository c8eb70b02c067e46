import type { ReceiptKeys } from '@steelyard/domain-inference';
import { httpErrors, sendAnswer, sendJson, toHttpError, type BareRequest, type BareRoute } from '@steelyard/platform-http';
import type { Logger } from '@steelyard/platform-observability';
import type { ReceiptKeySet } from '@steelyard/receipt';

const PATH = '/.well-known/steelyard-receipt-keys.json';

export interface ReceiptKeysDoorOptions {
  readonly keys: Pick<ReceiptKeys, 'list'>;
  readonly logger: Logger;
}

/** `GET /.well-known/steelyard-receipt-keys.json`: the public keys as a JWK Set (RFC 7517), for everybody and every page. */
export function createReceiptKeysDoor({ keys, logger }: ReceiptKeysDoorOptions): BareRoute {
  const fail = (error: unknown, request: Pick<BareRequest, 'id' | 'response'>): void => {
    const { status, headers, body } = toHttpError(error, request.id, { log: logger });
    sendJson(request, status, JSON.stringify(body), headers);
  };
  const send = async (request: BareRequest): Promise<void> => {
    if (request.path.length > 0) throw httpErrors.NOT_FOUND({ path: [PATH, ...request.path].join('/') });
    if (request.method !== 'GET') throw httpErrors.METHOD_NOT_ALLOWED({ method: request.method, allowed: 'GET' });
    const set: ReceiptKeySet = { keys: (await keys.list()).map(({ jwk }) => jwk) };
    const fields = { 'cache-control': 'public, max-age=300', 'access-control-allow-origin': '*' };
    sendAnswer(request, { status: 200, type: 'application/jwk-set+json', body: JSON.stringify(set), fields });
  };
  return { prefix: PATH, answers: ['GET '], bodyBytesMax: 0, serve: (request) => send(request).catch((error: unknown) => fail(error, request)), refuse: fail };
}
