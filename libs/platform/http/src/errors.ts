import { defineErrors } from '@steelyard/kernel';

export const httpErrors = defineErrors('HTTP', {
  BODY_TOO_LARGE: {
    kind: 'too-large',
    message: ({ bytesMax }: { bytesMax: number }) => `The body is larger than the ${bytesMax} bytes that this server takes`,
  },
  BODY_TOO_SLOW: {
    kind: 'invalid',
    message: (_: object) => 'The body came too slowly',
    fix: 'Send it anew; files of packages go on where they were left off.',
  },
  HEADERS_TOO_MANY: {
    kind: 'too-large',
    message: ({ limit }: { limit: number }) => `The request has more than ${limit} headers`,
  },
  PIPELINED_TOO_MANY: {
    kind: 'rate-limited',
    message: ({ limit }: { limit: number }) => `The connection has ${limit} requests that wait for their answers`,
    fix: 'Wait for answers before sending more, or open another connection.',
  },
  ADDRESS_TESTS_LIMITED: {
    kind: 'rate-limited',
    message: ({ max, when }: { max: number; when: string; retryAfterMs: number }) => `Your organization has had ${max} tests of addresses ${when}, which is the most`,
    fix: ({ retryAfterMs }: { max: number; when: string; retryAfterMs: number }) => `Test it again in ${Math.ceil(retryAfterMs / 1_000)} s.`,
  },
  MEDIA_TYPE_UNSUPPORTED: {
    kind: 'unsupported-media-type',
    message: ({ type, expected }: { type: string | null; expected: string }) => (type === null ? `The request does not say its Content-Type, which must be ${expected}` : `The Content-Type is ${type}, but must be ${expected}`),
  },
  TEXT_INVALID: {
    kind: 'invalid',
    message: (_: object) => 'A text of the request has the character U+0000, which no text here may have',
    fix: 'Leave it out.',
  },
  METHOD_NOT_ALLOWED: {
    kind: 'method-not-allowed',
    message: ({ method, allowed }: { method: string; allowed: string }) => `${method} is not what this address answers, only ${allowed}`,
  },
  NOT_FOUND: {
    kind: 'not-found',
    message: ({ path }: { path: string }) => `There is nothing at ${path}`,
  },
  HEADER_INVALID: {
    kind: 'invalid',
    message: ({ header, value, expected }: { header: string; value: string; expected: string }) => `Header ${header} is "${value}", but must be ${expected}`,
  },
  BODY_MALFORMED: {
    kind: 'invalid',
    message: ({ format, reason }: { format: string; reason: string }) => `The body is not ${format}: ${reason}`,
  },
  PATH_INVALID: {
    kind: 'invalid',
    message: ({ path }: { path: string }) => `The address ${path} is not encoded as addresses are`,
  },
});
