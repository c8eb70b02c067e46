import { canonicalJson } from '@steelyard/kernel/canonical-json';
import { fromBase64Url, toBase64Url } from './base64url.js';
import { receiptSchema } from './receipt-schema.js';
import type { Receipt } from './receipt.js';
import { shapeProblem } from './shape-problem.js';

/** `typ` of the header: what a receipt signs can be taken for nothing else, and nothing else for a receipt. */
export const RECEIPT_TYPE = 'steelyard-receipt+jws';

/** A receipt taken apart; nothing of it is trusted yet. */
export interface CompactReceipt {
  readonly kid: string;
  readonly receipt: Receipt;
  /** What was signed, as ASCII. */
  readonly signed: string;
  readonly signature: Uint8Array<ArrayBuffer>;
}

/** What is signed for a receipt: header and payload of a compact JWS (RFC 7515), each the base64url of canonical JSON (RFC 8785). */
export function signingInput(receipt: Receipt, kid: string): string {
  return `${segment({ alg: 'EdDSA', kid, typ: RECEIPT_TYPE })}.${segment(receipt)}`;
}

/** The compact JWS: what was signed, and the 64 bytes of the signature. */
export function compact(signed: string, signature: Uint8Array): string {
  return `${signed}.${toBase64Url(signature)}`;
}

/** Takes a compact JWS apart, or says why it is none of a receipt. There is one way to write each receipt; others are refused. */
export function readCompact(jws: string): CompactReceipt | { readonly problem: string } {
  const [header = '', payload = '', last = '', ...more] = jws.trim().split('.');
  const signature = fromBase64Url(last);
  if (more.length > 0 || signature?.length !== 64) return { problem: 'it is no compact JWS: header.payload.signature' };
  const head = readSegment(header) as { alg?: unknown; kid?: unknown; typ?: unknown } | undefined;
  if (head?.alg !== 'EdDSA' || head.typ !== RECEIPT_TYPE || typeof head.kid !== 'string') return { problem: `its header is not that of a receipt (alg EdDSA, typ ${RECEIPT_TYPE}, kid)` };
  const receipt = readSegment(payload);
  if (receipt === undefined) return { problem: 'its payload is no canonical JSON (RFC 8785)' };
  const problem = shapeProblem(receipt, receiptSchema);
  if (problem !== undefined) return { problem: `its payload is no receipt of version 1: ${problem}` };
  return { kid: head.kid, receipt: receipt as Receipt, signed: `${header}.${payload}`, signature };
}

function segment(value: unknown): string {
  return toBase64Url(new TextEncoder().encode(canonicalJson(value)));
}

/** Undefined for what {@link segment} would have written otherwise. */
function readSegment(text: string): unknown {
  const bytes = fromBase64Url(text);
  if (!bytes) return undefined;
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)) as unknown;
    return segment(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}
