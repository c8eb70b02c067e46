-- Models that are unlisted, or shared with chosen organizations; reports of abuse, and models that the operator has taken down.

-- What is listed knows more now; the rows are made anew at the next start.
TRUNCATE "model_listing";

ALTER TABLE "model" ADD COLUMN     "taken_down_at" TIMESTAMPTZ(3);

ALTER TABLE "model_listing" ADD COLUMN     "offered" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "unlisted" BOOLEAN NOT NULL DEFAULT false;

CREATE TABLE "model_share" (
    "tenant_id" UUID NOT NULL,
    "model_id" UUID NOT NULL,
    "with_tenant_id" UUID NOT NULL,
    "actor_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_share_pkey" PRIMARY KEY ("tenant_id","model_id","with_tenant_id")
);

CREATE TABLE "model_takedown" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "model_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "appeal" TEXT,
    "appeal_actor_id" TEXT,
    "appealed_at" TIMESTAMPTZ(3),
    "decision" TEXT,
    "decision_reason" TEXT,
    "decided_at" TIMESTAMPTZ(3),

    CONSTRAINT "model_takedown_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "abuse_report" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "model_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "resolution" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "resolved_at" TIMESTAMPTZ(3),

    CONSTRAINT "abuse_report_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "model_share_with_tenant_id_idx" ON "model_share"("with_tenant_id");

CREATE INDEX "model_takedown_tenant_id_model_id_idx" ON "model_takedown"("tenant_id", "model_id");

CREATE INDEX "abuse_report_person_id_created_at_idx" ON "abuse_report"("person_id", "created_at");

CREATE INDEX "abuse_report_state_id_idx" ON "abuse_report"("state", "id");

CREATE INDEX "abuse_report_owner_id_model_id_idx" ON "abuse_report"("owner_id", "model_id");

ALTER TABLE "model_share" ADD CONSTRAINT "model_share_tenant_id_model_id_fkey" FOREIGN KEY ("tenant_id", "model_id") REFERENCES "model"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "model_takedown" ADD CONSTRAINT "model_takedown_tenant_id_model_id_fkey" FOREIGN KEY ("tenant_id", "model_id") REFERENCES "model"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "abuse_report" ADD CONSTRAINT "abuse_report_owner_id_model_id_fkey" FOREIGN KEY ("owner_id", "model_id") REFERENCES "model"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- By hand: row level security ----------------------------------------------------------------------------------------------

DO $$
DECLARE
    name TEXT;
BEGIN
    FOREACH name IN ARRAY ARRAY['model_share', 'model_takedown', 'abuse_report'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY platform ON %I TO steelyard_platform USING (true) WITH CHECK (true)', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO steelyard_platform', name);
    END LOOP;
END
$$;

-- Who is given a share may see it; who gives it alone writes it.
CREATE POLICY "tenant" ON "model_share" TO "steelyard_tenant" USING ("tenant_id" = (SELECT app_tenant_id())) WITH CHECK ("tenant_id" = (SELECT app_tenant_id()));
CREATE POLICY "receiver" ON "model_share" FOR SELECT TO "steelyard_tenant" USING ("with_tenant_id" = (SELECT app_tenant_id()));
GRANT SELECT, INSERT, DELETE ON "model_share" TO "steelyard_tenant";

-- A provider reads why its model was taken down, and may say one thing to it.
CREATE POLICY "tenant" ON "model_takedown" TO "steelyard_tenant" USING ("tenant_id" = (SELECT app_tenant_id())) WITH CHECK ("tenant_id" = (SELECT app_tenant_id()));
GRANT SELECT, UPDATE ("appeal", "appeal_actor_id", "appealed_at") ON "model_takedown" TO "steelyard_tenant";

-- No provider puts back what was taken down.
REVOKE UPDATE ON "model" FROM "steelyard_tenant";
GRANT UPDATE ("name", "visibility") ON "model" TO "steelyard_tenant";

-- Versions, prices and channels ask the model above them, and so follow it.
ALTER POLICY "public" ON "model" RENAME TO "reader";
ALTER POLICY "reader" ON "model" USING ("taken_down_at" IS NULL AND ("visibility" IN ('public', 'unlisted') OR EXISTS (
    SELECT FROM "model_share" AS "s" WHERE "s"."tenant_id" = "model"."tenant_id" AND "s"."model_id" = "model"."id" AND "s"."with_tenant_id" = (SELECT app_tenant_id()))));

-- What is shared is asked for once in a statement, not once for every row.
ALTER POLICY "public" ON "model_listing" RENAME TO "reader";
ALTER POLICY "reader" ON "model_listing" USING ("public" OR "unlisted" OR ("offered" AND ("tenant_id", "model_id") IN (
    SELECT "s"."tenant_id", "s"."model_id" FROM "model_share" AS "s" WHERE "s"."with_tenant_id" = (SELECT app_tenant_id()))));

-- As before, and what is shared with the tenant as well.
DROP FUNCTION "model_search"(tsquery, BOOLEAN, INTEGER);
CREATE FUNCTION "model_search"("words" tsquery, "headline_only" BOOLEAN, "at_most" INTEGER)
RETURNS TABLE ("tenant_id" UUID, "model_id" UUID, "rank" REAL)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, pg_temp
-- Reading every document is dearer than the planner takes it for: they lie beside the table, compressed.
SET enable_seqscan = off
AS $$
DECLARE
    tenant UUID := public.app_tenant_id();
    shared UUID[] := ARRAY(SELECT s.model_id FROM public.model_share AS s WHERE s.with_tenant_id = tenant);
BEGIN
    IF headline_only THEN
        RETURN QUERY SELECT l.tenant_id, l.model_id, ts_rank(l.headline, words) AS r FROM public.model_listing AS l
            WHERE l.headline @@ words AND (l.public OR l.tenant_id = tenant OR (l.offered AND l.model_id = ANY (shared))) ORDER BY r DESC, l.model_id DESC LIMIT at_most;
    ELSE
        RETURN QUERY SELECT l.tenant_id, l.model_id, ts_rank(l.headline, words) AS r FROM public.model_listing AS l
            WHERE l.document @@ words AND (l.public OR l.tenant_id = tenant OR (l.offered AND l.model_id = ANY (shared))) ORDER BY r DESC, l.model_id DESC LIMIT at_most;
    END IF;
END
$$;
GRANT CREATE ON SCHEMA "public" TO "steelyard_platform";
ALTER FUNCTION "model_search" OWNER TO "steelyard_platform";
REVOKE CREATE ON SCHEMA "public" FROM "steelyard_platform";
REVOKE ALL ON FUNCTION "model_search" FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "model_search" TO "steelyard_tenant";
