import { checkReceipt, type CheckedReceipt, type ReceiptKeySet } from '@steelyard/receipt';
import { createError } from '../create-error.js';
import { encodeInput, type InputValue } from '../encoding/encode-input.js';
import { inputSpellings, outputSpellings } from './spellings.js';

export interface VerifyOptions {
  /**
   * The platform's public keys: `client.receiptKeys()`, or what `/.well-known/steelyard-receipt-keys.json` said once and was kept. Who checks a
   * receipt against keys that came with it checks nothing.
   */
  readonly keys: ReceiptKeySet;
  /** The call that it must be of: `prediction.id` of `runWithDetails`. Without it a receipt of an equal call passes too, whose input and output have the same hashes. */
  readonly predictionId?: string | undefined;
  /** The organization that it must charge. */
  readonly organizationId?: string | undefined;
  /** What was sent, as it was given to `run`; or the bytes of a body of CBOR. */
  readonly input?: unknown;
  /** What was answered, as `run` gave it; or the bytes of an answer in CBOR. */
  readonly output?: unknown;
}

/**
 * Checks a receipt, offline: that one of the keys signed it while it was in use, that the amount follows from the quantities and the price, and that
 * it is of this prediction, organization, input and output, where they are given. A receipt that is not good is no exception: `problem` is the first thing that is wrong.
 * @throws InputInvalidError `CLIENT.INPUT_INVALID` for an input that could not have been sent; UnavailableError `CLIENT.ED25519_UNKNOWN` where the browser cannot check signatures
 */
export async function verifyReceipt(jws: string, { keys, input, output, ...ids }: VerifyOptions): Promise<CheckedReceipt> {
  if (!(globalThis.crypto as Partial<typeof globalThis.crypto> | undefined)?.subtle) throw unknownAlgorithm();
  const inputHashes = input === undefined ? undefined : await hashesOf(inputSpellings(await valueOf(input)));
  const outputHashes = output === undefined ? undefined : await hashesOf(outputSpellings(output as InputValue));
  try {
    return await checkReceipt(jws, { ...ids, keys, inputHashes, outputHashes });
  } catch (error) {
    if ((error as Error).name === 'NotSupportedError') throw unknownAlgorithm(error);
    throw error;
  }
}

async function valueOf(input: unknown): Promise<InputValue> {
  if (ArrayBuffer.isView(input)) return input as Uint8Array;
  return encodeInput(input, { fetch: readDataUrl, signal: new AbortController().signal });
}

/** Of what `run` would fetch, only that which is no request. */
async function readDataUrl(url: string): Promise<Response> {
  if (!url.startsWith('data:')) throw new TypeError('what an address gives now is not what it gave then: give the bytes');
  return fetch(url);
}

async function hashesOf(spellings: readonly Uint8Array<ArrayBuffer>[]): Promise<string[]> {
  const hashes = spellings.map(async (bytes) => Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)), (byte) => byte.toString(16).padStart(2, '0')).join(''));
  return [...new Set(await Promise.all(hashes))];
}

function unknownAlgorithm(cause?: unknown) {
  return createError({
    kind: 'unavailable',
    code: 'CLIENT.ED25519_UNKNOWN',
    message: 'this browser cannot check Ed25519 signatures here',
    fix: 'open the page over https, in Chrome 137, Firefox 129, Safari 17 or later, or check the receipt with `steelyard receipt verify`',
    retryable: false,
    charged: 'no',
    cause,
  });
}
