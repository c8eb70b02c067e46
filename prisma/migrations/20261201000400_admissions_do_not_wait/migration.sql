-- By hand ----------------------------------------------------------------------------------------------------------------

-- What lets calls in holds the clearing account of a currency while it waits for a wallet, and all other calls of that currency wait for the clearing
-- account. So it waits for no lock longer than this: one wallet that a transaction does not let go of is refused, and the others are not.
-- Less than servers wait for its answer (`ADMIT_WITHIN_MS`), so that what they have given up comes to nothing. Settling has no such end: usage is owed.
ALTER FUNCTION ledger_reserve(UUID[], UUID[], TEXT[], BIGINT[], TEXT[], BYTEA[], TIMESTAMPTZ[], TIMESTAMPTZ, TEXT[], UUID[], BIGINT[], BIGINT[]) SET lock_timeout = '5s';
ALTER FUNCTION ledger_reserve_all(UUID[], UUID[], TEXT[], BIGINT[], TEXT[], BYTEA[], TIMESTAMPTZ[], TIMESTAMPTZ, TEXT[], UUID[]) SET lock_timeout = '5s';
ALTER FUNCTION ledger_extend(UUID, BIGINT, TIMESTAMPTZ) SET lock_timeout = '5s';
