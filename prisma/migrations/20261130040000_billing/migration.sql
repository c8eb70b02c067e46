-- CreateTable
CREATE TABLE "billing_document" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "place" INTEGER NOT NULL,
    "period" INTEGER NOT NULL,
    "currency" TEXT NOT NULL,
    "correction_id" UUID,
    "amount_nano" BIGINT NOT NULL,
    "total_cents" BIGINT,
    "hash" TEXT NOT NULL,
    "document" TEXT NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "billing_document_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "billing_due" (
    "period" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "tenant_id" UUID NOT NULL,
    "currency" TEXT NOT NULL,
    "document_id" UUID,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "problem" TEXT,
    "tried_at" TIMESTAMPTZ(3),

    CONSTRAINT "billing_due_pkey" PRIMARY KEY ("period","kind","tenant_id","currency")
);

-- CreateTable
CREATE TABLE "billing_series" (
    "name" TEXT NOT NULL,
    "last" INTEGER NOT NULL,

    CONSTRAINT "billing_series_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "billing_tax" (
    "tenant_id" UUID NOT NULL,
    "basis_points" INTEGER NOT NULL,
    "label" TEXT NOT NULL,
    "tax_id" TEXT NOT NULL,
    "updated_by" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "billing_tax_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateTable
CREATE TABLE "usage_correction" (
    "event_id" UUID NOT NULL,
    "correction_id" UUID NOT NULL,
    "document_id" UUID NOT NULL,
    "consumer_tenant_id" UUID NOT NULL,
    "provider_tenant_id" UUID NOT NULL,
    "period" INTEGER NOT NULL,
    "currency" TEXT NOT NULL,
    "amount_nano" BIGINT NOT NULL,
    "fee_nano" BIGINT NOT NULL,
    "reason" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "usage_correction_pkey" PRIMARY KEY ("event_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "billing_document_number_key" ON "billing_document"("number");

-- CreateIndex
CREATE INDEX "billing_document_tenant_id_kind_period_currency_idx" ON "billing_document"("tenant_id", "kind", "period", "currency");

-- CreateIndex
CREATE UNIQUE INDEX "billing_document_tenant_id_kind_place_key" ON "billing_document"("tenant_id", "kind", "place");

-- CreateIndex
CREATE INDEX "usage_correction_consumer_tenant_id_document_id_event_id_idx" ON "usage_correction"("consumer_tenant_id", "document_id", "event_id");

-- CreateIndex
CREATE INDEX "usage_correction_provider_tenant_id_period_currency_event_i_idx" ON "usage_correction"("provider_tenant_id", "period", "currency", "event_id");

-- AddForeignKey
ALTER TABLE "usage_correction" ADD CONSTRAINT "usage_correction_consumer_tenant_id_document_id_fkey" FOREIGN KEY ("consumer_tenant_id", "document_id") REFERENCES "billing_document"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- By hand ------------------------------------------------------------------------------------------------------------------------
--
-- Order of locks: the advisory lock of whoever issues documents (72707384), that of months (72707373), rows, then accounts by id.

ALTER TABLE billing_document ADD CONSTRAINT billing_document_kind_check CHECK (
    kind IN ('invoice', 'statement') AND correction_id IS NULL OR kind = 'credit_note' AND correction_id IS NOT NULL);
ALTER TABLE billing_due ADD CONSTRAINT billing_due_kind_check CHECK (kind IN ('invoice', 'statement'));
ALTER TABLE billing_tax ADD CONSTRAINT billing_tax_basis_points_check CHECK (basis_points BETWEEN 0 AND 10000);
ALTER TABLE usage_correction ADD CONSTRAINT usage_correction_amounts_check CHECK (amount_nano > 0 AND fee_nano BETWEEN 0 AND amount_nano);
-- A month is invoiced once. Of a correction there is one credit note for each month.
CREATE UNIQUE INDEX billing_document_once ON billing_document (kind, tenant_id, period, currency) WHERE correction_id IS NULL;
CREATE UNIQUE INDEX billing_document_once_of_correction ON billing_document (correction_id, tenant_id, period, currency) WHERE correction_id IS NOT NULL;
-- What is left to be issued.
CREATE INDEX billing_due_open ON billing_due (period, kind, tenant_id, currency) WHERE document_id IS NULL;

-- Closes a month, and those before it that are open, and writes down which documents that owes. False when it is closed already.
CREATE FUNCTION billing_close(p_period INTEGER, p_actor TEXT) RETURNS BOOLEAN
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    first_open INTEGER;
BEGIN
    PERFORM pg_advisory_xact_lock(72707373);
    first_open := usage_first_open_period();
    IF NOT usage_close_period(p_period, p_actor) THEN
        RETURN false;
    END IF;
    -- What was written before is there to be seen, what comes from here on counts with a later month.
    INSERT INTO billing_due (period, kind, tenant_id, currency)
    SELECT h.period, 'invoice', h.consumer_tenant_id, h.currency FROM usage_hour AS h WHERE h.period BETWEEN first_open AND p_period GROUP BY 1, 3, 4
    UNION
    SELECT h.period, 'statement', h.provider_tenant_id, h.currency FROM usage_hour AS h WHERE h.period BETWEEN first_open AND p_period GROUP BY 1, 3, 4
    UNION
    SELECT c.period, 'statement', c.provider_tenant_id, c.currency FROM usage_correction AS c WHERE c.period BETWEEN first_open AND p_period GROUP BY 1, 3, 4;
    RETURN true;
END
$$;

-- Posts many transfers that belong together; those between the same accounts as one, and nothing for an amount of 0.
CREATE FUNCTION billing_post(
    p_batch_id UUID, p_kinds TEXT[], p_debit_tenants UUID[], p_debit_kinds TEXT[], p_credit_tenants UUID[], p_credit_kinds TEXT[],
    p_amounts BIGINT[], p_currencies TEXT[], p_reason TEXT
) RETURNS VOID
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM ledger_ensure_accounts(p_debit_tenants || p_credit_tenants, p_debit_kinds || p_credit_kinds, p_currencies || p_currencies);
    PERFORM FROM ledger_account AS a
    WHERE (a.tenant_id, a.kind, a.currency) IN (
        SELECT * FROM unnest(p_debit_tenants || p_credit_tenants, p_debit_kinds || p_credit_kinds, p_currencies || p_currencies))
    ORDER BY a.id
    FOR NO KEY UPDATE;

    WITH posted AS (
        INSERT INTO ledger_transfer (id, batch_id, kind, debit_account_id, credit_account_id, debit_tenant_id, credit_tenant_id, amount_nano, currency, reason)
        SELECT gen_random_uuid(), p_batch_id, leg.kind, d.id, c.id, d.tenant_id, c.tenant_id, sum(leg.amount)::BIGINT, leg.currency, p_reason
        FROM unnest(p_kinds, p_debit_tenants, p_debit_kinds, p_credit_tenants, p_credit_kinds, p_amounts, p_currencies)
            AS leg (kind, debit_tenant, debit_kind, credit_tenant, credit_kind, amount, currency)
        JOIN ledger_account AS d ON d.tenant_id = leg.debit_tenant AND d.kind = leg.debit_kind AND d.currency = leg.currency
        JOIN ledger_account AS c ON c.tenant_id = leg.credit_tenant AND c.kind = leg.credit_kind AND c.currency = leg.currency
        WHERE leg.amount <> 0
        GROUP BY leg.kind, d.id, c.id, leg.currency
        RETURNING debit_account_id, credit_account_id, amount_nano
    ), change AS (
        SELECT debit_account_id AS id, amount_nano AS debit, 0::BIGINT AS credit FROM posted
        UNION ALL SELECT credit_account_id, 0, amount_nano FROM posted
    )
    UPDATE ledger_account AS a SET debits_posted = a.debits_posted + s.debit, credits_posted = a.credits_posted + s.credit
    FROM (SELECT id, sum(debit)::BIGINT AS debit, sum(credit)::BIGINT AS credit FROM change GROUP BY id) AS s
    WHERE a.id = s.id;
END
$$;

-- Takes charges back, each whole and once, with the transfers of their credit notes (rounding and tax, as of `billing_post`). The usage stays
-- as it is: a row says that it was taken back, in the statement of its month or of the first that is open. Fails as a whole for a call that is
-- unknown, failed or free, and by the primary key for one that was taken back before.
CREATE FUNCTION usage_correct(
    p_correction_id UUID, p_event_ids UUID[], p_document_ids UUID[], p_reason TEXT, p_actor TEXT,
    p_kinds TEXT[], p_debit_tenants UUID[], p_debit_kinds TEXT[], p_credit_tenants UUID[], p_credit_kinds TEXT[], p_amounts BIGINT[], p_currencies TEXT[]
) RETURNS VOID
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    platform CONSTANT UUID := ledger_platform_id();
    first_open INTEGER;
    made INTEGER;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(72707373);
    first_open := usage_first_open_period();
    INSERT INTO usage_correction (event_id, correction_id, document_id, consumer_tenant_id, provider_tenant_id, period, currency, amount_nano, fee_nano, reason, actor_id)
    SELECT e.id, p_correction_id, u.document_id, e.consumer_tenant_id, e.provider_tenant_id, greatest(e.period, first_open), e.currency, e.amount_nano, e.fee_nano, p_reason, p_actor
    FROM unnest(p_event_ids, p_document_ids) AS u (id, document_id)
    JOIN usage_event AS e ON e.id = u.id AND e.status = 'succeeded' AND e.amount_nano > 0
    ORDER BY e.id;
    GET DIAGNOSTICS made = ROW_COUNT;
    IF made <> cardinality(p_event_ids) THEN
        RAISE EXCEPTION 'usage_correct: of % calls % can be taken back', cardinality(p_event_ids), made;
    END IF;

    PERFORM billing_post(p_correction_id, array_agg(leg.kind), array_agg(leg.debit_tenant), array_agg(leg.debit_kind),
        array_agg(leg.credit_tenant), array_agg(leg.credit_kind), array_agg(leg.amount), array_agg(leg.currency), p_reason)
    FROM (
        SELECT 'correction_share' AS kind, c.provider_tenant_id AS debit_tenant, 'provider_payable' AS debit_kind,
            platform AS credit_tenant, 'usage_clearing' AS credit_kind, c.amount_nano - c.fee_nano AS amount, c.currency
        FROM usage_correction AS c WHERE c.event_id = ANY (p_event_ids)
        UNION ALL
        SELECT 'correction_fee', platform, 'platform_fee', platform, 'usage_clearing', c.fee_nano, c.currency
        FROM usage_correction AS c WHERE c.event_id = ANY (p_event_ids)
        UNION ALL
        SELECT 'correction', platform, 'usage_clearing', c.consumer_tenant_id, 'consumer_wallet', c.amount_nano, c.currency
        FROM usage_correction AS c WHERE c.event_id = ANY (p_event_ids)
        UNION ALL
        SELECT * FROM unnest(p_kinds, p_debit_tenants, p_debit_kinds, p_credit_tenants, p_credit_kinds, p_amounts, p_currencies)
    ) AS leg;
END
$$;

-- What an organization has had to pay since the invoice of a month: later documents, and usage that is not invoiced yet.
CREATE FUNCTION billing_owed_since(p_tenant_id UUID, p_currency TEXT, p_period INTEGER) RETURNS NUMERIC
LANGUAGE sql STABLE
RETURN (
    SELECT coalesce(sum(CASE d.kind WHEN 'invoice' THEN d.total_cents ELSE -d.total_cents END) * 10000000, 0) FROM billing_document AS d
    WHERE d.tenant_id = p_tenant_id AND d.currency = p_currency AND d.kind IN ('invoice', 'credit_note') AND d.period > p_period
) + (
    SELECT coalesce(sum(h.amount_nano), 0) FROM usage_hour AS h
    WHERE h.consumer_tenant_id = p_tenant_id AND h.currency = p_currency AND h.period > (
        SELECT coalesce(max(d.period), 0) FROM billing_document AS d WHERE d.tenant_id = p_tenant_id AND d.kind = 'invoice' AND d.currency = p_currency)
);

-- By hand: who sees and writes what -----------------------------------------------------------------------------------------------

DO $$
DECLARE
    name TEXT;
BEGIN
    FOREACH name IN ARRAY ARRAY['billing_document', 'billing_due', 'billing_series', 'billing_tax', 'usage_correction'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY platform ON %I TO steelyard_platform USING (true) WITH CHECK (true)', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO steelyard_platform', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['billing_document', 'billing_due', 'billing_tax'] LOOP
        EXECUTE format('CREATE POLICY tenant ON %I FOR SELECT TO steelyard_tenant USING (tenant_id = app_tenant_id())', name);
    END LOOP;
END
$$;
CREATE POLICY tenant ON usage_correction FOR SELECT TO steelyard_tenant
    USING (consumer_tenant_id = app_tenant_id() OR provider_tenant_id = app_tenant_id());
GRANT SELECT ON billing_document, billing_due, billing_tax, usage_correction TO steelyard_tenant;
REVOKE UPDATE, DELETE, TRUNCATE ON billing_document, usage_correction FROM steelyard_platform;

REVOKE ALL ON FUNCTION billing_close, billing_post, usage_correct, billing_owed_since FROM PUBLIC;
GRANT EXECUTE ON FUNCTION billing_close, billing_post, usage_correct, billing_owed_since TO steelyard_platform;
GRANT EXECUTE ON FUNCTION billing_owed_since TO steelyard_tenant;
