-- CreateTable
CREATE TABLE "receipt_key" (
    "id" TEXT NOT NULL,
    "public_key" BYTEA NOT NULL,
    "private_key" BYTEA,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "receipt_key_pkey" PRIMARY KEY ("id")
);

-- By hand ------------------------------------------------------------------------------------------------------------------

-- A retired key signs nothing more: its private part is gone.
ALTER TABLE "receipt_key" ADD CONSTRAINT "receipt_key_check" CHECK (
    octet_length("public_key") = 32 AND ("private_key" IS NULL) = ("retired_at" IS NOT NULL));
-- However many servers start at once, one key is in use.
CREATE UNIQUE INDEX "receipt_key_in_use" ON "receipt_key" ((true)) WHERE "retired_at" IS NULL;

ALTER TABLE "receipt_key" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "receipt_key" FORCE ROW LEVEL SECURITY;
CREATE POLICY "platform" ON "receipt_key" TO "steelyard_platform" USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON "receipt_key" TO "steelyard_platform";
