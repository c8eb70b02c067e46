-- What the catalog's live figures are read by: the hourly sums of one model, and of its calls those that failed, which no sum tells apart.
CREATE INDEX "usage_hour_model_id_hour_idx" ON "usage_hour"("model_id", "hour");

-- By hand: only of failed calls, so that an answered one costs no entry.
CREATE INDEX "usage_event_failed" ON "usage_event" ("model_id", "id") INCLUDE ("error_code") WHERE "status" = 'failed';
