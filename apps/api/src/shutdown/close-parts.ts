import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@steelyard/platform-observability';

/** Something that was opened and has to be closed again. */
export interface Part {
  /** For the log. */
  readonly name: string;
  close(): Promise<unknown>;
  /** The deadline has passed: lets go of what may hold it. */
  readonly letGo?: () => void;
  /** What of it has not ended, for the log. */
  readonly waitsFor?: () => readonly string[];
}

export interface CloseOptions {
  /** For all of them together. */
  readonly deadlineMs: number;
  readonly log: Pick<Logger, 'error'>;
}

/** What each part has left once the deadline has passed: enough where nothing is wrong with it. */
const LATE_MS = 2_000;

/**
 * Closes parts one after another. One that fails, or has not ended when the deadline passes, is named in the log and the others are
 * closed all the same, so that this ends whatever becomes of a part. Gives the names of those.
 *
 * Nothing that was acknowledged is lost by it: what was answered is in the usage log before it is answered, and what could not be
 * written to the database is read from there at the next start.
 */
export async function closeParts(parts: readonly Part[], { deadlineMs, log }: CloseOptions): Promise<readonly string[]> {
  const endMs = performance.now() + deadlineMs;
  const left: string[] = [];
  for (const part of parts) {
    const { name } = part;
    try {
      const closing = part.close();
      const leftMs = Math.max(LATE_MS, endMs - performance.now());
      if (await endsWithin(closing, leftMs)) continue;
      const waitsFor = part.waitsFor?.() ?? [];
      part.letGo?.();
      const endedLate = part.letGo !== undefined && (await endsWithin(closing, LATE_MS));
      log.error({ part: name, waitsFor, afterMs: Math.round(leftMs), endedLate }, 'a part of the server did not end in time; going on without it');
    } catch (err) {
      log.error({ part: name, err }, 'a part of the server could not be closed; going on without it');
    }
    left.push(name);
  }
  return left;
}

/** A failure that comes later has nobody who waits for it. */
async function endsWithin(closing: Promise<unknown>, ms: number): Promise<boolean> {
  closing.catch(() => undefined);
  const over = new AbortController();
  const late = pause(ms, false, { signal: over.signal }).catch(() => false);
  try {
    return await Promise.race([closing.then(() => true), late]);
  } finally {
    over.abort();
  }
}
