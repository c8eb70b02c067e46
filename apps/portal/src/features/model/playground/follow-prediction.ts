import { SteelyardError } from '@steelyard/client';
import { PredictionEventsDocument, type PredictionEventsSubscription, type WaitState } from '../../../generated/documents';
import { subscribe } from '../../../server/subscribe';
import type { JsonObject } from './draft';

type PredictionEvent = PredictionEventsSubscription['predictionEvents'];

/** The events that end a call and are no failure of it. */
export type Outcome = Extract<PredictionEvent, { __typename: 'PredictSuccess' | 'PaymentRequired' | 'LimitReached' | 'InputInvalid' }>;
export type Success = Extract<Outcome, { __typename: 'PredictSuccess' }>;

export interface Call {
  readonly ref: string;
  readonly input: JsonObject;
  /** A connection that is lost is made again with the same call: by its key it is charged once all the same. */
  readonly idempotencyKey: string;
}

export interface Heard {
  readonly state: (state: WaitState) => void;
  /** `isFirst` again where the answer begins anew: the parts before are not of it. */
  readonly part: (part: unknown, isFirst: boolean) => void;
}

/**
 * Runs a call and tells of it as it goes.
 * @throws SteelyardError when it ends without an answer; `CLIENT.CANCELLED` when the signal did that.
 */
export function followPrediction(call: Call, heard: Heard, signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    let isFirst = true;
    const stop = subscribe(PredictionEventsDocument, { input: call }, {
      next: ({ predictionEvents: event }) => {
        switch (event.__typename) {
          case 'PredictionWaits':
            return heard.state(event.state);
          case 'PredictionPart':
            heard.part(event.part, isFirst);
            isFirst = false;
            return;
          case 'PredictionFailed':
            return reject(failed(event));
          default:
            return resolve(event);
        }
      },
      end: (error) => reject(refused(error)),
      // What is there stays until the new answer begins: it may have been charged, and never run again.
      connected: () => (isFirst = true),
    });
    signal.addEventListener('abort', () => {
      stop();
      reject(new SteelyardError({ kind: 'cancelled', code: 'CLIENT.CANCELLED', message: 'it was stopped' }));
    });
  });
}

function failed({ code, message, fix, charged }: { code: string; message: string; fix: string | null; charged: boolean }): SteelyardError {
  return new SteelyardError({ kind: 'unavailable', code, message, fix: fix ?? undefined, charged: charged ? 'yes' : 'no' });
}

/** An error of GraphQL, with what the server adds to one; or an end without any. */
function refused(error: unknown): SteelyardError {
  const { message = 'The server ended the call without an answer.', extensions = {} } = (error ?? {}) as { message?: string; extensions?: Record<string, string> };
  const { code = 'CLIENT.ENDED', fix, requestId } = extensions;
  return new SteelyardError({ kind: 'internal', code, message, fix, requestId });
}
