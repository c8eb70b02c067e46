import { versionDigest, type Manifest, type PackageFile } from '@steelyard/model-package';
import { readEnvelope, signatureProblem, statementOf } from '@steelyard/model-package/signature';
import type { Database } from '@steelyard/platform-database';
import { publishingErrors } from '../errors.js';

export interface LoadedContent {
  readonly digest: string;
  readonly manifest: Manifest;
  readonly files: readonly PackageFile[];
}

/**
 * Looks, before an engine takes a version's content, whether manifest and files are still those that its digest was made of, and whether some
 * organization stands for them: by a signature that is good, or, where it requires none, by having published them. The files' bytes are
 * for whoever lays them out to check against `files`.
 *
 * Organizations that publish the same content share it. One of them cannot take it from the others, so one that stands for it is enough.
 * @throws AppError `PUBLISHING.CONTENT_CHANGED` | `PUBLISHING.SIGNATURE_LOST`
 */
export async function vouchForContent(database: Database, { digest, manifest, files }: LoadedContent): Promise<void> {
  if (versionDigest(manifest, files) !== digest) throw publishingErrors.CONTENT_CHANGED({ digest });
  const problems = await problemsOf(database, { digest, manifest, files });
  const [first] = problems;
  if (first !== undefined && problems.every((problem) => problem !== undefined)) throw publishingErrors.SIGNATURE_LOST({ digest, problem: first });
}

/** One for each version with this content: why its organization does not stand for it, or `undefined`. */
async function problemsOf(database: Database, { digest, manifest, files }: LoadedContent): Promise<(string | undefined)[]> {
  return database.withPlatform(async (tx) => {
    const versions = await tx.modelVersion.findMany({ where: { digest, state: { not: 'rejected' } }, select: { tenantId: true, signature: true, createdAt: true } });
    const tenants = { in: versions.map(({ tenantId }) => tenantId) };
    const owners = new Map((await tx.organization.findMany({ where: { id: tenants }, select: { id: true, handle: true } })).map(({ id, handle }) => [id, handle]));
    const rules = new Map((await tx.signingRule.findMany({ where: { tenantId: tenants } })).map(({ tenantId, since }) => [tenantId, since]));
    const keys = await tx.signingKey.findMany({ where: { tenantId: tenants } });
    return versions.map(({ tenantId, signature, createdAt }) => {
      const handle = owners.get(tenantId)!;
      if (signature === null) return createdAt >= (rules.get(tenantId) ?? NEVER) ? `${handle} requires signatures, and this version has none` : undefined;
      const envelope = readEnvelope((signature as { envelope?: unknown }).envelope);
      if (!envelope) return `the signature by ${handle} is no DSSE envelope any more`;
      const [{ keyid }] = envelope.signatures;
      const key = keys.find((known) => known.tenantId === tenantId && known.id === keyid);
      if (!key) return `${handle} has no key ${JSON.stringify(keyid)}`;
      if (key.revokedAt && key.revokedAt <= createdAt) return `the key ${JSON.stringify(key.name)} of ${handle} was revoked before it signed this`;
      return signatureProblem(envelope, { publicKey: key.publicKey, statement: statementOf(handle, manifest, files) });
    });
  });
}

const NEVER = new Date(8.64e15);
