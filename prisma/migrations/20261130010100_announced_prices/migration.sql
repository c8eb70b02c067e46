-- AlterTable
ALTER TABLE "model_listing" ADD COLUMN     "price_until" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "model_listing_price_until_idx" ON "model_listing"("price_until");
