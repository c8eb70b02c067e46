import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { keepOperatorKey } from '../../server/operator-key';
import { useForgetAnswers } from '../../server/use-operator';
import { useStrings } from '../../strings';
import { PageHeader } from '../page-header';

/** The top of a page of the operator's, where the key can be forgotten. */
export function OperatorHeader({ title, description, actions }: { title: string; description: ReactNode; actions?: ReactNode }) {
  const { operator: strings } = useStrings();
  const forget = useForgetAnswers();
  const leave = () => {
    keepOperatorKey(undefined);
    forget();
  };
  return (
    <PageHeader
      title={title}
      description={description}
      actions={
        <>
          {actions}
          <Button variant="default" onClick={leave}>
            {strings.leave}
          </Button>
        </>
      }
    />
  );
}
