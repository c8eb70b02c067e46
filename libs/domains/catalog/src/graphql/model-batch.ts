import type { ActorNames, OrganizationHandles, OrganizationNames } from '@steelyard/domain-identity';
import type { Database, Prisma } from '@steelyard/platform-database';
import type { Canary, Channel, ChannelEvent } from './catalog.graphql-types.js';
import { readVersions } from './read-versions.js';
import type { Takedown } from '../moderation/moderation.graphql-types.js';
import { toTakedown } from '../moderation/takedown.js';
import type { ModelShare } from '../sharing/sharing.graphql-types.js';
import type { ModelVersion } from './version.graphql-types.js';

export interface BatchTools {
  readonly database: Database;
  readonly handles: OrganizationHandles;
  readonly organizations: OrganizationNames;
  readonly actors: ActorNames;
}

export interface BatchModel {
  readonly tenantId: string;
  readonly modelId: string;
  readonly shownId: string;
  /** owner/name */
  readonly ref: string;
}

/** Models that were read together. What belongs to them is read for all of them at once, when the first asks. */
export class ModelBatch {
  readonly #refs: ReadonlyMap<string, string>;
  readonly #ofModels: { readonly OR: { tenantId: string; modelId: string }[] };
  #providers: Promise<ReadonlyMap<string, string>> | undefined;
  #shown: Promise<ReadonlyMap<string, ModelVersion>> | undefined;
  #versions: Promise<ReadonlyMap<string, ModelVersion[]>> | undefined;
  #channels: Promise<ReadonlyMap<string, Channel[]>> | undefined;
  #events: Promise<EventRow[]> | undefined;
  #shares: Promise<ReadonlyMap<string, ModelShare[]>> | undefined;
  #takedowns: Promise<ReadonlyMap<string, Takedown[]>> | undefined;

  constructor(
    private readonly tools: BatchTools,
    private readonly viewerId: string,
    private readonly models: readonly BatchModel[],
  ) {
    this.#refs = new Map(models.map(({ modelId, ref }) => [modelId, ref]));
    this.#ofModels = { OR: models.map(({ tenantId, modelId }) => ({ tenantId, modelId })) };
  }

