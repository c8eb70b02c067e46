-- AlterTable
ALTER TABLE "budget" ADD COLUMN     "provider_id" UUID,
ADD COLUMN     "webhook_label" TEXT;

-- AlterTable
ALTER TABLE "ledger_window" DROP COLUMN "alerted_percent";

-- CreateTable
CREATE TABLE "budget_alert" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "budget_id" UUID NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "percent" INTEGER NOT NULL,
    "limit_nano" BIGINT NOT NULL,
    "used_nano" BIGINT NOT NULL,
    "reason" TEXT NOT NULL,
    "raised_at" TIMESTAMPTZ(3) NOT NULL,
    "delivery" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "problem" TEXT,

    CONSTRAINT "budget_alert_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE INDEX "budget_alert_next_attempt_at_idx" ON "budget_alert"("next_attempt_at");

-- CreateIndex
CREATE UNIQUE INDEX "budget_alert_tenant_id_budget_id_starts_at_percent_limit_na_key" ON "budget_alert"("tenant_id", "budget_id", "starts_at", "percent", "limit_nano");

-- AddForeignKey
ALTER TABLE "budget_alert" ADD CONSTRAINT "budget_alert_tenant_id_budget_id_fkey" FOREIGN KEY ("tenant_id", "budget_id") REFERENCES "budget"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- By hand: windows that begin with what was used ---------------------------------------------------------------------------------
--
-- A window's `used` is the sum of the hourly sums of its time and subject, from its first moment on, however late its row is made. Whoever
-- makes the row has the lock of the wallet. Usage that another transaction has written and not committed by then is not in the sums; that
-- transaction adds it to the row when it gets the lock. What was committed before is in the sums, and nobody adds it again.

ALTER TABLE budget
    ADD CONSTRAINT budget_provider_check CHECK ((provider_id IS NULL) = (model_id IS NULL)),
    ADD CONSTRAINT budget_webhook_check CHECK ((webhook_url IS NULL) = (webhook_label IS NULL));

-- When the window of a moment begins, and when it ends: a day is of UTC, and the last window never ends.
CREATE FUNCTION budget_window_start(p_period TEXT, p_at TIMESTAMPTZ) RETURNS TIMESTAMPTZ
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN CASE p_period WHEN 'total' THEN to_timestamp(0) ELSE date_trunc(p_period, p_at, 'UTC') END;

CREATE FUNCTION budget_window_end(p_period TEXT, p_starts_at TIMESTAMPTZ) RETURNS TIMESTAMPTZ
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN CASE p_period WHEN 'total' THEN 'infinity'::TIMESTAMPTZ ELSE (p_starts_at AT TIME ZONE 'UTC' + ('1 ' || p_period)::INTERVAL) AT TIME ZONE 'UTC' END;

-- What a budget's window has used, by the hourly sums, which are written together with the usage.
CREATE FUNCTION budget_used(p_budget budget, p_from TIMESTAMPTZ) RETURNS BIGINT
LANGUAGE sql STABLE
AS $$
    SELECT coalesce(sum(h.amount_nano), 0)::BIGINT FROM usage_hour AS h
    WHERE h.consumer_tenant_id = (p_budget).tenant_id AND h.currency = (p_budget).currency
        AND h.hour >= p_from AND h.hour < budget_window_end((p_budget).period, p_from)
        AND CASE (p_budget).scope WHEN 'key' THEN h.key_id = (p_budget).key_id WHEN 'model' THEN h.model_id = (p_budget).model_id ELSE true END
$$;

-- The row of a window. By a function that is not inlined, so that no plan reads all windows to find a few: those of a budget grow in number day by
-- day, and a plan made while there were few is kept.
CREATE FUNCTION ledger_window_id(p_tenant_id UUID, p_kind TEXT, p_subject_id UUID, p_starts_at TIMESTAMPTZ) RETURNS BIGINT
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT w.id FROM ledger_window AS w WHERE w.tenant_id = p_tenant_id AND w.kind = p_kind AND w.subject_id = p_subject_id AND w.starts_at = p_starts_at);
END
$$;

-- Gives windows back what released holds held of them.
CREATE FUNCTION ledger_ease_windows(p_windows BIGINT[], p_held BIGINT[]) RETURNS VOID
LANGUAGE plpgsql
AS $$
BEGIN
    IF cardinality(p_windows) > 0 THEN
        UPDATE ledger_window AS w SET held = w.held - s.held
        FROM (SELECT u.id, sum(u.held)::BIGINT AS held FROM unnest(p_windows, p_held) AS u (id, held) GROUP BY u.id) AS s
        WHERE w.id = s.id AND w.id = ANY (p_windows);
    END IF;
END
$$;

