-- DropIndex
DROP INDEX "price_tenant_id_version_id_idx";

-- AlterTable
ALTER TABLE "ledger_account" ADD COLUMN     "budgets" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "ledger_hold" ADD COLUMN     "free_quantity" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "free_window" BIGINT,
ADD COLUMN     "windows" BIGINT[];

-- AlterTable, by hand: what prices were becomes their one component. FORCE binds the owner too, who has no policy.
ALTER TABLE "price" ADD COLUMN "actor_id" TEXT,
ADD COLUMN     "components" JSONB,
ADD COLUMN     "effective_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "free" JSONB,
ADD COLUMN     "reason" TEXT;
ALTER TABLE "price" NO FORCE ROW LEVEL SECURITY;
UPDATE "price" SET "effective_at" = "created_at",
    "components" = jsonb_build_array(jsonb_build_object('unit', "unit", 'amountNano', "amount_nano"::TEXT, 'per', "per"::TEXT));
ALTER TABLE "price" FORCE ROW LEVEL SECURITY;
ALTER TABLE "price" ALTER COLUMN "components" SET NOT NULL,
DROP COLUMN "amount_nano",
DROP COLUMN "per",
DROP COLUMN "unit";

-- AlterTable
ALTER TABLE "usage_event" ADD COLUMN     "build" TEXT,
ADD COLUMN     "free_quantity" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "input_hash" BYTEA,
ADD COLUMN     "lines" JSONB,
ADD COLUMN     "output_hash" BYTEA,
ADD COLUMN     "period" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "tag" TEXT NOT NULL DEFAULT '';

-- CreateTable
CREATE TABLE "budget" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "key_id" TEXT,
    "model_id" UUID,
    "period" TEXT NOT NULL,
    "limit_nano" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "hard" BOOLEAN NOT NULL,
    "alert_percents" INTEGER[],
    "webhook_url" TEXT,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "budget_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "ledger_window" (
    "id" BIGSERIAL NOT NULL,
    "tenant_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "subject_id" UUID NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "held" BIGINT NOT NULL DEFAULT 0,
    "used" BIGINT NOT NULL DEFAULT 0,
    "alerted_percent" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "ledger_window_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "usage_hour" (
    "consumer_tenant_id" UUID NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "provider_tenant_id" UUID NOT NULL,
    "model_id" UUID NOT NULL,
    "version_id" UUID NOT NULL,
    "price_id" UUID NOT NULL,
    "key_id" TEXT NOT NULL,
    "tag" TEXT NOT NULL,
    "period" INTEGER NOT NULL,
    "unit" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "calls" BIGINT NOT NULL,
    "failed" BIGINT NOT NULL,
    "free" BIGINT NOT NULL,
    "quantity" BIGINT NOT NULL,
    "amount_nano" BIGINT NOT NULL,
    "fee_nano" BIGINT NOT NULL,

    CONSTRAINT "usage_hour_pkey" PRIMARY KEY ("consumer_tenant_id","hour","model_id","version_id","price_id","key_id","tag","period","unit","provider_tenant_id","currency")
);

-- CreateTable
CREATE TABLE "usage_period" (
    "period" INTEGER NOT NULL,
    "closed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closed_by" TEXT NOT NULL,

    CONSTRAINT "usage_period_pkey" PRIMARY KEY ("period")
);

-- CreateIndex
CREATE UNIQUE INDEX "ledger_window_tenant_id_kind_subject_id_starts_at_key" ON "ledger_window"("tenant_id", "kind", "subject_id", "starts_at");

-- CreateIndex
CREATE INDEX "usage_hour_provider_tenant_id_hour_idx" ON "usage_hour"("provider_tenant_id", "hour");

-- CreateIndex
CREATE INDEX "usage_hour_period_consumer_tenant_id_idx" ON "usage_hour"("period", "consumer_tenant_id");

-- CreateIndex
CREATE INDEX "price_tenant_id_version_id_effective_at_idx" ON "price"("tenant_id", "version_id", "effective_at");

-- By hand: limits --------------------------------------------------------------------------------------------------------------
--
-- Windows are changed under the lock of the wallet that they belong to, after all accounts are locked; a budget is opened, changed and
-- ended under the same lock, so that what was spent before is counted once.

