-- Servers remember for a moment who somebody is and for whom they act. Each change is told as it commits, whoever makes it.

CREATE FUNCTION "notify_member_changed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.person_id IS NOT NULL THEN
        PERFORM pg_notify('steelyard_member', OLD.person_id::text);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.person_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.person_id IS DISTINCT FROM OLD.person_id) THEN
        PERFORM pg_notify('steelyard_member', NEW.person_id::text);
    END IF;
    -- A key may do no more than the member who made it.
    IF TG_OP <> 'INSERT' THEN
        PERFORM pg_notify('steelyard_key', k.id) FROM api_key k WHERE k.tenant_id = OLD.tenant_id AND k.member_id = OLD.id;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER "member_changed" AFTER INSERT OR UPDATE OR DELETE ON "member" FOR EACH ROW EXECUTE FUNCTION "notify_member_changed"();

CREATE FUNCTION "notify_session_ended"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('steelyard_session', encode(OLD.token_hash, 'hex'));
    RETURN NULL;
END
$$;

CREATE TRIGGER "session_ended" AFTER UPDATE OF "revoked_at" OR DELETE ON "session" FOR EACH ROW EXECUTE FUNCTION "notify_session_ended"();
