-- AlterTable
ALTER TABLE "usage_event" ADD COLUMN     "masked" JSONB;

-- CreateTable
CREATE TABLE "privacy_policy" (
    "tenant_id" UUID NOT NULL,
    "scope" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "provider_id" UUID,
    "mask" TEXT[],
    "block" TEXT[],
    "retention_hours" INTEGER,
    "updated_by" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "privacy_policy_pkey" PRIMARY KEY ("tenant_id","scope","subject")
);

-- CreateTable
CREATE TABLE "kept_call" (
    "tenant_id" UUID NOT NULL,
    "prediction_id" UUID NOT NULL,
    "key_id" TEXT NOT NULL,
    "input" BYTEA,
    "output" BYTEA,
    "input_bytes" INTEGER NOT NULL,
    "output_bytes" INTEGER,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "kept_call_pkey" PRIMARY KEY ("tenant_id","prediction_id")
);

-- CreateIndex
CREATE INDEX "kept_call_expires_at_idx" ON "kept_call"("expires_at");

-- By hand: what a policy may say ------------------------------------------------------------------------------------------------

ALTER TABLE privacy_policy
    ADD CONSTRAINT privacy_policy_scope_check CHECK (scope IN ('organization', 'key', 'model') AND (scope = 'organization') = (subject = '')),
    ADD CONSTRAINT privacy_policy_provider_check CHECK ((scope = 'model') = (provider_id IS NOT NULL)),
    ADD CONSTRAINT privacy_policy_kinds_check CHECK (mask <@ ARRAY['email', 'card', 'iban', 'phone', 'ip', 'secret'] AND block <@ ARRAY['email', 'card', 'iban', 'phone', 'ip', 'secret']),
    ADD CONSTRAINT privacy_policy_retention_check CHECK (retention_hours IS NULL OR scope <> 'model' AND retention_hours BETWEEN 0 AND 8760);

-- Every server knows every policy; it hears here whose have changed.
CREATE FUNCTION notify_of_privacy_policy() RETURNS TRIGGER
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM pg_notify('steelyard_privacy', coalesce(NEW.tenant_id, OLD.tenant_id)::TEXT);
    RETURN NULL;
END
$$;
CREATE TRIGGER privacy_policy_changed AFTER INSERT OR UPDATE OR DELETE ON privacy_policy FOR EACH ROW EXECUTE FUNCTION notify_of_privacy_policy();

-- A key that takes the place of another is under the same policy: a rotation takes no protection away.
CREATE FUNCTION privacy_policy_follow_key() RETURNS TRIGGER
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO privacy_policy (tenant_id, scope, subject, mask, block, retention_hours, updated_by)
    SELECT p.tenant_id, p.scope, NEW.rotated_to_id, p.mask, p.block, p.retention_hours, p.updated_by
    FROM privacy_policy AS p
    WHERE p.tenant_id = NEW.tenant_id AND p.scope = 'key' AND p.subject = NEW.id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER privacy_policy_follows_key AFTER UPDATE OF rotated_to_id ON api_key FOR EACH ROW
WHEN (NEW.rotated_to_id IS NOT NULL) EXECUTE FUNCTION privacy_policy_follow_key();

-- Usage with what was masked ----------------------------------------------------------------------------------------------------

DROP FUNCTION usage_flush;

