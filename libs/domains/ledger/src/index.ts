export { AccountSignals } from './account-signals.js';
export { BUDGET_SUBJECTS, WEBHOOK_SECRETS, type BudgetModelId, type BudgetNames, type BudgetSubjects, type WebhookSecrets } from './budgets/ports.js';
export { CreditOrganization, type CreditCommand } from './credit-organization.js';
export { ledgerErrors } from './errors.js';
export { Ledger, type Credit, type TrialBalance, type WalletBalance } from './ledger.js';
export { findFullCounter, type Charge } from './persistence/full-counter.js';
export type { Room } from './persistence/read-room.js';
export { isPosted, postTransfer, type AccountName, type Transfer } from './post-transfer.js';
export { AMOUNT_NANO_MAX, type ExtendOutcome, type HoldState, type Reservation, type ReserveOutcome } from './reservation.js';
