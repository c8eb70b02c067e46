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
  MODELS_UNKNOWN: {
    kind: 'invalid',
    message: ({ unknown }: { unknown: readonly string[] }) => `A key cannot be for ${unknown.join(', ')}, since your organization sees no such model`,
    fix: 'Write owner/name, without a version. A model is there once its first version has been published.',
  },
  MODELS_TOO_MANY: {
    kind: 'invalid',
    message: ({ max }: { max: number }) => `A key can be for ${max} models at most`,
    fix: 'Make several keys, or one for all models.',
  },
  SCOPES_BEYOND_MODELS: {
    kind: 'invalid',
    message: ({ beyond }: { beyond: readonly string[] }) => `A key for some models cannot have ${beyond.join(', ')}, which reaches beyond them`,
    fix: 'Leave the scope out, or make the key for all models. To publish versions, versions:publish is enough.',
  },
  KEYS_FULL: {
    kind: 'conflict',
    message: ({ max }: { max: number }) => `The organization has ${max} API keys that work, which is the most`,
    fix: 'Revoke some that are not needed any more. A rotation without an overlap takes up no further place.',
  },
  OVERLAP_INVALID: {
    kind: 'invalid',
    message: ({ max }: { max: number }) => `The overlap must be a whole number of hours, 0 to ${max}`,
  },
});
