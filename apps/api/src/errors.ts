import { defineErrors } from '@steelyard/kernel';

export const apiErrors = defineErrors('API', {
  DIGEST_UNKNOWN: {
    kind: 'not-found',
    message: ({ digest }: { digest: string }) => `No version has the digest ${digest}`,
  },
  FILES_DAMAGED: {
    kind: 'unavailable',
    message: ({ model, version, damage }: { model: string; version: string; damage: string }) => `${model}@${version} is refused: a stored file is not the one that was published (${damage})`,
    fix: 'Nothing was charged. Have the operator restore the file from a backup, or publish it anew under another number.',
    retryable: false,
  },
});
