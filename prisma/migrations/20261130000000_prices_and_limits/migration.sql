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

DROP FUNCTION ledger_reserve;
DROP FUNCTION ledger_reserve_all;

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

-- What was used before this migration.
ALTER TABLE usage_event NO FORCE ROW LEVEL SECURITY;
UPDATE usage_event SET period = usage_period_of(id);
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

REVOKE ALL ON FUNCTION ledger_extend, budget_end, usage_close_period FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_extend, budget_end, usage_close_period TO steelyard_platform;
