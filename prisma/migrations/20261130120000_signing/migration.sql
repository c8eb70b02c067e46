-- AlterTable
ALTER TABLE "model_version" ADD COLUMN     "signature" JSONB;

-- CreateTable
CREATE TABLE "signing_key" (
    "tenant_id" UUID NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "public_key" BYTEA NOT NULL,
    "actor_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "signing_key_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "signing_rule" (
    "tenant_id" UUID NOT NULL,
    "actor_id" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "signing_rule_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "signing_key_tenant_id_name_key" ON "signing_key"("tenant_id", "name");

-- By hand ------------------------------------------------------------------------------------------------------------------

ALTER TABLE "signing_key" ADD CONSTRAINT "signing_key_check" CHECK (octet_length("public_key") = 32);

DO $$
DECLARE name TEXT;
BEGIN
    FOREACH name IN ARRAY ARRAY['signing_key', 'signing_rule'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY platform ON %I TO steelyard_platform USING (true) WITH CHECK (true)', name);
        EXECUTE format('CREATE POLICY tenant ON %I TO steelyard_tenant USING (tenant_id = app_tenant_id()) WITH CHECK (tenant_id = app_tenant_id())', name);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO steelyard_platform, steelyard_tenant', name);
    END LOOP;
END
$$;

-- A key stays what it is; it can only be revoked, and never again be good.
GRANT UPDATE ("revoked_at") ON "signing_key" TO "steelyard_tenant";
GRANT DELETE ON "signing_rule" TO "steelyard_tenant";
