import { fromBase64Url } from './base64url.js';
import { chargeProblem } from './charge-problem.js';
import { readCompact, type CompactReceipt } from './compact-receipt.js';
import { thumbprint, type ReceiptKey, type ReceiptKeySet } from './receipt-key.js';
import type { ContentHash, Receipt } from './receipt.js';

/** In the order in which they are made. `prediction` and those after it are made where the caller has something to compare with. */
export const RECEIPT_CHECKS = ['form', 'key', 'signature', 'charge', 'prediction', 'organization', 'input', 'output'] as const;

export type ReceiptCheckName = (typeof RECEIPT_CHECKS)[number];

export interface ReceiptCheck {
  readonly name: ReceiptCheckName;
  /** `skipped`: an earlier one failed that it builds upon, or there was nothing to compare with. */
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** What is wrong, of one that failed. */
  readonly reason?: string | undefined;
}

export interface CheckedReceipt {
  /** Whether no check failed. */
  readonly valid: boolean;
  /** One for each of {@link RECEIPT_CHECKS}, in that order. */
  readonly checks: readonly ReceiptCheck[];
  /** The first that failed. */
  readonly problem: ReceiptCheck | undefined;
  /** What it says; absent unless the platform signed just that. */
  readonly receipt: Receipt | undefined;
}

/**
 * How long after its key was retired a call may have ended, in seconds. Every server reads the key from the database for each signature, so that a
 * rotation holds at once when it is committed: at most 30 seconds, the bound of a transaction, after the time that is written as `exp`, which is
 * cut to a whole second. The rest is for clocks: one server's says when the call ended, another's when the key was retired.
 */
export const RETIREMENT_GRACE_S = 300;

export interface CheckOptions {
  /** The platform's public keys. Have them from the platform itself, once, over a connection that you trust. */
  readonly keys: ReceiptKeySet;
  /** The call that it must be of. The same input sent twice may have the same hashes twice, so they alone do not tell calls apart. */
  readonly predictionId?: string | undefined;
  /** The organization that it must charge. */
  readonly organizationId?: string | undefined;
  /** sha256, in hex, of each way in which the caller's own input may have been written; one of them must be the receipt's. */
  readonly inputHashes?: readonly string[] | undefined;
  readonly outputHashes?: readonly string[] | undefined;
}

/**
 * Checks a receipt, offline: its form, that one of the keys signed it while it was in use, that its amount follows from its quantities and its
 * price, and that it is of the caller's own call, organization, input and output. Works in Node and in browsers that know Ed25519, in pages with TLS.
 * @throws what `crypto.subtle` throws where it does not know Ed25519
 */
export async function checkReceipt(jws: string, { keys, predictionId, organizationId, inputHashes, outputHashes }: CheckOptions): Promise<CheckedReceipt> {
  const checks: ReceiptCheck[] = [];
  const check = (name: ReceiptCheckName, problem: string | undefined): boolean => {
    checks.push(problem === undefined ? { name, outcome: 'passed' } : { name, outcome: 'failed', reason: problem });
    return problem === undefined;
  };
  const read = readCompact(jws);
  if (!check('form', 'problem' in read ? read.problem : undefined) || 'problem' in read) return resultOf(checks);
  const found = await findKey(read, keys);
  if (!check('key', 'problem' in found ? found.problem : undefined) || 'problem' in found) return resultOf(checks);
  if (!check('signature', await signatureProblem(read, found.bytes))) return resultOf(checks);
  const { receipt } = read;
  check('charge', chargeProblem(receipt));
  if (predictionId !== undefined) check('prediction', predictionProblem(receipt, predictionId));
  if (organizationId !== undefined) check('organization', organizationProblem(receipt, organizationId));
  if (inputHashes) check('input', hashProblem('input', receipt.input, inputHashes, receipt.masked));
  if (outputHashes) check('output', hashProblem('output', receipt.output, outputHashes));
  return resultOf(checks, receipt);
}

function resultOf(made: readonly ReceiptCheck[], receipt?: Receipt): CheckedReceipt {
  const checks = RECEIPT_CHECKS.map((name): ReceiptCheck => made.find((check) => check.name === name) ?? { name, outcome: 'skipped' });
  const problem = checks.find(({ outcome }) => outcome === 'failed');
  return { valid: problem === undefined, checks, problem, receipt };
}

async function findKey({ kid, receipt }: CompactReceipt, { keys }: ReceiptKeySet): Promise<{ readonly bytes: Uint8Array<ArrayBuffer> } | { readonly problem: string }> {
  const key = keys.find((known: ReceiptKey) => known.kid === kid);
  if (!key) return { problem: `none of the ${keys.length} keys is ${kid}, which signed it` };
  const bytes = key.kty === 'OKP' && key.crv === 'Ed25519' && typeof key.x === 'string' ? fromBase64Url(key.x) : undefined;
  if (bytes?.length !== 32 || (await thumbprint(key)) !== kid) return { problem: `the key that is called ${kid} is another` };
  const problem = retirementProblem(key, receipt);
  return problem === undefined ? { bytes } : { problem };
}

/** A retired key signs no receipt of a later call: its private part is destroyed, and whoever signs with it then has stolen it. */
function retirementProblem({ kid, exp }: ReceiptKey, { occurredAt }: Receipt): string | undefined {
  // A time that there is not, as the 45th of May, is none before either.
  if (exp === undefined || Date.parse(occurredAt) <= (exp + RETIREMENT_GRACE_S) * 1_000) return undefined;
  return `its call ended at ${occurredAt}, and the key ${kid} was retired at ${new Date(exp * 1_000).toISOString()}`;
}

function predictionProblem({ predictionId }: Receipt, expected: string): string | undefined {
  return predictionId === expected ? undefined : `the receipt is of the prediction ${predictionId}, and not of ${expected}`;
}

function organizationProblem({ consumer: { organizationId, handle } }: Receipt, expected: string): string | undefined {
  return organizationId === expected ? undefined : `the receipt charges the organization ${organizationId} (${handle}), and not ${expected}`;
}

async function signatureProblem({ signed, signature }: CompactReceipt, bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  const key = await crypto.subtle.importKey('raw', bytes, 'Ed25519', false, ['verify']);
  const isGood = await crypto.subtle.verify('Ed25519', key, signature, new TextEncoder().encode(signed));
  return isGood ? undefined : 'the signature is not of this receipt: it was changed, or another key signed it';
}

function hashProblem(what: 'input' | 'output', hash: ContentHash | null, hashes: readonly string[], masked?: Receipt['masked']): string | undefined {
  if (hash === null) return `the receipt has no hash of the ${what}`;
  if (hashes.includes(hash.sha256)) return undefined;
  const counts = masked?.map(({ kind, count }) => `${kind} ${count}`).join(', ');
  return `the receipt is of another ${what}${counts ? `: it is of what the model was given, in which personal data was masked (${counts})` : ''}`;
}
