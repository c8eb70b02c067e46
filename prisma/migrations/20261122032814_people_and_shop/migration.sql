-- People who sign in, invitations, what the catalog is searched by, canaries, deprecation.

ALTER TABLE "api_key" ADD COLUMN     "member_id" UUID,
ADD COLUMN     "rotated_to_id" TEXT;

ALTER TABLE "channel" ADD COLUMN     "canary_percent" INTEGER,
ADD COLUMN     "canary_started_at" TIMESTAMPTZ(3),
ADD COLUMN     "canary_version_id" UUID;

ALTER TABLE "channel_event" RENAME COLUMN "actor_key_id" TO "actor_id";

ALTER TABLE "member" ADD COLUMN     "person_id" UUID;

ALTER TABLE "model_version" ADD COLUMN     "deprecated_at" TIMESTAMPTZ(3),
ADD COLUMN     "deprecation_reason" TEXT,
ADD COLUMN     "successor_id" UUID,
ADD COLUMN     "sunset_at" TIMESTAMPTZ(3);

ALTER TABLE "publication" RENAME COLUMN "actor_key_id" TO "actor_id";

CREATE TABLE "model_listing" (
    "tenant_id" UUID NOT NULL,
    "model_id" UUID NOT NULL,
    "version_id" UUID NOT NULL,
    "description" TEXT NOT NULL,
    "license" TEXT NOT NULL,
    "tags" TEXT[],
    "price_amount_nano" BIGINT NOT NULL,
    "price_unit" TEXT NOT NULL,
    "price_currency" TEXT NOT NULL,
    "document" tsvector NOT NULL,
    "listed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "calls" BIGINT NOT NULL DEFAULT 0,
    "faults" BIGINT NOT NULL DEFAULT 0,
    "p50_micros" INTEGER,
    "p95_micros" INTEGER,
    "sampled" INTEGER NOT NULL DEFAULT 0,
    "figures_from" TIMESTAMPTZ(3),
    "figures_at" TIMESTAMPTZ(3),

    CONSTRAINT "model_listing_pkey" PRIMARY KEY ("tenant_id","model_id")
);

CREATE TABLE "person" (
    "id" UUID NOT NULL,
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_verified" BOOLEAN NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_sign_in_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "person_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "session" (
    "id" UUID NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "person_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "user_agent" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "refresh_token" BYTEA,
    "issuer_client" TEXT NOT NULL,
    "renewed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "sign_in_attempt" (
    "handle_hash" BYTEA NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT,
    "nonce" TEXT,
    "code_verifier" TEXT,
    "redirect_uri" TEXT,
    "return_to" TEXT,
    "device" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sign_in_attempt_pkey" PRIMARY KEY ("handle_hash")
);

CREATE TABLE "invitation" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "actor_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE INDEX "model_listing_document_idx" ON "model_listing" USING GIN ("document");

CREATE INDEX "model_listing_tags_idx" ON "model_listing" USING GIN ("tags");

CREATE INDEX "model_listing_calls_idx" ON "model_listing"("calls" DESC);

CREATE UNIQUE INDEX "person_issuer_subject_key" ON "person"("issuer", "subject");

CREATE UNIQUE INDEX "session_token_hash_key" ON "session"("token_hash");

CREATE INDEX "session_person_id_idx" ON "session"("person_id");

CREATE INDEX "sign_in_attempt_expires_at_idx" ON "sign_in_attempt"("expires_at");

CREATE UNIQUE INDEX "invitation_token_hash_key" ON "invitation"("token_hash");

CREATE INDEX "member_person_id_idx" ON "member"("person_id");

CREATE INDEX "member_email_idx" ON "member"("email");

CREATE UNIQUE INDEX "member_tenant_id_person_id_key" ON "member"("tenant_id", "person_id");

CREATE INDEX "usage_event_model_id_id_idx" ON "usage_event"("model_id", "id");

ALTER TABLE "model_listing" ADD CONSTRAINT "model_listing_tenant_id_model_id_fkey" FOREIGN KEY ("tenant_id", "model_id") REFERENCES "model"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "channel" ADD CONSTRAINT "channel_tenant_id_canary_version_id_fkey" FOREIGN KEY ("tenant_id", "canary_version_id") REFERENCES "model_version"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "session" ADD CONSTRAINT "session_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "member" ADD CONSTRAINT "member_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE "invitation" ADD CONSTRAINT "invitation_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- By hand ------------------------------------------------------------------------------------------------------------------

ALTER TABLE "channel" ADD CONSTRAINT "channel_canary_whole" CHECK (
    num_nulls("canary_version_id", "canary_percent", "canary_started_at") IN (0, 3) AND "canary_percent" BETWEEN 1 AND 99);
ALTER TABLE "member" ADD CONSTRAINT "member_role_check" CHECK ("role" IN ('owner', 'admin', 'developer', 'billing', 'viewer'));
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_role_check" CHECK ("role" IN ('owner', 'admin', 'developer', 'billing', 'viewer'));

DO $$
DECLARE
    name TEXT;
BEGIN
    FOREACH name IN ARRAY ARRAY['person', 'session', 'sign_in_attempt', 'invitation', 'model_listing'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY platform ON %I TO steelyard_platform USING (true) WITH CHECK (true)', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO steelyard_platform', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['invitation', 'model_listing'] LOOP
        EXECUTE format('CREATE POLICY tenant ON %I TO steelyard_tenant USING (tenant_id = app_tenant_id()) WITH CHECK (tenant_id = app_tenant_id())', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO steelyard_tenant', name);
    END LOOP;
END
$$;

CREATE POLICY "public" ON "model_listing" FOR SELECT TO "steelyard_tenant" USING (EXISTS (
    SELECT FROM "model" WHERE "model"."tenant_id" = "model_listing"."tenant_id" AND "model"."id" = "model_listing"."model_id"));
