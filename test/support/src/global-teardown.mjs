import { once } from 'node:events';

/** Leaves nothing of the run behind: no server, no folder, no database on an external server. */
export default async function tearDown() {
  const { cleaner, external } = globalThis.steelyardTestRun;
  if (cleaner.exitCode === null) {
    const exited = once(cleaner, 'exit');
    cleaner.ref();
    cleaner.stdin.end();
    await exited;
  }
  // After the platforms that use its databases.
  await external?.end();
}
