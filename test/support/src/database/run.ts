/** The test run that jest's global set-up opened. */
export interface TestRun {
  readonly id: string;
  readonly folder: string;
  /** The server that STEELYARD_TEST_POSTGRES_URL announces. */
  readonly externalUrl: string | undefined;
}

/** @throws TypeError outside of a run: jest must be given this repository's configuration. */
export function currentRun(): TestRun {
  const { STEELYARD_TEST_RUN_ID: id, STEELYARD_TEST_RUN_DIR: folder, STEELYARD_TEST_POSTGRES_URL: externalUrl } = process.env;
  if (!id || !folder) throw new TypeError('no test run is open: run jest with jest.config.mjs of this repository, whose globalSetup opens one');
  return { id, folder, externalUrl: externalUrl || undefined };
}
