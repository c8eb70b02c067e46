import { httpErrors, sendJson, type BareRequest } from '@steelyard/platform-http';
import { listModels, predictingCaller, readJson } from '@steelyard/protocol-door';
import type { Desk } from './desk.js';

/** `POST /v2/repository/index`: the models that the caller may use. */
export async function listRepository(request: BareRequest, desk: Desk): Promise<void> {
  if (request.method !== 'POST') throw httpErrors.METHOD_NOT_ALLOWED({ method: request.method, allowed: 'POST' });
  // Whether only those are wished that are ready makes no difference: the others are not listed.
  if (request.body.length > 0) readJson({ headers: { 'content-type': 'application/json', ...request.headers }, body: request.body });
  const models = await listModels(desk, predictingCaller(request));
  sendJson(request, 200, JSON.stringify(models.map(({ ref, version }) => ({ name: ref, version: version.version, state: 'READY', reason: '' }))));
}
