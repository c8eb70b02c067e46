/** What the payload of an envelope is, so that a signature of something else is never taken for one of a version. */
export const PAYLOAD_TYPE = 'application/vnd.steelyard.version+json';

/** A DSSE envelope (github.com/secure-systems-lab/dsse, version 1.0.2) with one signature. */
export interface SignatureEnvelope {
  readonly payloadType: string;
  /** The statement as JSON, in base64. */
  readonly payload: string;
  readonly signatures: readonly [{ readonly keyid: string; readonly sig: string }];
}

/** An envelope of a whole statement is some hundred bytes long. */
const FIELD_LENGTH_MAX = 4_096;

/** What is signed: no two pairs of type and payload have the same. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `), payload]);
}

/** Takes whatever was sent for an envelope; `undefined` when it is none. */
export function readEnvelope(value: unknown): SignatureEnvelope | undefined {
  if (!isRecord(value) || !isText(value['payloadType']) || !isText(value['payload']) || !Array.isArray(value['signatures'])) return undefined;
  const [first, ...more] = value['signatures'] as unknown[];
  if (more.length > 0 || !isRecord(first) || !isText(first['keyid']) || !isText(first['sig'])) return undefined;
  return { payloadType: value['payloadType'], payload: value['payload'], signatures: [{ keyid: first['keyid'], sig: first['sig'] }] };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= FIELD_LENGTH_MAX;
