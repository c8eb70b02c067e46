import { AppError, ERROR_KINDS, type ErrorKind } from '@steelyard/kernel';
import { checkEncodable } from './check-encodable.js';
import { wireErrors } from './errors.js';
import type { WireError } from './runner-protocol.js';

const CODE = /^[A-Z][A-Z0-9_]*\.[A-Z][A-Z0-9_]*$/;
const MAX_MESSAGE = 4_000;
/** No message holds an error deeper than this. */
const HOLDERS_MAX = 8;

/** An error as it crosses a process: without stack and cause. What is no `AppError` becomes `WIRE.UNEXPECTED`. */
export function toWireError(error: unknown): WireError {
  const known = error instanceof AppError ? error : wireErrors.UNEXPECTED({ reason: error instanceof Error ? error.message : String(error) });
  return {
    code: known.code,
    kind: known.kind,
    message: known.message.slice(0, MAX_MESSAGE),
    ...(known.fix !== undefined && { fix: known.fix }),
    ...(known.details !== undefined && { details: toJson(known.details) }),
    retryable: known.retryable,
  };
}

/** The error that the other process meant. Its fields are checked: the other process may be anyone's code. */
export function fromWireError(wire: unknown): AppError {
  const fields = isRecord(wire) ? wire : {};
  const { code, kind, message, fix, details, retryable } = fields;
  if (typeof code !== 'string' || !CODE.test(code) || typeof message !== 'string') {
    return wireErrors.UNEXPECTED({ reason: 'the other process failed without saying why' });
  }
  return new AppError(code, message.slice(0, MAX_MESSAGE), {
    kind: isErrorKind(kind) ? kind : 'internal',
    fix: typeof fix === 'string' ? fix.slice(0, MAX_MESSAGE) : undefined,
    details: isRecord(details) ? details : undefined,
    retryable: typeof retryable === 'boolean' ? retryable : undefined,
  });
}

/** Details are for machines: what JSON cannot say is left out, a `bigint` becomes its digits. All are left out where they could not be sent. */
function toJson(details: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  try {
    const text = JSON.stringify(details, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
    const plain = JSON.parse(text) as Record<string, unknown>;
    checkEncodable(plain, HOLDERS_MAX);
    return plain;
  } catch {
    return undefined;
  }
}

function isErrorKind(kind: unknown): kind is ErrorKind {
  return (ERROR_KINDS as readonly unknown[]).includes(kind);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
