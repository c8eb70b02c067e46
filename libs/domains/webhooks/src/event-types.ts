/** All that addresses are told of. What each says is written where it is told: in the migration of `webhook_emit`, and in docs/guides/webhooks.md. */
export const EVENT_TYPES = [
  'version.published',
  'version.failed',
  'model.taken_down',
  'erasure.requested',
  'erasure.cancelled',
  'budget.alert',
  'invoice.issued',
  'credit_note.issued',
  'statement.issued',
  'payout.paid',
  'payout.failed',
  'payout.reversed',
] as const;

/** What an address is told to try it; asked for, never subscribed to. */
export const TEST_EVENT = 'webhook.test';
