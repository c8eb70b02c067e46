import { defineErrors } from '@steelyard/kernel';

export const ledgerErrors = defineErrors('LEDGER', {
  UNAVAILABLE: {
    kind: 'unavailable',
    message: () => 'the ledger cannot be reached, so nothing was charged',
    fix: 'Send the call again in a moment.',
  },
  STATEMENT_FAILED: { kind: 'internal', message: (p: { reason: string }) => `the ledger refused a statement: ${p.reason}` },
  RESERVATION_INVALID: { kind: 'internal', message: (p: { reason: string }) => `this is no reservation: ${p.reason}` },
  AMOUNT_INVALID: {
    kind: 'invalid',
    message: (p: { amount: string }) => `"${p.amount}" is not an amount that can be credited`,
    fix: 'Write a decimal number above 0 with at most nine decimal places, such as 10.00.',
  },
  CURRENCY_INVALID: {
    kind: 'invalid',
    message: (p: { currency: string }) => `"${p.currency}" is no currency code`,
    fix: 'Write the three letters in lower case, such as usd.',
  },
  TRANSFER_ID_INVALID: { kind: 'invalid', message: (p: { id: string }) => `"${p.id}" is no UUID`, fix: 'Leave the id out, or make a UUID.' },
  TRANSFER_CONFLICT: {
    kind: 'conflict',
    message: (p: { id: string }) => `transfer ${p.id} was made before, with another amount or for another organization`,
    fix: 'Make a new id for a new credit.',
  },
  ORGANIZATION_NOT_FOUND: { kind: 'not-found', message: (p: { handle: string }) => `there is no organization "${p.handle}"` },
  BUDGET_NOT_FOUND: {
    kind: 'not-found',
    message: (p: { id: string }) => `your organization has no open budget "${p.id}"`,
    fix: 'See the list of budgets; one that has ended cannot be changed.',
  },
  BUDGETS_TOO_MANY: {
    kind: 'conflict',
    message: (p: { currency: string }) => `your organization has as many open budgets in ${p.currency} as it may, 50`,
    fix: 'End one that is not needed any more.',
  },
  WEBHOOK_MISSING: {
    kind: 'conflict',
    message: (p: { id: string }) => `the budget "${p.id}" has no address that alerts are sent to`,
    fix: 'Change the budget and give it one.',
  },
});
