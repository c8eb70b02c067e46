import type { Receipt, ReceiptKeySet } from '@steelyard/receipt';
import { type Connection, connectionError, sendRequest } from '../connection.js';
import { readHttpError } from '../read-error.js';

/** What a prediction was charged for. */
export interface SignedReceipt {
  readonly receipt: Receipt;
  /** The same, signed: keep it, and check it with `verifyReceipt` of `@steelyard/client/receipts`. */
  readonly jws: string;
}

/** @throws NotFoundError `INFERENCE.PREDICTION_NOT_FOUND`, or `INFERENCE.NO_RECEIPT` of a call that failed and was not charged */
export async function getReceipt(connection: Connection, id: string): Promise<SignedReceipt> {
  return getJson(connection, `/v1/predictions/${encodeURIComponent(id)}/receipt`);
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
