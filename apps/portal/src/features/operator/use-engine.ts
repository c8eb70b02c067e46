import { useEffect, useState } from 'react';
import { EngineChangesDocument, type EngineChangesSubscription } from '../../generated/documents';
import type { Operator } from '../../server/operator';

export type Engine = EngineChangesSubscription['engineChanges'];
export type EngineModel = Engine['models'][number];

/** The engine as it is now, told anew each second. */
export function useEngine(operator: Operator): { engine: Engine | undefined; failure: unknown } {
  const [engine, setEngine] = useState<Engine>();
  const [failure, setFailure] = useState<unknown>();
  useEffect(
    () =>
      operator.subscribe(
        EngineChangesDocument,
        {},
        {
          next: ({ engineChanges }) => {
            setEngine(engineChanges);
            setFailure(undefined);
          },
          end: setFailure,
        },
      ),
    [operator],
  );
  return { engine, failure };
}
