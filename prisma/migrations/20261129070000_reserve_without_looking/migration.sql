-- ledger_reserve_all looked whether a call or its key is known already before it wrote the hold. It has no settings of its own, so the
-- planner was free to read all holds for that, and did so as long as its statistics were those of an empty table: on a new installation,
-- or after a restore, a batch took the longer the more calls there had been, until the first ANALYZE. The unique indexes of the table say
-- the same for nothing: a known call or key is a violation, on which the caller asks ledger_reserve.
CREATE OR REPLACE FUNCTION ledger_reserve_all(
    p_event_ids UUID[], p_tenant_ids UUID[], p_currencies TEXT[], p_amounts BIGINT[],
    p_keys TEXT[], p_hashes BYTEA[], p_expires_at TIMESTAMPTZ[], p_now TIMESTAMPTZ
) RETURNS BOOLEAN
LANGUAGE plpgsql
AS $$
DECLARE
    is_done BOOLEAN;
BEGIN
    WITH account AS MATERIALIZED (
        SELECT a.id, a.tenant_id, a.kind, a.currency, a.credits_posted - a.debits_posted - a.debits_pending AS available
        FROM ledger_account AS a
        WHERE a.tenant_id = ANY (p_tenant_ids || ledger_platform_id()) AND a.kind IN ('consumer_wallet', 'usage_clearing') AND a.currency = ANY (p_currencies)
        ORDER BY a.id
        FOR NO KEY UPDATE
    ), call AS MATERIALIZED (
        SELECT u.id, u.tenant_id, u.amount, u.key, u.hash, u.expires_at, w.id AS wallet, c.id AS clearing,
            w.available, sum(u.amount) OVER (PARTITION BY w.id) AS total
        FROM unnest(p_event_ids, p_tenant_ids, p_currencies, p_amounts, p_keys, p_hashes, p_expires_at)
            AS u (id, tenant_id, currency, amount, key, hash, expires_at)
        JOIN account AS w ON w.tenant_id = u.tenant_id AND w.kind = 'consumer_wallet' AND w.currency = u.currency
        JOIN account AS c ON c.tenant_id = ledger_platform_id() AND c.kind = 'usage_clearing' AND c.currency = u.currency
    ), verdict AS MATERIALIZED (
        -- What is free needs no balance, which may be below zero.
        SELECT count(DISTINCT id) = cardinality(p_event_ids) AND bool_and(total <= available OR total = 0) AS all_fit
        FROM call
    ), held AS (
        INSERT INTO ledger_hold (id, tenant_id, account_id, clearing_account_id, amount_nano, idempotency_key, request_hash, created_at, expires_at)
        SELECT call.id, call.tenant_id, call.wallet, call.clearing, call.amount, call.key, call.hash, p_now, call.expires_at
        FROM call, verdict
        WHERE verdict.all_fit
        RETURNING account_id, clearing_account_id, amount_nano
    ), change AS (
        SELECT account_id AS id, sum(amount_nano)::BIGINT AS debit, 0::BIGINT AS credit FROM held GROUP BY account_id
        UNION ALL SELECT clearing_account_id, 0, sum(amount_nano)::BIGINT FROM held GROUP BY clearing_account_id
    ), counted AS (
        UPDATE ledger_account AS a SET debits_pending = a.debits_pending + change.debit, credits_pending = a.credits_pending + change.credit
        FROM change
        WHERE a.id = change.id
    )
    SELECT all_fit INTO is_done FROM verdict;
    RETURN is_done;
END
$$;
