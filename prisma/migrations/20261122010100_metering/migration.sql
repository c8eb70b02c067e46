-- Usage, exactly once. Locks and plans are as the ledger's migration says.

ALTER TABLE usage_event
    ADD CONSTRAINT usage_event_status_check CHECK (status IN ('succeeded', 'failed')),
    ADD CONSTRAINT usage_event_amounts_check CHECK (quantity >= 0 AND fee_nano >= 0 AND fee_nano <= amount_nano);

-- When an id was made.
CREATE FUNCTION usage_id_time(p_id UUID) RETURNS TIMESTAMPTZ
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN to_timestamp(('x' || translate(left(p_id::TEXT, 13), '-', ''))::BIT(48)::BIGINT / 1000.0);

-- Writes a batch of what was done, sorted by id: usage rows, the transfers that they add up to, the release of their holds, in
-- one transaction. A row that is there already was charged already, and changes nothing. Nothing is refused for lack of
-- balance: what has run is owed. Gives how many rows were new and how many holds were open.
CREATE FUNCTION usage_flush(
    p_batch_id UUID, p_ids UUID[], p_consumers UUID[], p_providers UUID[], p_key_ids TEXT[], p_model_ids UUID[], p_version_ids UUID[],
    p_price_ids UUID[], p_statuses TEXT[], p_error_codes TEXT[], p_units TEXT[], p_quantities BIGINT[], p_amounts BIGINT[],
    p_fees BIGINT[], p_currencies TEXT[], p_queue_micros INTEGER[], p_compute_micros INTEGER[], p_total_micros INTEGER[],
    p_occurred_at TIMESTAMPTZ[]
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
    failed CONSTANT UUID[] := ARRAY(SELECT u.id FROM unnest(p_ids, p_statuses) AS u (id, status) WHERE u.status = 'failed');
BEGIN
    PERFORM usage_ensure_parts(usage_id_time(p_ids[1]), usage_id_time(p_ids[rows]));

    WITH fresh AS (
        INSERT INTO usage_event (id, batch_id, consumer_tenant_id, provider_tenant_id, key_id, model_id, version_id, price_id, status,
            error_code, unit, quantity, amount_nano, fee_nano, currency, queue_micros, compute_micros, total_micros, occurred_at)
        SELECT u.id, p_batch_id, u.consumer, u.provider, u.key_id, u.model_id, u.version_id, u.price_id, u.status,
            u.error_code, u.unit, u.quantity, u.amount, u.fee, u.currency, u.queue_micros, u.compute_micros, u.total_micros, u.occurred_at
        FROM unnest(p_ids, p_consumers, p_providers, p_key_ids, p_model_ids, p_version_ids, p_price_ids, p_statuses, p_error_codes,
            p_units, p_quantities, p_amounts, p_fees, p_currencies, p_queue_micros, p_compute_micros, p_total_micros, p_occurred_at)
            AS u (id, consumer, provider, key_id, model_id, version_id, price_id, status, error_code,
                unit, quantity, amount, fee, currency, queue_micros, compute_micros, total_micros, occurred_at)
        ORDER BY u.id
        ON CONFLICT (id) DO NOTHING
        RETURNING consumer_tenant_id, provider_tenant_id, currency, amount_nano, fee_nano
    ), summed AS (
        SELECT consumer_tenant_id, provider_tenant_id, currency, count(*) AS events,
            sum(amount_nano)::BIGINT AS amount, sum(fee_nano)::BIGINT AS fee
        FROM fresh GROUP BY 1, 2, 3
    )
    SELECT array_agg(consumer_tenant_id), array_agg(provider_tenant_id), array_agg(currency), array_agg(amount), array_agg(fee),
        coalesce(sum(events), 0)
    INTO consumers, providers, currencies, amounts, fees, inserted
    FROM summed;

    WITH freed AS (
        UPDATE ledger_hold AS h SET state = CASE WHEN h.id = ANY (failed) THEN 'void' ELSE 'settled' END
        WHERE h.id = ANY (p_ids) AND (h.state = 'open') IS TRUE
        RETURNING h.account_id, h.clearing_account_id, h.amount_nano
    ), change AS (
        SELECT account_id AS id, sum(amount_nano)::BIGINT AS debit, 0::BIGINT AS credit, count(*) AS holds FROM freed GROUP BY account_id
        UNION ALL SELECT clearing_account_id, 0, sum(amount_nano)::BIGINT, 0 FROM freed GROUP BY clearing_account_id
    )
    SELECT array_agg(id), array_agg(debit), array_agg(credit), coalesce(sum(holds), 0)
    INTO held_accounts, held_debits, held_credits, released
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

    PERFORM FROM ledger_account AS a
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
    FOR NO KEY UPDATE;

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
    RETURN NEXT;
END
$$;

-- Puts right what a log says was begun and never ended, or what could not be charged: the hold is void, and a row says so, once.
CREATE FUNCTION usage_recover(p_event_ids UUID[], p_consumers UUID[], p_actions TEXT[], p_details TEXT[]) RETURNS INTEGER
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    INSERT INTO usage_recovery (id, event_id, consumer_tenant_id, action, detail)
    SELECT u.id, u.id, u.consumer, u.action, u.detail
    FROM unnest(p_event_ids, p_consumers, p_actions, p_details) AS u (id, consumer, action, detail)
    ORDER BY u.id
    ON CONFLICT (id) DO NOTHING;
    RETURN ledger_release(p_event_ids, 'void');
END
$$;

REVOKE ALL ON FUNCTION usage_flush, usage_recover FROM PUBLIC;
GRANT EXECUTE ON FUNCTION usage_flush, usage_recover TO steelyard_platform;