ALTER TABLE budget
    ADD CONSTRAINT budget_scope_check CHECK (
        scope = 'organization' AND key_id IS NULL AND model_id IS NULL OR scope = 'key' AND key_id IS NOT NULL AND model_id IS NULL
        OR scope = 'model' AND model_id IS NOT NULL AND key_id IS NULL),
    ADD CONSTRAINT budget_period_check CHECK (period IN ('day', 'month', 'total')),
    ADD CONSTRAINT budget_limit_check CHECK (limit_nano >= 0);
ALTER TABLE ledger_window
    ADD CONSTRAINT ledger_window_counters_check CHECK (held >= 0 AND used >= 0),
    ADD CONSTRAINT ledger_window_kind_check CHECK (kind IN ('budget', 'free'));
ALTER TABLE ledger_window SET (fillfactor = 30);
ALTER TABLE ledger_hold ADD CONSTRAINT ledger_hold_free_check CHECK (free_quantity >= 0 AND (free_window IS NULL) = (free_quantity = 0));
ALTER TABLE usage_event ADD CONSTRAINT usage_event_free_check CHECK (free_quantity >= 0 AND (free_quantity = 0 OR amount_nano = 0));

-- When the window of an event begins.
CREATE FUNCTION ledger_window_start(p_period TEXT, p_id UUID) RETURNS TIMESTAMPTZ
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN CASE p_period WHEN 'total' THEN to_timestamp(0) ELSE date_trunc(p_period, usage_id_time(p_id), 'UTC') END;

-- Makes the windows that calls fall under. Their wallets are locked.
CREATE FUNCTION ledger_ensure_windows(
    p_event_ids UUID[], p_tenant_ids UUID[], p_currencies TEXT[], p_key_ids TEXT[], p_model_ids UUID[], p_free_limits BIGINT[], p_keys TEXT[], p_now TIMESTAMPTZ
) RETURNS VOID
LANGUAGE sql
AS $$
    INSERT INTO ledger_window (tenant_id, kind, subject_id, starts_at)
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
    ORDER BY 1, 2, 3, 4
    ON CONFLICT DO NOTHING
$$;

-- Gives windows back what released holds held of them.
CREATE FUNCTION ledger_ease_windows(p_windows BIGINT[], p_held BIGINT[]) RETURNS VOID
LANGUAGE plpgsql
AS $$
BEGIN
    IF cardinality(p_windows) > 0 THEN
        UPDATE ledger_window AS w SET held = w.held - s.held
        FROM (SELECT u.id, sum(u.held)::BIGINT AS held FROM unnest(p_windows, p_held) AS u (id, held) GROUP BY u.id) AS s
        WHERE w.id = s.id;
    END IF;
END
$$;

-- Counts what was used against budgets and free units: by the time of the event, whether anything was held for it or not.
CREATE FUNCTION ledger_spend_windows(
    p_tenants UUID[], p_currencies TEXT[], p_key_ids TEXT[], p_model_ids UUID[], p_days TIMESTAMPTZ[], p_amounts BIGINT[], p_free BIGINT[]
) RETURNS VOID
LANGUAGE plpgsql
AS $$
BEGIN
    IF cardinality(p_tenants) > 0 THEN
        INSERT INTO ledger_window AS w (tenant_id, kind, subject_id, starts_at, used)
        SELECT spent.tenant_id, spent.kind, spent.subject_id, spent.starts_at, sum(spent.used)
        FROM unnest(p_tenants, p_currencies, p_key_ids, p_model_ids, p_days, p_amounts, p_free) AS i (tenant_id, currency, key_id, model_id, day, amount, free)
        CROSS JOIN LATERAL (
            SELECT b.tenant_id, 'budget', b.id, CASE b.period WHEN 'total' THEN to_timestamp(0) ELSE date_trunc(b.period, i.day, 'UTC') END, i.amount
            FROM ledger_account AS a
            JOIN budget AS b ON b.tenant_id = a.tenant_id AND b.currency = a.currency AND b.ended_at IS NULL
            WHERE a.tenant_id = i.tenant_id AND a.kind = 'consumer_wallet' AND a.currency = i.currency AND a.budgets > 0 AND i.amount > 0
                AND (b.scope = 'organization' OR b.scope = 'key' AND b.key_id = i.key_id OR b.scope = 'model' AND b.model_id = i.model_id)
            UNION ALL SELECT i.tenant_id, 'free', i.model_id, date_trunc('month', i.day, 'UTC'), i.free WHERE i.free > 0
        ) AS spent (tenant_id, kind, subject_id, starts_at, used)
        GROUP BY 1, 2, 3, 4
        ORDER BY 1, 2, 3, 4
        ON CONFLICT (tenant_id, kind, subject_id, starts_at) DO UPDATE SET used = w.used + EXCLUDED.used;
    END IF;
