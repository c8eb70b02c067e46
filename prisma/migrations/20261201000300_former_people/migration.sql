-- Marks of people who erased their accounts, so that what is given to a person once is not given again.
CREATE TABLE "former_person" (
    "mark" BYTEA NOT NULL,

    CONSTRAINT "former_person_pkey" PRIMARY KEY ("mark")
);

ALTER TABLE "former_person" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "former_person" FORCE ROW LEVEL SECURITY;
CREATE POLICY platform ON "former_person" TO steelyard_platform USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON "former_person" TO steelyard_platform;