-- Writes a batch of what was done, sorted by id: usage rows, the transfers that they add up to, the release of their holds, in
-- one transaction. A row that is there already was charged already, and changes nothing. Nothing is refused for lack of
-- balance: what has run is owed. Gives how many rows were new and how many holds were open.
-- The hour and the month are taken from the first and the last id, which nearly always are all ids'; a charge of one
-- component is added up without a function call; budgets and windows are looked for only where a wallet has some.
CREATE FUNCTION usage_flush(
    p_batch_id UUID, p_ids UUID[], p_consumers UUID[], p_providers UUID[], p_key_ids TEXT[], p_model_ids UUID[], p_version_ids UUID[],
    p_price_ids UUID[], p_statuses TEXT[], p_error_codes TEXT[], p_units TEXT[], p_quantities BIGINT[], p_amounts BIGINT[],
    p_fees BIGINT[], p_currencies TEXT[], p_queue_micros INTEGER[], p_compute_micros INTEGER[], p_total_micros INTEGER[],
    p_occurred_at TIMESTAMPTZ[], p_lines TEXT[], p_free_quantities BIGINT[], p_tags TEXT[], p_input_hashes BYTEA[], p_output_hashes BYTEA[], p_builds TEXT[],
    p_masked TEXT[]
) RETURNS TABLE (inserted INTEGER, released INTEGER)
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    platform CONSTANT UUID := ledger_platform_id();
    rows CONSTANT INTEGER := cardinality(p_ids);
    first_time CONSTANT TIMESTAMPTZ := usage_id_time(p_ids[1]);
    last_time CONSTANT TIMESTAMPTZ := usage_id_time(p_ids[rows]);
    -- What the new rows add up to, per consumer, provider and currency.
    consumers UUID[];
    providers UUID[];
    currencies TEXT[];
    amounts BIGINT[];
    fees BIGINT[];
    -- What the released holds add up to, per account.
    held_accounts BIGINT[];
    held_debits BIGINT[];
    held_credits BIGINT[];
    -- And per window.
    eased_windows BIGINT[];
    eased_amounts BIGINT[];
    -- What the new rows add up to for limits, per consumer, currency, key, model and day.
    spent_tenants UUID[];
    spent_currencies TEXT[];
    spent_keys TEXT[];
    spent_models UUID[];
    spent_days TIMESTAMPTZ[];
    spent_amounts BIGINT[];
    spent_free BIGINT[];
    first_open INTEGER;
    -- The hour and the month of all rows, where they have one: ids are sorted. NULL where they have several.
    one_hour TIMESTAMPTZ;
    one_period INTEGER;
    has_limits BOOLEAN;
    failed CONSTANT UUID[] := ARRAY(SELECT u.id FROM unnest(p_ids, p_statuses) AS u (id, status) WHERE u.status = 'failed');
