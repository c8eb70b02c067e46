import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@steelyard/platform-observability';
import type { StageRecorder } from './stage-recorder.js';

const PAUSE_FIRST_MS = 500;
const PAUSE_MAX_MS = 60_000;

export interface FailureTools {
  readonly log: Logger;
  /** Aborted when the server stops: the next start ends what has not ended. */
  readonly stopping: AbortSignal;
}

/**
 * Writes the last event of a publication that failed. Who follows it waits for that: where it cannot be written, as while the database is away, a
 * short one is tried until it is.
 */
export async function recordFailure(thrown: unknown, recorder: StageRecorder, { log, stopping }: FailureTools): Promise<void> {
  try {
    return await recorder.fail(thrown);
  } catch (error) {
    log.error({ err: error }, 'a failed publication could not be recorded');
  }
  for (let pauseMs = PAUSE_FIRST_MS; !stopping.aborted; pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS)) {
    try {
      return await recorder.failBriefly(thrown);
    } catch (error) {
      log.warn({ err: error, pauseMs }, 'a failed publication could not be recorded; it is tried again');
    }
    await pause(pauseMs, undefined, { signal: stopping, ref: false }).catch(() => undefined);
  }
}