-- Makes the windows that calls fall under, where they are missing. Their wallets are locked.
CREATE FUNCTION ledger_ensure_windows(
    p_event_ids UUID[], p_tenant_ids UUID[], p_currencies TEXT[], p_key_ids TEXT[], p_model_ids UUID[], p_free_limits BIGINT[], p_keys TEXT[], p_now TIMESTAMPTZ
) RETURNS VOID
LANGUAGE sql
AS $$
    INSERT INTO ledger_window (tenant_id, kind, subject_id, starts_at, used)
    SELECT missing.tenant_id, missing.kind, missing.subject_id, missing.starts_at, coalesce(budget_used(b, missing.starts_at), 0)
    FROM (
        SELECT DISTINCT wanted.* FROM unnest(p_event_ids, p_tenant_ids, p_currencies, p_key_ids, p_model_ids, p_free_limits, p_keys)
            AS i (event_id, tenant_id, currency, key_id, model_id, free_limit, key)
        LEFT JOIN ledger_hold AS k ON k.tenant_id = i.tenant_id AND k.idempotency_key = i.key AND k.state = 'expired' AND k.created_at > p_now - INTERVAL '24 hours'
        CROSS JOIN LATERAL (
            SELECT b.tenant_id, 'budget', b.id, ledger_window_start(b.period, coalesce(k.id, i.event_id))
            FROM ledger_account AS a
            JOIN budget AS b ON b.tenant_id = a.tenant_id AND b.currency = a.currency AND b.ended_at IS NULL
            WHERE a.tenant_id = i.tenant_id AND a.kind = 'consumer_wallet' AND a.currency = i.currency AND a.budgets > 0
                AND (b.scope = 'organization' OR b.scope = 'key' AND b.key_id = i.key_id OR b.scope = 'model' AND b.model_id = i.model_id)
            UNION ALL SELECT i.tenant_id, 'free', i.model_id, ledger_window_start('month', coalesce(k.id, i.event_id)) WHERE i.free_limit IS NOT NULL
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
    p_tenants UUID[], p_currencies TEXT[], p_key_ids TEXT[], p_model_ids UUID[], p_days TIMESTAMPTZ[], p_amounts BIGINT[], p_free BIGINT[]
) RETURNS VOID
LANGUAGE plpgsql
AS $$
BEGIN
    IF cardinality(p_tenants) > 0 THEN
        WITH spent AS MATERIALIZED (
            SELECT part.tenant_id, part.kind, part.subject_id, part.starts_at, sum(part.used)::BIGINT AS used
            FROM unnest(p_tenants, p_currencies, p_key_ids, p_model_ids, p_days, p_amounts, p_free) AS i (tenant_id, currency, key_id, model_id, day, amount, free)
            CROSS JOIN LATERAL (
                SELECT b.tenant_id, 'budget', b.id, budget_window_start(b.period, i.day), i.amount
                FROM ledger_account AS a
                JOIN budget AS b ON b.tenant_id = a.tenant_id AND b.currency = a.currency AND b.ended_at IS NULL
                WHERE a.tenant_id = i.tenant_id AND a.kind = 'consumer_wallet' AND a.currency = i.currency AND a.budgets > 0 AND i.amount > 0
                    AND (b.scope = 'organization' OR b.scope = 'key' AND b.key_id = i.key_id OR b.scope = 'model' AND b.model_id = i.model_id)
                UNION ALL SELECT i.tenant_id, 'free', i.model_id, date_trunc('month', i.day, 'UTC'), i.free WHERE i.free > 0
            ) AS part (tenant_id, kind, subject_id, starts_at, used)
            GROUP BY 1, 2, 3, 4
        ), known AS MATERIALIZED (
            SELECT spent.*, ledger_window_id(spent.tenant_id, spent.kind, spent.subject_id, spent.starts_at) AS id FROM spent
        ), counted AS (
            UPDATE ledger_window AS w SET used = w.used + known.used
            FROM known
            WHERE w.id = known.id AND w.id = ANY (ARRAY(SELECT id FROM known))
        )
        INSERT INTO ledger_window (tenant_id, kind, subject_id, starts_at, used)
        SELECT known.tenant_id, known.kind, known.subject_id, known.starts_at, CASE known.kind WHEN 'budget' THEN budget_used(b, known.starts_at) ELSE known.used END
        FROM known
        LEFT JOIN budget AS b ON known.kind = 'budget' AND b.tenant_id = known.tenant_id AND b.id = known.subject_id
        WHERE known.id IS NULL
        ORDER BY 1, 2, 3, 4;
    END IF;
END
$$;

-- By hand: reserving ---------------------------------------------------------------------------------------------------------------

-- Holds money for many calls at once, in the order of the arrays: each call gets its hold if its wallet still has the amount
-- after those before it, and is passed over if not. The one answer per call:
--   open          the hold is there. `hold_id` is the call's own id, or that of an expired hold of the same idempotency key,
--                 which then lives again: its late usage and that of this call are one event.
--   insufficient  with what the wallet has
--   limited       `budget_id` has no more than `available_nano` left
--   replay        the idempotency key leads to `hold_id`, which is `hold_state`
--   conflict      the key was used for another request, or the id for another call
-- A call that names free units of its model gets them where all that it may need are left; then it is `is_free` and holds no money.
-- Else it holds its amount on its wallet and on the window of every budget that it falls under, or on none of them.
-- A key counts for 24 hours. A void hold gives its key back: nothing was charged.
-- Of a budget's windows it reads those of the batch alone, each by its key, and not those of all days since the budget was opened.
CREATE FUNCTION ledger_reserve(
    p_event_ids UUID[], p_tenant_ids UUID[], p_currencies TEXT[], p_amounts BIGINT[],
    p_keys TEXT[], p_hashes BYTEA[], p_expires_at TIMESTAMPTZ[], p_now TIMESTAMPTZ,
    p_key_ids TEXT[], p_model_ids UUID[], p_free_limits BIGINT[], p_free_quantities BIGINT[]
) RETURNS TABLE (ord INTEGER, outcome TEXT, hold_id UUID, hold_state TEXT, available_nano BIGINT, budget_id UUID, is_free BOOLEAN)
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    platform CONSTANT UUID := ledger_platform_id();
    -- The accounts that are concerned.
    tenants UUID[];
    kinds TEXT[];
    currencies TEXT[];
    r RECORD;
    wallet BIGINT;
    available BIGINT;
    seen INTEGER;
    same BOOLEAN;
    -- What this batch admits.
    new_ids UUID[] := '{}';
    new_ords INTEGER[] := '{}';
    new_wallets BIGINT[] := '{}';
    new_clearings BIGINT[] := '{}';
    -- Expired holds that live again, and void or old ones that give their key back.
    again_ids UUID[] := '{}';
    again_ords INTEGER[] := '{}';
    freed_ids UUID[] := '{}';
    -- By number of the key within the batch: the call that has it now.
    key_ords INTEGER[] := '{}';
    key_ids UUID[] := '{}';
    -- The windows that any call of the batch falls under: what is left of a hard budget, NULL for a soft one.
    window_ids BIGINT[] := '{}';
    window_lefts BIGINT[] := '{}';
    window_budgets UUID[] := '{}';
    place INTEGER;
    -- The windows of free units, with what is used and held of them.
    free_ids BIGINT[] := '{}';
    free_taken BIGINT[] := '{}';
    -- By number of the call: what it holds beside its wallet.
    held_windows TEXT[] := array_fill(NULL::TEXT, ARRAY[cardinality(p_event_ids)]);
    held_free BIGINT[] := array_fill(NULL::BIGINT, ARRAY[cardinality(p_event_ids)]);
BEGIN
    -- What a key leads to and is not at work any more may be changed below, and is locked in time for that. One that comes to rest
    -- from here on is changed all the same: whoever had it is done.
    IF cardinality(array_remove(p_keys, NULL)) > 0 THEN
        PERFORM FROM ledger_hold AS h
        WHERE h.id = ANY (ARRAY(
            SELECT k.id FROM unnest(p_tenant_ids, p_keys) AS i (tenant_id, key)
            JOIN ledger_hold AS k ON k.tenant_id = i.tenant_id AND k.idempotency_key = i.key))
            AND (h.state IN ('expired', 'void') OR h.created_at <= p_now - INTERVAL '24 hours')
        ORDER BY h.id
        FOR NO KEY UPDATE;
    END IF;

    SELECT array_agg(w.tenant_id), array_agg(w.kind), array_agg(w.currency)
    INTO tenants, kinds, currencies
    FROM (
        SELECT DISTINCT u.tenant_id, 'consumer_wallet', u.currency FROM unnest(p_tenant_ids, p_currencies) AS u (tenant_id, currency)
        UNION ALL SELECT DISTINCT platform, 'usage_clearing', u.currency FROM unnest(p_currencies) AS u (currency)
    ) AS w (tenant_id, kind, currency);
    PERFORM ledger_ensure_accounts(tenants, kinds, currencies);

    PERFORM FROM ledger_account AS a
    WHERE a.tenant_id = ANY (tenants) AND a.kind = ANY (kinds) AND a.currency = ANY (currencies)
    ORDER BY a.id
    FOR NO KEY UPDATE;

    PERFORM ledger_ensure_windows(p_event_ids, p_tenant_ids, p_currencies, p_key_ids, p_model_ids, p_free_limits, p_keys, p_now);
    WITH wanted AS MATERIALIZED (
        SELECT DISTINCT b.tenant_id, b.id, b.hard, b.limit_nano, ledger_window_start(b.period, moment.id) AS starts_at
        FROM ledger_account AS a
        JOIN budget AS b ON b.tenant_id = a.tenant_id AND b.currency = a.currency AND b.ended_at IS NULL
        CROSS JOIN unnest(p_event_ids || ARRAY(
            SELECT k.id FROM unnest(p_tenant_ids, p_keys) AS i (tenant_id, key)
            JOIN ledger_hold AS k ON k.tenant_id = i.tenant_id AND k.idempotency_key = i.key)) AS moment (id)
        WHERE a.tenant_id = ANY (tenants) AND a.kind = 'consumer_wallet' AND a.currency = ANY (currencies) AND a.budgets > 0
    )
    SELECT coalesce(array_agg(w.id), '{}'), coalesce(array_agg(CASE WHEN b.hard THEN b.limit_nano - w.used - w.held END), '{}'), coalesce(array_agg(b.id), '{}')
    INTO window_ids, window_lefts, window_budgets
    FROM wanted AS b
    JOIN LATERAL (
        SELECT x.* FROM ledger_window AS x WHERE x.tenant_id = b.tenant_id AND x.kind = 'budget' AND x.subject_id = b.id AND x.starts_at = b.starts_at LIMIT 1
    ) AS w ON true;

    FOR r IN
        SELECT i.n, i.event_id, i.tenant_id, i.amount, i.key, i.hash,
            w.id AS wallet, c.id AS clearing,
            w.credits_posted - w.debits_posted - w.debits_pending AS available,
            own.state AS own_state,
            own.tenant_id = i.tenant_id AND (own.amount_nano = i.amount OR own.free_quantity > 0) AS own_same,
            own.free_quantity > 0 AS own_free, k.free_quantity > 0 AS key_free,
            i.free_quantity, i.free_limit, f.id AS free_id, f.used + f.held AS free_used,
            CASE WHEN w.budgets > 0 THEN ARRAY(
                SELECT (
                    SELECT x.id FROM ledger_window AS x
                    WHERE x.tenant_id = b.tenant_id AND x.kind = 'budget' AND x.subject_id = b.id AND x.starts_at = ledger_window_start(b.period, moment.id))
                FROM budget AS b
                WHERE b.tenant_id = i.tenant_id AND b.currency = i.currency AND b.ended_at IS NULL
                    AND (b.scope = 'organization' OR b.scope = 'key' AND b.key_id = i.key_id OR b.scope = 'model' AND b.model_id = i.model_id)
                ORDER BY 1) END AS windows,
            k.id AS key_id, k.state AS key_state,
            k.created_at > p_now - INTERVAL '24 hours' AS key_counts,
            k.request_hash IS NOT DISTINCT FROM i.hash AS key_same,
            row_number() OVER (PARTITION BY i.event_id ORDER BY i.n) AS copy,
            dense_rank() OVER (ORDER BY i.tenant_id, i.key)::INTEGER AS key_number
        FROM unnest(p_event_ids, p_tenant_ids, p_currencies, p_amounts, p_keys, p_hashes, p_key_ids, p_model_ids, p_free_limits, p_free_quantities)
            WITH ORDINALITY AS i (event_id, tenant_id, currency, amount, key, hash, key_id, model_id, free_limit, free_quantity, n)
        JOIN ledger_account AS w ON w.tenant_id = i.tenant_id AND w.kind = 'consumer_wallet' AND w.currency = i.currency
        JOIN ledger_account AS c ON c.tenant_id = platform AND c.kind = 'usage_clearing' AND c.currency = i.currency
        LEFT JOIN ledger_hold AS own ON own.id = i.event_id
        LEFT JOIN ledger_hold AS k ON k.tenant_id = i.tenant_id AND k.idempotency_key = i.key
        CROSS JOIN LATERAL (SELECT CASE WHEN k.state = 'expired' AND k.created_at > p_now - INTERVAL '24 hours' THEN k.id ELSE i.event_id END) AS moment (id)
        LEFT JOIN LATERAL (
            SELECT x.* FROM ledger_window AS x
            WHERE x.tenant_id = i.tenant_id AND x.kind = 'free' AND x.subject_id = i.model_id AND x.starts_at = ledger_window_start('month', moment.id) LIMIT 1
        ) AS f ON i.free_limit IS NOT NULL
        ORDER BY w.id, i.n
    LOOP
        IF wallet IS DISTINCT FROM r.wallet THEN
            wallet := r.wallet;
            available := r.available;
        END IF;
        ord := r.n;
        hold_id := r.event_id;
        hold_state := NULL;
        available_nano := NULL;
        budget_id := NULL;
        is_free := false;

        IF r.own_state IS NOT NULL THEN
            outcome := CASE WHEN NOT r.own_same THEN 'conflict' WHEN r.own_state = 'open' THEN 'open' ELSE 'replay' END;
            hold_state := r.own_state;
            is_free := r.own_free;
            RETURN NEXT;
            CONTINUE;
        END IF;
        IF r.copy > 1 THEN
            seen := new_ords[array_position(new_ids, r.event_id)];
            IF seen IS NOT NULL THEN
                outcome := CASE WHEN p_tenant_ids[seen] = r.tenant_id AND p_amounts[seen] = r.amount THEN 'open' ELSE 'conflict' END;
                is_free := held_free[seen] IS NOT NULL;
                RETURN NEXT;
                CONTINUE;
            END IF;
        END IF;
        IF r.key IS NOT NULL THEN
            seen := key_ords[r.key_number];
            IF seen IS NOT NULL OR r.key_counts AND r.key_state <> 'void' THEN
                same := r.key_same;
                IF seen IS NOT NULL THEN
                    same := p_hashes[seen] IS NOT DISTINCT FROM r.hash;
                END IF;
                IF NOT same THEN
                    outcome := 'conflict';
                    RETURN NEXT;
                    CONTINUE;
                ELSIF seen IS NOT NULL OR r.key_state <> 'expired' THEN
                    outcome := 'replay';
                    hold_id := CASE WHEN seen IS NULL THEN r.key_id ELSE key_ids[r.key_number] END;
                    hold_state := CASE WHEN seen IS NULL THEN r.key_state ELSE 'open' END;
                    is_free := CASE WHEN seen IS NULL THEN r.key_free ELSE held_free[seen] IS NOT NULL END;
                    RETURN NEXT;
                    CONTINUE;
                END IF;
                hold_id := r.key_id;
            END IF;
        END IF;

        IF r.free_id IS NOT NULL THEN
            place := array_position(free_ids, r.free_id);
            IF place IS NULL THEN
                free_ids := array_append(free_ids, r.free_id);
                free_taken := array_append(free_taken, r.free_used);
                place := cardinality(free_ids);
            END IF;
            IF free_taken[place] + r.free_quantity <= r.free_limit THEN
                free_taken[place] := free_taken[place] + r.free_quantity;
                held_free[r.n] := r.free_id;
                is_free := true;
            END IF;
        END IF;
        IF NOT is_free AND r.amount > 0 THEN
            IF r.amount > available THEN
                outcome := 'insufficient';
                hold_id := NULL;
                available_nano := available;
                RETURN NEXT;
                CONTINUE;
            END IF;
            SELECT o.left_nano, o.id INTO available_nano, budget_id
            FROM unnest(window_ids, window_lefts, window_budgets) AS o (window_id, left_nano, id)
            WHERE o.window_id = ANY (r.windows) AND o.left_nano < r.amount
            ORDER BY o.left_nano, o.id LIMIT 1;
            IF FOUND THEN
                outcome := 'limited';
                hold_id := NULL;
                RETURN NEXT;
                CONTINUE;
            END IF;
            available := available - r.amount;
            FOREACH place IN ARRAY ARRAY(SELECT array_position(window_ids, x) FROM unnest(r.windows) AS x) LOOP
                window_lefts[place] := window_lefts[place] - r.amount;
            END LOOP;
            held_windows[r.n] := r.windows::TEXT;
        END IF;
        outcome := 'open';
        hold_state := 'open';
        IF r.key IS NOT NULL THEN
            key_ords[r.key_number] := r.n;
            key_ids[r.key_number] := hold_id;
        END IF;
        IF hold_id = r.event_id THEN
            new_ids := array_append(new_ids, r.event_id);
            new_ords := array_append(new_ords, r.n::INTEGER);
            new_wallets := array_append(new_wallets, r.wallet);
            new_clearings := array_append(new_clearings, r.clearing);
            IF r.key_id IS NOT NULL THEN
                freed_ids := array_append(freed_ids, r.key_id);
            END IF;
        ELSE
            again_ids := array_append(again_ids, hold_id);
            again_ords := array_append(again_ords, r.n::INTEGER);
        END IF;
        RETURN NEXT;
    END LOOP;

    IF cardinality(freed_ids) > 0 THEN
        UPDATE ledger_hold AS h SET idempotency_key = NULL WHERE h.id = ANY (freed_ids);
    END IF;
    IF cardinality(again_ids) > 0 THEN
        WITH reopened AS (
            UPDATE ledger_hold AS h SET state = 'open', expires_at = p_expires_at[i.n],
                amount_nano = CASE WHEN held_free[i.n] IS NULL THEN p_amounts[i.n] ELSE 0 END, windows = held_windows[i.n]::BIGINT[],
                free_window = held_free[i.n], free_quantity = CASE WHEN held_free[i.n] IS NULL THEN 0 ELSE p_free_quantities[i.n] END
            FROM unnest(again_ids, again_ords) AS i (id, n)
            WHERE h.id = i.id
            RETURNING h.account_id, h.clearing_account_id, h.amount_nano
        ), change AS (
            SELECT account_id AS id, amount_nano AS debit, 0 AS credit FROM reopened
            UNION ALL SELECT clearing_account_id, 0, amount_nano FROM reopened
        )
        UPDATE ledger_account AS a SET debits_pending = a.debits_pending + s.debit, credits_pending = a.credits_pending + s.credit
        FROM (SELECT id, sum(debit)::BIGINT AS debit, sum(credit)::BIGINT AS credit FROM change GROUP BY id) AS s
        WHERE a.id = s.id;
    END IF;
    IF cardinality(new_ids) > 0 THEN
        INSERT INTO ledger_hold (id, tenant_id, account_id, clearing_account_id, amount_nano, windows, free_window, free_quantity,
            idempotency_key, request_hash, created_at, expires_at)
        SELECT i.id, p_tenant_ids[i.n], i.wallet, i.clearing, CASE WHEN held_free[i.n] IS NULL THEN p_amounts[i.n] ELSE 0 END,
            held_windows[i.n]::BIGINT[], held_free[i.n], CASE WHEN held_free[i.n] IS NULL THEN 0 ELSE p_free_quantities[i.n] END,
            p_keys[i.n], p_hashes[i.n], p_now, p_expires_at[i.n]
        FROM unnest(new_ids, new_ords, new_wallets, new_clearings) AS i (id, n, wallet, clearing);

        UPDATE ledger_account AS a SET debits_pending = a.debits_pending + s.debit, credits_pending = a.credits_pending + s.credit
        FROM (
            SELECT change.id, sum(debit)::BIGINT AS debit, sum(credit)::BIGINT AS credit
            FROM unnest(new_ords, new_wallets, new_clearings) AS i (n, wallet, clearing)
            CROSS JOIN LATERAL (VALUES (i.wallet, p_amounts[i.n], 0), (i.clearing, 0, p_amounts[i.n])) AS change (id, debit, credit)
            WHERE held_free[i.n] IS NULL
            GROUP BY change.id
        ) AS s
        WHERE a.id = s.id;
    END IF;
    UPDATE ledger_window AS w SET held = w.held + s.held
    FROM (
        SELECT held.id, sum(held.amount)::BIGINT AS held
        FROM unnest(new_ords || again_ords) AS n
        CROSS JOIN LATERAL (
            SELECT x, p_amounts[n] FROM unnest(held_windows[n]::BIGINT[]) AS x
            UNION ALL SELECT held_free[n], p_free_quantities[n] WHERE held_free[n] IS NOT NULL
        ) AS held (id, amount)
        GROUP BY held.id
    ) AS s
    WHERE w.id = s.id AND w.id = ANY (window_ids || free_ids);
END
$$;

-- Holds a whole batch at once on wallets of which some have budgets, if all of it fits into every window that it falls under; else, or where
-- a window is still to be made, it changes nothing. The wallets are locked, and what they have is enough.
CREATE FUNCTION ledger_reserve_in_budgets(
    p_event_ids UUID[], p_tenant_ids UUID[], p_currencies TEXT[], p_amounts BIGINT[],
    p_keys TEXT[], p_hashes BYTEA[], p_expires_at TIMESTAMPTZ[], p_now TIMESTAMPTZ, p_key_ids TEXT[], p_model_ids UUID[]
) RETURNS BOOLEAN
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    is_done BOOLEAN;
BEGIN
    WITH account AS MATERIALIZED (
        SELECT a.id, a.tenant_id, a.kind, a.currency, a.budgets
        FROM ledger_account AS a
        WHERE a.tenant_id = ANY (p_tenant_ids || ledger_platform_id()) AND a.kind IN ('consumer_wallet', 'usage_clearing') AND a.currency = ANY (p_currencies)
    ), call AS MATERIALIZED (
        SELECT u.id, u.tenant_id, u.currency, u.amount, u.key, u.hash, u.expires_at, w.id AS wallet, c.id AS clearing, w.budgets > 0 AND u.amount > 0 AS is_limited,
            u.key_id, u.model_id, day.starts_at AS day, dense_rank() OVER (ORDER BY w.id, u.key_id, u.model_id, day.starts_at) AS kin
        FROM unnest(p_event_ids, p_tenant_ids, p_currencies, p_amounts, p_keys, p_hashes, p_expires_at, p_key_ids, p_model_ids)
            AS u (id, tenant_id, currency, amount, key, hash, expires_at, key_id, model_id)
        JOIN account AS w ON w.tenant_id = u.tenant_id AND w.kind = 'consumer_wallet' AND w.currency = u.currency
        JOIN account AS c ON c.tenant_id = ledger_platform_id() AND c.kind = 'usage_clearing' AND c.currency = u.currency
        CROSS JOIN LATERAL (SELECT date_trunc('day', usage_id_time(u.id), 'UTC')) AS day (starts_at)
    ), kin AS MATERIALIZED (
        -- Calls of one kin fall under the same windows.
        SELECT call.kin, call.tenant_id, call.currency, call.key_id, call.model_id, call.day, sum(call.amount) AS amount
        FROM call WHERE call.is_limited GROUP BY 1, 2, 3, 4, 5, 6
    ), part AS MATERIALIZED (
        SELECT kin.kin, kin.amount, x.id AS window_id, b.hard, b.limit_nano - x.used - x.held AS left_nano
        FROM kin
        JOIN budget AS b ON b.tenant_id = kin.tenant_id AND b.currency = kin.currency AND b.ended_at IS NULL
            AND (b.scope = 'organization' OR b.scope = 'key' AND b.key_id = kin.key_id OR b.scope = 'model' AND b.model_id = kin.model_id)
        LEFT JOIN LATERAL (
            SELECT w.* FROM ledger_window AS w
            WHERE w.tenant_id = b.tenant_id AND w.kind = 'budget' AND w.subject_id = b.id AND w.starts_at = budget_window_start(b.period, kin.day) LIMIT 1
        ) AS x ON true
    ), share AS MATERIALIZED (
        SELECT part.window_id, sum(part.amount)::BIGINT AS amount, part.window_id IS NOT NULL AND (NOT part.hard OR sum(part.amount) <= part.left_nano) AS fits
        FROM part GROUP BY part.window_id, part.hard, part.left_nano
    ), verdict AS MATERIALIZED (
        SELECT coalesce(bool_and(fits), true) AS all_fit FROM share
    ), held AS (
        INSERT INTO ledger_hold (id, tenant_id, account_id, clearing_account_id, amount_nano, windows, idempotency_key, request_hash, created_at, expires_at)
        SELECT call.id, call.tenant_id, call.wallet, call.clearing, call.amount, fallen.windows, call.key, call.hash, p_now, call.expires_at
        FROM verdict
        CROSS JOIN call
        LEFT JOIN (SELECT part.kin, array_agg(part.window_id ORDER BY part.window_id) FROM part GROUP BY part.kin) AS fallen (kin, windows)
            ON fallen.kin = call.kin AND call.is_limited
        WHERE verdict.all_fit
        RETURNING account_id, clearing_account_id, amount_nano
    ), change AS (
        SELECT account_id AS id, sum(amount_nano)::BIGINT AS debit, 0::BIGINT AS credit FROM held GROUP BY account_id
        UNION ALL SELECT clearing_account_id, 0, sum(amount_nano)::BIGINT FROM held GROUP BY clearing_account_id
    ), counted AS (
        UPDATE ledger_account AS a SET debits_pending = a.debits_pending + change.debit, credits_pending = a.credits_pending + change.credit
        FROM change
        WHERE a.id = change.id
    ), taken AS (
        UPDATE ledger_window AS x SET held = x.held + share.amount
        FROM verdict, share
        WHERE verdict.all_fit AND x.id = share.window_id AND x.id = ANY (ARRAY(SELECT window_id FROM share))
    )
    SELECT all_fit INTO is_done FROM verdict;
    RETURN is_done;
END
$$;


-- By hand: opening, changing and ending --------------------------------------------------------------------------------------------

-- Opens or changes a budget: done | below_used (a hard limit must be at least `used_nano`) | too_many (the wallet has as many open ones as it
-- may) | missing (no open budget to change) | exists (the id is taken). Only `done` changes anything. What has been used of the window that
-- runs is counted; calls under way when it is opened are counted when they end. A change keeps what is NULL in `p_budget`, so that two changes
-- at once do not undo each other; an empty `webhook_url` takes the address away. Scope, period and currency never change.
CREATE FUNCTION budget_set(p_budget budget, p_is_new BOOLEAN, p_now TIMESTAMPTZ) RETURNS TABLE (outcome TEXT, used_nano BIGINT)
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    most CONSTANT INTEGER := 50;
    in_currency TEXT;
    wallet RECORD;
    known budget;
    from_time TIMESTAMPTZ;
BEGIN
    in_currency := CASE WHEN p_is_new THEN p_budget.currency ELSE (SELECT b.currency FROM budget AS b WHERE b.tenant_id = p_budget.tenant_id AND b.id = p_budget.id) END;
    IF in_currency IS NOT NULL THEN
        PERFORM ledger_ensure_accounts(ARRAY[p_budget.tenant_id], ARRAY['consumer_wallet'], ARRAY[in_currency]);
    END IF;
    SELECT a.id, a.budgets INTO wallet FROM ledger_account AS a
    WHERE a.tenant_id = p_budget.tenant_id AND a.kind = 'consumer_wallet' AND a.currency = in_currency FOR NO KEY UPDATE;
    SELECT * INTO known FROM budget AS b WHERE b.tenant_id = p_budget.tenant_id AND b.id = p_budget.id;
    IF p_is_new AND FOUND THEN
        outcome := 'exists';
        RETURN NEXT;
        RETURN;
    ELSIF p_is_new AND wallet.budgets >= most THEN
        outcome := 'too_many';
        RETURN NEXT;
        RETURN;
    ELSIF NOT p_is_new AND (NOT FOUND OR known.ended_at IS NOT NULL) THEN
        outcome := 'missing';
        RETURN NEXT;
        RETURN;
    END IF;
    from_time := budget_window_start(CASE WHEN p_is_new THEN p_budget.period ELSE known.period END, p_now);
    SELECT w.used INTO used_nano FROM ledger_window AS w
    WHERE w.tenant_id = p_budget.tenant_id AND w.kind = 'budget' AND w.subject_id = p_budget.id AND w.starts_at = from_time;
    IF NOT FOUND THEN
        used_nano := budget_used(CASE WHEN p_is_new THEN p_budget ELSE known END, from_time);
    END IF;
    IF coalesce(p_budget.hard, known.hard) AND coalesce(p_budget.limit_nano, known.limit_nano) < used_nano THEN
        outcome := 'below_used';
        RETURN NEXT;
        RETURN;
    END IF;
    IF p_is_new THEN
        INSERT INTO budget SELECT (p_budget).*;
        INSERT INTO ledger_window (tenant_id, kind, subject_id, starts_at, used) VALUES (p_budget.tenant_id, 'budget', p_budget.id, from_time, used_nano);
        UPDATE ledger_account AS a SET budgets = a.budgets + 1 WHERE a.id = wallet.id;
    ELSE
        UPDATE budget AS b SET name = coalesce(p_budget.name, b.name), limit_nano = coalesce(p_budget.limit_nano, b.limit_nano),
            hard = coalesce(p_budget.hard, b.hard), alert_percents = coalesce(p_budget.alert_percents, b.alert_percents),
            webhook_url = nullif(coalesce(p_budget.webhook_url, b.webhook_url), ''),
            webhook_label = CASE WHEN p_budget.webhook_url = '' THEN NULL ELSE coalesce(p_budget.webhook_label, b.webhook_label) END
        WHERE b.tenant_id = p_budget.tenant_id AND b.id = p_budget.id;
    END IF;
    outcome := 'done';
    RETURN NEXT;
END
$$;

-- By hand: alerts ------------------------------------------------------------------------------------------------------------------

ALTER TABLE budget_alert
    ADD CONSTRAINT budget_alert_percent_check CHECK (percent BETWEEN 1 AND 100),
    ADD CONSTRAINT budget_alert_reason_check CHECK (reason IN ('passed', 'refused')),
    ADD CONSTRAINT budget_alert_delivery_check CHECK (delivery IN ('none', 'waiting', 'delivered', 'failed') AND (delivery = 'waiting') = (next_attempt_at IS NOT NULL));

-- Notes which thresholds were passed, each once per window and limit, and gives how many were. Looks at the budgets of `p_tenants`, or of all
-- where it is NULL, in windows that ran within a day; and raises 100 percent for hard budgets that refused a call: by tenant (NULL for that of
-- the call's hold), budget and call.
CREATE FUNCTION budget_raise_alerts(p_tenants UUID[], p_refused_tenants UUID[], p_refused_budgets UUID[], p_refused_events UUID[], p_now TIMESTAMPTZ) RETURNS INTEGER
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    raised INTEGER;
BEGIN
    INSERT INTO budget_alert (tenant_id, id, budget_id, starts_at, percent, limit_nano, used_nano, reason, raised_at, delivery, next_attempt_at)
    SELECT DISTINCT ON (due.tenant_id, due.id, due.starts_at, due.percent) due.tenant_id, gen_random_uuid(), due.id, due.starts_at, due.percent,
        due.limit_nano, due.used, due.reason, p_now,
        CASE WHEN due.webhook_url IS NULL THEN 'none' ELSE 'waiting' END, CASE WHEN due.webhook_url IS NOT NULL THEN p_now END
    FROM (
        SELECT b.tenant_id, b.id, b.limit_nano, b.webhook_url, w.starts_at, w.used, t.percent, 'passed' AS reason
        FROM budget AS b
        JOIN ledger_window AS w ON w.tenant_id = b.tenant_id AND w.kind = 'budget' AND w.subject_id = b.id
            AND w.starts_at >= budget_window_start(b.period, greatest(p_now - INTERVAL '1 day', b.created_at))
        CROSS JOIN unnest(b.alert_percents) AS t (percent)
        WHERE b.ended_at IS NULL AND (p_tenants IS NULL OR b.tenant_id = ANY (p_tenants))
            AND w.used::NUMERIC * 100 >= b.limit_nano::NUMERIC * t.percent
        UNION ALL
        SELECT b.tenant_id, b.id, b.limit_nano, b.webhook_url, ledger_window_start(b.period, r.event_id), coalesce(w.used, 0), 100, 'refused'
        FROM unnest(p_refused_tenants, p_refused_budgets, p_refused_events) AS r (tenant_id, budget_id, event_id)
        LEFT JOIN ledger_hold AS h ON h.id = r.event_id
        JOIN budget AS b ON b.tenant_id = coalesce(r.tenant_id, h.tenant_id) AND b.id = r.budget_id AND b.ended_at IS NULL
        LEFT JOIN ledger_window AS w ON w.tenant_id = b.tenant_id AND w.kind = 'budget' AND w.subject_id = b.id
            AND w.starts_at = ledger_window_start(b.period, r.event_id)
    ) AS due
    ORDER BY due.tenant_id, due.id, due.starts_at, due.percent, due.reason
    ON CONFLICT (tenant_id, budget_id, starts_at, percent, limit_nano) DO NOTHING;
    GET DIAGNOSTICS raised = ROW_COUNT;
    RETURN raised;
END
$$;

-- By hand: who sees and writes what ---------------------------------------------------------------------------------------------

ALTER TABLE budget_alert ENABLE ROW LEVEL SECURITY;
ALTER TABLE budget_alert FORCE ROW LEVEL SECURITY;
CREATE POLICY platform ON budget_alert TO steelyard_platform USING (true) WITH CHECK (true);
CREATE POLICY tenant ON budget_alert FOR SELECT TO steelyard_tenant USING (tenant_id = app_tenant_id());
GRANT SELECT ON budget_alert TO steelyard_tenant;
-- What was raised is never changed, but for what became of its delivery.
GRANT SELECT, INSERT, UPDATE (delivery, attempts, next_attempt_at, delivered_at, problem) ON budget_alert TO steelyard_platform;

REVOKE ALL ON FUNCTION ledger_window_id, ledger_ensure_windows, ledger_ease_windows, ledger_spend_windows, ledger_reserve, ledger_reserve_in_budgets,
    budget_used, budget_set, budget_raise_alerts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_window_id, ledger_ensure_windows, ledger_ease_windows, ledger_spend_windows, ledger_reserve, ledger_reserve_in_budgets,
    budget_used, budget_set, budget_raise_alerts TO steelyard_platform;
