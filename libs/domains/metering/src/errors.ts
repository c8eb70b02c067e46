import { defineErrors } from '@steelyard/kernel';

export const meteringErrors = defineErrors('METERING', {
  BACKLOG: {
    kind: 'unavailable',
    message: (p: { pending: number }) => `${p.pending} calls wait for their usage to be written, which is the limit`,
    fix: 'Send the call again in a moment. For the operator: the database is away or too slow.',
  },
  LOG_FAILED: {
    kind: 'unavailable',
    message: (p: { reason: string }) => `usage cannot be logged, so no call is served: ${p.reason}`,
    fix: 'For the operator: free space or repair the disk, then restart.',
    retryable: false,
  },
  COUNTER_FULL: {
    kind: 'unavailable',
    message: (p: { kind: string; currency: string }) => `usage cannot be written, so no call is served: an account ${p.kind} in ${p.currency} cannot count any further`,
    fix: 'For the operator: nothing is lost, usage stays in its log. See "What the ledger can count" in docs/guides/operate-money.md.',
    retryable: false,
  },
  NOT_STARTED: {
    kind: 'unavailable',
    message: () => 'the server is starting or stopping',
    fix: 'Send the call again in a moment.',
  },
  RECORD_INVALID: { kind: 'internal', message: (p: { eventId: string; reason: string }) => `usage ${p.eventId} cannot be logged: ${p.reason}` },
  RECORD_UNREADABLE: {
    kind: 'internal',
    message: (p: { position: string; reason: string }) => `the usage log has a record at ${p.position} that this version cannot read: ${p.reason}`,
    fix: 'Start the version that wrote it once, so that it goes through its log, then this one.',
  },
  REBUILD_TOO_LONG: {
    kind: 'invalid',
    message: (p: { limitDays: number }) => `hourly sums are checked or made anew for at most ${p.limitDays} days at a time`,
    fix: 'Do it part by part.',
  },
  PERIOD_INVALID: { kind: 'invalid', message: () => '`from` must be before `to`' },
  PERIOD_TOO_LONG: {
    kind: 'invalid',
    message: (p: { limitDays: number; interval: string }) => `by ${p.interval} at most ${p.limitDays} days can be asked for at a time`,
    fix: 'Ask for a shorter period, or by the day instead of by the hour.',
  },
  SERIES_TOO_LARGE: {
    kind: 'invalid',
    message: (p: { limit: number }) => `that would be more than ${p.limit} groups of calls`,
    fix: 'Ask for a shorter period, for longer intervals, for one model, key or tag, or group less finely.',
  },
  KEYS_NOT_TOLD: {
    kind: 'invalid',
    message: () => 'a provider is not told by which key a call was made, nor its tag',
    fix: 'Leave the key and the tag out, or ask as the consumer.',
  },
});
