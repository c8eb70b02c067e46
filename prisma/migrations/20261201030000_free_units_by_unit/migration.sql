-- Free units are counted by their unit: those of one version or price are no free units of another kind. And who may end a hold that was taken up again.
--
-- A window of free units has the kind `free:` and the unit, such as `free:output_token`, where it had `free`.
ALTER TABLE ledger_window DROP CONSTRAINT ledger_window_kind_check;

-- The function that makes windows, that which counts in them, and those that call them. Of the long ones only what changes is said, so that it can be
-- read; \sf shows them whole.

DROP FUNCTION ledger_ensure_windows;
DROP FUNCTION ledger_spend_windows;

-- Makes the windows that a batch falls under and that are not there yet, with what was used of them.
CREATE FUNCTION ledger_ensure_windows(
    p_event_ids UUID[], p_tenant_ids UUID[], p_currencies TEXT[], p_key_ids TEXT[], p_model_ids UUID[], p_free_units TEXT[], p_keys TEXT[], p_now TIMESTAMPTZ
) RETURNS VOID
LANGUAGE sql
AS $$
    INSERT INTO ledger_window (tenant_id, kind, subject_id, starts_at, used)
    SELECT missing.tenant_id, missing.kind, missing.subject_id, missing.starts_at, coalesce(budget_used(b, missing.starts_at), 0)
    FROM (
        SELECT DISTINCT wanted.* FROM unnest(p_event_ids, p_tenant_ids, p_currencies, p_key_ids, p_model_ids, p_free_units, p_keys)
            AS i (event_id, tenant_id, currency, key_id, model_id, free_unit, key)
        LEFT JOIN ledger_hold AS k ON k.tenant_id = i.tenant_id AND k.idempotency_key = i.key AND k.state = 'expired' AND k.created_at > p_now - INTERVAL '24 hours'
        CROSS JOIN LATERAL (
            SELECT b.tenant_id, 'budget', b.id, ledger_window_start(b.period, coalesce(k.id, i.event_id))
            FROM ledger_account AS a
            JOIN budget AS b ON b.tenant_id = a.tenant_id AND b.currency = a.currency AND b.ended_at IS NULL
            WHERE a.tenant_id = i.tenant_id AND a.kind = 'consumer_wallet' AND a.currency = i.currency AND a.budgets > 0
                AND (b.scope = 'organization' OR b.scope = 'key' AND b.key_id = i.key_id OR b.scope = 'model' AND b.model_id = i.model_id)
            UNION ALL SELECT i.tenant_id, 'free:' || i.free_unit, i.model_id, ledger_window_start('month', coalesce(k.id, i.event_id)) WHERE i.free_unit IS NOT NULL
        ) AS wanted (tenant_id, kind, subject_id, starts_at)
    ) AS missing
    LEFT JOIN budget AS b ON missing.kind = 'budget' AND b.tenant_id = missing.tenant_id AND b.id = missing.subject_id
    WHERE ledger_window_id(missing.tenant_id, missing.kind, missing.subject_id, missing.starts_at) IS NULL
    ORDER BY 1, 2, 3, 4
    ON CONFLICT DO NOTHING
$$;

-- Counts what was used against budgets and free units: by the time of the event, whether anything was held for it or not. The wallets are
-- locked and the hourly sums have the usage already, so a window that is made here counts it by them.
CREATE FUNCTION ledger_spend_windows(
    p_tenants UUID[], p_currencies TEXT[], p_key_ids TEXT[], p_model_ids UUID[], p_days TIMESTAMPTZ[], p_amounts BIGINT[], p_free BIGINT[], p_free_units TEXT[]
) RETURNS VOID
LANGUAGE plpgsql
AS $$
BEGIN
    IF cardinality(p_tenants) > 0 THEN
        WITH spent AS MATERIALIZED (
            SELECT part.tenant_id, part.kind, part.subject_id, part.starts_at, sum(part.used)::BIGINT AS used
            FROM unnest(p_tenants, p_currencies, p_key_ids, p_model_ids, p_days, p_amounts, p_free, p_free_units)
                AS i (tenant_id, currency, key_id, model_id, day, amount, free, free_unit)
            CROSS JOIN LATERAL (
                SELECT b.tenant_id, 'budget', b.id, budget_window_start(b.period, i.day), i.amount
                FROM ledger_account AS a
                JOIN budget AS b ON b.tenant_id = a.tenant_id AND b.currency = a.currency AND b.ended_at IS NULL
                WHERE a.tenant_id = i.tenant_id AND a.kind = 'consumer_wallet' AND a.currency = i.currency AND a.budgets > 0 AND i.amount > 0
                    AND (b.scope = 'organization' OR b.scope = 'key' AND b.key_id = i.key_id OR b.scope = 'model' AND b.model_id = i.model_id)
                UNION ALL SELECT i.tenant_id, 'free:' || i.free_unit, i.model_id, date_trunc('month', i.day, 'UTC'), i.free WHERE i.free > 0
            ) AS part (tenant_id, kind, subject_id, starts_at, used)
            GROUP BY 1, 2, 3, 4
        ), known AS MATERIALIZED (
            SELECT spent.*, ledger_window_id(spent.tenant_id, spent.kind, spent.subject_id, spent.starts_at) AS id FROM spent
        ), counted AS (
            UPDATE ledger_window AS w SET used = w.used + known.used
            FROM known
            WHERE w.id = known.id AND w.id = ANY (ARRAY(SELECT id FROM known))
        )
        INSERT INTO ledger_window AS w (tenant_id, kind, subject_id, starts_at, used)
        SELECT known.tenant_id, known.kind, known.subject_id, known.starts_at, CASE known.kind WHEN 'budget' THEN budget_used(b, known.starts_at) ELSE known.used END
        FROM known
        LEFT JOIN budget AS b ON known.kind = 'budget' AND b.tenant_id = known.tenant_id AND b.id = known.subject_id
        WHERE known.id IS NULL
        ORDER BY 1, 2, 3, 4
        -- Free units are of a model, in whatever currency: whoever has another wallet locked may have made the window meanwhile.
        ON CONFLICT (tenant_id, kind, subject_id, starts_at) DO UPDATE SET used = w.used + EXCLUDED.used;
    END IF;
