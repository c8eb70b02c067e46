-- What waits, organization by organization: by it those that have something due are found, and the first of each, without sorting all that is due.
CREATE INDEX "webhook_delivery_tenant_id_next_attempt_at_idx" ON "webhook_delivery"("tenant_id", "next_attempt_at") WHERE "next_attempt_at" IS NOT NULL;
CREATE INDEX "budget_alert_tenant_id_next_attempt_at_idx" ON "budget_alert"("tenant_id", "next_attempt_at") WHERE "next_attempt_at" IS NOT NULL;
