import type { Verification } from '@steelyard/invoice';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { VerifyAnswer, VerifyProgress, VerifyRequest, VerifySource } from './verify-worker';

export type VerificationState =
  /** What verifies is on its way to this browser. */
  | { readonly step: 'loading' }
  | { readonly step: 'idle' }
  | { readonly step: 'running'; readonly progress: VerifyProgress }
  | { readonly step: 'done'; readonly verification: Verification }
  /** The file could not be read; nothing is said about what is in it. */
  | { readonly step: 'failed'; readonly problem: string }
  /** What verifies could not be loaded. */
  | { readonly step: 'missing' };

const IDLE: VerificationState = { step: 'idle' };

export interface Verifying {
  readonly state: VerificationState;
  /** Nothing is at work, and something can be. */
  readonly isFree: boolean;
  readonly verify: (source: VerifySource) => void;
  readonly cancel: () => void;
}

/**
 * Verifies files off the page's thread, one at a time. What does so is loaded at once and not when it is first needed: by then there need be no
 * network any more.
 */
export function useVerification(): Verifying {
  const [state, setState] = useState<VerificationState>({ step: 'loading' });
  const worker = useRef<Worker>(undefined);

  useEffect(() => {
    const made = new Worker(new URL('./verify-worker.ts', import.meta.url), { type: 'module' });
    made.onmessage = ({ data }: MessageEvent<VerifyAnswer>) => setState(stateOf(data));
    made.onerror = () => setState({ step: 'missing' });
    worker.current = made;
    return () => made.terminate();
  }, []);

  const send = (request: VerifyRequest) => worker.current?.postMessage(request);
  const verify = useCallback((source: VerifySource) => {
    setState({ step: 'running', progress: { rows: 0, bytes: 0 } });
    send({ verify: source });
  }, []);
  const cancel = useCallback(() => send({ cancel: true }), []);
  return { state, isFree: state.step === 'idle' || state.step === 'done' || state.step === 'failed', verify, cancel };
}

function stateOf(answer: VerifyAnswer): VerificationState {
  if ('progress' in answer) return { step: 'running', progress: answer.progress };
  if ('verification' in answer) return { step: 'done', verification: answer.verification };
  // Ready, or canceled.
  return 'failed' in answer ? { step: 'failed', problem: answer.failed } : IDLE;
}
