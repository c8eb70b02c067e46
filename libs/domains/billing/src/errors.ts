import { defineErrors } from '@steelyard/kernel';

export const billingErrors = defineErrors('BILLING', {
  PERIOD_INVALID: { kind: 'invalid', message: (p: { period: number }) => `${p.period} is no month`, fix: 'Write the year and the month: 202611 for November 2026.' },
  PERIOD_NOT_OVER: {
    kind: 'conflict',
    message: (p: { period: number; overAt: string }) => `${p.period} cannot be closed: it is not over before ${p.overAt}`,
    fix: (p: { overAt: string }) => `Close it after ${p.overAt}, or wait until it is closed by itself.`,
  },
  DOCUMENT_NOT_FOUND: { kind: 'not-found', message: (p: { id: string }) => `your organization has no document ${p.id}` },
  EVENTS_INVALID: {
    kind: 'invalid',
    message: (p: { count: number; countMax: number }) => `${p.count} calls cannot be taken back at once: it is 1 to ${p.countMax}`,
    fix: 'Send them in several parts, each with its reason.',
  },
  REASON_INVALID: {
    kind: 'invalid',
    message: (p: { lengthMax: number }) => `a reason of 1 to ${p.lengthMax} characters is needed`,
    fix: 'Say why: it stands on the credit note, which the consumer reads.',
  },
  TAX_INVALID: { kind: 'invalid', message: (p: { problem: string }) => `the tax cannot be set: ${p.problem}` },
  ORGANIZATION_NOT_FOUND: { kind: 'not-found', message: (p: { handle: string }) => `there is no organization "${p.handle}"` },
});
