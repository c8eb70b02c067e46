import { authorize, requireCaller, type Identity } from '@steelyard/domain-identity';
import type { IssueReceipt } from '@steelyard/domain-inference';
import { isAllowed, type Caller } from '@steelyard/kernel';
import { httpErrors, sendAnswer, sendJson, toHttpError, type BareRequest, type BareRoute } from '@steelyard/platform-http';
import type { Logger } from '@steelyard/platform-observability';
import { callerOf, enterBy } from '@steelyard/protocol-door';

const PREFIX = '/v1/predictions';

export interface ReceiptDoorOptions {
  readonly identity: Pick<Identity, 'identify'>;
  readonly receipts: Pick<IssueReceipt, 'issue'>;
  readonly logger: Logger;
}

/** `GET /v1/predictions/{id}/receipt`: `{receipt, jws}`, or with `Accept: application/jose` the compact JWS alone. */
export function createReceiptDoor(options: ReceiptDoorOptions): BareRoute {
  const refuse: BareRoute['refuse'] = (error, request) => sendError(error, request, options.logger);
  return {
    prefix: PREFIX,
    bodyBytesMax: 0,
    enter: enterBy(options.identity),
    serve: (request) => send(request, options).catch((error: unknown) => sendError(error, request, options.logger)),
    refuse,
  };
}

async function send(request: BareRequest, { receipts }: Pick<ReceiptDoorOptions, 'receipts'>): Promise<void> {
  const [id, what, ...more] = request.path;
  if (id === undefined || what !== 'receipt' || more.length > 0) throw httpErrors.NOT_FOUND({ path: [PREFIX, ...request.path].join('/') });
  if (request.method !== 'GET') throw httpErrors.METHOD_NOT_ALLOWED({ method: request.method, allowed: 'GET' });
  const caller = mayReadReceipts(callerOf(request));
  const { receipt, jws } = await receipts.issue(caller, id);
  const fields = { 'cache-control': 'private, no-store' };
  if (request.headers.accept?.includes('application/jose')) sendAnswer(request, { status: 200, type: 'application/jose', body: jws, fields });
  else sendJson(request, 200, JSON.stringify({ receipt, jws }), fields);
}

/** A key that may only predict may see what that cost; it knows the id from the answer. @throws AppError of IDENTITY */
function mayReadReceipts(caller: Caller | undefined): Caller {
  const known = requireCaller(caller);
  return isAllowed(known, 'predict') ? known : authorize(known, 'usage:read');
}

function sendError(error: unknown, request: Pick<BareRequest, 'id' | 'response'>, log: Logger): void {
  const { status, headers, body } = toHttpError(error, request.id, { log, charged: false });
  if (!request.response.headersSent) sendJson(request, status, JSON.stringify(body), headers);
}
