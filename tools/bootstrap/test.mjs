/** `npm test [-- <jest arguments>]`: builds what child processes need, then runs every suite that this machine can run. */
import { bin, environment, prepare, run } from './prepare.mjs';

prepare();
const services = { PostgreSQL: 'STEELYARD_TEST_POSTGRES_URL' };
const absent = Object.entries(services).filter(([, variable]) => !process.env[variable]);
run(bin('jest'), process.argv.slice(2), {
  env: { ...environment, NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim() },
});
for (const [service, variable] of absent) {
  console.error(`Left out: the database suites on an external ${service} (set ${variable} to run them); they ran on the embedded one.`);
}
