-- The ledger's hot path: everything that changes a counter is one of these functions, and they are the platform's alone.
--
-- Order of locks, the same everywhere, so that nobody waits in a circle: usage rows by id, holds by id, accounts that have to be
-- made by (tenant, kind, currency), accounts by id. Accounts come last because one of them, usage_clearing, is everybody's: it
-- is locked for a few rows and the commit, not for the thousand rows of a flush. New holds are made under the lock of their
-- wallet, and waited for by nobody.
--
-- The functions switch off all ways to a row but that by an index, row by row: it is the right one for them, it keeps holds in
-- the order of their ids, and a plan that was made while a table was small must not live on when it is large. Plans are made
-- once and kept (plan_cache_mode), because making them costs as much as running them. `(...) IS TRUE` keeps a condition away from
-- an index: holds are looked up by id, never by their state.

-- DropForeignKey
ALTER TABLE "ledger_hold" DROP CONSTRAINT "ledger_hold_tenant_id_account_id_fkey";

-- DropIndex
DROP INDEX "ledger_hold_tenant_id_idempotency_key_idx";

-- CreateIndex
CREATE UNIQUE INDEX "ledger_hold_tenant_id_idempotency_key_key" ON "ledger_hold"("tenant_id", "idempotency_key");

-- By hand ----------------------------------------------------------------------------------------------------------------

ALTER TABLE ledger_account
    ADD CONSTRAINT ledger_account_counters_check
    CHECK (debits_pending >= 0 AND debits_posted >= 0 AND credits_pending >= 0 AND credits_posted >= 0),
    ADD CONSTRAINT ledger_account_kind_check CHECK (kind IN (
        'consumer_wallet', 'consumer_receivable', 'provider_payable', 'provider_receivable', 'platform_fee', 'stripe_clearing',
        'usage_clearing', 'operator_credit', 'tax', 'rounding', 'promo', 'writeoff'));
ALTER TABLE ledger_transfer
    ADD CONSTRAINT ledger_transfer_amount_check CHECK (amount_nano > 0),
    ADD CONSTRAINT ledger_transfer_accounts_check CHECK (debit_account_id <> credit_account_id);
ALTER TABLE ledger_hold
    ADD CONSTRAINT ledger_hold_amount_check CHECK (amount_nano >= 0),
    ADD CONSTRAINT ledger_hold_state_check CHECK (state IN ('open', 'settled', 'void', 'expired'));

-- Room on the page for the next version of a row that is rewritten many times a second.
ALTER TABLE ledger_account SET (fillfactor = 30);

-- The organization that owns the accounts between tenants. PLATFORM_ORGANIZATION_ID of libs/kernel.
CREATE FUNCTION ledger_platform_id() RETURNS UUID
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '00000000-0000-7000-8000-000000000001'::UUID;

-- Makes the accounts that are missing. Before any account is locked, and within a function that has set the search path.
CREATE FUNCTION ledger_ensure_accounts(p_tenant_ids UUID[], p_kinds TEXT[], p_currencies TEXT[]) RETURNS VOID
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO ledger_account (tenant_id, kind, currency)
    SELECT wanted.tenant_id, wanted.kind, wanted.currency
    FROM (SELECT DISTINCT * FROM unnest(p_tenant_ids, p_kinds, p_currencies)) AS wanted (tenant_id, kind, currency)
    WHERE NOT EXISTS (
        SELECT FROM ledger_account AS a
        WHERE a.tenant_id = wanted.tenant_id AND a.kind = wanted.kind AND a.currency = wanted.currency)
    ORDER BY 1, 2, 3
    ON CONFLICT DO NOTHING;
END
$$;

