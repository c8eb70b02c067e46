import type { Receipt, ReceiptKeySet } from '@steelyard/receipt';
import { type Connection, connectionError, sendRequest } from '../connection.js';
import { createError } from '../create-error.js';
import { readHttpError } from '../read-error.js';
import { readPayload, sameJson } from './payload.js';

/** What a prediction was charged for. */
export interface SignedReceipt {
  readonly receipt: Receipt;
  /** The same, signed: keep it, and check it with `verifyReceipt` of `@steelyard/client/receipts`. */
  readonly jws: string;
}

/**
 * The receipt of one prediction, whose two forms say the same. Its signature is not checked.
 * @throws NotFoundError `INFERENCE.PREDICTION_NOT_FOUND`, or `INFERENCE.NO_RECEIPT` of a call that failed and was not charged;
 *   InternalError `CLIENT.RECEIPT_DIFFERS` where the answer is of another prediction, or says otherwise than what was signed
 */
export async function getReceipt(connection: Connection, id: string): Promise<SignedReceipt> {
  const { receipt, jws } = await getJson<Partial<SignedReceipt>>(connection, `/v1/predictions/${encodeURIComponent(id)}/receipt`);
  if (receipt?.predictionId !== id) throw receiptDiffers(`asked for the receipt of ${id}, the server answered that of ${receipt?.predictionId ?? 'none'}`);
  if (jws === undefined || !sameJson(readPayload(jws), receipt)) throw receiptDiffers(`the receipt of ${id} that the server answered says otherwise than the signed one beside it`);
  return { receipt, jws };
}

function receiptDiffers(message: string) {
  return createError({ kind: 'internal', code: 'CLIENT.RECEIPT_DIFFERS', message, fix: 'ask again; if it stays so, look at what is between here and the platform, and tell its operator', retryable: false, charged: 'no' });
}

/** The public keys that receipts are signed with, as the platform says them now. */
export async function getReceiptKeys(connection: Connection): Promise<ReceiptKeySet> {
  return getJson(connection, '/.well-known/steelyard-receipt-keys.json');
}

async function getJson<T>(connection: Connection, path: string): Promise<T> {
  let response: Response;
  let text: string;
  try {
    response = await sendRequest(connection, path, { headers: { accept: 'application/json' } });
    text = await response.text();
  } catch (cause) {
    throw connectionError(cause, connection.baseUrl);
  }
  if (!response.ok) throw readHttpError(response, text);
  return JSON.parse(text) as T;
}
