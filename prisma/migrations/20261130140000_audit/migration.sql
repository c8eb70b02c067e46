-- CreateTable
CREATE TABLE "audit_entry" (
    "id" BIGSERIAL NOT NULL,
    "tenant_id" UUID NOT NULL,
    "seq" BIGINT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor_id" TEXT NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "object" TEXT NOT NULL,
    "object_id" TEXT NOT NULL,
    "changes" JSONB NOT NULL,
    "reason" TEXT,
    "request_id" TEXT,
    "hash" TEXT,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "audit_entry_tenant_id_seq_key" ON "audit_entry"("tenant_id", "seq");

-- By hand ------------------------------------------------------------------------------------------------------------------------

ALTER TABLE audit_entry ADD CONSTRAINT audit_entry_check CHECK (
    actor_kind IN ('key', 'person', 'operator', 'platform') AND action IN ('created', 'changed', 'removed') AND (seq IS NULL) = (hash IS NULL));
-- What is still to be sealed.
CREATE INDEX audit_entry_open ON audit_entry (id) WHERE seq IS NULL;

-- What an entry says of a value: numbers as text, as amounts are everywhere; a long value by its hash.
CREATE FUNCTION audit_value(p_value JSONB) RETURNS JSONB
LANGUAGE sql STABLE
RETURN CASE
    WHEN jsonb_typeof(p_value) = 'number' THEN to_jsonb(p_value #>> '{}')
    WHEN octet_length(p_value::TEXT) > 500 THEN jsonb_build_object('bytes', octet_length(p_value::TEXT)::TEXT, 'sha256', encode(sha256(convert_to(p_value::TEXT, 'UTF8')), 'hex'))
    ELSE coalesce(p_value, 'null')
END;

-- Trigger of every audited table: one entry for each row that is written, in the transaction that writes it. Its arguments: the column of the
-- tenant ('' where rows belong to none: then the platform's), the columns of the key, those whose values are withheld (secrets and what tells
-- who somebody is), and those whose change is not worth an entry; each with commas between them. Who acts, why and in which request is what
-- the transaction says (`app.actor`, `app.actor_kind`, `app.reason`, `app.request_id`), else what the row says of itself.
-- As the platform: no tenant's role may write entries by other means.
CREATE FUNCTION audit_change() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    was CONSTANT JSONB := CASE TG_OP WHEN 'INSERT' THEN '{}' ELSE to_jsonb(OLD) END;
    now_is CONSTANT JSONB := CASE TG_OP WHEN 'DELETE' THEN '{}' ELSE to_jsonb(NEW) END;
    subject CONSTANT JSONB := was || now_is;
    keys CONSTANT TEXT[] := string_to_array(TG_ARGV[1], ',');
    withheld CONSTANT TEXT[] := string_to_array(TG_ARGV[2], ',');
    unsaid CONSTANT TEXT[] := keys || TG_ARGV[0] || string_to_array(TG_ARGV[3], ',');
    delta JSONB;
    actor TEXT := nullif(current_setting('app.actor', true), '');
    actor_kind TEXT := nullif(current_setting('app.actor_kind', true), '');
BEGIN
    SELECT jsonb_object_agg(k, CASE WHEN k = ANY (withheld)
        THEN jsonb_build_array(CASE WHEN before IS NULL THEN 'null' ELSE '"(withheld)"'::JSONB END, CASE WHEN after IS NULL THEN 'null' ELSE '"(withheld)"'::JSONB END)
        ELSE jsonb_build_array(audit_value(before), audit_value(after)) END)
    INTO delta
    FROM (SELECT k, nullif(was -> k, 'null') AS before, nullif(now_is -> k, 'null') AS after FROM jsonb_object_keys(subject) AS k WHERE k <> ALL (unsaid)) AS c
    WHERE before IS DISTINCT FROM after;
    IF delta IS NULL AND TG_OP = 'UPDATE' THEN
        RETURN NULL;
    END IF;
    IF actor IS NULL THEN
        actor_kind := NULL;
        actor := CASE TG_OP
            WHEN 'INSERT' THEN coalesce(subject ->> 'actor_id', subject ->> 'created_by', subject ->> 'updated_by', subject ->> 'closed_by',
                CASE TG_TABLE_NAME WHEN 'session' THEN 'person:' || (subject ->> 'person_id') END)
            WHEN 'UPDATE' THEN coalesce(subject ->> 'updated_by', delta -> 'resolved_by' ->> 1)
        END;
        actor := coalesce(nullif(actor, ''), 'steelyard');
    END IF;
    INSERT INTO audit_entry (tenant_id, at, actor_id, actor_kind, action, object, object_id, changes, reason, request_id)
    VALUES (
        CASE TG_ARGV[0] WHEN '' THEN ledger_platform_id() ELSE (subject ->> TG_ARGV[0])::UUID END,
        clock_timestamp(),
        actor,
        coalesce(actor_kind, CASE WHEN actor = 'steelyard' THEN 'platform' WHEN actor LIKE 'person:%' THEN 'person' ELSE 'key' END),
        CASE TG_OP WHEN 'INSERT' THEN 'created' WHEN 'UPDATE' THEN 'changed' ELSE 'removed' END,
        TG_TABLE_NAME,
        (SELECT string_agg(subject ->> k, '/' ORDER BY place) FROM unnest(keys) WITH ORDINALITY AS key (k, place)),
        coalesce(delta, '{}'),
        coalesce(nullif(current_setting('app.reason', true), ''), delta -> 'reason' ->> 1, delta -> 'deprecation_reason' ->> 1, delta -> 'resolution' ->> 1),
        nullif(current_setting('app.request_id', true), '')
    );
    RETURN NULL;
END
$$;

-- The platform's role may seal what is not sealed, by a grant of two columns. All else is refused, to the owner of the table too.
CREATE FUNCTION audit_keep() RETURNS TRIGGER
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.seq IS NULL AND NEW.seq > 0 AND NEW.hash IS NOT NULL
        AND (to_jsonb(NEW) - '{seq,hash}'::TEXT[]) = (to_jsonb(OLD) - '{seq,hash}'::TEXT[]) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'entries of the audit log are neither changed nor removed' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_keep();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_keep();

-- Which tables are audited. libs/domains/audit has the others, each with the reason.
--
-- identity
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON organization FOR EACH ROW EXECUTE FUNCTION audit_change('id', 'id', '', '');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON person FOR EACH ROW EXECUTE FUNCTION audit_change('', 'id', 'subject,email,name', 'last_sign_in_at');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON session FOR EACH ROW
    EXECUTE FUNCTION audit_change('', 'id', 'token_hash,user_agent', 'last_seen_at,renewed_at,refresh_token');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON member FOR EACH ROW EXECUTE FUNCTION audit_change('tenant_id', 'id', 'email', '');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON invitation FOR EACH ROW EXECUTE FUNCTION audit_change('tenant_id', 'id', 'email,token_hash', '');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON api_key FOR EACH ROW EXECUTE FUNCTION audit_change('tenant_id', 'id', 'secret_hmac', 'last_used_at');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON receipt_key FOR EACH ROW EXECUTE FUNCTION audit_change('', 'id', 'private_key', '');
-- catalog
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON model FOR EACH ROW EXECUTE FUNCTION audit_change('tenant_id', 'id', '', '');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON model_version FOR EACH ROW EXECUTE FUNCTION audit_change('tenant_id', 'id', '', '');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON price FOR EACH ROW EXECUTE FUNCTION audit_change('tenant_id', 'id', '', '');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON channel FOR EACH ROW EXECUTE FUNCTION audit_change('tenant_id', 'model_id,name', '', 'updated_at');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON channel_event FOR EACH ROW EXECUTE FUNCTION audit_change('tenant_id', 'id', '', '');
-- money
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON budget FOR EACH ROW EXECUTE FUNCTION audit_change('tenant_id', 'id', 'webhook_url,webhook_label', '');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON billing_tax FOR EACH ROW EXECUTE FUNCTION audit_change('tenant_id', 'tenant_id', 'tax_id', 'updated_at');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON billing_document FOR EACH ROW EXECUTE FUNCTION audit_change('tenant_id', 'id', '', 'document');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON usage_period FOR EACH ROW EXECUTE FUNCTION audit_change('', 'period', '', '');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON payment FOR EACH ROW
    EXECUTE FUNCTION audit_change('tenant_id', 'id', 'checkout_url,payment_method_id', 'idempotency_key,return_path');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON payment_customer FOR EACH ROW EXECUTE FUNCTION audit_change('tenant_id', 'tenant_id', '', '');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON payment_refund FOR EACH ROW EXECUTE FUNCTION audit_change('tenant_id', 'id', '', '');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON payment_dispute FOR EACH ROW EXECUTE FUNCTION audit_change('tenant_id', 'id', '', '');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON payout_account FOR EACH ROW EXECUTE FUNCTION audit_change('tenant_id', 'tenant_id', 'email', 'seen_at');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON payout FOR EACH ROW EXECUTE FUNCTION audit_change('tenant_id', 'id', '', '');
-- Of the outbox only what somebody decided by hand: the rest is in what its operations are for.
CREATE TRIGGER audit AFTER UPDATE OF resolved_by, resolution, revision ON payment_operation FOR EACH ROW EXECUTE FUNCTION audit_change(
    'tenant_id', 'id', '', 'attempts,next_at,claimed_until,first_sent_at,error');

-- By hand: who sees and writes what ----------------------------------------------------------------------------------------------

ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY platform ON audit_entry TO steelyard_platform USING (true) WITH CHECK (true);
CREATE POLICY tenant ON audit_entry FOR SELECT TO steelyard_tenant USING (tenant_id = app_tenant_id());
GRANT SELECT ON audit_entry TO steelyard_tenant, steelyard_platform;
GRANT INSERT, UPDATE (seq, hash) ON audit_entry TO steelyard_platform;
GRANT USAGE ON SEQUENCE audit_entry_id_seq TO steelyard_platform;

GRANT CREATE ON SCHEMA public TO steelyard_platform;
ALTER FUNCTION audit_change OWNER TO steelyard_platform;
REVOKE CREATE ON SCHEMA public FROM steelyard_platform;
REVOKE ALL ON FUNCTION audit_change, audit_keep, audit_value FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_value TO steelyard_platform;
GRANT EXECUTE ON FUNCTION audit_keep TO steelyard_platform;
