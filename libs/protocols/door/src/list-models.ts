import type { Catalog, CatalogReader, ResolvedVersion } from '@steelyard/domain-catalog';
import { AppError, isForModel, type Caller } from '@steelyard/kernel';

/** What protocols without pages are told at most. */
const LISTED_MAX = 1_000;
const PAGE = 100;

export interface ListedModel {
  /** `owner/name` */
  readonly ref: string;
  readonly createdAt: Date;
  /** What the reference means now. */
  readonly version: ResolvedVersion;
}

export interface ModelSource {
  readonly catalog: Pick<Catalog, 'resolve'>;
  readonly reader: Pick<CatalogReader, 'models'>;
}

/** The models that a caller may call, and its key is for, by their name alone, newest first; of one task, where it is given. The newest 1,000 at most. */
export async function listModels({ catalog, reader }: ModelSource, caller: Caller, task?: string): Promise<ListedModel[]> {
  const listed: ListedModel[] = [];
  let after: string | undefined;
  do {
    const page = await reader.models(caller, { first: PAGE, after }, { task });
    const found = await Promise.all(page.nodes.map(async ({ ref, createdAt }) => ({ ref, createdAt, version: await versionOf(catalog, ref, caller) })));
    listed.push(...found.filter((model): model is ListedModel => model.version !== undefined && isForModel(caller, model.version.modelId)));
    after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? undefined) : undefined;
  } while (after !== undefined && listed.length < LISTED_MAX);
  return listed.slice(0, LISTED_MAX);
}

/** Undefined where no version answers: none was released yet, or it is gone. */
async function versionOf(catalog: ModelSource['catalog'], ref: string, caller: Caller): Promise<ResolvedVersion | undefined> {
  try {
    return await catalog.resolve(ref, caller);
  } catch (error) {
    if (error instanceof AppError && error.code.startsWith('CATALOG.')) return undefined;
    throw error;
  }
}
