import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '@steelyard/platform-config';
import type { Finding, InstallationCheck } from '@steelyard/platform-observability';

const GIB = 2 ** 30;
const FREE_WARN_BYTES = 5 * GIB;
const FREE_FAIL_BYTES = GIB;

/** Where usage is written before it is charged, and where packages are. */
export function diskChecks({ dataDir, usageLogDir, usageLogSync }: Pick<Config, 'dataDir' | 'usageLogDir' | 'usageLogSync'>): InstallationCheck[] {
  const logDir = usageLogDir ?? join(dataDir, 'usage-log');
  return [
    { id: 'data.usage-log', group: 'data', what: 'Disk of the usage log', look: () => lookAtLog(logDir, dataDir) },
    { id: 'data.space', group: 'data', what: 'Room in the data folder', look: () => lookAtRoom(dataDir, 'Packages and, where it is embedded, the database are written there.') },
    {
      id: 'data.usage-log-sync',
      group: 'data',
      what: 'Usage log',
      look: () =>
        usageLogSync === 'fsync'
          ? { level: 'ok', found: 'survives a power cut' }
          : { level: 'warn', found: 'survives a killed process only', why: 'After a power cut, calls that were answered may not be charged.', fix: 'Set STEELYARD_USAGE_LOG_SYNC=fsync.' },
    },
  ];
}

async function lookAtLog(logDir: string, dataDir: string): Promise<Finding> {
  const room = await lookAtRoom(logDir, 'When it is full no call is taken.');
  if (room.level !== 'ok') return room;
  const [log, data] = await Promise.all([stat(logDir), stat(dataDir)]);
  if (log.dev !== data.dev) return { ...room, found: `its own, ${room.found}` };
  return { level: 'warn', found: `the data folder's, ${room.found}`, why: 'Other files, such as uploads, can fill it; then no call is taken.', fix: 'Set STEELYARD_USAGE_LOG_DIR to a folder on a disk of its own.' };
}

async function lookAtRoom(folder: string, why: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const found = `${(free / GIB).toFixed(1)} GiB free`;
  if (free >= FREE_WARN_BYTES) return { level: 'ok', found };
  return { level: free >= FREE_FAIL_BYTES ? 'warn' : 'fail', found, why, fix: 'Make room, or use a larger disk.' };
}
