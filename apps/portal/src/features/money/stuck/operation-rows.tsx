import { Button } from '@mantine/core';
import { useState } from 'react';
import { useFigures } from '../../../components/figures';
import type { ResolveAction } from '../../../generated/documents';
import { useStrings } from '../../../strings';
import { ResolveDialog } from './resolve-dialog';
import { StuckItem, StuckList } from './stuck-list';
import type { StuckOperation } from './stuck-operation';

/** What Stripe was asked and somebody has to look at. */
export function OperationRows({ operations }: { operations: readonly StuckOperation[] }) {
  const { stuck: strings } = useStrings();
  const { moment } = useFigures();
  const [doing, setDoing] = useState<{ operation: StuckOperation; action: ResolveAction }>();
  return (
    <>
      <StuckList title={strings.operations} text={strings.operationsText}>
        {operations.map((operation) => (
          <StuckItem
            key={operation.id}
            organization={operation.organization}
            title={strings.operationKinds[operation.kind] ?? operation.kind}
            problem={operation.error ?? strings.unanswered}
            name={operation.key}
            facts={strings.since(moment(operation.firstSentAt ?? operation.createdAt), operation.attempts)}
            actions={
              <>
                <Button size="xs" onClick={() => setDoing({ operation, action: 'RETRY' })} aria-label={`${strings.retry}: ${operation.key}`}>
                  {strings.retry}
                </Button>
                <Button size="xs" variant="default" onClick={() => setDoing({ operation, action: 'GIVE_UP' })} aria-label={`${strings.giveUp}: ${operation.key}`}>
                  {strings.giveUp}
                </Button>
              </>
            }
          />
        ))}
      </StuckList>
      {doing && <ResolveDialog {...doing} close={() => setDoing(undefined)} />}
    </>
  );
}
