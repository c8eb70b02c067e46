import { useEffect, useState } from 'react';
import { BalanceChangesDocument, type BalanceChangesSubscription } from '../../generated/documents';
import { useSession } from '../../server/session';
import { subscribe } from '../../server/subscribe';

/** The organization's balance, as it changes; undefined until it is known, and for those who may not see it. */
export function useBalance(): BalanceChangesSubscription['balanceChanges'] | undefined {
  const { can } = useSession();
  const allowed = can('balance:read');
  const [balance, setBalance] = useState<BalanceChangesSubscription['balanceChanges']>();
  useEffect(() => (allowed ? subscribe(BalanceChangesDocument, {}, { next: ({ balanceChanges }) => setBalance(balanceChanges) }) : undefined), [allowed]);
  return balance;
}
