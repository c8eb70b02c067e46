import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database, type Prisma, type Tx } from '@steelyard/platform-database';
import type { AcceptedPublication, EventRecord, PublicationRecord, PublicationStatus, RecordedError, Stage, StageStatus } from '../publication.js';

/** NOTIFY channel; the payload is the id of the publication that has something new. */
export const PUBLICATION_CHANGED = 'steelyard_publication';

export interface PublicationKey {
  readonly tenantId: string;
  readonly id: string;
}

export interface PublicationPage {
  readonly limit: number;
  readonly afterId?: string | undefined;
}

export interface NewEvent {
  readonly stage: Stage;
  readonly status: StageStatus;
  readonly message: string;
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
  /** Set by the last event: how the publication ended, written in the same transaction. */
  readonly outcome?: { readonly status: Exclude<PublicationStatus, 'running'>; readonly error?: RecordedError } | undefined;
}

const HEAD = { id: true, tenantId: true, modelName: true, version: true, digest: true, dryRun: true, status: true, error: true, createdAt: true, finishedAt: true } as const;

@Injectable()
export class Publications {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async create(publication: AcceptedPublication): Promise<PublicationRecord> {
    const { id, tenantId, actorId, manifest, request } = publication;
    const data = { id, tenantId, actorId, modelName: manifest.name, version: manifest.version, dryRun: request.dryRun, request: toJson(request) };
    return toRecord(await this.database.withTenant(tenantId, (tx) => tx.publication.create({ data, select: HEAD })));
  }

  async find({ tenantId, id }: PublicationKey): Promise<PublicationRecord | undefined> {
    const row = await this.database.withTenant(tenantId, (tx) => tx.publication.findUnique({ where: { tenantId_id: { tenantId, id } }, select: HEAD }));
    return row ? toRecord(row) : undefined;
  }

  /** Newest first: ids are made in the order of time. */
  async list(tenantId: string, { limit, afterId }: PublicationPage): Promise<PublicationRecord[]> {
    const where = { tenantId, ...(afterId !== undefined && { id: { lt: afterId } }) };
    const rows = await this.database.withTenant(tenantId, (tx) => tx.publication.findMany({ where, select: HEAD, orderBy: { id: 'desc' }, take: limit }));
    return rows.map(toRecord);
  }

  /** The events after `afterSeq`, and how the publication stood just before they were read: once it had ended, there are no others. */
  async read(key: PublicationKey, afterSeq = 0): Promise<{ status: PublicationStatus; events: EventRecord[] } | undefined> {
    const { tenantId, id } = key;
    return this.database.withTenant(tenantId, async (tx) => {
      const row = await tx.publication.findUnique({ where: { tenantId_id: { tenantId, id } }, select: { status: true } });
      if (!row) return undefined;
      const where = { tenantId, publicationId: id, seq: { gt: afterSeq } };
      const events = await tx.publicationEvent.findMany({ where, orderBy: { seq: 'asc' } });
      return { status: row.status as PublicationStatus, events: events.map((event) => event as unknown as EventRecord) };
    });
  }

  /** Of a publication that has ended no other last event is written: the first may have been, though its writer was not told. */
  async addEvent(key: PublicationKey, event: NewEvent): Promise<void> {
    await this.database.withTenant(key.tenantId, async (tx) => {
      if (event.outcome && !(await finish(tx, key, event.outcome))) return;
      const last = await tx.publicationEvent.aggregate({ where: { tenantId: key.tenantId, publicationId: key.id }, _max: { seq: true } });
      const { stage, status, message, detail } = event;
      const base = { tenantId: key.tenantId, publicationId: key.id, seq: (last._max.seq ?? 0) + 1, stage, status, message: toText(message) };
      await tx.publicationEvent.create({ data: detail === undefined ? base : { ...base, detail: toJson(detail) } });
      await tx.$executeRaw`SELECT pg_notify(${PUBLICATION_CHANGED}, ${key.id})`;
    });
  }

  async setDigest({ tenantId, id }: PublicationKey, digest: string): Promise<void> {
    await this.database.withTenant(tenantId, (tx) => tx.publication.updateMany({ where: { tenantId, id }, data: { digest } }));
  }

  async isAnyRunning(tenantId: string): Promise<boolean> {
    return this.database.withTenant(tenantId, async (tx) => (await tx.publication.count({ where: { tenantId, status: 'running' }, take: 1 })) > 0);
  }

  /** Of every organization: what was running when the process ended. For the start alone. */
  async unfinished(): Promise<PublicationKey[]> {
    return this.database.withPlatform((tx) => tx.publication.findMany({ where: { status: 'running' }, select: { tenantId: true, id: true } }));
  }
}

/** @returns whether it was running. */
async function finish(tx: Tx, { tenantId, id }: PublicationKey, outcome: NonNullable<NewEvent['outcome']>): Promise<boolean> {
  const data = { status: outcome.status, finishedAt: new Date() };
  const { count } = await tx.publication.updateMany({ where: { tenantId, id, status: 'running' }, data: outcome.error ? { ...data, error: toJson(outcome.error) } : data });
  return count > 0;
}

/** Stands where text had what PostgreSQL takes neither as TEXT nor in JSONB: NUL, and halves of surrogate pairs. */
const REPLACED = '\ufffd';

function toText(text: string): string {
  return text.replace(/\0|\p{Surrogate}/gu, REPLACED);
}

/** Through text, so that what JSON cannot hold is dropped here and not refused by the database. */
function toJson(value: unknown): Prisma.InputJsonValue {
  const json = JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? String(item) : item));
  // Keys too. A backslash that was escaped itself begins no escape.
  return JSON.parse(json.replace(/\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/g, (escape) => (escape === '\\\\' ? escape : REPLACED))) as Prisma.InputJsonValue;
}

function toRecord(row: Omit<PublicationRecord, 'status' | 'error'> & { status: string; error: unknown }): PublicationRecord {
  return { ...row, status: row.status as PublicationStatus, error: row.error as RecordedError | null };
}