  async providerName(tenantId: string): Promise<string | undefined> {
    this.#providers ??= this.tools.organizations.namesOf(this.models.map((model) => model.tenantId));
    return (await this.#providers).get(tenantId);
  }

  async shown(versionId: string): Promise<ModelVersion | undefined> {
    this.#shown ??= this.#readShown();
    return (await this.#shown).get(versionId);
  }

  /** Newest first. */
  async versions(modelId: string): Promise<ModelVersion[]> {
    this.#versions ??= this.#readVersions();
    return (await this.#versions).get(modelId) ?? [];
  }

  async channels(modelId: string): Promise<Channel[]> {
    this.#channels ??= this.#readChannels();
    return (await this.#channels).get(modelId) ?? [];
  }

  /** Newest first. Who did it and why is for the owner. */
  async history(modelId: string, channelName: string): Promise<ChannelEvent[]> {
    this.#events ??= this.#readEvents();
    const events = (await this.#events).filter((event) => event.modelId === modelId && event.channelName === channelName);
    const own = events[0]?.tenantId === this.viewerId;
    const names = own ? await this.tools.actors.namesOf(this.viewerId, events.map(({ actorId }) => actorId)) : undefined;
    const numbers = new Map((await this.versions(modelId)).map(({ id, version }) => [id, version]));
    return events.map((event) => toEvent(event, numbers, names));
  }

  /** The viewer's own shares of a model, the oldest first; of others' models none. */
  async sharedWith(modelId: string): Promise<ModelShare[]> {
    this.#shares ??= this.#readShares();
    return (await this.#shares).get(modelId) ?? [];
  }

  /** The newest takedown of a model of the viewer's own, in force or not. */
  async takedown(modelId: string): Promise<Takedown | undefined> {
    this.#takedowns ??= this.#readTakedowns();
    return (await this.#takedowns).get(modelId)?.[0];
  }

  async #readShown(): Promise<ReadonlyMap<string, ModelVersion>> {
    const where = { OR: this.models.map(({ tenantId, shownId }) => ({ tenantId, id: shownId })) };
    const read = await readVersions(this.tools.database, { viewerId: this.viewerId, where, refs: this.#refs });
    return new Map(read.map(({ version }) => [version.id, version]));
  }

  async #readVersions(): Promise<ReadonlyMap<string, ModelVersion[]>> {
    const read = await readVersions(this.tools.database, { viewerId: this.viewerId, where: this.#ofModels, refs: this.#refs });
    return grouped(read, ({ modelId }) => modelId, ({ version }) => version);
  }

  async #readChannels(): Promise<ReadonlyMap<string, Channel[]>> {
    const rows = await this.tools.database.withTenant(this.viewerId, (tx) => tx.channel.findMany({ where: this.#ofModels, orderBy: { name: 'asc' } }));
    const versions = new Map<string, ModelVersion>();
    for (const { modelId } of rows) for (const version of await this.versions(modelId)) versions.set(version.id, version);
    return grouped(rows, ({ modelId }) => modelId, (row): Channel => {
      const { name, modelId, versionId, updatedAt } = row;
      return { name, version: versions.get(versionId)!, canary: toCanary(row, versions), updatedAt, modelId, batch: this };
    });
  }

  async #readShares(): Promise<ReadonlyMap<string, ModelShare[]>> {
    const { database, handles, organizations } = this.tools;
    // Who receives a share sees its row as well.
    const where = { AND: [this.#ofModels, { tenantId: this.viewerId }] };
    const rows = await database.withTenant(this.viewerId, (tx) => tx.modelShare.findMany({ where, orderBy: { createdAt: 'asc' } }));
    const ids = rows.map(({ withTenantId }) => withTenantId);
    const [handleOf, nameOf] = await Promise.all([handles.handlesOf(ids), organizations.namesOf(ids)]);
    return grouped(rows, ({ modelId }) => modelId, ({ withTenantId, createdAt }) => {
      const handle = handleOf.get(withTenantId)!;
      return { handle, name: nameOf.get(withTenantId) ?? handle, since: createdAt };
    });
  }

  async #readTakedowns(): Promise<ReadonlyMap<string, Takedown[]>> {
    const where = { AND: [this.#ofModels, { tenantId: this.viewerId }] };
    const rows = await this.tools.database.withTenant(this.viewerId, (tx) => tx.modelTakedown.findMany({ where, orderBy: { id: 'desc' } }));
    return grouped(rows, ({ modelId }) => modelId, (row) => toTakedown(row, this.#refs.get(row.modelId)!));
  }

  #readEvents(): Promise<EventRow[]> {
    return this.tools.database.withTenant(this.viewerId, (tx) => tx.channelEvent.findMany({ where: this.#ofModels, orderBy: { id: 'desc' } }));
  }
}

type EventRow = Prisma.ChannelEventGetPayload<object>;

function toCanary(channel: Prisma.ChannelGetPayload<object>, versions: ReadonlyMap<string, ModelVersion>): Canary | null {
  const { tenantId, modelId, name, versionId: stableVersionId, canaryVersionId: versionId, canaryPercent, canaryStartedAt: startedAt } = channel;
  if (versionId === null || startedAt === null) return null;
  const key = { tenantId, modelId, channel: name, versionId, stableVersionId, startedAt };
  return { version: versions.get(versionId)!, percent: canaryPercent!, startedAt, key };
}

function toEvent(event: EventRow, numbers: ReadonlyMap<string, string>, actorNames: ReadonlyMap<string, string> | undefined): ChannelEvent {
  const numberOf = (id: string) => numbers.get(id) ?? id;
  return {
    action: event.action,
    from: event.fromVersionId === null ? null : numberOf(event.fromVersionId),
    to: numberOf(event.toVersionId),
    actorId: actorNames ? event.actorId : null,
    actorName: actorNames?.get(event.actorId) ?? null,
    reason: actorNames ? event.reason : null,
    createdAt: event.createdAt,
  };
}

function grouped<R, T>(rows: readonly R[], keyOf: (row: R) => string, valueOf: (row: R) => T): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(valueOf(row));
    else groups.set(keyOf(row), [valueOf(row)]);
  }
  return groups;
}
