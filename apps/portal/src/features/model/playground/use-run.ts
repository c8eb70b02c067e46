import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { PredictDocument, type PredictMutation } from '../../../generated/documents';
import { ask } from '../../../server/ask';
import type { JsonObject } from './draft';

export type Outcome = PredictMutation['predict'];

export interface Run {
  readonly running: boolean;
  readonly outcome: Outcome | undefined;
  readonly error: Error | undefined;
  readonly start: (input: JsonObject) => void;
  /** The same call again, after it failed: charged once, also when only its answer was lost. */
  readonly again: () => void;
  readonly stop: () => void;
}

interface Call {
  readonly ref: string;
  readonly input: JsonObject;
  readonly idempotencyKey: string;
}

/** One call at a time, of the organization acted for. */
export function useRun(ref: string): Run {
  const leave = useRef<AbortController>(undefined);
  const { mutate, isPending, data, error, variables } = useMutation({
    mutationFn: async (call: Call) => {
      leave.current = new AbortController();
      return (await ask(PredictDocument, { input: call }, leave.current.signal)).predict;
    },
  });
  return {
    running: isPending,
    outcome: data,
    error: error ?? undefined,
    start: (input) => {
      if (!isPending) mutate({ ref, input, idempotencyKey: newKey() });
    },
    again: () => {
      if (!isPending && variables) mutate(variables);
    },
    stop: () => leave.current?.abort(),
  };
}

/** `randomUUID` is missing in browsers on pages without TLS. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
