-- A hold that had expired and was taken up again by a retry with its key: two servers may know of it.
-- AlterTable
ALTER TABLE "ledger_hold" ADD COLUMN "reopened" BOOLEAN NOT NULL DEFAULT false;

-- By hand ----------------------------------------------------------------------------------------------------------------

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
CREATE OR REPLACE FUNCTION ledger_reserve(
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
            UPDATE ledger_hold AS h SET state = 'open', reopened = true, expires_at = p_expires_at[i.n],
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

-- Holds a whole batch at once where all of it is new, can be paid and fits into its budgets; if not, it changes nothing and gives false. A
-- call or key that is known already is a unique violation. Keys are looked up all the same, before anything is locked: who waits for one whose
-- call is being settled at this moment waits with the wallet, which who settles it waits for. Budgets are looked at by a statement of its own: one that waited for the lock of a
-- wallet would read windows as they were before it.
-- Planned once: planning it for every batch took longer than running it for a small one. Wallets are found by their index whatever statistics
-- say. A call that is in a batch twice violates the primary key, as one that is known already does.
CREATE OR REPLACE FUNCTION ledger_reserve_all(
    p_event_ids UUID[], p_tenant_ids UUID[], p_currencies TEXT[], p_amounts BIGINT[],
    p_keys TEXT[], p_hashes BYTEA[], p_expires_at TIMESTAMPTZ[], p_now TIMESTAMPTZ, p_key_ids TEXT[], p_model_ids UUID[]
) RETURNS BOOLEAN
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    can_be_paid BOOLEAN;
    is_limited BOOLEAN;
BEGIN
    -- Most batches have none, and then run no statement for this.
    IF cardinality(array_remove(p_keys, NULL)) > 0 THEN
        PERFORM FROM unnest(p_tenant_ids, p_keys) AS u (tenant_id, key)
        JOIN ledger_hold AS h ON h.tenant_id = u.tenant_id AND h.idempotency_key = u.key
        LIMIT 1;
        IF FOUND THEN
            RETURN false;
        END IF;
    END IF;
    WITH account AS MATERIALIZED (
        SELECT a.id, a.tenant_id, a.kind, a.currency, a.budgets, a.credits_posted - a.debits_posted - a.debits_pending AS available
        FROM ledger_account AS a
        WHERE a.tenant_id = ANY (p_tenant_ids || ledger_platform_id()) AND a.kind IN ('consumer_wallet', 'usage_clearing') AND a.currency = ANY (p_currencies)
        ORDER BY a.id
        FOR NO KEY UPDATE
    ), call AS MATERIALIZED (
        SELECT u.id, u.tenant_id, u.amount, u.key, u.hash, u.expires_at, w.id AS wallet, c.id AS clearing, w.available, w.budgets
        FROM unnest(p_event_ids, p_tenant_ids, p_currencies, p_amounts, p_keys, p_hashes, p_expires_at)
            AS u (id, tenant_id, currency, amount, key, hash, expires_at)
        JOIN account AS w ON w.tenant_id = u.tenant_id AND w.kind = 'consumer_wallet' AND w.currency = u.currency
        JOIN account AS c ON c.tenant_id = ledger_platform_id() AND c.kind = 'usage_clearing' AND c.currency = u.currency
    ), need AS MATERIALIZED (
        -- What is asked for may be more than any wallet can have, and more than a BIGINT.
        SELECT wallet, clearing, count(*) AS calls, least(sum(amount), 9223372036854775807)::BIGINT AS total, min(available) AS available, min(budgets) AS budgets
        FROM call
        GROUP BY wallet, clearing
    ), verdict AS MATERIALIZED (
        -- What is free needs no balance, which may be below zero.
        SELECT coalesce(sum(calls) = cardinality(p_event_ids) AND bool_and(total <= available OR total = 0), false) AS all_paid,
            coalesce(bool_or(budgets > 0), false) AS any_limited
        FROM need
    ), held AS (
        INSERT INTO ledger_hold (id, tenant_id, account_id, clearing_account_id, amount_nano, idempotency_key, request_hash, created_at, expires_at)
        SELECT call.id, call.tenant_id, call.wallet, call.clearing, call.amount, call.key, call.hash, p_now, call.expires_at
        FROM call
        WHERE (SELECT all_paid AND NOT any_limited FROM verdict)
    ), change AS (
        SELECT wallet AS id, total AS debit, 0::BIGINT AS credit FROM need
        UNION ALL SELECT clearing, 0, least(sum(total), 9223372036854775807)::BIGINT FROM need GROUP BY clearing
    ), counted AS (
        UPDATE ledger_account AS a SET debits_pending = a.debits_pending + change.debit, credits_pending = a.credits_pending + change.credit
        FROM change
        WHERE a.id = change.id AND (SELECT all_paid AND NOT any_limited FROM verdict)
    )
    SELECT all_paid, any_limited INTO can_be_paid, is_limited FROM verdict;
    IF can_be_paid AND is_limited THEN
        RETURN ledger_reserve_in_budgets(p_event_ids, p_tenant_ids, p_currencies, p_amounts, p_keys, p_hashes, p_expires_at, p_now, p_key_ids, p_model_ids);
    END IF;
    RETURN can_be_paid;
END
$$;

-- Gives back what open holds held; those that are not open stay as they are, and so do those that end later than `p_due`.
-- `p_state`: void or expired. Gives their number. One that had expired before is expired again: its key leads to its first try for as long as that may
-- be written somewhere.
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
        UPDATE ledger_hold AS h SET state = CASE WHEN h.reopened THEN 'expired' ELSE p_state END
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

-- Puts right what a log says was begun and never ended, or what could not be charged: the hold is void, and a row says so, once. One that was taken
-- up again is somebody else's by now: it ends with that try, or with its time.
CREATE OR REPLACE FUNCTION usage_recover(p_event_ids UUID[], p_consumers UUID[], p_actions TEXT[], p_details TEXT[]) RETURNS INTEGER
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
    RETURN ledger_release(ARRAY(SELECT h.id FROM ledger_hold AS h WHERE h.id = ANY (p_event_ids) AND NOT h.reopened), 'void');
END
$$;

-- Writes a batch of what was done, sorted by id: usage rows, the transfers that they add up to, the release of their holds, in
-- one transaction. A row that is there already was charged already, and changes nothing. A failed try of a hold that was taken up again is left out:
-- the first try may have been answered, and may still come. Nothing is refused for lack of
-- balance: what has run is owed. Gives how many rows were new and how many holds were open.
-- The hour and the month are taken from the first and the last id, which nearly always are all ids'; a charge of one
-- component is added up without a function call; budgets and windows are looked for only where a wallet has some.
CREATE OR REPLACE FUNCTION usage_flush(
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
    left_out UUID[];
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
    -- Locked, so that none is taken up while its row is written.
    left_out := ARRAY(
        SELECT l.id FROM (SELECT h.id, h.reopened FROM ledger_hold AS h WHERE h.id = ANY (failed) ORDER BY h.id FOR NO KEY UPDATE) AS l WHERE l.reopened);

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
        WHERE u.id <> ALL (left_out)
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
        WHERE h.id = ANY (p_ids) AND h.id <> ALL (left_out) AND (h.state = 'open') IS TRUE
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
        WHERE h.id = ANY (p_ids) AND h.id <> ALL (left_out) AND (h.state = 'expired' OR h.state = 'void' AND h.id <> ALL (failed)) IS TRUE;
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
