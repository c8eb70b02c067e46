import type { OrganizationHandles } from '@steelyard/domain-identity';
import { parseModelRef, type Caller } from '@steelyard/kernel';
import { filesOfSample, pathProblem, type PackageFile, type Sample } from '@steelyard/model-package';
import type { Database } from '@steelyard/platform-database';
import { catalogErrors } from '../errors.js';
import { readableBy } from '../reach.js';
import { viewerId } from '../viewer.js';

export interface FileWish {
  readonly owner: string;
  readonly name: string;
  readonly version: string;
  /** Within the package. */
  readonly path: string;
}

export interface FileTools {
  readonly database: Database;
  readonly handles: OrganizationHandles;
}

const FIND = { files: true, samples: true, manifest: true } as const;

/**
 * The file of a version that a page may show: its card, its samples, and the files that the samples name. No artifact is among them.
 * The version need not be one that still answers.
 * @throws CATALOG.FILE_NOT_FOUND, the same for what is not there, not shown, and not the caller's to see.
 */
export async function findShownFile({ database, handles }: FileTools, wish: FileWish, caller: Caller | undefined): Promise<PackageFile> {
  const ref = `${wish.owner}/${wish.name}@${wish.version}`;
  const missing = () => catalogErrors.FILE_NOT_FOUND({ ref });
  if (!parseModelRef(ref) || pathProblem(wish.path) !== undefined) throw missing();
  const ownerId = await handles.idOf(wish.owner);
  if (ownerId === undefined) throw missing();
  const viewer = viewerId(caller);
  const where = {
    tenantId: ownerId,
    version: wish.version,
    state: 'ready',
    model: { name: wish.name, ...readableBy(viewer) },
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
