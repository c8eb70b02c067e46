import { defineErrors } from '@steelyard/kernel';

export const holdingsErrors = defineErrors('HOLDINGS', {
  PLATFORM_STAYS: {
    kind: 'forbidden',
    message: (_: object) => "This is the operator's key: its organization is the installation itself, which nobody can have erased",
    fix: 'Ask with a key, or a session, of the organization that is to go.',
  },
  NOT_CONFIRMED: {
    kind: 'invalid',
    message: ({ wanted }: { wanted: string }) => `This cannot be undone, so it must be confirmed by "${wanted}", to the letter`,
  },
  MONEY_LEFT: {
    kind: 'conflict',
    message: ({ left }: { left: readonly string[] }) => `There is still money: ${left.join('; ')}`,
    fix: 'Have it refunded or paid out by the operator, or give it up: by the box in the dialog, or `--forfeit` of the CLI.',
  },
  NO_ERASURE: {
    kind: 'not-found',
    message: (_: object) => 'No erasure of your organization waits: there is none, or it has begun',
  },
});
