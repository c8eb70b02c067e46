import { setImmediate } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Catalog, StableVersion } from '@steelyard/domain-catalog';
import type { Caller } from '@steelyard/kernel';
import { buildModelTypes, type ModelTypes, type TypedVersion } from '../types/model-types.js';

/** Enough for a large catalog; a model's types take some 20 KB. */
const KEPT_MAX = 5_000;
const BUILT_AT_ONCE = 20;

/** Which models a schema has; all that the caller may use when nothing is named. */
export interface Selection {
  readonly models?: readonly string[] | undefined;
  readonly owner?: string | undefined;
}

/** The types of models. Those of a version are built once, and a model's are new when its channel has another version. */
export class ModelTypesStore {
  readonly #kept = new LRUCache<string, ModelTypes>({ max: KEPT_MAX });

  constructor(private readonly catalog: Pick<Catalog, 'resolve' | 'stableVersions' | 'manifestsOf'>) {}

  /** @throws AppError of CATALOG where there is no such model that the caller may use */
  async find(ref: string, caller: Caller | undefined): Promise<ModelTypes> {
    return this.#typesOf(await this.catalog.resolve(ref, caller));
  }

  /** In the order of their names. */
  async list({ models, owner }: Selection, caller: Caller | undefined): Promise<ModelTypes[]> {
    const found = models ? await Promise.all(models.map((ref) => this.find(ref, caller))) : await this.#listAll(owner, caller);
    return found.sort((a, b) => (a.field < b.field ? -1 : 1));
  }

  async #listAll(owner: string | undefined, caller: Caller | undefined): Promise<ModelTypes[]> {
    const versions = await this.catalog.stableVersions(caller, owner);
    const manifests = await this.catalog.manifestsOf(versions.filter((version) => !this.#kept.has(keyOf(version))));
    const listed: ModelTypes[] = [];
    let built = 0;
    for (const version of versions) {
      const known = this.#kept.get(keyOf(version));
      const manifest = known ? undefined : manifests.get(version.versionId);
      if (known) listed.push(known);
      // Without a manifest its organization is gone since.
      else if (manifest) listed.push(this.#typesOf({ ...version, label: `${version.owner}/${version.name}@${version.version}`, manifest }));
      // Calls of others come in between.
      if (manifest && (built += 1) % BUILT_AT_ONCE === 0) await setImmediate();
    }
    return listed;
  }

  #typesOf(version: TypedVersion): ModelTypes {
    const key = keyOf(version);
    let types = this.#kept.get(key);
    if (!types) this.#kept.set(key, (types = buildModelTypes(version)));
    return types;
  }
}

/** Organizations that publish the same content share its digest, and names of types have the owner's in them. */
function keyOf({ digest, owner, name }: Pick<TypedVersion, 'digest' | 'owner' | 'name'> | StableVersion): string {
  return `${digest} ${owner}/${name}`;
}
