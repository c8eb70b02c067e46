import { defineErrors } from '@steelyard/kernel';

export const nativeErrors = defineErrors('NATIVE', {
  HEADER_INVALID: {
    kind: 'invalid',
    message: ({ header, value, expected }: { header: string; value: string; expected: string }) => `Header ${header} is "${value}", but must be ${expected}`,
  },
  CONTENT_TYPE_UNSUPPORTED: {
    kind: 'unsupported-media-type',
    message: ({ contentType }: { contentType: string }) => `The body's content type is ${contentType || 'missing'}`,
    fix: 'Send the input as JSON with `content-type: application/json`.',
  },
  BODY_MALFORMED: {
    kind: 'invalid',
    message: ({ reason }: { reason: string }) => `The body is not JSON: ${reason}`,
  },
  BODY_TOO_LARGE: {
    kind: 'too-large',
    message: ({ limitBytes }: { limitBytes: number }) => `The body is larger than ${limitBytes} bytes`,
    fix: 'Send a smaller input; an image rarely needs its full size.',
  },
});
