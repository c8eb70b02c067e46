import { useMemo, useState } from 'react';
import { operatorWith, type Operator } from '../../server/operator';

const KEPT_AS = 'steelyard.operator-key';

/** The operator's key, kept for as long as this tab is open. It goes nowhere but to this server. */
export function useOperator(): { operator: Operator | undefined; enter: (key: string) => void; leave: () => void } {
  const [key, setKey] = useState(() => sessionStorage.getItem(KEPT_AS) ?? undefined);
  const operator = useMemo(() => (key === undefined ? undefined : operatorWith(key)), [key]);
  return {
    operator,
    enter: (entered) => {
      sessionStorage.setItem(KEPT_AS, entered);
      setKey(entered);
    },
    leave: () => {
      sessionStorage.removeItem(KEPT_AS);
      setKey(undefined);
    },
  };
}
