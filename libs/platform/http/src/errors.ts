import { defineErrors } from '@steelyard/kernel';

export const httpErrors = defineErrors('HTTP', {
  BODY_TOO_LARGE: {
    kind: 'too-large',
    message: ({ bytesMax }: { bytesMax: number }) => `The body is larger than the ${bytesMax} bytes that this server takes`,
  },
  MEDIA_TYPE_UNSUPPORTED: {
    kind: 'unsupported-media-type',
    message: ({ type, expected }: { type: string | null; expected: string }) => (type === null ? `The request does not say its Content-Type, which must be ${expected}` : `The Content-Type is ${type}, but must be ${expected}`),
  },
  PATH_INVALID: {
    kind: 'invalid',
    message: ({ path }: { path: string }) => `The address ${path} is not encoded as addresses are`,
  },
});