END
$$;

CREATE FUNCTION pg_temp.change_function(p_name REGPROC, p_changes TEXT[]) RETURNS VOID
LANGUAGE plpgsql
AS $$
DECLARE
    source TEXT := pg_get_functiondef(p_name);
    change TEXT[];
BEGIN
    FOREACH change SLICE 1 IN ARRAY p_changes LOOP
        IF position(change[1] IN source) = 0 THEN
            RAISE EXCEPTION '% has no %', p_name, change[1];
        END IF;
        source := replace(source, change[1], change[2]);
    END LOOP;
    EXECUTE source;
END
$$;

-- Beside the one that servers of the version before ask: it ends with them.
SELECT pg_temp.change_function('ledger_reserve', ARRAY[
    ['p_free_limits bigint[], p_free_quantities bigint[])', 'p_free_limits bigint[], p_free_quantities bigint[], p_free_units text[])'],
    ['p_model_ids, p_free_limits, p_keys, p_now)', 'p_model_ids, p_free_units, p_keys, p_now)'],
    ['p_free_limits, p_free_quantities)
            WITH ORDINALITY', 'p_free_limits, p_free_quantities, p_free_units)
            WITH ORDINALITY'],
    ['free_limit, free_quantity, n)', 'free_limit, free_quantity, free_unit, n)'],
    ['x.kind = ''free'' AND', 'x.kind = ''free:'' || i.free_unit AND']
]);
DROP FUNCTION ledger_reserve(UUID[], UUID[], TEXT[], BIGINT[], TEXT[], BYTEA[], TIMESTAMPTZ[], TIMESTAMPTZ, TEXT[], UUID[], BIGINT[], BIGINT[]);

