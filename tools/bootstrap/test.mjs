/** `npm test [-- --long] [<jest arguments>]`: builds what child processes need, then runs every suite that this machine can run. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';
import { fetchedModels, fetchMissing } from '../models/fetched.mjs';
import { installRuntime } from '../runtimes/install.mjs';
import { bin, environment, prepare, root, run } from './prepare.mjs';

const long = process.argv.includes('--long');
const rest = process.argv.slice(2).filter((argument) => argument !== '--long');

prepare();
const problem = installRuntime('llama-cpp');
if (problem) {
  console.error(`The suites of the runtime llama-cpp need its library, which was not installed: ${problem}`);
  process.exit(1);
}
for (const name of fetchedModels) {
  const missing = fetchMissing(join(root, 'plugins/models'), name);
  if (missing) {
    console.error(`The suites of the model ${name} need its weights, which could not be fetched: ${missing}`);
    process.exit(1);
  }
}
const chromium = process.env.STEELYARD_TEST_CHROMIUM ?? findOnPath(['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome']);
// Suites wait for databases, runners and browsers more than they compute: one for each core, not one less.
run(bin('jest'), [`--maxWorkers=${Math.max(1, availableParallelism())}`, ...rest], {
  env: {
    ...environment,
    ...(long && { STEELYARD_LONG: '1' }),
    ...(chromium && { STEELYARD_TEST_CHROMIUM: chromium }),
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim(),
  },
});
if (!process.env.STEELYARD_TEST_POSTGRES_URL) {
  console.error('Left out: the database suites on an external PostgreSQL (set STEELYARD_TEST_POSTGRES_URL to run them); they ran on the embedded one.');
}
if (!chromium) console.error('Left out: the browser suites; there is no Chromium on the PATH (or set STEELYARD_TEST_CHROMIUM to one).');

if (!long) console.error('Left out: test/long, and in other suites what is like what they ran: more histories, kills, models, screens, servers (npm test -- --long).');

function findOnPath(names) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}
if (!process.env.STEELYARD_TEST_SANDBOX && !findOnPath(['bwrap'])) console.error("Left out: what needs the sandbox of runners; bubblewrap is not installed.");
