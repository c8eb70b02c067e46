import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { WaitState } from '../../../generated/documents';
import type { JsonObject } from './draft';
import { followPrediction, type Call, type Outcome } from './follow-prediction';
import { newUuid } from '../../../browser/new-uuid';
import { retryOf } from './retry-of';

export type { Outcome };

export interface Run {
  readonly running: boolean;
  /** What the running call waits for, once the server has said so. */
  readonly state: WaitState | undefined;
  /** Of the running call, or of one that ended before its answer was complete. */
  readonly parts: readonly unknown[];
  readonly outcome: Outcome | undefined;
  /** What the running call, or the one that ended last, was given. */
  readonly input: JsonObject | undefined;
  readonly error: Error | undefined;
  readonly start: (input: JsonObject) => void;
  /** The same call again, after it failed: charged once, also when only its answer was lost. A new one, where it was charged and failed. */
  readonly again: () => void;
  readonly stop: () => void;
}

/** One call at a time, of the organization acted for. */
export function useRun(ref: string): Run {
  const leave = useRef<AbortController>(undefined);
  const [state, setState] = useState<WaitState>();
  const [parts, setParts] = useState<readonly unknown[]>([]);
  const { mutate, isPending, data, error, variables } = useMutation({
    mutationFn: (call: Call) => {
      leave.current = new AbortController();
      setState(undefined);
      setParts([]);
      const heard = { state: setState, part: (part: unknown, isFirst: boolean) => setParts((before) => (isFirst ? [part] : [...before, part])) };
      return followPrediction(call, heard, leave.current.signal);
    },
  });
  return {
    running: isPending,
    state,
    parts,
    outcome: data,
    input: variables?.input,
    error: error ?? undefined,
    start: (input) => {
      if (!isPending) mutate({ ref, input, idempotencyKey: newUuid() });
    },
    again: () => {
      if (!isPending && variables) mutate(retryOf(variables, error));
    },
    stop: () => leave.current?.abort(),
  };
}
