import type { BareRequest } from './bare-routes.js';
import { REQUEST_ID_HEADER } from './request-id.js';

export type HeaderFields = Readonly<Record<string, string | undefined>>;

/** What is sent, and what it is. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array | readonly Uint8Array[];
  readonly fields?: HeaderFields;
}

/** Answers a bare request in one write. */
export function sendAnswer({ id, response }: Pick<BareRequest, 'id' | 'response'>, { status, type, body, fields = {} }: Answer): void {
  const head = [
    'content-type', type,
    'content-length', String(lengthOf(body)),
    'x-content-type-options', 'nosniff',
    REQUEST_ID_HEADER, id,
  ];
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) head.push(name, value);
  }
  response.writeHead(status, head);
  if (!isList(body)) return void response.end(body);
  response.cork();
  for (const piece of body) response.write(piece);
  response.end();
}

const isList = (body: Answer['body']): body is readonly Uint8Array[] => Array.isArray(body);

function lengthOf(body: Answer['body']): number {
  if (typeof body === 'string') return Buffer.byteLength(body);
  return isList(body) ? body.reduce((sum, { byteLength }) => sum + byteLength, 0) : body.byteLength;
}

/** Answers a bare request with a JSON text. */
export function sendJson(request: Pick<BareRequest, 'id' | 'response'>, status: number, text: string, fields?: HeaderFields): void {
  sendAnswer(request, { status, type: 'application/json; charset=utf-8', body: text, ...(fields && { fields }) });
}