-- Free units are counted by themselves, in the unit that was held; where the hold is gone, in that of the price.
SELECT pg_temp.change_function('usage_flush', ARRAY[
    ['    spent_free BIGINT[];
', '    spent_free BIGINT[];
    spent_free_units TEXT[];
'],
    ['sum(l.calls * l.fee_nano)::BIGINT AS fee_nano,
            sum(l.calls * l.free_quantity)::BIGINT AS free_quantity
', 'sum(l.calls * l.fee_nano)::BIGINT AS fee_nano
'],
    ['sum(h.amount_nano)::BIGINT AS amount, sum(h.free_quantity)::BIGINT AS free
        FROM hourly AS h
        WHERE h.amount_nano > 0 OR h.free_quantity > 0
        GROUP BY 1, 2, 3, 4, 5
', 'sum(h.amount_nano)::BIGINT AS amount, 0::BIGINT AS free, NULL AS free_unit
        FROM hourly AS h
        WHERE h.amount_nano > 0
        GROUP BY 1, 2, 3, 4, 5
        UNION ALL
        SELECT f.consumer_tenant_id, f.currency, f.key_id, f.model_id, date_trunc(''day'', usage_id_time(f.id), ''UTC''), 0, sum(f.free_quantity)::BIGINT,
            coalesce(
                (SELECT substr(w.kind, 6) FROM ledger_hold AS h JOIN ledger_window AS w ON w.id = h.free_window WHERE h.id = f.id),
                (SELECT p.free ->> ''unit'' FROM price AS p WHERE p.id = f.price_id),
                ''request'')
        FROM fresh AS f
        WHERE f.free_quantity > 0
        GROUP BY 1, 2, 3, 4, 5, 8
'],
    ['s.days, s.amounts, s.free
    INTO', 's.days, s.amounts, s.free, s.free_units
    INTO'],
    ['spent_days, spent_amounts, spent_free
    FROM', 'spent_days, spent_amounts, spent_free, spent_free_units
    FROM'],
    ['array_agg(free) AS free
', 'array_agg(free) AS free, array_agg(free_unit) AS free_units
'],
    ['s.days, s.amounts, s.free;', 's.days, s.amounts, s.free, s.free_units;'],
    ['spent_days, spent_amounts, spent_free);', 'spent_days, spent_amounts, spent_free, spent_free_units);']
]);

-- One that was taken up again is ended by who has it now, as expired: a first try that fails late, and means to make it void, leaves it alone.
SELECT pg_temp.change_function('ledger_release', ARRAY[
    ['SET state = CASE WHEN h.reopened THEN ''expired'' ELSE p_state END', 'SET state = p_state'],
    ['(h.state = ''open'' AND h.expires_at <= p_due) IS TRUE', '(h.state = ''open'' AND h.expires_at <= p_due AND (p_state = ''expired'' OR NOT h.reopened)) IS TRUE']
]);

-- A call whose clock was wrong is no older than its hold.
SELECT pg_temp.change_function('ledger_forget_holds', ARRAY[
    ['old.id < usage_id_bound(p_before) AND old.state', 'old.id < usage_id_bound(p_before) AND old.created_at < p_before AND old.state']
]);

-- The windows that are there: each is that of its model's unit. Where a model has had several, the month's calls are counted again, by the prices that
-- they were let in by; what is held stays with the first. FORCE binds the owner too, who has no policy.
ALTER TABLE price NO FORCE ROW LEVEL SECURITY;
ALTER TABLE model_version NO FORCE ROW LEVEL SECURITY;
ALTER TABLE usage_event NO FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger_window NO FORCE ROW LEVEL SECURITY;

CREATE TEMPORARY TABLE model_free_unit AS
    SELECT v.model_id, p.free ->> 'unit' AS unit, row_number() OVER (PARTITION BY v.model_id ORDER BY min(p.effective_at), p.free ->> 'unit') AS place
    FROM price AS p JOIN model_version AS v ON v.tenant_id = p.tenant_id AND v.id = p.version_id
    WHERE p.free IS NOT NULL
    GROUP BY 1, 2;

INSERT INTO ledger_window (tenant_id, kind, subject_id, starts_at, used)
SELECT w.tenant_id, 'free:' || m.unit, w.subject_id, w.starts_at, coalesce(sum(e.free_quantity), 0)
FROM ledger_window AS w
JOIN model_free_unit AS m ON m.model_id = w.subject_id AND m.place > 1
LEFT JOIN usage_event AS e ON e.consumer_tenant_id = w.tenant_id AND e.model_id = w.subject_id AND e.free_quantity > 0
    AND e.id >= usage_id_bound(w.starts_at) AND e.id < usage_id_bound(budget_window_end('month', w.starts_at))
    AND EXISTS (SELECT FROM price AS p WHERE p.id = e.price_id AND p.free ->> 'unit' = m.unit)
WHERE w.kind = 'free'
GROUP BY w.tenant_id, m.unit, w.subject_id, w.starts_at;

UPDATE ledger_window AS w SET kind = 'free:' || m.unit, used = greatest(0, w.used - coalesce((
    SELECT sum(other.used) FROM ledger_window AS other
    WHERE other.tenant_id = w.tenant_id AND other.kind LIKE 'free:%' AND other.subject_id = w.subject_id AND other.starts_at = w.starts_at), 0))
FROM model_free_unit AS m
WHERE w.kind = 'free' AND m.model_id = w.subject_id AND m.place = 1;

-- Of models without such a price, if there are any.
UPDATE ledger_window SET kind = 'free:request' WHERE kind = 'free';

DROP TABLE model_free_unit;
ALTER TABLE price FORCE ROW LEVEL SECURITY;
ALTER TABLE model_version FORCE ROW LEVEL SECURITY;
ALTER TABLE usage_event FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger_window FORCE ROW LEVEL SECURITY;

ALTER TABLE ledger_window ADD CONSTRAINT ledger_window_kind_check CHECK (kind = 'budget' OR kind LIKE 'free:%');

REVOKE ALL ON FUNCTION ledger_ensure_windows, ledger_spend_windows, ledger_reserve FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_ensure_windows, ledger_spend_windows, ledger_reserve TO steelyard_platform;
