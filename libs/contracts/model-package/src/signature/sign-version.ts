import { sign, type KeyObject } from 'node:crypto';
import { canonicalJson } from '@steelyard/kernel';
import { PAYLOAD_TYPE, preAuthEncoding, type SignatureEnvelope } from './envelope.js';
import { rawPublicKey, signingKeyId } from './signing-key.js';
import type { VersionStatement } from './statement.js';

/** @param privateKey of `readPrivateKey` */
export function signVersion(statement: VersionStatement, privateKey: KeyObject): SignatureEnvelope {
  const payload = Buffer.from(canonicalJson(statement));
  const sig = sign(null, preAuthEncoding(PAYLOAD_TYPE, payload), privateKey).toString('base64');
  return { payloadType: PAYLOAD_TYPE, payload: payload.toString('base64'), signatures: [{ keyid: signingKeyId(rawPublicKey(privateKey)), sig }] };
}
