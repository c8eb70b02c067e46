import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { formatModelRef, isForModel, parseModelRef, type AppError, type Caller, type ModelRef } from '@steelyard/kernel';
import { OrganizationHandles } from '@steelyard/domain-identity';
import type { Contract, Manifest } from '@steelyard/model-package';
import { DATABASE, type Database, type Tx } from '@steelyard/platform-database';
import { LRUCache } from 'lru-cache';
import { draftVersion } from './versions/draft-version.js';
import { CATALOG_CHANGED } from './catalog-signals.js';
import type { ChannelMove } from './channels/channel-row.js';
import { promoteCanary, rollBackCanary, stopCanary, type CanaryKey } from './channels/end-canary.js';
import { releaseVersion, rollBack } from './channels/move-channel.js';
import { runningCanaries, type RunningCanary } from './channels/running-canaries.js';
import { startCanary, type CanaryStart } from './channels/start-canary.js';
import { deprecateVersion, restoreVersion, type DeprecationWish, type VersionWish } from './versions/deprecate-version.js';
import { catalogErrors } from './errors.js';
import { finishVersion } from './versions/finish-version.js';
import { listMissingModels } from './listing/list-missing-models.js';
import { holdModel, listModel, type ModelId } from './listing/list-model.js';
import { listModelsOf } from './listing/list-models-of.js';
import { namesOfIds } from './model-names.js';
import { setPrice, type PriceChanges, type PriceWish } from './prices/set-price.js';
import { modelsWithFiguresBefore, recordFigures, type ModelFigures } from './record-figures.js';
import type { ModelVisibility } from './reach.js';
import { shareModel, stopSharing, type ShareWish } from './sharing/share-model.js';
import { setVisibility } from './sharing/set-visibility.js';
import { listStable, readManifests, type StableVersion } from './versions/list-stable.js';
import { namedFiles } from './versions/named-files.js';
import { readContract, readNumbers } from './versions/read-contracts.js';
import { answering, findVersion, isRetired, mayUse, type Resolution } from './versions/resolve-version.js';
import type { ResolvedVersion, VersionDraft, VersionId, VersionOutcome } from './versions/version.js';
import { userId } from './viewer.js';

const CACHE_MS = 30_000;

