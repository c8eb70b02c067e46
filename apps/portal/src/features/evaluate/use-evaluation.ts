import { type Evaluation, runEvaluation, type Scorer } from '@steelyard/client/evaluation';
import { useCallback, useEffect, useRef, useState } from 'react';
import { toBase64 } from '../model/playground/samples';
import type { OpenedData } from './read-files';
import { sendLine } from './send-line';
import type { ChosenModel } from './use-candidates';

/** Few enough that a model's times are those of its work and not of a queue that this page made. */
const CONCURRENCY = 4;

export interface EvaluationFacts {
  readonly task: string;
  readonly data: OpenedData;
  readonly scorer: Scorer;
  readonly models: readonly ChosenModel[];
}

export interface FinishedEvaluation extends EvaluationFacts {
  readonly evaluation: Evaluation;
}

export interface EvaluationRun {
  readonly progress: { readonly done: number; readonly total: number } | undefined;
  readonly finished: FinishedEvaluation | undefined;
  readonly error: unknown;
  readonly start: (facts: EvaluationFacts) => void;
  readonly stop: () => void;
}

/** One evaluation at a time; leaving the page stops it. */
export function useEvaluation(): EvaluationRun {
  const stopping = useRef<AbortController>(undefined);
  const [progress, setProgress] = useState<EvaluationRun['progress']>();
  const [finished, setFinished] = useState<FinishedEvaluation>();
  const [error, setError] = useState<unknown>();
  useEffect(() => () => stopping.current?.abort(), []);

  const start = useCallback((facts: EvaluationFacts) => {
    const stop = new AbortController();
    stopping.current = stop;
    const { lines } = facts.data.dataset;
    setError(undefined);
    setFinished(undefined);
    setProgress({ done: 0, total: lines.length * facts.models.length });
    const pinned = new Map(facts.models.map((model) => [model.ref, model.pinned]));
    const contentOf = (path: string) => toBase64(facts.data.fileAt(path)!);
    runEvaluation({
      refs: facts.models.map(({ ref }) => ref),
      lines,
      scorer: facts.scorer,
      concurrency: CONCURRENCY,
      call: (ref, line, signal) => sendLine(pinned.get(ref)!, line, contentOf, signal),
      onProgress: (done, total) => setProgress({ done, total }),
      signal: stop.signal,
    })
      .then((evaluation) => setFinished({ ...facts, evaluation }), setError)
      .finally(() => setProgress(undefined));
  }, []);
  return { progress, finished, error, start, stop: () => stopping.current?.abort() };
}
