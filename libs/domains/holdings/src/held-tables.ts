import { ERASED_HANDLE } from '@steelyard/domain-identity';

/** Rows of a table that are an organization's, as its export has them. */
export interface ExportedRows {
  /** What the file calls them. */
  readonly as: string;
  /** The column that holds whose they are. */
  readonly whose: string;
  /** Columns that are left out: secrets, mechanics, and what is the other side's. */
  readonly without?: readonly string[];
}

/** What becomes of an organization's rows of one table. */
export interface HeldTable {
  readonly table: string;
  /** The column that says whose a row is that is removed or blanked. */
  readonly whose: string;
  /** In which shapes; or the reason why not. */
  readonly exported: readonly ExportedRows[] | string;
  /** `remove`; or why rows are kept, with what is written over them: SQL by column. */
  readonly erased: 'remove' | { readonly kept: string; readonly blanked?: Readonly<Record<string, string>> };
}

const RECORD = "a record of money, which is somebody else's too";

/** Goes with the organization. */
const own = (table: string, ...without: string[]): HeldTable => ({ table, whose: 'tenant_id', exported: [{ as: table, whose: 'tenant_id', without }], erased: 'remove' });

/** Stays, but for what is written over it. */
const record = (table: string, blanked: Record<string, string> = {}, ...without: string[]): HeldTable => ({
  table,
  whose: 'tenant_id',
  exported: [{ as: table, whose: 'tenant_id', without }],
  erased: { kept: RECORD, blanked },
});

/** Stays, since two organizations have it. */
const shared = (table: string, ...exported: ExportedRows[]): HeldTable => ({ table, whose: exported[0]!.whose, exported, erased: { kept: RECORD } });

/**
 * Every table that has rows of an organization, in an order in which they can be removed. A test holds it to the tables and columns that
 * the database has: a new table says here what becomes of it.
 */
export const HELD_TABLES: readonly HeldTable[] = [
  // First, so that nothing of what follows is told any more.
  own('webhook_attempt'),
  own('webhook_delivery'),
  own('webhook_event'),
  own('webhook_endpoint', 'secret_label', 'former_label'),
  own('invitation', 'token_hash'),
  own('member'),
  own('api_key', 'secret_hmac', 'pepper_id'),
  own('kept_call', 'input', 'output'),
  own('privacy_policy'),
  own('budget_alert'),
  own('budget', 'webhook_label'),
  own('ledger_window'),
  own('publication_event'),
  own('publication'),
  own('blob_possession'),
  own('signing_key'),
  own('signing_rule'),
  { table: 'abuse_report', whose: 'owner_id', exported: 'a provider must not learn who spoke', erased: 'remove' },
  own('model_takedown'),
  own('model_share'),
  own('channel_event'),
  own('channel'),
  own('model_listing', 'headline', 'document'),
  // What was called, and at which price, follows from these for ever: the number and digest of a version stay, and nothing of what it was.
  record('price', { reason: 'NULL', actor_id: 'NULL' }),
  record('model_version', {
    manifest: `'{}'`, files: `'[]'`, card: `''`, samples: `'[]'`, measurements: 'NULL', signature: 'NULL', state: `'rejected'`,
    deprecated_at: 'NULL', sunset_at: 'NULL', deprecation_reason: 'NULL', successor_id: 'NULL',
  }),
  record('model', { name: `'erased-' || right(id::TEXT, 12)`, visibility: `'private'` }),
  shared('usage_event',
    { as: 'usage_event', whose: 'consumer_tenant_id', without: ['batch_id', 'fee_nano'] },
    { as: 'usage_event.provided', whose: 'provider_tenant_id', without: ['batch_id', 'consumer_tenant_id', 'key_id', 'tag', 'input_hash', 'output_hash', 'masked'] },
  ),
  shared('usage_hour',
    { as: 'usage_hour', whose: 'consumer_tenant_id', without: ['fee_nano'] },
    { as: 'usage_hour.provided', whose: 'provider_tenant_id', without: ['consumer_tenant_id', 'key_id', 'tag'] },
  ),
  shared('usage_correction',
    { as: 'usage_correction', whose: 'consumer_tenant_id', without: ['fee_nano'] },
    { as: 'usage_correction.provided', whose: 'provider_tenant_id', without: ['consumer_tenant_id', 'document_id', 'reason', 'actor_id'] },
  ),
  shared('usage_recovery', { as: 'usage_recovery', whose: 'consumer_tenant_id' }),
  shared('ledger_transfer',
    { as: 'ledger_transfer.out', whose: 'debit_tenant_id', without: ['batch_id', 'credit_tenant_id', 'credit_account_id'] },
    { as: 'ledger_transfer.in', whose: 'credit_tenant_id', without: ['batch_id', 'debit_tenant_id', 'debit_account_id'] },
  ),
  record('ledger_account', { budgets: '0' }),
  record('ledger_hold', { idempotency_key: 'NULL', request_hash: 'NULL' }, 'request_hash'),
  record('billing_document'),
  record('billing_due'),
  record('billing_tax'),
  record('payment', { idempotency_key: 'id::TEXT', return_path: `'/'`, checkout_url: 'NULL', payment_method_id: 'NULL' }, 'payment_method_id'),
  record('payment_refund'),
  record('payment_dispute'),
  record('payment_customer'),
  record('payment_operation'),
  record('payout'),
  record('payout_account', { email: `''`, requirements: `'{}'` }),
  {
    table: 'organization',
    whose: 'id',
    exported: [{ as: 'organization', whose: 'id' }],
    erased: {
      kept: 'what records of money belong to, under a pseudonym',
      blanked: { handle: `'${ERASED_HANDLE}' || left(encode(sha256(convert_to(handle, 'UTF8')), 'hex'), 20)`, name: `'Erased organization'`, requests_per_minute: 'NULL' },
    },
  },
  { table: 'erasure', whose: 'tenant_id', exported: [{ as: 'erasure', whose: 'tenant_id', without: ['files', 'digests'] }], erased: { kept: 'what says that it was erased' } },
  // Last: all that was removed before is written down in it.
  own('audit_entry'),
];
