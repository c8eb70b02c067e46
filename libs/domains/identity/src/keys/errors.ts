import { defineErrors } from '@steelyard/kernel';

/** Failures of changing keys; `../errors.ts` has those of using them. */
export const keyErrors = defineErrors('IDENTITY', {
  KEY_NOT_ROTATABLE: {
    kind: 'conflict',
    message: ({ id, why }: { id: string; why: string }) => `The API key ${id} ${why}, so that it cannot be rotated`,
    fix: 'Make another with createApiKey.',
  },
  KEY_OF_ANOTHER: {
    kind: 'forbidden',
    message: ({ id }: { id: string }) => `You did not make the API key ${id}`,
    fix: 'Ask who made it, or somebody who manages the organization, to rotate it.',
  },
  OVERLAP_INVALID: {
    kind: 'invalid',
    message: ({ max }: { max: number }) => `The overlap must be a whole number of hours, 0 to ${max}`,
  },
});
