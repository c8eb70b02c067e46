-- CreateTable
CREATE TABLE "webhook_endpoint" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "url" TEXT NOT NULL,
    "about" TEXT NOT NULL,
    "types" TEXT[],
    "secret_label" TEXT NOT NULL,
    "former_label" TEXT,
    "former_until" TIMESTAMPTZ(3),
    "disabled" TEXT,
    "actor_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_endpoint_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "webhook_event" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_event_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "endpoint_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "webhook_attempt" (
    "tenant_id" UUID NOT NULL,
    "delivery_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "took_ms" INTEGER NOT NULL,
    "status" INTEGER,
    "problem" TEXT,

    CONSTRAINT "webhook_attempt_pkey" PRIMARY KEY ("tenant_id","delivery_id","id")
);

-- CreateIndex
CREATE INDEX "webhook_event_created_at_idx" ON "webhook_event"("created_at");

-- CreateIndex
CREATE INDEX "webhook_delivery_next_attempt_at_idx" ON "webhook_delivery"("next_attempt_at");

-- CreateIndex
CREATE INDEX "webhook_delivery_tenant_id_endpoint_id_id_idx" ON "webhook_delivery"("tenant_id", "endpoint_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_delivery_tenant_id_endpoint_id_event_id_key" ON "webhook_delivery"("tenant_id", "endpoint_id", "event_id");

-- AddForeignKey
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_tenant_id_endpoint_id_fkey" FOREIGN KEY ("tenant_id", "endpoint_id") REFERENCES "webhook_endpoint"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_tenant_id_event_id_fkey" FOREIGN KEY ("tenant_id", "event_id") REFERENCES "webhook_event"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_attempt" ADD CONSTRAINT "webhook_attempt_tenant_id_delivery_id_fkey" FOREIGN KEY ("tenant_id", "delivery_id") REFERENCES "webhook_delivery"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- By hand ------------------------------------------------------------------------------------------------------------------------

ALTER TABLE webhook_delivery ADD CONSTRAINT webhook_delivery_state_check CHECK (
    state = 'waiting' AND next_attempt_at IS NOT NULL OR state IN ('delivered', 'failed') AND next_attempt_at IS NULL);

DO $$
DECLARE
    name TEXT;
BEGIN
    FOREACH name IN ARRAY ARRAY['webhook_endpoint', 'webhook_event', 'webhook_delivery', 'webhook_attempt'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY platform ON %I TO steelyard_platform USING (true) WITH CHECK (true)', name);
        EXECUTE format('CREATE POLICY tenant ON %I TO steelyard_tenant USING (tenant_id = app_tenant_id()) WITH CHECK (tenant_id = app_tenant_id())', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO steelyard_platform', name);
    END LOOP;
END
$$;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_endpoint TO steelyard_tenant;
GRANT SELECT, INSERT ON webhook_event TO steelyard_tenant;
GRANT SELECT, INSERT, UPDATE ON webhook_delivery TO steelyard_tenant;
GRANT SELECT ON webhook_attempt TO steelyard_tenant;

-- As `newId` of the kernel makes them: in the order in which they are made.
CREATE FUNCTION webhook_new_id() RETURNS UUID
LANGUAGE sql VOLATILE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN (lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::BIGINT), 12, '0') || '7' || substr(replace(gen_random_uuid()::TEXT, '-', ''), 14))::UUID;

-- Writes down that something has happened, once for each address that wants to hear of it; nothing where there is none. As whoever has made it
-- happen, in the same transaction: it is told if, and only if, it is so.
CREATE FUNCTION webhook_emit(p_tenant_id UUID, p_type TEXT, p_data JSONB) RETURNS VOID
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    event_id UUID;
    wanted UUID[] := ARRAY(
        SELECT e.id FROM webhook_endpoint AS e
        WHERE e.tenant_id = p_tenant_id AND e.disabled IS NULL AND (e.types = '{}' OR p_type = ANY (e.types)));
BEGIN
    IF wanted = '{}' THEN
        RETURN;
    END IF;
    event_id := webhook_new_id();
    INSERT INTO webhook_event (tenant_id, id, type, data) VALUES (p_tenant_id, event_id, p_type, p_data);
    INSERT INTO webhook_delivery (tenant_id, id, endpoint_id, event_id)
    SELECT p_tenant_id, webhook_new_id(), w.id, event_id FROM unnest(wanted) AS w (id);
END
$$;

-- What is told of each kind of thing -----------------------------------------------------------------------------------------------

CREATE FUNCTION webhook_on_publication() RETURNS TRIGGER
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM webhook_emit(NEW.tenant_id, CASE NEW.status WHEN 'succeeded' THEN 'version.published' ELSE 'version.failed' END, jsonb_build_object(
        'publicationId', NEW.id,
        'model', (SELECT o.handle FROM organization AS o WHERE o.id = NEW.tenant_id) || '/' || NEW.model_name,
        'version', NEW.version,
        'error', NEW.error));
    RETURN NULL;
END
$$;
CREATE TRIGGER webhook AFTER UPDATE OF status ON publication FOR EACH ROW
WHEN (OLD.status = 'running' AND NEW.status IN ('succeeded', 'failed') AND NOT NEW.dry_run) EXECUTE FUNCTION webhook_on_publication();

CREATE FUNCTION webhook_on_budget_alert() RETURNS TRIGGER
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM webhook_emit(NEW.tenant_id, 'budget.alert', (
        SELECT jsonb_build_object(
            'alertId', NEW.id, 'budgetId', b.id, 'name', b.name, 'period', b.period, 'startsAt', NEW.starts_at, 'percent', NEW.percent, 'reason', NEW.reason,
            'currency', b.currency, 'limitNano', NEW.limit_nano::TEXT, 'usedNano', NEW.used_nano::TEXT)
        FROM budget AS b WHERE b.tenant_id = NEW.tenant_id AND b.id = NEW.budget_id));
    RETURN NULL;
END
$$;
CREATE TRIGGER webhook AFTER INSERT ON budget_alert FOR EACH ROW EXECUTE FUNCTION webhook_on_budget_alert();

CREATE FUNCTION webhook_on_document() RETURNS TRIGGER
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM webhook_emit(NEW.tenant_id, NEW.kind || '.issued', jsonb_build_object(
        'documentId', NEW.id, 'number', NEW.number, 'period', NEW.period, 'currency', NEW.currency, 'amountNano', NEW.amount_nano::TEXT, 'totalCents', NEW.total_cents::TEXT));
    RETURN NULL;
END
$$;
CREATE TRIGGER webhook AFTER INSERT ON billing_document FOR EACH ROW EXECUTE FUNCTION webhook_on_document();

CREATE FUNCTION webhook_on_payout() RETURNS TRIGGER
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM webhook_emit(NEW.tenant_id, 'payout.' || NEW.state, jsonb_build_object(
        'payoutId', NEW.id, 'period', NEW.period, 'currency', NEW.currency, 'amountNano', NEW.amount_nano::TEXT, 'method', NEW.method, 'reference', NEW.reference, 'failure', NEW.failure));
    RETURN NULL;
END
$$;
CREATE TRIGGER webhook AFTER UPDATE OF state ON payout FOR EACH ROW
WHEN (OLD.state <> NEW.state AND NEW.state IN ('paid', 'failed', 'reversed')) EXECUTE FUNCTION webhook_on_payout();

REVOKE ALL ON FUNCTION webhook_new_id, webhook_emit, webhook_on_publication, webhook_on_budget_alert, webhook_on_document, webhook_on_payout FROM PUBLIC;
GRANT EXECUTE ON FUNCTION webhook_new_id, webhook_emit TO steelyard_tenant, steelyard_platform;
