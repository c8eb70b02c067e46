import { type CheckedReceipt, verifyReceipt } from '@steelyard/client/receipts';
import { useQuery } from '@tanstack/react-query';
import { ReceiptOfDocument } from '../../generated/documents';
import { ask, client } from '../../server/ask';
import { useSession } from '../../server/session';

/** Which receipt, and what it is to be compared with. */
export interface ReceiptWish {
  readonly predictionId: string;
  /** What was sent and answered, where the page knows it. */
  readonly content?: { readonly input: unknown; readonly output: unknown } | undefined;
}

export interface ReceiptShown {
  readonly jws: string;
  readonly checked: CheckedReceipt;
}

/** The receipt of a prediction of the organization acted for, checked by this browser against the platform's keys. `null`: there is none. */
export function useReceipt({ predictionId, content }: ReceiptWish) {
  const { membership } = useSession();
  return useQuery({
    queryKey: ['receipt', membership?.organization.id, predictionId],
    queryFn: async ({ signal }): Promise<ReceiptShown | null> => {
      const [{ prediction }, keys] = await Promise.all([ask(ReceiptOfDocument, { id: predictionId }, signal), client.receiptKeys()]);
      const jws = prediction?.receipt?.jws;
      return jws === undefined ? null : { jws, checked: await verifyReceipt(jws, { keys, predictionId, organizationId: membership?.organization.id, ...content }) };
    },
    // Neither changes, and what an answer is compared with is in no key.
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
  });
}