END
$$;

DROP FUNCTION ledger_reserve;
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
    SELECT coalesce(array_agg(w.id), '{}'), coalesce(array_agg(CASE WHEN b.hard THEN b.limit_nano - w.used - w.held END), '{}'), coalesce(array_agg(b.id), '{}')
    INTO window_ids, window_lefts, window_budgets
    FROM ledger_account AS a
    JOIN budget AS b ON b.tenant_id = a.tenant_id AND b.currency = a.currency AND b.ended_at IS NULL
    JOIN ledger_window AS w ON w.tenant_id = b.tenant_id AND w.kind = 'budget' AND w.subject_id = b.id
    WHERE a.tenant_id = ANY (tenants) AND a.kind = 'consumer_wallet' AND a.currency = ANY (currencies) AND a.budgets > 0;

    FOR r IN
        SELECT i.n, i.event_id, i.tenant_id, i.amount, i.key, i.hash,
            w.id AS wallet, c.id AS clearing,
            w.credits_posted - w.debits_posted - w.debits_pending AS available,
            own.state AS own_state,
            own.tenant_id = i.tenant_id AND (own.amount_nano = i.amount OR own.free_quantity > 0) AS own_same,
            own.free_quantity > 0 AS own_free, k.free_quantity > 0 AS key_free,
            i.free_quantity, i.free_limit, f.id AS free_id, f.used + f.held AS free_used,
            CASE WHEN w.budgets > 0 THEN ARRAY(
                SELECT x.id FROM budget AS b
                JOIN ledger_window AS x ON x.tenant_id = b.tenant_id AND x.kind = 'budget' AND x.subject_id = b.id
                    AND x.starts_at = ledger_window_start(b.period, moment.id)
                WHERE b.tenant_id = i.tenant_id AND b.currency = i.currency AND b.ended_at IS NULL
                    AND (b.scope = 'organization' OR b.scope = 'key' AND b.key_id = i.key_id OR b.scope = 'model' AND b.model_id = i.model_id)
                ORDER BY x.id) END AS windows,
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
        LEFT JOIN ledger_window AS f ON i.free_limit IS NOT NULL AND f.tenant_id = i.tenant_id AND f.kind = 'free' AND f.subject_id = i.model_id
            AND f.starts_at = ledger_window_start('month', moment.id)
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
    WHERE w.id = s.id;
END
$$;

