-- Which models a key is for, and how many requests it and its organization may send. Ids without a foreign key: a model of another organization may
-- be named, and one that is gone is called by nobody.
ALTER TABLE "api_key" ADD COLUMN "model_ids" UUID[] NOT NULL DEFAULT ARRAY[]::UUID[],
    ADD COLUMN "requests_per_minute" INTEGER,
    ADD CONSTRAINT "api_key_requests_per_minute" CHECK ("requests_per_minute" > 0),
    ADD CONSTRAINT "api_key_model_ids_count" CHECK (cardinality("model_ids") <= 100);

ALTER TABLE "organization" ADD COLUMN "requests_per_minute" INTEGER,
    ADD CONSTRAINT "organization_requests_per_minute" CHECK ("requests_per_minute" > 0);
