import type { Caller } from '@steelyard/kernel';
import type { Manifest, PackageFile } from '@steelyard/model-package';
import { readEnvelope, signatureProblem, statementOf } from '@steelyard/model-package/signature';
import { publishingErrors } from '../errors.js';
import type { StoredSignature } from './signing-key.js';
import type { SigningKeys } from './signing-keys.js';

export interface Signed {
  readonly manifest: Manifest;
  readonly files: readonly PackageFile[];
  /** As it was sent; `undefined` or null for none. */
  readonly signature?: unknown;
  /** A trial may go without, whatever is required. */
  readonly dryRun: boolean;
}

/**
 * The signature that a version is published with; `undefined` for none where none is required.
 * @throws AppError `PUBLISHING.SIGNATURE_REQUIRED` | `PUBLISHING.SIGNATURE_INVALID`
 */
export async function acceptSignature({ organizationId, organizationHandle }: Caller, { manifest, files, signature, dryRun }: Signed, keys: SigningKeys): Promise<StoredSignature | undefined> {
  const ref = `${organizationHandle}/${manifest.name}@${manifest.version}`;
  if (signature === undefined || signature === null) {
    if (!dryRun && (await keys.requiredSince(organizationId)) !== undefined) throw publishingErrors.SIGNATURE_REQUIRED({ ref });
    return undefined;
  }
  const refused = (problem: string) => publishingErrors.SIGNATURE_INVALID({ ref, problem });
  const envelope = readEnvelope(signature);
  if (!envelope) throw refused('it is no DSSE envelope with one signature');
  const [{ keyid }] = envelope.signatures;
  const key = await keys.find(organizationId, keyid);
  if (!key) throw refused(`${organizationHandle} has registered no key ${JSON.stringify(keyid)}`);
  if (key.revokedAt) throw refused(`the key ${JSON.stringify(key.name)} was revoked at ${key.revokedAt.toISOString()}`);
  const problem = signatureProblem(envelope, { publicKey: key.publicKey, statement: statementOf(organizationHandle, manifest, files) });
  if (problem !== undefined) throw refused(problem);
  return { keyId: key.id, keyName: key.name, publicKey: Buffer.from(key.publicKey).toString('base64url'), envelope };
}