-- Holds money for many calls at once, in the order of the arrays: each call gets its hold if its wallet still has the amount
-- after those before it, and is passed over if not. The one answer per call:
--   open          the hold is there. `hold_id` is the call's own id, or that of an expired hold of the same idempotency key,
--                 which then lives again: its late usage and that of this call are one event.
--   insufficient  with what the wallet has
--   replay        the idempotency key leads to `hold_id`, which is `hold_state`
--   conflict      the key was used for another request, or the id for another call
-- A key counts for 24 hours. A void hold gives its key back: nothing was charged.
CREATE FUNCTION ledger_reserve(
    p_event_ids UUID[], p_tenant_ids UUID[], p_currencies TEXT[], p_amounts BIGINT[],
    p_keys TEXT[], p_hashes BYTEA[], p_expires_at TIMESTAMPTZ[], p_now TIMESTAMPTZ
) RETURNS TABLE (ord INTEGER, outcome TEXT, hold_id UUID, hold_state TEXT, available_nano BIGINT)
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

    FOR r IN
        SELECT i.n, i.event_id, i.tenant_id, i.amount, i.key, i.hash,
            w.id AS wallet, c.id AS clearing,
            w.credits_posted - w.debits_posted - w.debits_pending AS available,
            own.state AS own_state,
            own.tenant_id = i.tenant_id AND own.amount_nano = i.amount AS own_same,
            k.id AS key_id, k.state AS key_state,
            k.created_at > p_now - INTERVAL '24 hours' AS key_counts,
            k.request_hash IS NOT DISTINCT FROM i.hash AS key_same,
            row_number() OVER (PARTITION BY i.event_id ORDER BY i.n) AS copy,
            dense_rank() OVER (ORDER BY i.tenant_id, i.key)::INTEGER AS key_number
        FROM unnest(p_event_ids, p_tenant_ids, p_currencies, p_amounts, p_keys, p_hashes)
            WITH ORDINALITY AS i (event_id, tenant_id, currency, amount, key, hash, n)
        JOIN ledger_account AS w ON w.tenant_id = i.tenant_id AND w.kind = 'consumer_wallet' AND w.currency = i.currency
        JOIN ledger_account AS c ON c.tenant_id = platform AND c.kind = 'usage_clearing' AND c.currency = i.currency
        LEFT JOIN ledger_hold AS own ON own.id = i.event_id
        LEFT JOIN ledger_hold AS k ON k.tenant_id = i.tenant_id AND k.idempotency_key = i.key
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

        IF r.own_state IS NOT NULL THEN
            outcome := CASE WHEN NOT r.own_same THEN 'conflict' WHEN r.own_state = 'open' THEN 'open' ELSE 'replay' END;
            hold_state := r.own_state;
            RETURN NEXT;
            CONTINUE;
        END IF;
        IF r.copy > 1 THEN
            seen := new_ords[array_position(new_ids, r.event_id)];
            IF seen IS NOT NULL THEN
                outcome := CASE WHEN p_tenant_ids[seen] = r.tenant_id AND p_amounts[seen] = r.amount THEN 'open' ELSE 'conflict' END;
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
                    RETURN NEXT;
                    CONTINUE;
                END IF;
                hold_id := r.key_id;
            END IF;
        END IF;

        IF r.amount > 0 AND r.amount > available THEN
            outcome := 'insufficient';
            hold_id := NULL;
            available_nano := available;
            RETURN NEXT;
            CONTINUE;
        END IF;
        available := available - r.amount;
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
            UPDATE ledger_hold AS h SET state = 'open', amount_nano = p_amounts[i.n], expires_at = p_expires_at[i.n]
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
        INSERT INTO ledger_hold (id, tenant_id, account_id, clearing_account_id, amount_nano, idempotency_key, request_hash, created_at, expires_at)
        SELECT i.id, p_tenant_ids[i.n], i.wallet, i.clearing, p_amounts[i.n], p_keys[i.n], p_hashes[i.n], p_now, p_expires_at[i.n]
        FROM unnest(new_ids, new_ords, new_wallets, new_clearings) AS i (id, n, wallet, clearing);

        UPDATE ledger_account AS a SET debits_pending = a.debits_pending + s.debit, credits_pending = a.credits_pending + s.credit
        FROM (
            SELECT change.id, sum(debit)::BIGINT AS debit, sum(credit)::BIGINT AS credit
            FROM unnest(new_ords, new_wallets, new_clearings) AS i (n, wallet, clearing)
            CROSS JOIN LATERAL (VALUES (i.wallet, p_amounts[i.n], 0), (i.clearing, 0, p_amounts[i.n])) AS change (id, debit, credit)
            GROUP BY change.id
        ) AS s
        WHERE a.id = s.id;
    END IF;
