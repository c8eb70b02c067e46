import { parseModelRef, type Caller } from '@steelyard/kernel';
import { filesOfSample, pathProblem, type PackageFile, type Sample } from '@steelyard/model-package';
import type { Database } from '@steelyard/platform-database';
import { catalogErrors } from '../errors.js';
import { viewerId } from '../viewer.js';

export interface FileWish {
  readonly owner: string;
  readonly name: string;
  readonly version: string;
  /** Within the package. */
  readonly path: string;
}

/** By name, as the caller sees the catalog; the version need not be one that still answers. */
const FIND = { files: true, samples: true, manifest: true } as const;

/**
 * The file of a version that a page may show: its card, its samples, and the files that the samples name. No artifact is among them.
 * @param ownerId the organization that `owner` names.
 * @throws CATALOG.FILE_NOT_FOUND, the same for what is not there, not shown, and not the caller's to see.
 */
export async function findShownFile(database: Database, wish: FileWish, { caller, ownerId }: { caller: Caller | undefined; ownerId: string | undefined }): Promise<PackageFile> {
  const ref = `${wish.owner}/${wish.name}@${wish.version}`;
  const missing = () => catalogErrors.FILE_NOT_FOUND({ ref });
  if (ownerId === undefined || !parseModelRef(ref) || pathProblem(wish.path) !== undefined) throw missing();
  const viewer = viewerId(caller);
  const where = {
    tenantId: ownerId,
    version: wish.version,
    state: 'ready',
    model: { name: wish.name, OR: [{ visibility: 'public' }, { tenantId: viewer }] },
  };
  const version = await database.withTenant(viewer, (tx) => tx.modelVersion.findFirst({ where, select: FIND }));
  const file = (version?.files as PackageFile[] | undefined)?.find(({ path }) => path === wish.path);
  if (!version || !file) throw missing();
  const { card } = version.manifest as { card?: string };
  const named = (version.samples as unknown as Sample[]).flatMap(filesOfSample);
  const isSample = /^samples\/[^/]+\.json$/.test(file.path);
  if (file.path !== card && !isSample && !named.includes(file.path)) throw missing();
  return file;
}
