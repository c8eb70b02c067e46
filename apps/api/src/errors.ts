import { defineErrors } from '@steelyard/kernel';

export const apiErrors = defineErrors('API', {
  DIGEST_UNKNOWN: {
    kind: 'not-found',
    message: ({ digest }: { digest: string }) => `No version has the digest ${digest}`,
  },
});
