import { useMemo } from 'react';
import { Outlet } from 'react-router';
import { operatorWith } from '../../server/operator';
import { keepOperatorKey, useOperatorKey } from '../../server/operator-key';
import { OperatorContext } from '../../server/use-operator';
import { useStrings } from '../../strings';
import { PageHeader } from '../page-header';
import { KeyForm } from './key-form';

/** The pages of whoever operates the installation: they are for those who have its key, which is asked for first. */
export function OperatorArea() {
  const { operator: strings } = useStrings();
  const key = useOperatorKey();
  const operator = useMemo(() => (key === undefined ? undefined : operatorWith(key)), [key]);
  if (operator)
    return (
      <OperatorContext value={operator}>
        <Outlet />
      </OperatorContext>
    );
  return (
    <>
      <PageHeader title={strings.areaTitle} description={strings.areaText} />
      <KeyForm onEnter={keepOperatorKey} />
    </>
  );
}
