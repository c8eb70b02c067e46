import { defineErrors } from '@steelyard/kernel';

export const nativeErrors = defineErrors('NATIVE', {
  HEADER_INVALID: {
    kind: 'invalid',
    message: ({ header, value, expected }: { header: string; value: string; expected: string }) => `Header ${header} is "${value}", but must be ${expected}`,
  },
  BODY_MALFORMED: {
    kind: 'invalid',
    message: ({ reason }: { reason: string }) => `The body is not JSON: ${reason}`,
  },
});
