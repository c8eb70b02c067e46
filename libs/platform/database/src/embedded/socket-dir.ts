import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { databaseErrors } from '../errors.js';
import type { ProcessUser } from './process-user.js';

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, the closing zero among them. */
const SOCKET_PATH_MAX_BYTES = 103;

/**
 * Makes the private folder that the server puts its socket in: whoever can enter it is trusted. It lies beside the data
 * folder, or under /tmp where that path would be too long for a socket; the same one at every start.
 */
export async function makeSocketDir(dataFolder: string, user: ProcessUser): Promise<string> {
  const dir = socketDirOf(dataFolder);
  await mkdir(dir, { mode: 0o700 }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EEXIST') throw cause;
  });
  const found = await lstat(dir);
  const owners = [process.getuid?.(), user.kind === 'other' ? user.uid : undefined];
  if (!found.isDirectory() || !owners.includes(found.uid)) {
    throw databaseErrors.START_FAILED({ what: 'make its socket', output: `${dir} belongs to somebody else` });
  }
  await chmod(dir, 0o700);
  if (user.kind === 'other') await chown(dir, user.uid, user.gid);
  return dir;
}

function socketDirOf(dataFolder: string): string {
  const near = `${dataFolder}.socket`;
  if (Buffer.byteLength(join(near, '.s.PGSQL.5432')) <= SOCKET_PATH_MAX_BYTES) return near;
  const name = createHash('sha256').update(dataFolder).digest('hex').slice(0, 20);
  return `/tmp/steelyard-postgres-${process.getuid?.() ?? 0}-${name}`;
}
