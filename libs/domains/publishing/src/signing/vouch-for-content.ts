import type { PublishedContent, VersionFiles } from '@steelyard/domain-catalog';
import type { OrganizationHandles } from '@steelyard/domain-identity';
import { versionDigest } from '@steelyard/model-package';
import { readEnvelope, signatureProblem, statementOf } from '@steelyard/model-package/signature';
import type { Database } from '@steelyard/platform-database';
import { publishingErrors } from '../errors.js';
import type { SigningKey } from './signing-key.js';

export interface VouchTools {
  readonly database: Database;
  readonly handles: Pick<OrganizationHandles, 'handlesOf'>;
}

/**
 * Looks, before an engine takes a version's content, whether manifest and files are still those that its digest was made of, and whether some
 * organization stands for them: by a signature that is good, or, where it requires none, by having published them. The files' bytes are
 * for whoever lays them out to check against `files`.
 *
 * Organizations that publish the same content share it. One of them cannot take it from the others, so one that stands for it is enough.
 * @throws AppError `PUBLISHING.CONTENT_CHANGED` | `PUBLISHING.SIGNATURE_LOST`
 */
export async function vouchForContent({ database, handles }: VouchTools, digest: string, content: VersionFiles): Promise<void> {
  if (versionDigest(content.manifest, content.files) !== digest) throw publishingErrors.CONTENT_CHANGED({ digest });
  const owners = content.published.map(({ tenantId }) => tenantId);
  const [names, rules, keys] = [await handles.handlesOf([...new Set(owners)]), new Map<string, Date>(), new Map<string, SigningKey>()];
  await database.withPlatform(async (tx) => {
    const where = { tenantId: { in: owners } };
    for (const { tenantId, since } of await tx.signingRule.findMany({ where })) rules.set(tenantId, since);
    for (const key of await tx.signingKey.findMany({ where })) keys.set(nameOf(key.tenantId, key.id), key);
  });
  const problems = content.published.map((version) => problemOf(version, { content, handle: names.get(version.tenantId)!, requiredSince: rules.get(version.tenantId), keys }));
  const [first] = problems;
  if (first !== undefined && !problems.includes(undefined)) throw publishingErrors.SIGNATURE_LOST({ digest, problem: first });
}

interface Known {
  readonly content: VersionFiles;
  readonly handle: string;
  readonly requiredSince: Date | undefined;
  /** By {@link nameOf}. */
  readonly keys: ReadonlyMap<string, SigningKey>;
}

const nameOf = (tenantId: string, keyId: string): string => `${tenantId} ${keyId}`;

/** Why an organization does not stand for what it has published; `undefined` when it does. */
function problemOf({ tenantId, publishedAt, signature }: PublishedContent, { content, handle, requiredSince, keys }: Known): string | undefined {
  if (signature === null) return requiredSince && publishedAt >= requiredSince ? `${handle} requires signatures, and this version has none` : undefined;
  const envelope = readEnvelope((signature as { envelope?: unknown }).envelope);
  if (!envelope) return `the signature by ${handle} is no DSSE envelope any more`;
  const [{ keyid }] = envelope.signatures;
  const key = keys.get(nameOf(tenantId, keyid));
  if (!key) return `${handle} has no key ${JSON.stringify(keyid)}`;
  if (key.revokedAt && key.revokedAt <= publishedAt) return `the key ${JSON.stringify(key.name)} of ${handle} was revoked before it signed this`;
  return signatureProblem(envelope, { publicKey: key.publicKey, statement: statementOf(handle, content.manifest, content.files) });
}