END
$$;

-- Gives back what open holds held; those that are not open stay as they are, and so do those that end later than `p_due`.
-- `p_state`: void or expired. Gives their number.
CREATE FUNCTION ledger_release(p_event_ids UUID[], p_state TEXT, p_due TIMESTAMPTZ DEFAULT 'infinity') RETURNS INTEGER
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    accounts BIGINT[];
    debits BIGINT[];
    credits BIGINT[];
    released INTEGER;
BEGIN
    IF p_state NOT IN ('void', 'expired') THEN
        RAISE EXCEPTION 'ledger_release: a hold is released as void or expired, not %', p_state;
    END IF;
    WITH freed AS (
        UPDATE ledger_hold AS h SET state = p_state
        WHERE h.id = ANY (p_event_ids) AND (h.state = 'open' AND h.expires_at <= p_due) IS TRUE
        RETURNING h.account_id, h.clearing_account_id, h.amount_nano
    ), change AS (
        SELECT account_id AS id, sum(amount_nano)::BIGINT AS debit, 0::BIGINT AS credit, count(*) AS holds FROM freed GROUP BY account_id
        UNION ALL SELECT clearing_account_id, 0, sum(amount_nano)::BIGINT, 0 FROM freed GROUP BY clearing_account_id
    )
    SELECT array_agg(id), array_agg(debit), array_agg(credit), coalesce(sum(holds), 0) INTO accounts, debits, credits, released FROM change;

    IF released > 0 THEN
        PERFORM FROM ledger_account AS a WHERE a.id = ANY (accounts) ORDER BY a.id FOR NO KEY UPDATE;
        UPDATE ledger_account AS a SET debits_pending = a.debits_pending - c.debit, credits_pending = a.credits_pending - c.credit
        FROM unnest(accounts, debits, credits) AS c (id, debit, credit)
        WHERE a.id = c.id;
    END IF;
    RETURN released;
END
$$;

-- Releases holds whose time is over, at most 1000 at once, but for those that the caller knows to be at work.
CREATE FUNCTION ledger_expire_holds(p_now TIMESTAMPTZ, p_except UUID[]) RETURNS INTEGER
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN ledger_release(ARRAY(
        SELECT h.id FROM ledger_hold AS h
        WHERE h.state = 'open' AND h.expires_at <= p_now AND h.id <> ALL (p_except)
        ORDER BY h.expires_at
        LIMIT 1000), 'expired', p_now);
END
$$;

-- Deletes holds that were made before a time, at most 10000 at once, but for open ones. Later than their keys count.
CREATE FUNCTION ledger_forget_holds(p_before TIMESTAMPTZ) RETURNS INTEGER
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    forgotten INTEGER;
BEGIN
    DELETE FROM ledger_hold AS h
    WHERE h.id = ANY (ARRAY(
        SELECT old.id FROM ledger_hold AS old
        WHERE old.id < usage_id_bound(p_before) AND old.state <> 'open'
        ORDER BY old.id
        LIMIT 10000)) AND h.state <> 'open';
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    RETURN forgotten;
END
$$;

-- One transfer, once: posted | duplicate (the same was posted before) | conflict (the id was used for another).
CREATE FUNCTION ledger_post(
    p_id UUID, p_kind TEXT, p_debit_tenant UUID, p_debit_kind TEXT, p_credit_tenant UUID, p_credit_kind TEXT,
    p_amount BIGINT, p_currency TEXT, p_reason TEXT
) RETURNS TEXT
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    debit BIGINT;
    credit BIGINT;
