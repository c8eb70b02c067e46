-- Made by tools/prisma from prisma/schema; by hand: the partitioning of usage_event, and all from "By hand" on.

-- CreateTable
CREATE TABLE "model" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "task" TEXT NOT NULL,
    "visibility" TEXT NOT NULL DEFAULT 'private',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "model_version" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "model_id" UUID NOT NULL,
    "version" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "manifest" JSONB NOT NULL,
    "files" JSONB NOT NULL,
    "card" TEXT NOT NULL,
    "samples" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'testing',
    "measurements" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_version_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "price" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "version_id" UUID NOT NULL,
    "unit" TEXT NOT NULL,
    "amount_nano" BIGINT NOT NULL,
    "per" BIGINT NOT NULL DEFAULT 1,
    "currency" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "price_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "channel" (
    "tenant_id" UUID NOT NULL,
    "model_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "version_id" UUID NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "channel_pkey" PRIMARY KEY ("tenant_id","model_id","name")
);

-- CreateTable
CREATE TABLE "channel_event" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "model_id" UUID NOT NULL,
    "channel_name" TEXT NOT NULL,
    "from_version_id" UUID,
    "to_version_id" UUID NOT NULL,
    "action" TEXT NOT NULL,
    "actor_key_id" TEXT NOT NULL,
    "reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "channel_event_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "organization" (
    "id" UUID NOT NULL,
    "handle" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organization_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "member" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "member_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" TEXT NOT NULL,
    "tenant_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "secret_hmac" BYTEA NOT NULL,
    "pepper_id" TEXT NOT NULL,
    "scopes" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_account" (
    "id" BIGSERIAL NOT NULL,
    "tenant_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "debits_pending" BIGINT NOT NULL DEFAULT 0,
    "debits_posted" BIGINT NOT NULL DEFAULT 0,
    "credits_pending" BIGINT NOT NULL DEFAULT 0,
    "credits_posted" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ledger_account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_transfer" (
    "id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "debit_account_id" BIGINT NOT NULL,
    "credit_account_id" BIGINT NOT NULL,
    "debit_tenant_id" UUID NOT NULL,
    "credit_tenant_id" UUID NOT NULL,
    "amount_nano" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ledger_transfer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_hold" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "account_id" BIGINT NOT NULL,
    "clearing_account_id" BIGINT NOT NULL,
    "amount_nano" BIGINT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "idempotency_key" TEXT,
    "request_hash" BYTEA,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ledger_hold_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "usage_event" (
    "id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "consumer_tenant_id" UUID NOT NULL,
    "provider_tenant_id" UUID NOT NULL,
    "key_id" TEXT NOT NULL,
    "model_id" UUID NOT NULL,
    "version_id" UUID NOT NULL,
    "price_id" UUID NOT NULL,
    "status" TEXT NOT NULL,
    "error_code" TEXT,
    "unit" TEXT NOT NULL,
    "quantity" BIGINT NOT NULL,
    "amount_nano" BIGINT NOT NULL,
    "fee_nano" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "queue_micros" INTEGER NOT NULL,
    "compute_micros" INTEGER NOT NULL,
    "total_micros" INTEGER NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "usage_event_pkey" PRIMARY KEY ("id")
) PARTITION BY RANGE ("id");

-- CreateTable
CREATE TABLE "usage_recovery" (
    "id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "consumer_tenant_id" UUID NOT NULL,
    "action" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "usage_recovery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "blob_possession" (
    "tenant_id" UUID NOT NULL,
    "sha256" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "blob_possession_pkey" PRIMARY KEY ("tenant_id","sha256")
);

-- CreateTable
CREATE TABLE "publication" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "model_name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "digest" TEXT,
    "dry_run" BOOLEAN NOT NULL DEFAULT false,
    "status" TEXT NOT NULL DEFAULT 'running',
    "request" JSONB NOT NULL,
    "error" JSONB,
    "actor_key_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "publication_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "publication_event" (
    "tenant_id" UUID NOT NULL,
    "publication_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "stage" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "detail" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "publication_event_pkey" PRIMARY KEY ("tenant_id","publication_id","seq")
);

-- CreateIndex
CREATE UNIQUE INDEX "model_tenant_id_name_key" ON "model"("tenant_id", "name");

-- CreateIndex
CREATE INDEX "model_version_digest_idx" ON "model_version"("digest");

-- CreateIndex
CREATE UNIQUE INDEX "model_version_tenant_id_model_id_version_key" ON "model_version"("tenant_id", "model_id", "version");

-- CreateIndex
CREATE INDEX "price_tenant_id_version_id_idx" ON "price"("tenant_id", "version_id");

-- CreateIndex
CREATE INDEX "channel_event_tenant_id_model_id_channel_name_idx" ON "channel_event"("tenant_id", "model_id", "channel_name");

-- CreateIndex
CREATE UNIQUE INDEX "organization_handle_key" ON "organization"("handle");

-- CreateIndex
CREATE UNIQUE INDEX "member_tenant_id_email_key" ON "member"("tenant_id", "email");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_tenant_id_id_key" ON "api_key"("tenant_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_account_tenant_id_kind_currency_key" ON "ledger_account"("tenant_id", "kind", "currency");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_account_tenant_id_id_key" ON "ledger_account"("tenant_id", "id");

-- CreateIndex
CREATE INDEX "ledger_transfer_debit_tenant_id_created_at_idx" ON "ledger_transfer"("debit_tenant_id", "created_at");

-- CreateIndex
CREATE INDEX "ledger_transfer_credit_tenant_id_created_at_idx" ON "ledger_transfer"("credit_tenant_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_transfer_batch_id_kind_debit_account_id_credit_accou_key" ON "ledger_transfer"("batch_id", "kind", "debit_account_id", "credit_account_id");

-- CreateIndex
CREATE INDEX "ledger_hold_tenant_id_idempotency_key_idx" ON "ledger_hold"("tenant_id", "idempotency_key");

-- CreateIndex
CREATE INDEX "ledger_hold_state_expires_at_idx" ON "ledger_hold"("state", "expires_at");

-- CreateIndex
CREATE INDEX "usage_event_consumer_tenant_id_id_idx" ON "usage_event"("consumer_tenant_id", "id");

-- CreateIndex
CREATE INDEX "usage_event_provider_tenant_id_id_idx" ON "usage_event"("provider_tenant_id", "id");

-- AddForeignKey
ALTER TABLE "model_version" ADD CONSTRAINT "model_version_tenant_id_model_id_fkey" FOREIGN KEY ("tenant_id", "model_id") REFERENCES "model"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "price" ADD CONSTRAINT "price_tenant_id_version_id_fkey" FOREIGN KEY ("tenant_id", "version_id") REFERENCES "model_version"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "channel" ADD CONSTRAINT "channel_tenant_id_model_id_fkey" FOREIGN KEY ("tenant_id", "model_id") REFERENCES "model"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "channel" ADD CONSTRAINT "channel_tenant_id_version_id_fkey" FOREIGN KEY ("tenant_id", "version_id") REFERENCES "model_version"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "channel_event" ADD CONSTRAINT "channel_event_tenant_id_model_id_channel_name_fkey" FOREIGN KEY ("tenant_id", "model_id", "channel_name") REFERENCES "channel"("tenant_id", "model_id", "name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "member" ADD CONSTRAINT "member_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_transfer" ADD CONSTRAINT "ledger_transfer_debit_tenant_id_debit_account_id_fkey" FOREIGN KEY ("debit_tenant_id", "debit_account_id") REFERENCES "ledger_account"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_transfer" ADD CONSTRAINT "ledger_transfer_credit_tenant_id_credit_account_id_fkey" FOREIGN KEY ("credit_tenant_id", "credit_account_id") REFERENCES "ledger_account"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_hold" ADD CONSTRAINT "ledger_hold_tenant_id_account_id_fkey" FOREIGN KEY ("tenant_id", "account_id") REFERENCES "ledger_account"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "publication_event" ADD CONSTRAINT "publication_event_tenant_id_publication_id_fkey" FOREIGN KEY ("tenant_id", "publication_id") REFERENCES "publication"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- By hand: the parts of usage_event, one per month of the id ---------------------------------------------------------------

-- A schema of its own, which Prisma does not look into: to it the parts would be tables that nobody declared.
CREATE SCHEMA "usage_parts";

-- The least UUID version 7 made at a time: 48 bits of Unix time in milliseconds, then nothing.
CREATE FUNCTION "usage_id_bound"("moment" TIMESTAMPTZ) RETURNS UUID
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN rpad(lpad(to_hex((extract(epoch FROM "moment") * 1000)::BIGINT), 12, '0'), 32, '0')::UUID;

-- Makes the parts for all months from that of "from_time" to that of "to_time", and gives how many were missing. There is no
-- default part: an id outside of all of them is refused, and whoever flushes makes the part and tries again.
-- Runs as the owner of the tables, because the role that flushes may not make any.
CREATE FUNCTION "usage_ensure_parts"("from_time" TIMESTAMPTZ, "to_time" TIMESTAMPTZ) RETURNS INTEGER
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET "TimeZone" = 'UTC'
AS $$
DECLARE
    month TIMESTAMPTZ := date_trunc('month', from_time);
    part TEXT;
    made INTEGER := 0;
BEGIN
    IF to_time > from_time + INTERVAL '10 years' THEN
        RAISE EXCEPTION 'usage_ensure_parts: % to % is more than ten years', from_time, to_time;
    END IF;
    WHILE month <= to_time LOOP
        part := 'usage_event_' || to_char(month, 'YYYY_MM');
        IF NOT EXISTS (SELECT FROM pg_class WHERE relname = part AND relnamespace = 'usage_parts'::regnamespace) THEN
            -- Held to the end of the transaction; the second to come finds the part made. (By a query, which sees what was
            -- committed meanwhile; to_regclass would ask a cache.)
            PERFORM pg_advisory_xact_lock(72707372);
            IF NOT EXISTS (SELECT FROM pg_class WHERE relname = part AND relnamespace = 'usage_parts'::regnamespace) THEN
                -- Made alone and then attached, which does not keep readers and writers of the other parts waiting.
                EXECUTE format('CREATE TABLE usage_parts.%I (LIKE public.usage_event INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part);
                EXECUTE format('ALTER TABLE public.usage_event ATTACH PARTITION usage_parts.%I FOR VALUES FROM (%L) TO (%L)',
                    part, public.usage_id_bound(month), public.usage_id_bound(month + INTERVAL '1 month'));
                made := made + 1;
            END IF;
        END IF;
        month := month + INTERVAL '1 month';
    END LOOP;
    RETURN made;
END
$$;

REVOKE ALL ON FUNCTION "usage_ensure_parts" FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "usage_ensure_parts" TO "steelyard_platform";

-- By hand: row level security ----------------------------------------------------------------------------------------------

-- The tenant of the running transaction, NULL outside of one: then no row is anybody's.
CREATE FUNCTION "app_tenant_id"() RETURNS UUID
LANGUAGE sql STABLE PARALLEL SAFE
RETURN NULLIF(current_setting('app.tenant_id', true), '')::UUID;

GRANT USAGE ON SCHEMA "public" TO "steelyard_tenant", "steelyard_platform";

-- The platform role sees and writes everything, by a policy of its own: FORCE binds the owner of the tables too, and nothing
-- here relies on a superuser or on BYPASSRLS.
DO $$
DECLARE
    name TEXT;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'organization', 'member', 'api_key',
        'model', 'model_version', 'price', 'channel', 'channel_event',
        'blob_possession', 'publication', 'publication_event',
        'ledger_account', 'ledger_transfer', 'ledger_hold',
        'usage_event', 'usage_recovery'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY platform ON %I TO steelyard_platform USING (true) WITH CHECK (true)', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO steelyard_platform', name);
        EXECUTE format('GRANT SELECT ON %I TO steelyard_tenant', name);
    END LOOP;

    -- What is the tenant's alone.
    FOREACH name IN ARRAY ARRAY['member', 'api_key', 'blob_possession', 'publication', 'publication_event'] LOOP
        EXECUTE format('CREATE POLICY tenant ON %I TO steelyard_tenant USING (tenant_id = app_tenant_id()) WITH CHECK (tenant_id = app_tenant_id())', name);
        EXECUTE format('GRANT INSERT, UPDATE, DELETE ON %I TO steelyard_tenant', name);
    END LOOP;

    -- What the tenant alone writes, and others read when it is public; see the policies for reading below.
    FOREACH name IN ARRAY ARRAY['model', 'model_version', 'price', 'channel', 'channel_event'] LOOP
        EXECUTE format('CREATE POLICY tenant ON %I TO steelyard_tenant USING (tenant_id = app_tenant_id()) WITH CHECK (tenant_id = app_tenant_id())', name);
        EXECUTE format('GRANT INSERT, UPDATE, DELETE ON %I TO steelyard_tenant', name);
    END LOOP;

    -- What only the platform writes.
    FOREACH name IN ARRAY ARRAY['ledger_account', 'ledger_hold'] LOOP
        EXECUTE format('CREATE POLICY tenant ON %I FOR SELECT TO steelyard_tenant USING (tenant_id = app_tenant_id())', name);
    END LOOP;
END
$$;

CREATE POLICY "tenant" ON "organization" TO "steelyard_tenant" USING ("id" = app_tenant_id()) WITH CHECK ("id" = app_tenant_id());
GRANT UPDATE ON "organization" TO "steelyard_tenant";

CREATE POLICY "tenant" ON "ledger_transfer" FOR SELECT TO "steelyard_tenant"
    USING ("debit_tenant_id" = app_tenant_id() OR "credit_tenant_id" = app_tenant_id());
CREATE POLICY "tenant" ON "usage_event" FOR SELECT TO "steelyard_tenant"
    USING ("consumer_tenant_id" = app_tenant_id() OR "provider_tenant_id" = app_tenant_id());
CREATE POLICY "tenant" ON "usage_recovery" FOR SELECT TO "steelyard_tenant" USING ("consumer_tenant_id" = app_tenant_id());

-- Public models are everybody's to read. Each of these asks only the table above it, whose own policies then decide; a version
-- that is not ready concerns nobody but its owner.
CREATE POLICY "public" ON "model" FOR SELECT TO "steelyard_tenant" USING ("visibility" = 'public');
CREATE POLICY "public" ON "model_version" FOR SELECT TO "steelyard_tenant" USING (
    "state" = 'ready' AND EXISTS (
        SELECT FROM "model" WHERE "model"."tenant_id" = "model_version"."tenant_id" AND "model"."id" = "model_version"."model_id"));
CREATE POLICY "public" ON "price" FOR SELECT TO "steelyard_tenant" USING (EXISTS (
    SELECT FROM "model_version" AS "v" WHERE "v"."tenant_id" = "price"."tenant_id" AND "v"."id" = "price"."version_id"));
CREATE POLICY "public" ON "channel" FOR SELECT TO "steelyard_tenant" USING (EXISTS (
    SELECT FROM "model" WHERE "model"."tenant_id" = "channel"."tenant_id" AND "model"."id" = "channel"."model_id"));
CREATE POLICY "public" ON "channel_event" FOR SELECT TO "steelyard_tenant" USING (EXISTS (
    SELECT FROM "model" WHERE "model"."tenant_id" = "channel_event"."tenant_id" AND "model"."id" = "channel_event"."model_id"));

-- By hand: what is written once and never changed, whatever the code says --------------------------------------------------

REVOKE UPDATE, DELETE, TRUNCATE ON "ledger_transfer", "channel_event", "usage_event", "usage_recovery" FROM "steelyard_tenant", "steelyard_platform";
-- A price changes by a newer row. A draft that is replaced takes its price with it.
REVOKE UPDATE ON "price" FROM "steelyard_tenant", "steelyard_platform";

GRANT USAGE ON SEQUENCE "ledger_account_id_seq" TO "steelyard_platform";
