import type { IncomingHttpHeaders } from 'node:http';
import type { PredictOptions } from '@steelyard/domain-inference';
import { httpErrors } from '@steelyard/platform-http';

/** The options of a call as every door takes them: in headers. @throws HTTP.HEADER_INVALID */
export function readOptions(headers: IncomingHttpHeaders): PredictOptions {
  return {
    idempotencyKey: one(headers['idempotency-key']),
    deadlineMs: deadline(one(headers['steelyard-deadline-ms'])),
    tag: one(headers['steelyard-tag']),
    explain: flag(headers, 'steelyard-explain'),
    where: choice(headers, 'steelyard-where', ['edge', 'cloud', 'auto']),
    privacy: choice(headers, 'steelyard-privacy', ['mask', 'block']),
  };
}

const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/** Zero and less are a deadline that has passed, which is for the use case to say. */
function deadline(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^-?\d{1,10}$/.test(text)) {
    throw httpErrors.HEADER_INVALID({ header: 'Steelyard-Deadline-Ms', value: text, expected: 'a whole number of milliseconds' });
  }
  return Number(text);
}

/** `true`, or nothing. @throws HTTP.HEADER_INVALID */
export function flag(headers: IncomingHttpHeaders, header: string): boolean | undefined {
  return choice(headers, header, ['true', 'false']) === 'true' || undefined;
}

function choice<T extends string>(headers: IncomingHttpHeaders, header: string, choices: readonly T[]): T | undefined {
  const value = one(headers[header]);
  if (value === undefined) return undefined;
  if ((choices as readonly string[]).includes(value)) return value as T;
  throw httpErrors.HEADER_INVALID({ header, value, expected: choices.join(' or ') });
}