BEGIN
    PERFORM ledger_ensure_accounts(ARRAY[p_debit_tenant, p_credit_tenant], ARRAY[p_debit_kind, p_credit_kind], ARRAY[p_currency, p_currency]);
    SELECT a.id INTO STRICT debit FROM ledger_account AS a WHERE a.tenant_id = p_debit_tenant AND a.kind = p_debit_kind AND a.currency = p_currency;
    SELECT a.id INTO STRICT credit FROM ledger_account AS a WHERE a.tenant_id = p_credit_tenant AND a.kind = p_credit_kind AND a.currency = p_currency;
    PERFORM FROM ledger_account AS a WHERE a.id IN (debit, credit) ORDER BY a.id FOR NO KEY UPDATE;

    INSERT INTO ledger_transfer (id, batch_id, kind, debit_account_id, credit_account_id, debit_tenant_id, credit_tenant_id, amount_nano, currency, reason)
    VALUES (p_id, p_id, p_kind, debit, credit, p_debit_tenant, p_credit_tenant, p_amount, p_currency, p_reason)
    ON CONFLICT (id) DO NOTHING;
    IF NOT FOUND THEN
        RETURN CASE WHEN EXISTS (
            SELECT FROM ledger_transfer AS t
            WHERE t.id = p_id AND t.kind = p_kind AND t.debit_account_id = debit AND t.credit_account_id = credit AND t.amount_nano = p_amount
        ) THEN 'duplicate' ELSE 'conflict' END;
    END IF;
    UPDATE ledger_account AS a
    SET debits_posted = a.debits_posted + CASE WHEN a.id = debit THEN p_amount ELSE 0 END,
        credits_posted = a.credits_posted + CASE WHEN a.id = credit THEN p_amount ELSE 0 END
    WHERE a.id IN (debit, credit);
    RETURN 'posted';
END
$$;

-- Adds everything up, per currency. `balanced`: debits are credits, posted and pending; every account's counters are the sum of
-- its transfers and of its open holds. Reads the whole ledger in one snapshot.
CREATE FUNCTION ledger_trial_balance() RETURNS TABLE (currency TEXT, debits_nano NUMERIC, credits_nano NUMERIC, fees_nano NUMERIC, balanced BOOLEAN)
LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH debit AS (SELECT t.debit_account_id AS id, sum(t.amount_nano) AS nano FROM ledger_transfer AS t GROUP BY 1),
    credit AS (SELECT t.credit_account_id AS id, sum(t.amount_nano) AS nano FROM ledger_transfer AS t GROUP BY 1),
    held AS (SELECT h.account_id AS id, sum(h.amount_nano) AS nano FROM ledger_hold AS h WHERE h.state = 'open' GROUP BY 1),
    expected AS (SELECT h.clearing_account_id AS id, sum(h.amount_nano) AS nano FROM ledger_hold AS h WHERE h.state = 'open' GROUP BY 1)
    SELECT a.currency, sum(a.debits_posted), sum(a.credits_posted),
        coalesce(sum(a.credits_posted - a.debits_posted) FILTER (WHERE a.kind = 'platform_fee'), 0),
        sum(a.debits_posted) = sum(a.credits_posted) AND sum(a.debits_pending) = sum(a.credits_pending) AND bool_and(
            a.debits_posted = coalesce(debit.nano, 0) AND a.credits_posted = coalesce(credit.nano, 0)
            AND a.debits_pending = coalesce(held.nano, 0) AND a.credits_pending = coalesce(expected.nano, 0))
    FROM ledger_account AS a
    LEFT JOIN debit USING (id) LEFT JOIN credit USING (id) LEFT JOIN held USING (id) LEFT JOIN expected USING (id)
    GROUP BY a.currency
    ORDER BY a.currency
$$;

REVOKE ALL ON FUNCTION ledger_ensure_accounts, ledger_reserve, ledger_release, ledger_expire_holds, ledger_forget_holds, ledger_post,
    ledger_trial_balance FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_ensure_accounts, ledger_reserve, ledger_release, ledger_expire_holds, ledger_forget_holds, ledger_post,
    ledger_trial_balance TO steelyard_platform;
