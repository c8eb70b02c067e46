import { defineErrors, type PersonalKind } from '@steelyard/kernel';

export const privacyErrors = defineErrors('PRIVACY', {
  BLOCKED: {
    kind: 'unprocessable',
    message: ({ kinds }: { kinds: readonly PersonalKind[] }) => `The input holds what may not reach the model: ${kinds.join(', ')}. Nothing ran and nothing is charged`,
    fix: 'Take it out of the input, or have an owner or admin mask it in place of blocking: `steelyard privacy set --mask`.',
  },
  POLICY_INVALID: {
    kind: 'invalid',
    message: ({ problem }: { problem: string }) => problem,
  },
  POLICIES_FULL: {
    kind: 'conflict',
    message: ({ scope, max }: { scope: string; max: number }) => `Your organization has policies of ${max} ${scope}s, which is the most`,
    fix: 'Clear some that are not needed any more, or say it for the whole organization.',
  },
  KEY_NOT_FOUND: {
    kind: 'not-found',
    message: ({ keyId }: { keyId: string }) => `Your organization has no API key "${keyId}"`,
    fix: '`steelyard keys list` shows its keys.',
  },
  MODEL_NOT_FOUND: {
    kind: 'not-found',
    message: ({ ref }: { ref: string }) => `There is no model "${ref}" that your organization may use`,
    fix: 'Name it as owner/name, as the catalog shows it.',
  },
  NOT_OPENED: {
    kind: 'internal',
    message: ({ id }: { id: string }) => `What was kept of prediction ${id} was sealed with a pepper that this server lacks`,
    fix: 'Have the operator give the server that pepper again (STEELYARD_KEY_PEPPER).',
  },
});
