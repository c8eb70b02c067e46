-- When an organization last sent a file, asked for it or published with it. Files that none of its versions names go some time after that.
ALTER TABLE "blob_possession" ADD COLUMN "used_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
