import type { SignatureEnvelope } from '@steelyard/model-package/signature';

/** A public key that an organization's versions are signed with. */
export interface SigningKey {
  /** Its thumbprint (RFC 7638). */
  readonly id: string;
  readonly name: string;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

/** A signature as a version keeps it: with the key, so that whoever sees the version can check it. */
export interface StoredSignature {
  readonly keyId: string;
  readonly keyName: string;
  /** 32 bytes, base64url. */
  readonly publicKey: string;
  readonly envelope: SignatureEnvelope;
}