/** Models, versions and channels: what may be called, and as what. */
@Injectable()
export class Catalog implements OnApplicationBootstrap, OnApplicationShutdown {
  /** Per owner, so that one owner's change drops one entry. Promises, so that a herd asks once. */
  readonly #resolutions = new LRUCache<string, Map<string, Promise<Resolution | undefined>>>({ max: 10_000, ttl: CACHE_MS, ttlResolution: 100 });
  #stopListening: (() => Promise<void>) | undefined;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(OrganizationHandles) private readonly handles: OrganizationHandles,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await listMissingModels(this.database);
    this.#stopListening = await this.database.listen(CATALOG_CHANGED, (ownerId) => this.#resolutions.delete(ownerId), {
      onGap: () => this.#resolutions.clear(),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#stopListening?.();
  }

  /**
   * The version that `ref` means for this caller, or for nobody. To a key that may neither call models nor read them, its
   * organization's private ones are not there. Cached for at most 30 s; a change is normally seen within milliseconds.
   * While a channel has a canary, `draw`, a number from 0 up to but not 1, decides whether this call is the candidate's; without
   * one it is not.
   * @throws CATALOG.REF_INVALID, CATALOG.MODEL_NOT_FOUND, CATALOG.MODEL_TAKEN_DOWN, CATALOG.VERSION_NOT_FOUND, CATALOG.CHANNEL_NOT_FOUND,
   *   CATALOG.VERSION_RETIRED
   */
  async resolve(ref: string, caller: Caller | undefined, draw = 1): Promise<ResolvedVersion> {
    const parsed = parseModelRef(ref);
    if (!parsed) throw catalogErrors.REF_INVALID({ ref });
    const found = await this.#find(ref, parsed);
    const model = formatModelRef({ owner: parsed.owner, name: parsed.name });
    if (!found || !mayUse(found, userId(caller))) throw catalogErrors.MODEL_NOT_FOUND({ ref: model });
    if (found.takedownReason !== undefined) throw catalogErrors.MODEL_TAKEN_DOWN({ ref: model, reason: found.takedownReason });
    if (found.canary && draw < found.canary.share && !isRetired(found.canary.version)) return found.canary.version;
    if (found.version) return answering(found.version);
    if (parsed.version !== undefined) throw catalogErrors.VERSION_NOT_FOUND({ ref: model, version: parsed.version });
    throw catalogErrors.CHANNEL_NOT_FOUND({ ref: model, channel: parsed.channel ?? 'stable' });
  }

  /** Every model that the caller may use, with the version on its channel `stable`; those of one owner where one is named. */
  async stableVersions(caller: Caller | undefined, owner?: string): Promise<StableVersion[]> {
    const ownerId = owner === undefined ? undefined : await this.handles.idOf(owner);
    if (owner !== undefined && ownerId === undefined) return [];
    const found = await listStable(this.database, { viewerId: userId(caller), ownerId });
    const owners = await this.handles.handlesOf([...new Set(found.map((version) => version.ownerId))]);
    return found.map((version) => ({ ...version, owner: owners.get(version.ownerId)! }));
  }

  /** The manifests of versions that {@link stableVersions} gave, by version id. */
  manifestsOf(versions: readonly StableVersion[]): Promise<ReadonlyMap<string, Manifest>> {
    return readManifests(this.database, versions);
  }

  /** Which of these files, by sha256, a version names that was not rejected: anybody's, or one of an organization. */
  namedFiles(sha256s: readonly string[], tenantId?: string): Promise<ReadonlySet<string>> {
    return namedFiles(this.database, sha256s, tenantId);
  }

  /** With what a call of a model is refused that the caller's key is not for; names those that it is for. */
  async notAllowed({ organizationId, modelIds = new Set() }: Caller, ref: string): Promise<AppError> {
    const names = await namesOfIds({ database: this.database, handles: this.handles }, organizationId, [...modelIds]);
    return catalogErrors.MODEL_NOT_ALLOWED({ ref, allowed: [...names.values()].sort() });
  }

  /** @throws CATALOG.MODEL_NOT_ALLOWED where the caller's key is not for the model of its organization with this name, which may be yet to come */
  async checkMayPublish(caller: Caller, name: string): Promise<void> {
    if (caller.modelIds === undefined) return;
    const { organizationId: tenantId, organizationHandle: owner } = caller;
    const model = await this.database.withTenant(tenantId, (tx) => tx.model.findUnique({ where: { tenantId_name: { tenantId, name } }, select: { id: true } }));
    if (!model || !isForModel(caller, model.id)) throw await this.notAllowed(caller, formatModelRef({ owner, name }));
  }

  async #find(ref: string, parsed: ModelRef): Promise<Resolution | undefined> {
    const ownerId = await this.handles.idOf(parsed.owner);
    if (ownerId === undefined) return undefined;
    let known = this.#resolutions.get(ownerId);
    if (!known) this.#resolutions.set(ownerId, (known = new Map()));
    let found = known.get(ref);
    if (!found) {
      found = findVersion(this.database, ownerId, parsed);
      known.set(ref, found);
      const drop = () => known.get(ref) === found && known.delete(ref);
      // What is not there may be there in a moment, and a failed look-up says nothing.
      found.then((resolution) => resolution?.version || drop(), drop);
    }
    return found;
  }

  /** @throws CATALOG.VERSION_EXISTS, CATALOG.TASK_CHANGED */
  draftVersion(draft: VersionDraft): Promise<{ modelId: string; versionId: string }> {
    const { tenantId } = draft;
    return this.database.withTenant(tenantId, async (tx) => {
      const drafted = await draftVersion(tx, draft);
      await listModel(tx, { tenantId, modelId: drafted.modelId });
      return drafted;
    });
  }

  /**
   * Ends a version's trial.
   * @throws CATALOG.VERSION_GONE when another publication took the draft's place.
   */
  async finishVersion(id: VersionId, outcome: VersionOutcome): Promise<void> {
    await this.#change(id.tenantId, (tx) => finishVersion(tx, id, outcome));
  }

  /**
   * Points a channel to a ready version. Gives the model's id.
   * @throws CATALOG.MODEL_NOT_FOUND, CATALOG.VERSION_NOT_FOUND
   */
  releaseVersion(move: ChannelMove & { readonly version: string }): Promise<string> {
    return this.#change(move.tenantId, (tx) => releaseVersion(tx, move));
  }

  /**
   * Points a channel back to what it had before its latest release. Gives the model's id.
   * @throws CATALOG.MODEL_NOT_FOUND, CATALOG.CHANNEL_NOT_FOUND, CATALOG.NOTHING_TO_ROLL_BACK
   */
  rollBack(move: ChannelMove): Promise<string> {
    return this.#change(move.tenantId, (tx) => rollBack(tx, move));
  }

  /**
   * Gives a share of a channel's calls to a candidate; for the candidate that has one already, another share. Gives the model's id.
   * @throws CATALOG.MODEL_NOT_FOUND, CATALOG.CHANNEL_NOT_FOUND, CATALOG.VERSION_NOT_FOUND, CATALOG.CANARY_PERCENT_INVALID,
   *   CATALOG.CANDIDATE_IS_STABLE, CATALOG.CANDIDATE_RETIRED, CATALOG.CANARY_RUNNING
   */
  startCanary(start: CanaryStart): Promise<string> {
    return this.#change(start.tenantId, (tx) => startCanary(tx, start));
  }

  /**
   * Points a channel to its candidate. Gives the model's id.
   * @throws CATALOG.MODEL_NOT_FOUND, CATALOG.NO_CANARY
   */
  promoteCanary(move: ChannelMove): Promise<string> {
    return this.#change(move.tenantId, (tx) => promoteCanary(tx, move));
  }

  /**
   * Gives the candidate no more calls. Gives the model's id.
   * @throws CATALOG.MODEL_NOT_FOUND, CATALOG.NO_CANARY
   */
  stopCanary(move: ChannelMove): Promise<string> {
    return this.#change(move.tenantId, (tx) => stopCanary(tx, move));
  }

  /** Stops this very canary in the platform's name; `false` when it has ended meanwhile. */
  rollBackCanary(canary: CanaryKey, reason: string): Promise<boolean> {
    return this.#announced(canary.tenantId, (tx) => rollBackCanary(tx, canary, reason));
  }

  /** Of all organizations. */
  runningCanaries(): Promise<RunningCanary[]> {
    return runningCanaries(this.database);
  }

  /** Shows what calls of late were like; a model that is not listed is passed over. */
  recordFigures(figures: readonly ModelFigures[]): Promise<void> {
    return recordFigures(this.database, figures);
  }

  /** Listed models whose figures are older, those that have none first. */
  modelsWithFiguresBefore(before: Date, limit: number): Promise<string[]> {
    return modelsWithFiguresBefore(this.database, before, limit);
  }

  /** @throws as {@link deprecateVersion} */
  deprecateVersion(wish: DeprecationWish): Promise<VersionId & { readonly modelId: string }> {
    return this.#announced(wish.tenantId, async (tx) => ({ tenantId: wish.tenantId, ...(await deprecateVersion(tx, wish)) }));
  }

  /** @throws CATALOG.MODEL_NOT_FOUND, CATALOG.VERSION_NOT_FOUND */
  restoreVersion(wish: VersionWish): Promise<VersionId & { readonly modelId: string }> {
    return this.#announced(wish.tenantId, async (tx) => ({ tenantId: wish.tenantId, ...(await restoreVersion(tx, wish)) }));
  }

  /** @throws as {@link setPrice} */
  setPrice(wish: PriceWish): Promise<PriceChanges> {
    const { tenantId } = wish;
    return this.#announced(tenantId, async (tx) => {
      const changed = await setPrice(tx, wish);
      await listModel(tx, { tenantId, modelId: changed.modelId });
      return changed;
    });
  }

  /** Gives the model's id. @throws CATALOG.MODEL_NOT_FOUND, CATALOG.NOT_FIT_FOR_PUBLIC */
  setVisibility(tenantId: string, model: string, visibility: ModelVisibility): Promise<string> {
    return this.#change(tenantId, (tx) => setVisibility(tx, { tenantId, model, visibility }));
  }

  /**
   * Lets an organization read and call a private model. Gives the model's id.
   * @throws CATALOG.MODEL_NOT_FOUND, CATALOG.SHARE_INVALID, CATALOG.SHARES_FULL
   */
  async shareModel(wish: ShareWish): Promise<string> {
    const withTenantId = await this.#receiver(wish);
    return this.#change(wish.tenantId, (tx) => shareModel(tx, { ...wish, withTenantId }));
  }

  /** Takes a share back. Gives the model's id. @throws CATALOG.MODEL_NOT_FOUND, CATALOG.SHARE_INVALID */
  async stopSharing(wish: ShareWish): Promise<string> {
    const withTenantId = await this.#receiver(wish);
    return this.#change(wish.tenantId, (tx) => stopSharing(tx, { ...wish, withTenantId }));
  }

  async #receiver({ tenantId, handle }: ShareWish): Promise<string> {
    const id = await this.handles.idOf(handle);
    if (id === undefined) throw catalogErrors.SHARE_INVALID({ handle, problem: 'is the handle of no organization' });
    if (id === tenantId) throw catalogErrors.SHARE_INVALID({ handle, problem: 'is the owner itself' });
    return id;
  }

  /** A change that the operator makes of an owner's model; calls feel it on every server at once. */
  async moderate<T>({ tenantId, modelId }: ModelId, work: (tx: Tx) => Promise<T>): Promise<T> {
    const result = await this.database.withPlatform(async (tx) => {
      await holdModel(tx, { tenantId, modelId });
      const done = await work(tx);
      await listModel(tx, { tenantId, modelId });
      return done;
    });
    await this.#announce(tenantId);
    return result;
  }

  /** Shows an owner's models by what the owner is called now. */
  async relist(ownerId: string): Promise<void> {
    await listModelsOf(this.database, ownerId);
    await this.#announce(ownerId);
  }

  /** The numbers of a model's ready versions; none of a model that is new. */
  versionNumbers(tenantId: string, model: string): Promise<string[]> {
    return this.database.withTenant(tenantId, (tx) => readNumbers(tx, { tenantId, model }));
  }

  /** What callers of a ready version rely on. */
  contractOf(tenantId: string, model: string, version: string): Promise<Contract | undefined> {
    return this.database.withTenant(tenantId, (tx) => readContract(tx, { tenantId, model, version }));
  }

  /** Whether a channel of the model points anywhere yet. */
  async hasChannel(tenantId: string, modelId: string, name: string): Promise<boolean> {
    const where = { tenantId_modelId_name: { tenantId, modelId, name } };
    return (await this.database.withTenant(tenantId, (tx) => tx.channel.findUnique({ where }))) !== null;
  }

  /** A change that may be one of what is shown. `work` gives the id of the model that it changed, if it changed any. */
  #change<T extends string | undefined>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#announced(tenantId, async (tx) => {
      const modelId = await work(tx);
      if (modelId !== undefined) await listModel(tx, { tenantId, modelId });
      return modelId;
    });
  }

  async #announced<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    const result = await this.database.withTenant(tenantId, work);
    await this.#announce(tenantId);
    return result;
  }

  async #announce(tenantId: string): Promise<void> {
    this.#resolutions.delete(tenantId);
    await this.database.pool.query('SELECT pg_notify($1, $2)', [CATALOG_CHANGED, tenantId]);
  }
}
