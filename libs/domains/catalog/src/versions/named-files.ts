import { PLATFORM_ORGANIZATION_ID } from '@steelyard/kernel';
import type { Database } from '@steelyard/platform-database';

/** Which of these files (by sha256) a version names that was not rejected: anybody's, or one of an organization. */
export async function namedFiles(database: Database, sha256s: readonly string[], tenantId?: string): Promise<ReadonlySet<string>> {
  const rows = await database.withPlatform(
    (tx) => tx.$queryRaw<{ sha256: string }[]>`
      SELECT DISTINCT f ->> 'sha256' AS sha256 FROM model_version AS v, jsonb_array_elements(v.files) AS f
      WHERE v.state <> 'rejected' AND f ->> 'sha256' = ANY (${sha256s}::TEXT[]) AND (${tenantId === undefined} OR v.tenant_id = ${tenantId ?? PLATFORM_ORGANIZATION_ID}::uuid)`,
  );
  return new Set(rows.map(({ sha256 }) => sha256));
}