-- As before, but for wallets with budgets, which are decided call by call.
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
        SELECT a.id, a.tenant_id, a.kind, a.currency, a.budgets, a.credits_posted - a.debits_posted - a.debits_pending AS available
        FROM ledger_account AS a
        WHERE a.tenant_id = ANY (p_tenant_ids || ledger_platform_id()) AND a.kind IN ('consumer_wallet', 'usage_clearing') AND a.currency = ANY (p_currencies)
        ORDER BY a.id
        FOR NO KEY UPDATE
    ), call AS MATERIALIZED (
        SELECT u.id, u.tenant_id, u.amount, u.key, u.hash, u.expires_at, w.id AS wallet, c.id AS clearing,
            w.available, w.budgets, sum(u.amount) OVER (PARTITION BY w.id) AS total
        FROM unnest(p_event_ids, p_tenant_ids, p_currencies, p_amounts, p_keys, p_hashes, p_expires_at)
            AS u (id, tenant_id, currency, amount, key, hash, expires_at)
        JOIN account AS w ON w.tenant_id = u.tenant_id AND w.kind = 'consumer_wallet' AND w.currency = u.currency
        JOIN account AS c ON c.tenant_id = ledger_platform_id() AND c.kind = 'usage_clearing' AND c.currency = u.currency
    ), verdict AS MATERIALIZED (
        -- What is free needs no balance, which may be below zero.
        SELECT count(DISTINCT id) = cardinality(p_event_ids) AND bool_and((total <= available OR total = 0) AND budgets = 0) AS all_fit
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

-- Gives back what open holds held; those that are not open stay as they are, and so do those that end later than `p_due`.
-- `p_state`: void or expired. Gives their number.
CREATE OR REPLACE FUNCTION ledger_release(p_event_ids UUID[], p_state TEXT, p_due TIMESTAMPTZ DEFAULT 'infinity') RETURNS INTEGER
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    accounts BIGINT[];
    debits BIGINT[];
    credits BIGINT[];
    windows BIGINT[];
    window_held BIGINT[];
    released INTEGER;
BEGIN
    IF p_state NOT IN ('void', 'expired') THEN
        RAISE EXCEPTION 'ledger_release: a hold is released as void or expired, not %', p_state;
    END IF;
    WITH freed AS (
        UPDATE ledger_hold AS h SET state = p_state
        WHERE h.id = ANY (p_event_ids) AND (h.state = 'open' AND h.expires_at <= p_due) IS TRUE
        RETURNING h.account_id, h.clearing_account_id, h.amount_nano, h.windows, h.free_window, h.free_quantity
    ), eased AS (
        SELECT w AS id, amount_nano AS held FROM freed CROSS JOIN unnest(freed.windows) AS w
        UNION ALL SELECT free_window, free_quantity FROM freed WHERE free_window IS NOT NULL
    ), change AS (
        SELECT account_id AS id, sum(amount_nano)::BIGINT AS debit, 0::BIGINT AS credit, count(*) AS holds FROM freed GROUP BY account_id
        UNION ALL SELECT clearing_account_id, 0, sum(amount_nano)::BIGINT, 0 FROM freed GROUP BY clearing_account_id
    )
    SELECT array_agg(id), array_agg(debit), array_agg(credit), coalesce(sum(holds), 0),
        (SELECT array_agg(eased.id) FROM eased), (SELECT array_agg(eased.held) FROM eased)
    INTO accounts, debits, credits, released, windows, window_held FROM change;

    IF released > 0 THEN
        PERFORM FROM ledger_account AS a WHERE a.id = ANY (accounts) ORDER BY a.id FOR NO KEY UPDATE;
        UPDATE ledger_account AS a SET debits_pending = a.debits_pending - c.debit, credits_pending = a.credits_pending - c.credit
        FROM unnest(accounts, debits, credits) AS c (id, debit, credit)
        WHERE a.id = c.id;
        PERFORM ledger_ease_windows(windows, window_held);
    END IF;
    RETURN released;
END
$$;

-- Holds more for a call that runs, all of it or nothing: open | insufficient (with what the wallet has) | limited (with what the budget
-- has left) | gone (there is no open hold). A call of the free tier holds no money, and needs none.
CREATE FUNCTION ledger_extend(p_id UUID, p_amount BIGINT, p_expires_at TIMESTAMPTZ) RETURNS TABLE (outcome TEXT, available_nano BIGINT, budget_id UUID)
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    hold RECORD;
BEGIN
    SELECT * INTO hold FROM ledger_hold AS h WHERE h.id = p_id AND (h.state = 'open') IS TRUE FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        outcome := 'gone';
        RETURN NEXT;
        RETURN;
    END IF;
    IF hold.free_window IS NOT NULL THEN
        outcome := 'open';
        RETURN NEXT;
        RETURN;
    END IF;
    PERFORM FROM ledger_account AS a WHERE a.id IN (hold.account_id, hold.clearing_account_id) ORDER BY a.id FOR NO KEY UPDATE;
    SELECT a.credits_posted - a.debits_posted - a.debits_pending INTO available_nano FROM ledger_account AS a WHERE a.id = hold.account_id;
    IF p_amount > available_nano THEN
        outcome := 'insufficient';
        RETURN NEXT;
        RETURN;
    END IF;
    SELECT b.limit_nano - w.used - w.held, b.id INTO available_nano, budget_id
    FROM ledger_window AS w JOIN budget AS b ON b.tenant_id = w.tenant_id AND b.id = w.subject_id
    WHERE w.id = ANY (hold.windows) AND b.hard AND b.ended_at IS NULL AND b.limit_nano - w.used - w.held < p_amount
    ORDER BY 1, 2 LIMIT 1;
    IF FOUND THEN
        outcome := 'limited';
        RETURN NEXT;
        RETURN;
    END IF;
    UPDATE ledger_hold AS h SET amount_nano = h.amount_nano + p_amount, expires_at = greatest(h.expires_at, p_expires_at) WHERE h.id = p_id;
    UPDATE ledger_account AS a
    SET debits_pending = a.debits_pending + CASE WHEN a.id = hold.account_id THEN p_amount ELSE 0 END,
        credits_pending = a.credits_pending + CASE WHEN a.id = hold.clearing_account_id THEN p_amount ELSE 0 END
    WHERE a.id IN (hold.account_id, hold.clearing_account_id);
    UPDATE ledger_window AS w SET held = w.held + p_amount WHERE w.id = ANY (hold.windows);
    outcome := 'open';
    available_nano := NULL;
    budget_id := NULL;
    RETURN NEXT;
END
$$;

-- What a budget's current window has used, by the hourly sums, which are written together with the usage.
CREATE FUNCTION budget_used(p_budget budget, p_from TIMESTAMPTZ) RETURNS BIGINT
LANGUAGE sql STABLE
AS $$
    SELECT coalesce(sum(h.amount_nano), 0)::BIGINT FROM usage_hour AS h
    WHERE h.consumer_tenant_id = (p_budget).tenant_id AND h.currency = (p_budget).currency AND h.hour >= p_from
        AND CASE (p_budget).scope WHEN 'key' THEN h.key_id = (p_budget).key_id WHEN 'model' THEN h.model_id = (p_budget).model_id ELSE true END
$$;

-- Opens or changes a budget: done | below_used (nothing was changed; `used_nano` is what a hard limit would have to be at least) |
-- missing (no open budget to change) | exists (the id is taken). What has been used of the window that runs is counted; calls under way
-- when it is opened are counted when they end. Scope, period and currency never change.
CREATE FUNCTION budget_set(p_budget budget, p_is_new BOOLEAN, p_now TIMESTAMPTZ) RETURNS TABLE (outcome TEXT, used_nano BIGINT)
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    wallet BIGINT;
    known budget;
    from_time TIMESTAMPTZ;
BEGIN
    PERFORM ledger_ensure_accounts(ARRAY[p_budget.tenant_id], ARRAY['consumer_wallet'], ARRAY[p_budget.currency]);
    SELECT a.id INTO STRICT wallet FROM ledger_account AS a
    WHERE a.tenant_id = p_budget.tenant_id AND a.kind = 'consumer_wallet' AND a.currency = p_budget.currency FOR NO KEY UPDATE;
    SELECT * INTO known FROM budget AS b WHERE b.tenant_id = p_budget.tenant_id AND b.id = p_budget.id;
    IF p_is_new AND FOUND THEN
        outcome := 'exists';
        RETURN NEXT;
        RETURN;
    ELSIF NOT p_is_new AND (NOT FOUND OR known.ended_at IS NOT NULL) THEN
        outcome := 'missing';
        RETURN NEXT;
        RETURN;
    END IF;
    from_time := CASE p_budget.period WHEN 'total' THEN to_timestamp(0) ELSE date_trunc(p_budget.period, p_now, 'UTC') END;
    IF p_is_new THEN
        used_nano := budget_used(p_budget, from_time);
    ELSE
        SELECT w.used INTO used_nano FROM ledger_window AS w
        WHERE w.tenant_id = p_budget.tenant_id AND w.kind = 'budget' AND w.subject_id = p_budget.id AND w.starts_at = from_time;
        used_nano := coalesce(used_nano, 0);
    END IF;
    IF p_budget.hard AND p_budget.limit_nano < used_nano THEN
        outcome := 'below_used';
        RETURN NEXT;
        RETURN;
    END IF;
    IF p_is_new THEN
        INSERT INTO budget SELECT (p_budget).*;
        INSERT INTO ledger_window (tenant_id, kind, subject_id, starts_at, used) VALUES (p_budget.tenant_id, 'budget', p_budget.id, from_time, used_nano);
        UPDATE ledger_account AS a SET budgets = a.budgets + 1 WHERE a.id = wallet;
    ELSE
        UPDATE budget AS b SET name = p_budget.name, limit_nano = p_budget.limit_nano, hard = p_budget.hard, alert_percents = p_budget.alert_percents, webhook_url = p_budget.webhook_url
        WHERE b.tenant_id = p_budget.tenant_id AND b.id = p_budget.id;
    END IF;
    outcome := 'done';
    RETURN NEXT;
END
$$;

-- Ends a budget; false when there was none that is open.
CREATE FUNCTION budget_end(p_tenant_id UUID, p_id UUID, p_now TIMESTAMPTZ) RETURNS BOOLEAN
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    in_currency TEXT;
BEGIN
    SELECT b.currency INTO in_currency FROM budget AS b WHERE b.tenant_id = p_tenant_id AND b.id = p_id;
    PERFORM FROM ledger_account AS a
    WHERE a.tenant_id = p_tenant_id AND a.kind = 'consumer_wallet' AND a.currency = in_currency FOR NO KEY UPDATE;
    UPDATE budget AS b SET ended_at = p_now WHERE b.tenant_id = p_tenant_id AND b.id = p_id AND b.ended_at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE ledger_account AS a SET budgets = a.budgets - 1
    WHERE a.tenant_id = p_tenant_id AND a.kind = 'consumer_wallet' AND a.currency = in_currency;
    RETURN true;
END
$$;

-- By hand: usage -------------------------------------------------------------------------------------------------------------------

-- The month (yyyymm, UTC) of an id.
CREATE FUNCTION usage_period_of(p_id UUID) RETURNS INTEGER
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN to_char(usage_id_time(p_id) AT TIME ZONE 'UTC', 'YYYYMM')::INTEGER;

-- The first month that is not closed; 0 when none ever was.
CREATE FUNCTION usage_first_open_period() RETURNS INTEGER
LANGUAGE sql STABLE
RETURN (SELECT coalesce(max(CASE WHEN p.period % 100 = 12 THEN p.period + 89 ELSE p.period + 1 END), 0) FROM usage_period AS p);

-- Closes a month: from then on its usage, and what is invoiced with it, changes no more. Every month before it is closed with it. Waits
-- for those that write usage at this moment. False when it is closed already.
CREATE FUNCTION usage_close_period(p_period INTEGER, p_actor TEXT) RETURNS BOOLEAN
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(72707373);
    IF p_period < usage_first_open_period() THEN
        RETURN false;
    END IF;
    INSERT INTO usage_period (period, closed_by) VALUES (p_period, p_actor);
    RETURN true;
END
$$;

-- A charge, component by component. The call itself counts with the first.
CREATE FUNCTION usage_lines(p_unit TEXT, p_quantity BIGINT, p_amount BIGINT, p_lines JSONB) RETURNS TABLE (unit TEXT, quantity BIGINT, amount_nano BIGINT, calls BIGINT)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT p_unit, p_quantity, p_amount, 1::BIGINT WHERE p_lines IS NULL
    UNION ALL
    SELECT line ->> 0, (line ->> 1)::BIGINT, (line ->> 2)::BIGINT, CASE WHEN n = 1 THEN 1::BIGINT ELSE 0 END
    FROM jsonb_array_elements(p_lines) WITH ORDINALITY AS l (line, n)
$$;

DROP FUNCTION usage_flush;
-- Writes a batch of what was done, sorted by id: usage rows, the transfers that they add up to, the release of their holds, in
-- one transaction. A row that is there already was charged already, and changes nothing. Nothing is refused for lack of
-- balance: what has run is owed. Gives how many rows were new and how many holds were open.
CREATE FUNCTION usage_flush(
    p_batch_id UUID, p_ids UUID[], p_consumers UUID[], p_providers UUID[], p_key_ids TEXT[], p_model_ids UUID[], p_version_ids UUID[],
    p_price_ids UUID[], p_statuses TEXT[], p_error_codes TEXT[], p_units TEXT[], p_quantities BIGINT[], p_amounts BIGINT[],
    p_fees BIGINT[], p_currencies TEXT[], p_queue_micros INTEGER[], p_compute_micros INTEGER[], p_total_micros INTEGER[],
    p_occurred_at TIMESTAMPTZ[], p_lines TEXT[], p_free_quantities BIGINT[], p_tags TEXT[], p_input_hashes BYTEA[], p_output_hashes BYTEA[], p_builds TEXT[]
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
    failed CONSTANT UUID[] := ARRAY(SELECT u.id FROM unnest(p_ids, p_statuses) AS u (id, status) WHERE u.status = 'failed');
BEGIN
    PERFORM usage_ensure_parts(usage_id_time(p_ids[1]), usage_id_time(p_ids[rows]));
    -- Whoever closes a month waits for those that write, and those that come after it see it closed.
    PERFORM pg_advisory_xact_lock_shared(72707373);
    first_open := usage_first_open_period();

    WITH fresh AS (
        INSERT INTO usage_event (id, batch_id, consumer_tenant_id, provider_tenant_id, key_id, model_id, version_id, price_id, status,
            error_code, unit, quantity, amount_nano, fee_nano, currency, queue_micros, compute_micros, total_micros, occurred_at,
            lines, free_quantity, tag, period, input_hash, output_hash, build)
        SELECT u.id, p_batch_id, u.consumer, u.provider, u.key_id, u.model_id, u.version_id, u.price_id, u.status,
            u.error_code, u.unit, u.quantity, u.amount, u.fee, u.currency, u.queue_micros, u.compute_micros, u.total_micros, u.occurred_at,
            u.lines::JSONB, u.free_quantity, u.tag, greatest(usage_period_of(u.id), first_open), u.input_hash, u.output_hash, u.build
        FROM unnest(p_ids, p_consumers, p_providers, p_key_ids, p_model_ids, p_version_ids, p_price_ids, p_statuses, p_error_codes,
            p_units, p_quantities, p_amounts, p_fees, p_currencies, p_queue_micros, p_compute_micros, p_total_micros, p_occurred_at,
            p_lines, p_free_quantities, p_tags, p_input_hashes, p_output_hashes, p_builds)
            AS u (id, consumer, provider, key_id, model_id, version_id, price_id, status, error_code,
                unit, quantity, amount, fee, currency, queue_micros, compute_micros, total_micros, occurred_at,
                lines, free_quantity, tag, input_hash, output_hash, build)
        ORDER BY u.id
        ON CONFLICT (id) DO NOTHING
        RETURNING id, consumer_tenant_id, provider_tenant_id, currency, amount_nano, fee_nano, key_id, model_id, version_id, price_id, tag, period,
            status, unit, quantity, lines, free_quantity
    ), rolled AS (
        INSERT INTO usage_hour AS t (consumer_tenant_id, hour, provider_tenant_id, model_id, version_id, price_id, key_id, tag, period, unit, currency,
            calls, failed, free, quantity, amount_nano, fee_nano)
        SELECT f.consumer_tenant_id, date_trunc('hour', usage_id_time(f.id), 'UTC'), f.provider_tenant_id, f.model_id, f.version_id, f.price_id, f.key_id,
            f.tag, f.period, l.unit, f.currency, sum(l.calls), coalesce(sum(l.calls) FILTER (WHERE f.status = 'failed'), 0),
            coalesce(sum(l.calls) FILTER (WHERE f.free_quantity > 0), 0), sum(l.quantity), sum(l.amount_nano), sum(l.calls * f.fee_nano)
        FROM fresh AS f CROSS JOIN LATERAL usage_lines(f.unit, f.quantity, f.amount_nano, f.lines) AS l
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        ORDER BY 1, 2, 4, 5, 6, 7, 8, 9, 10, 3, 11
        ON CONFLICT (consumer_tenant_id, hour, model_id, version_id, price_id, key_id, tag, period, unit, provider_tenant_id, currency) DO UPDATE
        SET calls = t.calls + EXCLUDED.calls, failed = t.failed + EXCLUDED.failed, free = t.free + EXCLUDED.free,
            quantity = t.quantity + EXCLUDED.quantity, amount_nano = t.amount_nano + EXCLUDED.amount_nano, fee_nano = t.fee_nano + EXCLUDED.fee_nano
    ), spent AS (
        SELECT f.consumer_tenant_id, f.currency, f.key_id, f.model_id, date_trunc('day', usage_id_time(f.id), 'UTC') AS day,
            sum(f.amount_nano)::BIGINT AS amount, sum(f.free_quantity)::BIGINT AS free
        FROM fresh AS f
        WHERE f.amount_nano > 0 OR f.free_quantity > 0
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
        SELECT w AS id, amount_nano AS held FROM freed CROSS JOIN unnest(freed.windows) AS w
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

    PERFORM ledger_ease_windows(eased_windows, eased_amounts);
    PERFORM ledger_spend_windows(spent_tenants, spent_currencies, spent_keys, spent_models, spent_days, spent_amounts, spent_free);
    RETURN NEXT;
END
$$;

-- Makes the hourly sums anew, from hour to hour, and gives the number of rows. They come to what they were: I9.
CREATE FUNCTION usage_rebuild_hours(p_from TIMESTAMPTZ, p_to TIMESTAMPTZ) RETURNS INTEGER
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    made INTEGER;
BEGIN
    -- Nobody writes usage meanwhile.
    PERFORM pg_advisory_xact_lock(72707373);
    DELETE FROM usage_hour AS h WHERE h.hour >= date_trunc('hour', p_from, 'UTC') AND h.hour < p_to;
    INSERT INTO usage_hour (consumer_tenant_id, hour, provider_tenant_id, model_id, version_id, price_id, key_id, tag, period, unit, currency,
        calls, failed, free, quantity, amount_nano, fee_nano)
    SELECT f.consumer_tenant_id, date_trunc('hour', usage_id_time(f.id), 'UTC') AS hour, f.provider_tenant_id, f.model_id, f.version_id, f.price_id, f.key_id,
        f.tag, f.period, l.unit, f.currency, sum(l.calls), coalesce(sum(l.calls) FILTER (WHERE f.status = 'failed'), 0),
        coalesce(sum(l.calls) FILTER (WHERE f.free_quantity > 0), 0), sum(l.quantity), sum(l.amount_nano), sum(l.calls * f.fee_nano)
    FROM usage_event AS f CROSS JOIN LATERAL usage_lines(f.unit, f.quantity, f.amount_nano, f.lines) AS l
    WHERE f.id >= usage_id_bound(date_trunc('hour', p_from, 'UTC')) AND f.id < usage_id_bound(date_trunc('hour', p_to + INTERVAL '1 hour' - INTERVAL '1 microsecond', 'UTC'))
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11;
    GET DIAGNOSTICS made = ROW_COUNT;
    RETURN made;
END
$$;

-- What was used before this migration.
ALTER TABLE usage_event NO FORCE ROW LEVEL SECURITY;
UPDATE usage_event SET period = usage_period_of(id);
SELECT usage_rebuild_hours(to_timestamp(0), to_timestamp(4102444800)) FROM (SELECT 1) AS once WHERE EXISTS (SELECT FROM usage_event);
ALTER TABLE usage_event FORCE ROW LEVEL SECURITY;

-- By hand: who sees and writes what ---------------------------------------------------------------------------------------------

DO $$
DECLARE
    name TEXT;
BEGIN
    FOREACH name IN ARRAY ARRAY['budget', 'ledger_window', 'usage_hour', 'usage_period'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY platform ON %I TO steelyard_platform USING (true) WITH CHECK (true)', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO steelyard_platform', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['budget', 'ledger_window'] LOOP
        EXECUTE format('CREATE POLICY tenant ON %I FOR SELECT TO steelyard_tenant USING (tenant_id = app_tenant_id())', name);
    END LOOP;
END
$$;
CREATE POLICY tenant ON usage_hour FOR SELECT TO steelyard_tenant
    USING (consumer_tenant_id = app_tenant_id() OR provider_tenant_id = app_tenant_id());
GRANT SELECT ON budget, ledger_window, usage_hour TO steelyard_tenant;
REVOKE UPDATE, DELETE, TRUNCATE ON usage_period FROM steelyard_platform;
GRANT USAGE ON SEQUENCE ledger_window_id_seq TO steelyard_platform;

REVOKE ALL ON FUNCTION ledger_ensure_windows, ledger_ease_windows, ledger_spend_windows, ledger_reserve, ledger_extend, budget_used, budget_set, budget_end,
    usage_close_period, usage_flush, usage_rebuild_hours FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_ensure_windows, ledger_ease_windows, ledger_spend_windows, ledger_reserve, ledger_extend, budget_used, budget_set, budget_end,
    usage_close_period, usage_flush, usage_rebuild_hours TO steelyard_platform;
