import type { BareRequest } from './bare-routes.js';
import { REQUEST_ID_HEADER } from './request-id.js';

export type HeaderFields = Readonly<Record<string, string | undefined>>;

/** What is sent, and what it is. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly fields?: HeaderFields;
}

/** Answers a bare request in one write. */
export function sendAnswer({ id, response }: Pick<BareRequest, 'id' | 'response'>, { status, type, body, fields = {} }: Answer): void {
  const head = [
    'content-type', type,
    'content-length', String(typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength),
    'x-content-type-options', 'nosniff',
    REQUEST_ID_HEADER, id,
  ];
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) head.push(name, value);
  }
  response.writeHead(status, head).end(body);
}

/** Answers a bare request with a JSON text. */
export function sendJson(request: Pick<BareRequest, 'id' | 'response'>, status: number, text: string, fields?: HeaderFields): void {
  sendAnswer(request, { status, type: 'application/json; charset=utf-8', body: text, ...(fields && { fields }) });
}
