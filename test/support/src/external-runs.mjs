import pg from 'pg';

const APPLICATION = 'steelyard-test-run-';

/**
 * Shows this test run to the server that STEELYARD_TEST_POSTGRES_URL names, by a session with its name, and drops the
 * databases of runs that are gone. Gives what ends the run. `undefined` when no server is announced, or it cannot be
 * reached: that is for the specs that need it to report.
 */
export async function announceRun(id) {
  const connectionString = process.env.STEELYARD_TEST_POSTGRES_URL;
  if (!connectionString) return undefined;
  const client = new pg.Client({ connectionString, application_name: `${APPLICATION}${id}` });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch {
    return undefined;
  }
  const { rows } = await client.query('SELECT application_name AS name FROM pg_stat_activity WHERE starts_with(application_name, $1)', [APPLICATION]);
  const living = new Set(rows.map(({ name }) => name.slice(APPLICATION.length)));
  await dropDatabases(client, (run) => !living.has(run));
  return {
    async end() {
      await dropDatabases(client, (run) => run === id);
      await client.end();
    },
  };
}

/** The databases of a run are named `sy_<id of the run>_...`. */
async function dropDatabases(client, ofRun) {
  const { rows } = await client.query(`SELECT datname AS name FROM pg_database WHERE datname ~ '^sy_[0-9a-f]{8}_'`);
  for (const { name } of rows) {
    if (ofRun(name.split('_')[1])) await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
  }
}