BEGIN
    -- Whoever closes a month or makes sums anew waits for those that write, and those that come after it see what it did. Before anything
    -- else is locked, so that nobody waits in a circle.
    PERFORM pg_advisory_xact_lock_shared(72707373);
    PERFORM usage_ensure_parts(first_time, last_time);
    first_open := usage_first_open_period();
    IF date_trunc('hour', first_time, 'UTC') = date_trunc('hour', last_time, 'UTC') THEN
        one_hour := date_trunc('hour', first_time, 'UTC');
    END IF;
    IF usage_period_of(p_ids[1]) = usage_period_of(p_ids[rows]) THEN
        one_period := greatest(usage_period_of(p_ids[1]), first_open);
    END IF;

    WITH fresh AS (
        INSERT INTO usage_event (id, batch_id, consumer_tenant_id, provider_tenant_id, key_id, model_id, version_id, price_id, status,
            error_code, unit, quantity, amount_nano, fee_nano, currency, queue_micros, compute_micros, total_micros, occurred_at,
            lines, free_quantity, tag, period, input_hash, output_hash, build, masked)
        SELECT u.id, p_batch_id, u.consumer, u.provider, u.key_id, u.model_id, u.version_id, u.price_id, u.status,
            u.error_code, u.unit, u.quantity, u.amount, u.fee, u.currency, u.queue_micros, u.compute_micros, u.total_micros, u.occurred_at,
            u.lines::JSONB, u.free_quantity, u.tag, coalesce(one_period, greatest(usage_period_of(u.id), first_open)), u.input_hash, u.output_hash, u.build, u.masked::JSONB
        FROM unnest(p_ids, p_consumers, p_providers, p_key_ids, p_model_ids, p_version_ids, p_price_ids, p_statuses, p_error_codes,
            p_units, p_quantities, p_amounts, p_fees, p_currencies, p_queue_micros, p_compute_micros, p_total_micros, p_occurred_at,
            p_lines, p_free_quantities, p_tags, p_input_hashes, p_output_hashes, p_builds, p_masked)
            AS u (id, consumer, provider, key_id, model_id, version_id, price_id, status, error_code,
                unit, quantity, amount, fee, currency, queue_micros, compute_micros, total_micros, occurred_at,
                lines, free_quantity, tag, input_hash, output_hash, build, masked)
        ORDER BY u.id
        ON CONFLICT (id) DO NOTHING
        RETURNING id, consumer_tenant_id, provider_tenant_id, currency, amount_nano, fee_nano, key_id, model_id, version_id, price_id, tag, period,
            status, unit, quantity, lines, free_quantity
    ), line AS (
        -- A charge, component by component; the call itself counts with the first.
        SELECT f.id, f.consumer_tenant_id, f.provider_tenant_id, f.model_id, f.version_id, f.price_id, f.key_id, f.tag, f.period, f.currency,
            f.status, f.free_quantity, f.fee_nano, f.unit, f.quantity, f.amount_nano, 1::BIGINT AS calls
        FROM fresh AS f WHERE f.lines IS NULL
        UNION ALL
        SELECT f.id, f.consumer_tenant_id, f.provider_tenant_id, f.model_id, f.version_id, f.price_id, f.key_id, f.tag, f.period, f.currency,
            f.status, f.free_quantity, f.fee_nano, l.unit, l.quantity, l.amount_nano, l.calls
        FROM fresh AS f CROSS JOIN LATERAL usage_lines(f.unit, f.quantity, f.amount_nano, f.lines) AS l WHERE f.lines IS NOT NULL
    ), hourly AS MATERIALIZED (
        SELECT l.consumer_tenant_id, coalesce(one_hour, date_trunc('hour', usage_id_time(l.id), 'UTC')) AS hour, l.provider_tenant_id, l.model_id, l.version_id,
            l.price_id, l.key_id, l.tag, l.period, l.unit, l.currency, sum(l.calls)::BIGINT AS calls,
            coalesce(sum(l.calls) FILTER (WHERE l.status = 'failed'), 0)::BIGINT AS failed, coalesce(sum(l.calls) FILTER (WHERE l.free_quantity > 0), 0)::BIGINT AS free,
            sum(l.quantity)::BIGINT AS quantity, sum(l.amount_nano)::BIGINT AS amount_nano, sum(l.calls * l.fee_nano)::BIGINT AS fee_nano,
            sum(l.calls * l.free_quantity)::BIGINT AS free_quantity
        FROM line AS l
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    ), rolled AS (
        INSERT INTO usage_hour AS t (consumer_tenant_id, hour, provider_tenant_id, model_id, version_id, price_id, key_id, tag, period, unit, currency,
            calls, failed, free, quantity, amount_nano, fee_nano)
        SELECT h.consumer_tenant_id, h.hour, h.provider_tenant_id, h.model_id, h.version_id, h.price_id, h.key_id, h.tag, h.period, h.unit, h.currency,
            h.calls, h.failed, h.free, h.quantity, h.amount_nano, h.fee_nano
        FROM hourly AS h
        ORDER BY 1, 2, 4, 5, 6, 7, 8, 9, 10, 3, 11
        ON CONFLICT (consumer_tenant_id, hour, model_id, version_id, price_id, key_id, tag, period, unit, provider_tenant_id, currency) DO UPDATE
        SET calls = t.calls + EXCLUDED.calls, failed = t.failed + EXCLUDED.failed, free = t.free + EXCLUDED.free,
            quantity = t.quantity + EXCLUDED.quantity, amount_nano = t.amount_nano + EXCLUDED.amount_nano, fee_nano = t.fee_nano + EXCLUDED.fee_nano
    ), spent AS (
        SELECT h.consumer_tenant_id, h.currency, h.key_id, h.model_id, date_trunc('day', h.hour, 'UTC') AS day,
            sum(h.amount_nano)::BIGINT AS amount, sum(h.free_quantity)::BIGINT AS free
        FROM hourly AS h
        WHERE h.amount_nano > 0 OR h.free_quantity > 0
        GROUP BY 1, 2, 3, 4, 5
    ), summed AS (
        SELECT consumer_tenant_id, provider_tenant_id, currency, count(*) AS events,
            sum(amount_nano)::BIGINT AS amount, sum(fee_nano)::BIGINT AS fee
        FROM fresh GROUP BY 1, 2, 3
    )
    SELECT array_agg(summed.consumer_tenant_id), array_agg(summed.provider_tenant_id), array_agg(summed.currency), array_agg(summed.amount), array_agg(summed.fee),
        coalesce(sum(events), 0), s.tenants, s.currencies, s.keys, s.models, s.days, s.amounts, s.free
    INTO consumers, providers, currencies, amounts, fees, inserted,
        spent_tenants, spent_currencies, spent_keys, spent_models, spent_days, spent_amounts, spent_free
    FROM summed, (
        SELECT array_agg(consumer_tenant_id) AS tenants, array_agg(currency) AS currencies, array_agg(key_id) AS keys, array_agg(model_id) AS models,
            array_agg(day) AS days, array_agg(amount) AS amounts, array_agg(free) AS free
        FROM spent) AS s
    GROUP BY s.tenants, s.currencies, s.keys, s.models, s.days, s.amounts, s.free;
    inserted := coalesce(inserted, 0);

    WITH freed AS (
        UPDATE ledger_hold AS h SET state = CASE WHEN h.id = ANY (failed) THEN 'void' ELSE 'settled' END
        WHERE h.id = ANY (p_ids) AND (h.state = 'open') IS TRUE
        RETURNING h.account_id, h.clearing_account_id, h.amount_nano, h.windows, h.free_window, h.free_quantity
    ), eased AS (
        SELECT w AS id, amount_nano AS held FROM freed CROSS JOIN unnest(freed.windows) AS w WHERE freed.windows IS NOT NULL
        UNION ALL SELECT free_window, free_quantity FROM freed WHERE free_window IS NOT NULL
    ), change AS (
        SELECT account_id AS id, sum(amount_nano)::BIGINT AS debit, 0::BIGINT AS credit, count(*) AS holds FROM freed GROUP BY account_id
        UNION ALL SELECT clearing_account_id, 0, sum(amount_nano)::BIGINT, 0 FROM freed GROUP BY clearing_account_id
    )
    SELECT array_agg(id), array_agg(debit), array_agg(credit), coalesce(sum(holds), 0),
        (SELECT array_agg(eased.id) FROM eased), (SELECT array_agg(eased.held) FROM eased)
    INTO held_accounts, held_debits, held_credits, released, eased_windows, eased_amounts
    FROM change;

    -- A hold that had been given up before its usage came: what happened in the end is what a later use of its key must find.
    IF released < rows THEN
        UPDATE ledger_hold AS h SET state = CASE WHEN h.id = ANY (failed) THEN 'void' ELSE 'settled' END
        WHERE h.id = ANY (p_ids) AND (h.state = 'expired' OR h.state = 'void' AND h.id <> ALL (failed)) IS TRUE;
    END IF;

    PERFORM ledger_ensure_accounts(array_agg(wanted.tenant_id), array_agg(wanted.kind), array_agg(wanted.currency))
    FROM (
        SELECT DISTINCT tenant_id, 'consumer_wallet'::TEXT, currency FROM unnest(consumers, currencies) AS u (tenant_id, currency)
        UNION SELECT tenant_id, 'provider_payable', currency FROM unnest(providers, currencies) AS u (tenant_id, currency)
        UNION SELECT platform, kind, currency FROM unnest(currencies) AS u (currency), (VALUES ('usage_clearing'), ('platform_fee')) AS k (kind)
    ) AS wanted (tenant_id, kind, currency);

    SELECT coalesce(bool_or(locked.budgets > 0) OR 0 < ANY (spent_free), false) INTO has_limits
    FROM (
        SELECT a.budgets FROM ledger_account AS a
        WHERE a.id = ANY (held_accounts || ARRAY(
            SELECT w.id FROM unnest(consumers, currencies) AS u (tenant_id, currency)
            JOIN ledger_account AS w ON w.tenant_id = u.tenant_id AND w.kind = 'consumer_wallet' AND w.currency = u.currency
            UNION ALL
            SELECT w.id FROM unnest(providers, currencies) AS u (tenant_id, currency)
            JOIN ledger_account AS w ON w.tenant_id = u.tenant_id AND w.kind = 'provider_payable' AND w.currency = u.currency
            UNION ALL
            SELECT w.id FROM ledger_account AS w
            WHERE w.tenant_id = platform AND w.kind IN ('usage_clearing', 'platform_fee') AND w.currency = ANY (currencies)))
        ORDER BY a.id
        FOR NO KEY UPDATE
    ) AS locked;

    WITH charged AS (
        SELECT * FROM unnest(consumers, providers, currencies, amounts, fees) AS u (consumer, provider, currency, amount, fee)
    ), leg AS (
        SELECT 'usage' AS kind, consumer AS debit_tenant, 'consumer_wallet' AS debit_kind, platform AS credit_tenant, 'usage_clearing' AS credit_kind,
            currency, sum(amount)::BIGINT AS amount FROM charged GROUP BY consumer, currency
        UNION ALL
        SELECT 'usage_share', platform, 'usage_clearing', provider, 'provider_payable', currency, sum(amount - fee)::BIGINT FROM charged GROUP BY provider, currency
        UNION ALL
        SELECT 'usage_fee', platform, 'usage_clearing', platform, 'platform_fee', currency, sum(fee)::BIGINT FROM charged GROUP BY currency
    ), posted AS (
        INSERT INTO ledger_transfer (id, batch_id, kind, debit_account_id, credit_account_id, debit_tenant_id, credit_tenant_id, amount_nano, currency)
        SELECT gen_random_uuid(), p_batch_id, leg.kind, d.id, c.id, leg.debit_tenant, leg.credit_tenant, leg.amount, leg.currency
        FROM leg
        JOIN ledger_account AS d ON d.tenant_id = leg.debit_tenant AND d.kind = leg.debit_kind AND d.currency = leg.currency
        JOIN ledger_account AS c ON c.tenant_id = leg.credit_tenant AND c.kind = leg.credit_kind AND c.currency = leg.currency
        WHERE leg.amount > 0
        RETURNING debit_account_id, credit_account_id, amount_nano
    ), change AS (
        SELECT debit_account_id AS id, 0::BIGINT AS debit_pending, amount_nano AS debit_posted, 0::BIGINT AS credit_pending, 0::BIGINT AS credit_posted FROM posted
        UNION ALL SELECT credit_account_id, 0, 0, 0, amount_nano FROM posted
        UNION ALL SELECT id, -debit, 0, -credit, 0 FROM unnest(held_accounts, held_debits, held_credits) AS h (id, debit, credit)
    )
    UPDATE ledger_account AS a
    SET debits_pending = a.debits_pending + s.debit_pending, debits_posted = a.debits_posted + s.debit_posted,
        credits_pending = a.credits_pending + s.credit_pending, credits_posted = a.credits_posted + s.credit_posted
    FROM (
        SELECT id, sum(debit_pending)::BIGINT AS debit_pending, sum(debit_posted)::BIGINT AS debit_posted,
            sum(credit_pending)::BIGINT AS credit_pending, sum(credit_posted)::BIGINT AS credit_posted
        FROM change GROUP BY id
    ) AS s
    WHERE a.id = s.id;

    PERFORM ledger_ease_windows(eased_windows, eased_amounts);
    IF has_limits THEN
        PERFORM ledger_spend_windows(spent_tenants, spent_currencies, spent_keys, spent_models, spent_days, spent_amounts, spent_free);
    END IF;
    RETURN NEXT;
END
$$;

REVOKE ALL ON FUNCTION usage_flush FROM PUBLIC;
GRANT EXECUTE ON FUNCTION usage_flush TO steelyard_platform;

-- Who sees what -----------------------------------------------------------------------------------------------------------------

DO $$
DECLARE
    name TEXT;
BEGIN
    FOREACH name IN ARRAY ARRAY['privacy_policy', 'kept_call'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY platform ON %I TO steelyard_platform USING (true) WITH CHECK (true)', name);
        EXECUTE format('CREATE POLICY tenant ON %I TO steelyard_tenant USING (tenant_id = app_tenant_id()) WITH CHECK (tenant_id = app_tenant_id())', name);
    END LOOP;
END
$$;
GRANT SELECT, INSERT, UPDATE, DELETE ON privacy_policy, kept_call TO steelyard_platform;
GRANT SELECT, INSERT, UPDATE, DELETE ON privacy_policy TO steelyard_tenant;
GRANT SELECT ON kept_call TO steelyard_tenant;
