import { isNativeError } from 'node:util/types';
import { AppError } from '@steelyard/kernel';

export const REDACTED = '[redacted]';

/** Fields whose values are never written: credentials, and what people send to and get from models. */
const SECRET_FIELDS = new Set([
  'authorization', 'cookie', 'setcookie', 'proxyauthorization', 'apikey', 'xapikey', 'secret', 'clientsecret', 'password', 'pepper', 'token', 'accesstoken',
  'refreshtoken', 'databaseurl', 'input', 'inputs', 'output', 'outputs', 'prompt', 'variables', 'body', 'rawbody',
]);

const DEPTH_MAX = 6;

/** Our API keys wherever they stand in a line: in a message, a stack or an address. */
const API_KEY = /\bsy_(live|test)_[0-9A-Za-z]+(?:_[0-9A-Za-z]+)?/g;

/** The password of an address such as `postgres://user:password@host`. */
const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"]+):[^\s@/"]+@/gi;

/** A copy of log fields without secrets; errors become plain objects with their causes. */
export function redactFields(fields: object): Record<string, unknown> {
  return copy(fields, 0) as Record<string, unknown>;
}

/** Takes API keys and passwords in addresses out of a finished log line. */
export function redactLine(line: string): string {
  return line.replace(API_KEY, `sy_$1_${REDACTED}`).replace(URL_PASSWORD, `$1:${REDACTED}@`);
}

function copy(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (isNativeError(value)) return describeError(value, depth);
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= DEPTH_MAX) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => copy(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, isSecret(name) ? REDACTED : copy(item, depth + 1)]),
  );
}

function isSecret(name: string): boolean {
  return SECRET_FIELDS.has(name.toLowerCase().replace(/[-_]/g, ''));
}

/** Only fields that say what broke: a vendor's error may carry the whole request, and `details` may carry what a caller sent. */
function describeError(error: Error, depth: number): Record<string, unknown> {
  const described: Record<string, unknown> = { type: error.name, message: error.message, stack: error.stack };
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'string' || typeof code === 'number') described['code'] = code;
  if (error instanceof AppError) described['kind'] = error.kind;
  if (error.cause !== undefined && depth < DEPTH_MAX) described['cause'] = copy(error.cause, depth + 1);
  return described;
}
