import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { announceRun } from './external-runs.mjs';

/**
 * What is left of a run when its process has ended, by whatever: end the platforms that the suites shared, stop the server of their
 * databases, and remove its folder.
 * The end of the input is the end of the process. A shell, because it must not end with Node nor cost what a second Node does.
 */
const CLEAN_UP = `
cat >/dev/null
for file in "$1"/platforms/*/server.pid; do
  [ -e "$file" ] || continue
  pid=$(cat "$file")
  kill -TERM "$pid" 2>/dev/null
  tries=0
  while kill -0 "$pid" 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" = 500 ] && kill -KILL "$pid" 2>/dev/null
    sleep 0.02
  done
done
pid=$(head -n 1 "$1/postgres/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ]; then
  kill -QUIT "$pid" 2>/dev/null
  while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
fi
rm -rf "$1"
`;

/** Prepares a place for the databases of a test run. Nothing is started here: most runs of single specs need no database. */
export default async function setUp() {
  const id = randomBytes(4).toString('hex');
  const folder = await mkdtemp(join(tmpdir(), `steelyard-test-${id}-`));
  const cleaner = spawn('sh', ['-c', CLEAN_UP, 'sh', folder], { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  cleaner.unref();
  cleaner.stdin.unref();
  // Publishing is what most suites begin with: those that are about measuring ask for it.
  process.env.STEELYARD_MEASURE_MS ??= '0';
  process.env.STEELYARD_TEST_RUN_ID = id;
  process.env.STEELYARD_TEST_RUN_DIR = folder;
  globalThis.steelyardTestRun = { cleaner, external: await announceRun(id) };
}
