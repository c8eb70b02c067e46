-- CreateTable
CREATE TABLE "payment_customer" (
    "tenant_id" UUID NOT NULL,
    "customer_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payment_customer_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateTable
CREATE TABLE "payment" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "idempotency_key" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "amount_nano" BIGINT NOT NULL,
    "method" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "payment_method_id" TEXT,
    "return_path" TEXT NOT NULL DEFAULT '/',
    "checkout_url" TEXT,
    "session_id" TEXT,
    "intent_id" TEXT,
    "failure" TEXT,
    "actor_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "payment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payment_refund" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "payment_id" UUID NOT NULL,
    "currency" TEXT NOT NULL,
    "amount_nano" BIGINT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "origin" TEXT NOT NULL,
    "refund_id" TEXT,
    "reason" TEXT NOT NULL,
    "failure" TEXT,
    "actor_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "payment_refund_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payment_dispute" (
    "id" TEXT NOT NULL,
    "tenant_id" UUID NOT NULL,
    "payment_id" UUID NOT NULL,
    "currency" TEXT NOT NULL,
    "amount_nano" BIGINT NOT NULL,
    "withdrawn_nano" BIGINT NOT NULL DEFAULT 0,
    "moves" INTEGER NOT NULL DEFAULT 0,
    "state" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payment_dispute_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payout_account" (
    "tenant_id" UUID NOT NULL,
    "account_id" TEXT,
    "email" TEXT NOT NULL,
    "country" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT false,
    "requirements" TEXT[],
    "actor_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payout_account_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateTable
CREATE TABLE "payout" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "period" INTEGER NOT NULL,
    "currency" TEXT NOT NULL,
    "amount_nano" BIGINT NOT NULL,
    "reversed_nano" BIGINT NOT NULL DEFAULT 0,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "method" TEXT NOT NULL DEFAULT 'stripe',
    "account_id" TEXT,
    "transfer_id" TEXT,
    "reference" TEXT,
    "failure" TEXT,
    "actor_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "payout_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payment_operation" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "subject_id" UUID NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "revision" INTEGER NOT NULL DEFAULT 0,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "claimed_until" TIMESTAMPTZ(3),
    "first_sent_at" TIMESTAMPTZ(3),
    "stripe_id" TEXT,
    "error" TEXT,
    "resolved_by" TEXT,
    "resolution" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "payment_operation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stripe_event" (
    "id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "object_id" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "applied_at" TIMESTAMPTZ(3),
    "error" TEXT,

    CONSTRAINT "stripe_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stripe_poll" (
    "name" TEXT NOT NULL,
    "through_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stripe_poll_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "reconciliation" (
    "day" DATE NOT NULL,
    "currency" TEXT NOT NULL,
    "compared" INTEGER NOT NULL,
    "fees_nano" BIGINT NOT NULL,
    "differences" JSONB NOT NULL,
    "ran_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "reconciliation_pkey" PRIMARY KEY ("day")
);

-- CreateIndex
CREATE UNIQUE INDEX "payment_customer_customer_id_key" ON "payment_customer"("customer_id");

-- CreateIndex
CREATE UNIQUE INDEX "payment_session_id_key" ON "payment"("session_id");

-- CreateIndex
CREATE UNIQUE INDEX "payment_intent_id_key" ON "payment"("intent_id");

-- CreateIndex
CREATE INDEX "payment_tenant_id_created_at_idx" ON "payment"("tenant_id", "created_at");

-- CreateIndex
CREATE INDEX "payment_state_created_at_idx" ON "payment"("state", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "payment_tenant_id_idempotency_key_key" ON "payment"("tenant_id", "idempotency_key");

-- CreateIndex
CREATE UNIQUE INDEX "payment_refund_refund_id_key" ON "payment_refund"("refund_id");

-- CreateIndex
CREATE INDEX "payment_refund_payment_id_idx" ON "payment_refund"("payment_id");

-- CreateIndex
CREATE INDEX "payment_refund_tenant_id_created_at_idx" ON "payment_refund"("tenant_id", "created_at");

-- CreateIndex
CREATE INDEX "payment_dispute_tenant_id_created_at_idx" ON "payment_dispute"("tenant_id", "created_at");

-- CreateIndex
CREATE INDEX "payment_dispute_payment_id_idx" ON "payment_dispute"("payment_id");

-- CreateIndex
CREATE UNIQUE INDEX "payout_account_account_id_key" ON "payout_account"("account_id");

-- CreateIndex
CREATE UNIQUE INDEX "payout_transfer_id_key" ON "payout"("transfer_id");

-- CreateIndex
CREATE INDEX "payout_state_idx" ON "payout"("state");

-- CreateIndex
CREATE UNIQUE INDEX "payout_tenant_id_period_key" ON "payout"("tenant_id", "period");

-- CreateIndex
CREATE UNIQUE INDEX "payment_operation_key_key" ON "payment_operation"("key");

-- CreateIndex
CREATE INDEX "payment_operation_state_next_at_idx" ON "payment_operation"("state", "next_at");

-- CreateIndex
CREATE INDEX "stripe_event_applied_at_next_at_idx" ON "stripe_event"("applied_at", "next_at");

-- By hand ----------------------------------------------------------------------------------------------------------------------

ALTER TABLE payment
    ADD CONSTRAINT payment_amount_check CHECK (amount_nano > 0 AND amount_nano % 10000000 = 0),
    ADD CONSTRAINT payment_method_check CHECK (method IN ('checkout', 'saved')),
    ADD CONSTRAINT payment_state_check CHECK (state IN ('pending', 'open', 'processing', 'succeeded', 'failed', 'canceled'));
ALTER TABLE payment_refund
    ADD CONSTRAINT payment_refund_amount_check CHECK (amount_nano > 0 AND amount_nano % 10000000 = 0),
    ADD CONSTRAINT payment_refund_origin_check CHECK (origin IN ('operator', 'stripe')),
    ADD CONSTRAINT payment_refund_state_check CHECK (state IN ('pending', 'succeeded', 'failed'));
ALTER TABLE payout
    ADD CONSTRAINT payout_amount_check CHECK (amount_nano > 0 AND amount_nano % 10000000 = 0),
    ADD CONSTRAINT payout_method_check CHECK (method IN ('stripe', 'offline')),
    ADD CONSTRAINT payout_state_check CHECK (state IN ('waiting', 'sending', 'paid', 'failed', 'reversing', 'reversed'));
ALTER TABLE payment_operation
    ADD CONSTRAINT payment_operation_state_check CHECK (state IN ('pending', 'sent', 'done', 'failed', 'stuck'));

-- As `ledger_post`, but only if the account that is debited has the amount after all that is held on it: else `insufficient`, and nothing has
-- changed. A transfer that is there already is answered as `ledger_post` does, whatever is left.
CREATE FUNCTION ledger_post_covered(
    p_id UUID, p_kind TEXT, p_debit_tenant UUID, p_debit_kind TEXT, p_credit_tenant UUID, p_credit_kind TEXT,
    p_amount BIGINT, p_currency TEXT, p_reason TEXT
) RETURNS TEXT
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM ledger_ensure_accounts(ARRAY[p_debit_tenant, p_credit_tenant], ARRAY[p_debit_kind, p_credit_kind], ARRAY[p_currency, p_currency]);
    PERFORM FROM ledger_account AS a
    WHERE a.currency = p_currency
        AND (a.tenant_id = p_debit_tenant AND a.kind = p_debit_kind OR a.tenant_id = p_credit_tenant AND a.kind = p_credit_kind)
    ORDER BY a.id
    FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT FROM ledger_transfer AS t WHERE t.id = p_id) AND EXISTS (
        SELECT FROM ledger_account AS a
        WHERE a.tenant_id = p_debit_tenant AND a.kind = p_debit_kind AND a.currency = p_currency
            AND a.credits_posted - a.debits_posted - a.debits_pending < p_amount
    ) THEN
        RETURN 'insufficient';
    END IF;
    RETURN ledger_post(p_id, p_kind, p_debit_tenant, p_debit_kind, p_credit_tenant, p_credit_kind, p_amount, p_currency, p_reason);
END
$$;
REVOKE ALL ON FUNCTION ledger_post_covered FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_post_covered TO steelyard_platform;

DO $$
DECLARE
    name TEXT;
BEGIN
    FOREACH name IN ARRAY ARRAY['payment_customer', 'payment', 'payment_refund', 'payment_dispute', 'payout_account', 'payout', 'payment_operation',
        'stripe_event', 'stripe_poll', 'reconciliation'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY platform ON %I TO steelyard_platform USING (true) WITH CHECK (true)', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO steelyard_platform', name);
        EXECUTE format('REVOKE DELETE, TRUNCATE ON %I FROM steelyard_platform', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['payment_customer', 'payment', 'payment_refund', 'payment_dispute', 'payout_account', 'payout', 'payment_operation'] LOOP
        EXECUTE format('CREATE POLICY tenant ON %I FOR SELECT TO steelyard_tenant USING (tenant_id = app_tenant_id())', name);
        EXECUTE format('GRANT SELECT ON %I TO steelyard_tenant', name);
    END LOOP;
END
$$;
