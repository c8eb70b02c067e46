import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { journalErrors } from './errors.js';
import type { Position } from './position.js';

const NAME = 'checkpoint.json';

/** @throws AppError `JOURNAL.CHECKPOINT_INVALID` */
export async function readCheckpoint(dir: string): Promise<Position | undefined> {
  const file = join(dir, NAME);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const position = parse(text);
  if (!position) throw journalErrors.CHECKPOINT_INVALID({ file });
  return position;
}

/** Replaces the checkpoint as a whole: after a crash there is the old one or the new one. */
export async function writeCheckpoint(dir: string, position: Position): Promise<void> {
  const file = join(dir, NAME);
  const next = await open(`${file}.next`, 'w', 0o600);
  try {
    await next.writeFile(`${JSON.stringify(position)}\n`);
    await next.sync();
  } finally {
    await next.close();
  }
  await rename(`${file}.next`, file);
  await syncFolder(dir);
}

/** Makes the names in a folder durable, where the system can. */
export async function syncFolder(dir: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function parse(text: string): Position | undefined {
  try {
    const { epoch, segment, offset } = JSON.parse(text) as Position;
    return [epoch, segment, offset].every(Number.isSafeInteger) ? { epoch, segment, offset } : undefined;
  } catch {
    return undefined;
  }
}
