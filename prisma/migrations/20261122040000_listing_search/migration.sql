-- The catalog is listed, searched and counted from model_listing alone, which therefore knows what a list shows, who sees it, and
-- has one row for every model. The rows are made anew at the next start.

TRUNCATE "model_listing";

ALTER TABLE "model_listing" ADD COLUMN     "name" TEXT NOT NULL,
ADD COLUMN     "public" BOOLEAN NOT NULL,
ADD COLUMN     "support" TEXT,
ADD COLUMN     "task" TEXT NOT NULL,
ADD COLUMN     "headline" tsvector NOT NULL;

DROP INDEX "model_listing_calls_idx";

CREATE INDEX "model_listing_headline_idx" ON "model_listing" USING GIN ("headline");

-- By hand ------------------------------------------------------------------------------------------------------------------

-- Figures are written every minute. With room in the page, and in no index, they cost no entries in the index of words.
ALTER TABLE "model_listing" SET (fillfactor = 70);

-- Asking the model of each row costs more than the search.
DROP POLICY "public" ON "model_listing";
CREATE POLICY "public" ON "model_listing" FOR SELECT TO "steelyard_tenant" USING ("public");

-- The models that a search finds and the tenant of the transaction may see, with how well each matches: by name, owner, task and
-- tags alone, so that no card is read for it.
-- PostgreSQL asks no index by an operator that is not leak-proof, and @@ is none, before the policies have passed a row: it would read
-- all documents. So this runs as the platform and states itself whose rows may be seen; what comes of it is joined to the table, where
-- the policies pass it once more.
CREATE FUNCTION "model_search"("words" tsquery, "headline_only" BOOLEAN)
RETURNS TABLE ("tenant_id" UUID, "model_id" UUID, "rank" REAL)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF headline_only THEN
        RETURN QUERY SELECT l.tenant_id, l.model_id, ts_rank(l.headline, words) FROM public.model_listing AS l
            WHERE l.headline @@ words AND (l.public OR l.tenant_id = public.app_tenant_id());
    ELSE
        RETURN QUERY SELECT l.tenant_id, l.model_id, ts_rank(l.headline, words) FROM public.model_listing AS l
            WHERE l.document @@ words AND (l.public OR l.tenant_id = public.app_tenant_id());
    END IF;
END
$$;
-- Whoever owns a function must be allowed to make one where it is.
GRANT CREATE ON SCHEMA "public" TO "steelyard_platform";
ALTER FUNCTION "model_search" OWNER TO "steelyard_platform";
REVOKE CREATE ON SCHEMA "public" FROM "steelyard_platform";
REVOKE ALL ON FUNCTION "model_search" FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "model_search" TO "steelyard_tenant";
