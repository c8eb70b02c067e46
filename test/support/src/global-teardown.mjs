import { once } from 'node:events';

/** Leaves nothing of the run behind: no server, no folder, no database on an external server. */
export default async function tearDown() {
  const { cleaner, external } = globalThis.steelyardTestRun;
  await external?.end();
  if (cleaner.exitCode !== null) return;
  const exited = once(cleaner, 'exit');
  cleaner.ref();
  cleaner.stdin.end();
  await exited;
}
