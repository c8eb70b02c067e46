-- CreateTable
CREATE TABLE "erasure" (
    "tenant_id" UUID NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "forfeit" BOOLEAN NOT NULL,
    "actor_id" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    "erased_at" TIMESTAMPTZ(3),
    "obstacles" TEXT[],
    "files" TEXT[],
    "digests" TEXT[],
    "audit_entries" BIGINT,
    "audit_hash" TEXT,

    CONSTRAINT "erasure_pkey" PRIMARY KEY ("tenant_id")
);

-- By hand ------------------------------------------------------------------------------------------------------------------------

ALTER TABLE erasure ADD CONSTRAINT erasure_state_check CHECK (
    state = 'waiting' AND closed_at IS NULL AND erased_at IS NULL OR state = 'closing' AND closed_at IS NOT NULL AND erased_at IS NULL OR state = 'done' AND erased_at IS NOT NULL);

-- In the platform's chain, which outlasts the organization's.
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON erasure FOR EACH ROW EXECUTE FUNCTION audit_change('', 'tenant_id', '', 'obstacles,files,digests');

ALTER TABLE erasure ENABLE ROW LEVEL SECURITY;
ALTER TABLE erasure FORCE ROW LEVEL SECURITY;
CREATE POLICY platform ON erasure TO steelyard_platform USING (true) WITH CHECK (true);
CREATE POLICY tenant ON erasure FOR SELECT TO steelyard_tenant USING (tenant_id = app_tenant_id());
GRANT SELECT ON erasure TO steelyard_tenant;
GRANT SELECT, INSERT, UPDATE, DELETE ON erasure TO steelyard_platform;

-- What an erasure removes or blanks, and nothing else of the platform does: the log too, whose length and last hash are kept in `erasure`.
GRANT DELETE ON audit_entry, budget_alert, channel_event, signing_key, signing_rule TO steelyard_platform;
GRANT UPDATE (reason, actor_id) ON price TO steelyard_platform;

CREATE FUNCTION is_being_erased(p_tenant UUID) RETURNS BOOLEAN
LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM erasure WHERE tenant_id = p_tenant AND state = 'closing');

CREATE FUNCTION keep_unless_erased() RETURNS TRIGGER
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user = 'steelyard_platform' THEN
        IF NOT is_being_erased(OLD.tenant_id) THEN
            RAISE EXCEPTION 'rows of % outlast all but their organization', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER keep BEFORE DELETE ON budget_alert FOR EACH ROW EXECUTE FUNCTION keep_unless_erased();
CREATE TRIGGER keep BEFORE DELETE ON channel_event FOR EACH ROW EXECUTE FUNCTION keep_unless_erased();
CREATE TRIGGER keep BEFORE DELETE ON signing_key FOR EACH ROW EXECUTE FUNCTION keep_unless_erased();
CREATE TRIGGER keep BEFORE DELETE ON signing_rule FOR EACH ROW EXECUTE FUNCTION keep_unless_erased();
CREATE TRIGGER keep BEFORE UPDATE ON price FOR EACH ROW EXECUTE FUNCTION keep_unless_erased();

CREATE OR REPLACE FUNCTION audit_keep() RETURNS TRIGGER
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.seq IS NULL AND NEW.seq > 0 AND NEW.hash IS NOT NULL
        AND (to_jsonb(NEW) - '{seq,hash}'::TEXT[]) = (to_jsonb(OLD) - '{seq,hash}'::TEXT[]) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' AND current_user = 'steelyard_platform' AND is_being_erased(OLD.tenant_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'entries of the audit log are neither changed nor removed' USING ERRCODE = 'insufficient_privilege';
END
$$;

REVOKE ALL ON FUNCTION is_being_erased, keep_unless_erased FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_being_erased TO steelyard_platform;

-- Owners hear of it while it can still be taken back.
CREATE FUNCTION webhook_on_erasure() RETURNS TRIGGER
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM webhook_emit(NEW.tenant_id, 'erasure.requested', jsonb_build_object('requestedBy', NEW.actor_id, 'dueAt', NEW.due_at, 'forfeit', NEW.forfeit));
    ELSE
        PERFORM webhook_emit(OLD.tenant_id, 'erasure.cancelled', '{}');
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER webhook AFTER INSERT OR DELETE ON erasure FOR EACH ROW EXECUTE FUNCTION webhook_on_erasure();
REVOKE ALL ON FUNCTION webhook_on_erasure FROM PUBLIC;
