-- Made by hand: what came beside the audit log and webhooks is written down by them as well.

CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON signing_key FOR EACH ROW EXECUTE FUNCTION audit_change('tenant_id', 'id', '', '');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON signing_rule FOR EACH ROW EXECUTE FUNCTION audit_change('tenant_id', 'tenant_id', '', '');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON privacy_policy FOR EACH ROW EXECUTE FUNCTION audit_change('tenant_id', 'scope,subject', '', 'updated_at');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON model_share FOR EACH ROW EXECUTE FUNCTION audit_change('tenant_id', 'model_id,with_tenant_id', '', '');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON model_takedown FOR EACH ROW EXECUTE FUNCTION audit_change('tenant_id', 'id', '', '');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON abuse_report FOR EACH ROW EXECUTE FUNCTION audit_change('', 'id', 'person_id,text', '');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON webhook_endpoint FOR EACH ROW
    EXECUTE FUNCTION audit_change('tenant_id', 'id', 'url,secret_label,former_label', 'former_until');

CREATE FUNCTION webhook_on_takedown() RETURNS TRIGGER
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM webhook_emit(NEW.tenant_id, 'model.taken_down', jsonb_build_object(
        'takedownId', NEW.id,
        'model', (SELECT o.handle || '/' || m.name FROM model AS m JOIN organization AS o ON o.id = m.tenant_id WHERE m.tenant_id = NEW.tenant_id AND m.id = NEW.model_id),
        'reason', NEW.reason));
    RETURN NULL;
END
$$;
CREATE TRIGGER webhook AFTER INSERT ON model_takedown FOR EACH ROW EXECUTE FUNCTION webhook_on_takedown();
REVOKE ALL ON FUNCTION webhook_on_takedown FROM PUBLIC;
