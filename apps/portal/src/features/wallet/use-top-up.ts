import { useEffect, useState } from 'react';
import { useParams } from 'react-router';
import { newUuid } from '../../browser/new-uuid';
import { TopUpDocument, type PaymentFieldsFragment, type TopUpInput } from '../../generated/documents';
import { useSend } from '../../server/use-send';

/** Until Stripe is asked again about a payment that it has not answered. */
const AGAIN_MS = 2_000;

type Terms = Pick<TopUpInput, 'amount' | 'method' | 'savedCardId'>;

/**
 * One payment, however often it is sent: pressed twice, or again after its answer was lost, it has the key that it had. Only what was surely
 * not charged is tried under another.
 */
export function useTopUp(done: (payment: PaymentFieldsFragment) => void) {
  const { organization = '' } = useParams();
  const [idempotencyKey, setKey] = useState(newUuid);
  const { mutate, isPending, error, data, variables } = useSend(TopUpDocument, {
    changes: [['payments', organization]],
    done: ({ topUp }) => {
      if (topUp.state === 'FAILED' || topUp.state === 'CANCELED') setKey(newUuid());
      done(topUp);
    },
  });
  const isUnknown = data?.topUp.state === 'PENDING' && !isPending;
  useEffect(() => {
    if (!isUnknown || !variables) return;
    const timer = setTimeout(() => mutate(variables), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [isUnknown, variables, mutate]);

  return { pay: (terms: Terms) => mutate({ input: { ...terms, idempotencyKey, returnPath: `/org/${organization}/wallet` } }), isPending, error, payment: data?.topUp };
}
