import { verify } from 'node:crypto';
import { canonicalJson } from '@steelyard/kernel';
import { PAYLOAD_TYPE, preAuthEncoding, type SignatureEnvelope } from './envelope.js';
import { publicKeyOf, signingKeyId } from './signing-key.js';
import type { VersionStatement } from './statement.js';

const FIELDS = ['sha256', 'size', 'tenant', 'model', 'version'] as const satisfies readonly (keyof VersionStatement)[];

/**
 * Why an envelope is no signature, by this key, of this very statement; `undefined` when it is one. The signature is looked at before the
 * payload is read.
 */
export function signatureProblem(envelope: SignatureEnvelope, { publicKey, statement }: { readonly publicKey: Uint8Array; readonly statement: VersionStatement }): string | undefined {
  const [{ keyid, sig }] = envelope.signatures;
  if (envelope.payloadType !== PAYLOAD_TYPE) return `it is of the type ${JSON.stringify(envelope.payloadType)}, not ${PAYLOAD_TYPE}`;
  if (keyid !== signingKeyId(publicKey)) return `it was made with the key ${keyid}, which is another`;
  const payload = fromBase64(envelope.payload);
  const signature = fromBase64(sig);
  if (!payload || !signature) return 'its payload or its signature is no base64';
  if (!verify(null, preAuthEncoding(envelope.payloadType, payload), publicKeyOf(publicKey), signature)) return 'the signature is not of this payload: one of them was changed, or another key signed it';
  return payload.toString('utf8') === canonicalJson(statement) ? undefined : differenceOf(payload, statement);
}

function differenceOf(payload: Buffer, statement: VersionStatement): string {
  const signed = parse(payload);
  const field = FIELDS.find((name) => signed?.[name] !== statement[name]);
  return field === undefined ? 'what was signed is not the canonical JSON of a version' : `${field} is ${JSON.stringify(signed?.[field])} in what was signed and ${JSON.stringify(statement[field])} here`;
}

function parse(payload: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Two texts never mean the same bytes. */
function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
