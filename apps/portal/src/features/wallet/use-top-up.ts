import { useState } from 'react';
import { useParams } from 'react-router';
import { newKey } from '../../browser/new-key';
import { TopUpDocument, type PaymentFieldsFragment, type TopUpInput } from '../../generated/documents';
import { useSend } from '../../server/use-send';

type Terms = Pick<TopUpInput, 'amount' | 'method' | 'savedCardId'>;

/**
 * One payment, however often it is sent: pressed twice, or again after its answer was lost, it has the key that it had. Only what was surely
 * not charged is tried under another.
 */
export function useTopUp(done: (payment: PaymentFieldsFragment) => void) {
  const { organization = '' } = useParams();
  const [idempotencyKey, setKey] = useState(newKey);
  const { mutate, isPending, error, data } = useSend(TopUpDocument, {
    changes: [['payments', organization]],
    done: ({ topUp }) => {
      if (topUp.state === 'FAILED' || topUp.state === 'CANCELED') setKey(newKey());
      done(topUp);
    },
  });
  return { pay: (terms: Terms) => mutate({ input: { ...terms, idempotencyKey, returnPath: `/org/${organization}/wallet` } }), isPending, error, payment: data?.topUp };
}
