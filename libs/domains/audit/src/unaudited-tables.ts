const BOOKS = 'the books: append-only or counted from what is, and too hot to be written twice';
const MADE_ANEW = 'drawn from other tables, and can be made anew from them';
const OUTBOX = 'mechanics: what comes of it is written to audited tables';

/**
 * Tables that write no entries, each with the reason. All others do, by a trigger of their own (`audit_change`); a test holds the database to it. Nothing that
 * a prediction writes is audited: the log costs calls nothing.
 */
export const UNAUDITED_TABLES: Readonly<Record<string, string>> = {
  _prisma_migrations: 'written by migrations alone, with their hashes',
  audit_entry: 'the log itself',
  billing_due: OUTBOX,
  billing_series: 'counters of document numbers',
  blob_possession: 'proof of an upload; what is made of it is a model_version',
  budget_alert: 'a notice that the books give rise to',
  former_person: 'marks that lead to nobody; when one was made would lead to an account that is erased',
  kept_call: 'what calls said; it goes when due, and who may look at it is a privacy_policy',
  ledger_account: BOOKS,
  ledger_hold: BOOKS,
  ledger_transfer: BOOKS,
  ledger_window: BOOKS,
  model_listing: MADE_ANEW,
  publication: 'a run that keeps its own history; what comes of it is a model_version',
  publication_event: 'append-only itself',
  reconciliation: MADE_ANEW,
  sign_in_attempt: 'gone within minutes; what comes of it is a session',
  stripe_event: OUTBOX,
  stripe_poll: OUTBOX,
  usage_correction: 'append-only itself, with actor and reason; the credit note is a billing_document',
  usage_event: BOOKS,
  usage_hour: MADE_ANEW,
  usage_recovery: 'append-only itself',
  webhook_attempt: 'a log itself',
  webhook_delivery: OUTBOX,
  webhook_event: OUTBOX,
};
