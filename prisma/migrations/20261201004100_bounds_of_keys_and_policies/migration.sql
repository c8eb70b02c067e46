-- By these the keys of an organization that work are counted and those that have ended are listed, however many have ended.
CREATE INDEX "api_key_tenant_id_created_at_id_idx" ON "api_key"("tenant_id", "created_at" DESC, "id");
CREATE INDEX "api_key_live" ON "api_key"("tenant_id", "expires_at") WHERE "revoked_at" IS NULL;

-- Policies are in the memory of every server, so there is an end to them. Of keys that work there are no more than an organization may have; those of
-- keys that have ended, which no call begins with, make room when it is needed. Gives whether there is room for one more. Transactions that ask
-- follow one after the other, so that none slips past the count.
CREATE FUNCTION privacy_policy_make_room(p_tenant_id UUID, p_scope TEXT, p_max INTEGER) RETURNS BOOLEAN
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('privacy_policy ' || p_tenant_id, 0));
    IF p_scope = 'key' AND (SELECT count(*) FROM privacy_policy AS p WHERE p.tenant_id = p_tenant_id AND p.scope = p_scope) >= p_max THEN
        DELETE FROM privacy_policy AS p USING api_key AS k
        WHERE p.tenant_id = p_tenant_id AND p.scope = p_scope AND k.tenant_id = p.tenant_id AND k.id = p.subject
            AND (k.revoked_at IS NOT NULL OR k.expires_at <= now());
    END IF;
    RETURN (SELECT count(*) FROM privacy_policy AS p WHERE p.tenant_id = p_tenant_id AND p.scope = p_scope) < p_max;
END
$$;

REVOKE ALL ON FUNCTION privacy_policy_make_room FROM PUBLIC;
GRANT EXECUTE ON FUNCTION privacy_policy_make_room TO steelyard_platform, steelyard_tenant;

-- As before, and with room made first. It refuses nothing: a rotation takes no protection away, and the keys that work are bounded.
CREATE OR REPLACE FUNCTION privacy_policy_follow_key() RETURNS TRIGGER
LANGUAGE plpgsql
AS $$
DECLARE
    old_one privacy_policy;
BEGIN
    SELECT * INTO old_one FROM privacy_policy AS p WHERE p.tenant_id = NEW.tenant_id AND p.scope = 'key' AND p.subject = NEW.id;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM privacy_policy_make_room(NEW.tenant_id, 'key', 1000);
    INSERT INTO privacy_policy (tenant_id, scope, subject, mask, block, retention_hours, updated_by)
    VALUES (NEW.tenant_id, 'key', NEW.rotated_to_id, old_one.mask, old_one.block, old_one.retention_hours, old_one.updated_by)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
